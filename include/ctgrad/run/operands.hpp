// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "extents.hpp"

namespace ctgrad::detail {

/// What a call knows of one leaf.
template <class T>
struct operand {
  const T* data = nullptr;
  long rows = 1, columns = 1;
  bool needs_copy = false;
  memory_view<const T> memory;  // empty where the container has none
  address_range addresses;
};

/// Reads shape and memory of the container bound to a leaf.
template <class T, class Container>
operand<T> inspect(Container& container, const source& leaf) {
  operand<T> result;
  if constexpr (arithmetic<Container>) {
    result.needs_copy = true;
  } else {
    const auto extent = [&](std::size_t i) { return static_cast<long>(container.shape()[i]); };
    const std::size_t rank = container.dimension();
    if (rank == 2) {
      result.rows = extent(0);
      result.columns = extent(1);
    } else if (rank == 1 && leaf.extents.is_column()) {
      result.rows = extent(0);
    } else if (rank == 1 && leaf.extents.is_row()) {
      result.columns = extent(0);
    } else if (rank != 0 || !leaf.extents.is_scalar()) {
      throw_rank_error(leaf, rank);
    }
    if (result.rows > std::numeric_limits<int>::max() || result.columns > std::numeric_limits<int>::max())
      throw_too_large(leaf, result.rows > result.columns ? result.rows : result.columns);
    if constexpr (has_memory<Container> && std::is_same_v<std::remove_cv_t<entry_type<Container>>, T>) {
      const auto memory = memory_of(std::as_const(container));
      result.memory = {memory.data, memory.rows, memory.columns, memory.row_stride, memory.column_stride};
      result.addresses = address_range::of(result.memory);
      result.data = memory.data;
      result.needs_copy = !memory.is_contiguous();
    } else {
      result.needs_copy = true;
    }
  }
  return result;
}

}  // namespace ctgrad::detail
