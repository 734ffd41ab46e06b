// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tuple>
#include <utility>

#include "container.hpp"
#include "../expr/shape.hpp"
#include "errors.hpp"

namespace ctgrad::detail {

/// One of several values; T may be a reference. A row of them is a tuple whose parts cost the compiler next to nothing.
template <std::size_t Place, class T>
struct slot {
  T value;
};
template <class Places, class... T>
struct slot_row;
template <std::size_t... Place, class... T>
struct slot_row<std::index_sequence<Place...>, T...> : slot<Place, T>... {};

template <std::size_t Place, class T>
constexpr auto& pick(slot<Place, T>& s) {
  return s.value;
}

/// Storage of the caller that results are written into; views are kept by value, containers by reference.
template <class... Targets>
struct into_targets {
  static constexpr int count = sizeof...(Targets);
  slot_row<std::index_sequence_for<Targets...>, Targets...> targets;
};

template <class T>
inline constexpr bool is_into = false;
template <class... Targets>
inline constexpr bool is_into<into_targets<Targets...>> = true;

/// The type of a result: a scalar, rank 1 for a column, rank 2 for the rest; fixed where all extents are numbers and
/// it is at most 4 KiB.
template <class T, const shape& Shape>
struct result_of {
  static constexpr bool is_fixed = Shape.rows->is_number() && Shape.columns->is_number() &&
                                   Shape.rows->number() * Shape.columns->number() * static_cast<long>(sizeof(T)) <= 4096 &&
                                   Shape.rows->number() > 0 && Shape.columns->number() > 0;
  static constexpr auto make() {
    if constexpr (Shape.is_scalar())
      return std::type_identity<T>{};
    else if constexpr (Shape.is_column() && is_fixed)
      return std::type_identity<xt::xtensor_fixed<T, xt::xshape<static_cast<std::size_t>(Shape.rows->number())>>>{};
    else if constexpr (is_fixed)
      return std::type_identity<xt::xtensor_fixed<T, xt::xshape<static_cast<std::size_t>(Shape.rows->number()),
                                                                static_cast<std::size_t>(Shape.columns->number())>>>{};
    else if constexpr (Shape.is_column())
      return std::type_identity<xt::xtensor<T, 1>>{};
    else
      return std::type_identity<xt::xtensor<T, 2>>{};
  }
  using type = typename decltype(make())::type;
};

[[noreturn, gnu::cold]] inline void throw_target_error(int index, long rows, long columns, const text_buffer<60>& found) {
  text_buffer<240> text;
  text << "ctgrad: into: target " << static_cast<long>(index + 1) << " is " << found.c_str() << ", its result is " << rows << " x "
       << columns << ", and it cannot be resized";
  throw shape_error(text.c_str());
}

/// Whether the target has the shape already.
template <class C>
bool has_shape(const C& target, long rows, long columns) {
  const auto extent = [&](std::size_t i) { return static_cast<long>(target.shape()[i]); };
  switch (target.dimension()) {
    case 0: return rows == 1 && columns == 1;
    case 1: return (columns == 1 && extent(0) == rows) || (rows == 1 && extent(0) == columns);
    case 2: return extent(0) == rows && extent(1) == columns;
    default: return false;
  }
}

/// Containers that own their memory can be given another shape; views, adaptors and fixed containers cannot.
template <class C>
inline constexpr bool owns_memory = false;
template <class Storage, std::size_t Rank, xt::layout_type Layout, class Tag>
inline constexpr bool owns_memory<xt::xtensor_container<Storage, Rank, Layout, Tag>> = true;
template <class Storage, xt::layout_type Layout, class Shape, class Tag>
inline constexpr bool owns_memory<xt::xarray_container<Storage, Layout, Shape, Tag>> = true;

/// Throws unless the target has the shape of its result or can be given it.
template <class C>
void check_takes(C& target, int index, long rows, long columns) {
  text_buffer<60> found;
  if constexpr (arithmetic<C>) {
    if (rows == 1 && columns == 1) return;
    found << "a number";
  } else {
    if (has_shape(target, rows, columns)) return;
    if constexpr (owns_memory<C>)
      if (rank_of<C>() != 1 || rows == 1 || columns == 1) return;
    for (std::size_t i = 0; i < target.dimension(); ++i) found << (i > 0 ? " x " : "") << static_cast<long>(target.shape()[i]);
  }
  throw_target_error(index, rows, columns, found);
}

/// Gives a container that owns its memory the shape of its result.
template <class C>
void give_shape(C& target, long rows, long columns) {
  const auto size = [](long n) { return static_cast<typename C::shape_type::value_type>(n); };
  typename C::shape_type wanted;
  if constexpr (rank_of<C>() == 1)
    wanted = {size(columns == 1 ? rows : columns)};
  else if constexpr (rank_of<C>() == 2)
    wanted = {size(rows), size(columns)};
  else if (columns == 1)
    wanted = {size(rows)};
  else
    wanted = {size(rows), size(columns)};
  target.resize(wanted);
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// Names the storage that results go into, in the order of the results: `f(..., into(value, dW))`. Containers are
/// resized; views, also unnamed ones, and adaptors must have the right shape. After the first call with given sizes
/// nothing is allocated.
template <class... Targets>
constexpr detail::into_targets<Targets...> into(Targets&&... targets) {
  return {{{static_cast<Targets&&>(targets)}...}};
}

}  // namespace ctgrad
