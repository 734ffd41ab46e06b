// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "extents.hpp"
#include "workspace.hpp"

namespace ctgrad::detail {

/// What a call knows of one leaf.
template <class T>
struct operand {
  const T* data = nullptr;
  long rows = 1, columns = 1;
  bool needs_copy = false, are_indices = false;
  bool is_diagonal = false;     // of a diagonal matrix only the diagonal is in memory
  memory_view<const T> memory;  // empty where the container has none
  address_range addresses;

  /// Entries of a copy.
  long entries() const {
    if (are_indices) return rows * static_cast<long>(sizeof(index) / sizeof(T));
    return is_diagonal ? rows : rows * columns;
  }
};

/// Reads shape and memory of the container bound to a leaf, into an operand that knows nothing yet: a copy would be read
/// in wider pieces than it has just been written in, for which processors wait.
template <class T, class Container>
[[gnu::always_inline]] inline void inspect(Container& container, const source& leaf, operand<T>& result) {
  if constexpr (integer_range<Container>) {
    if (leaf.form == structure::indices) {
      if constexpr (tensor_like<Container>)
        if (container.dimension() != 1) throw_rank_error(leaf, container.dimension());
      result.rows = static_cast<long>(std::size(container));
      result.needs_copy = result.are_indices = true;
      return;
    }
  }
  if constexpr (!tensor_like<Container>) {
    result.needs_copy = true;
    if constexpr (std::is_same_v<std::remove_cv_t<Container>, T>) {  // where nothing overlaps, it is read where it is
      result.data = &container;
      result.addresses = address_range::of(memory_view<const T>{&container});
    }
  } else {
    const auto extent = [&](std::size_t i) { return static_cast<long>(container.shape()[i]); };
    const std::size_t rank = container.dimension();
    result.is_diagonal = leaf.form == structure::diagonal_matrix;
    if (result.is_diagonal && (rank == 1 || (rank == 2 && extent(1) == 1))) {
      result.rows = result.columns = extent(0);
    } else if (rank == 2) {
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
      result.memory = memory_of(std::as_const(container));
      result.addresses = address_range::of(result.memory);
      result.data = result.memory.data;
      result.needs_copy = !result.memory.is_contiguous() || (result.is_diagonal && rank == 2 && extent(1) > 1);
    } else {
      result.needs_copy = true;
    }
  }
}

template <class T, class Container>
void copy_container(Container& container, T* to) {
  if constexpr (arithmetic<Container>)
    *to = static_cast<T>(container);
  else
    std::copy(container.template begin<xt::layout_type::row_major>(), container.template end<xt::layout_type::row_major>(), to);
}

/// The diagonal of a matrix, or a vector that stands for it.
template <class T, class Container>
void copy_diagonal(Container& container, T* to, long n) {
  if constexpr (arithmetic<Container>) {
    *to = static_cast<T>(container);
  } else {
    const auto from = container.template begin<xt::layout_type::row_major>();
    const std::ptrdiff_t step = static_cast<long>(container.size()) > n ? n + 1 : 1;
    for (std::ptrdiff_t i = 0; i < n; ++i) to[i] = static_cast<T>(*(from + i * step));
  }
}

/// Copies what cannot be used where it is to `next`, and moves that on.
template <class T, class Container>
[[gnu::always_inline]] inline void place_operand(Container& container, operand<T>& o, T*& next) {
  if (!o.needs_copy) return;
  if constexpr (integer_range<Container>)
    if (o.are_indices) std::copy(std::begin(container), std::end(container), reinterpret_cast<index*>(next));
  if constexpr (tensor_like<Container> || arithmetic<Container>) {
    if (o.is_diagonal)
      copy_diagonal<T>(container, next, o.rows);
    else if (!o.are_indices)
      copy_container<T>(container, next);
  }
  o.data = next;
  next += rounded<T>(o.entries());
}

}  // namespace ctgrad::detail
