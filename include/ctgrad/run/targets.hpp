// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tuple>

#include "container.hpp"
#include "../expr/shape.hpp"
#include "errors.hpp"

namespace ctgrad::detail {

/// Storage of the caller that results are written into; views are kept by value, containers by reference.
template <class... Targets>
struct into_targets {
  std::tuple<Targets...> targets;
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

[[noreturn, gnu::cold]] inline void throw_target_error(int index, long rows, long columns) {
  text_buffer<200> text;
  text << "ctgrad: into: target " << static_cast<long>(index + 1) << " does not have the shape of its result, " << rows
       << " x " << columns << ", and cannot be resized";
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

/// Gives a target the shape of its result; only containers that own their memory can be resized.
template <class C>
void give_shape(C& target, int index, long rows, long columns) {
  if (has_shape(target, rows, columns)) return;
  constexpr int rank = rank_of<C>();
  // A view or an adaptor does not own its memory: its `resize`, where it has one, is not meant.
  constexpr bool owns = requires { typename C::storage_type::allocator_type; } || requires { typename C::allocator_type; };
  constexpr bool resizes = owns && rank != 0 && requires { target.resize(typename C::shape_type{}); };
  if constexpr (resizes) {
    const auto size = [](long n) { return static_cast<typename C::shape_type::value_type>(n); };
    if constexpr (rank == 1) {
      if (columns != 1 && rows != 1) throw_target_error(index, rows, columns);
      target.resize(typename C::shape_type{size(columns == 1 ? rows : columns)});
    } else if constexpr (rank == 2) {
      target.resize(typename C::shape_type{size(rows), size(columns)});
    } else {
      typename C::shape_type wanted;
      if (columns != 1)
        wanted = {size(rows), size(columns)};
      else
        wanted = {size(rows)};
      target.resize(wanted);
    }
  } else {
    throw_target_error(index, rows, columns);
  }
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// Names the storage that results go into, in the order of the results: `f(..., into(value, dW))`. Containers are
/// resized; views, also unnamed ones, and adaptors must have the right shape. After the first call with given sizes
/// nothing is allocated.
template <class... Targets>
constexpr detail::into_targets<Targets...> into(Targets&&... targets) {
  return {std::tuple<Targets...>(static_cast<Targets&&>(targets)...)};
}

}  // namespace ctgrad
