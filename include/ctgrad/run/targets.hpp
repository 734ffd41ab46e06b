// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <initializer_list>
#include <memory>
#include <tuple>
#include <utility>

#include "container.hpp"
#include "../passes/plan.hpp"
#include "errors.hpp"

namespace ctgrad::detail {

/// Does one thing after the other, `void(in_order{(step(I), 0)..., 0})`: compilers limit the operands of a fold, not of a list.
using in_order = int[];

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

template <std::size_t>
using any_pointer = const void*;
template <class Places>
struct pointer_behind;
template <std::size_t... Place>
struct pointer_behind<std::index_sequence<Place...>> {
  template <class T>
  static T* among(any_pointer<Place>..., T*, ...);
};
/// One of many types.
template <std::size_t Place, class... T>
using type_at = std::remove_pointer_t<decltype(pointer_behind<std::make_index_sequence<Place>>::among(static_cast<T*>(nullptr)...))>;

/// Storage of the caller that results are written into; views are kept by value, containers by reference.
template <class... Targets>
class into_targets {
 public:
  static constexpr int count = sizeof...(Targets);
  using container_type = void;

  constexpr explicit into_targets(Targets&&... targets) : row_{{static_cast<Targets&&>(targets)}...} {}
  template <std::size_t Place>
  [[gnu::always_inline]] auto& at() {
    return pick<Place>(row_);
  }
  [[gnu::always_inline]] void* address() const { return const_cast<into_targets*>(this); }
  /// Where they are; `room` is for the list.
  void* const* addresses(void** room) { return list(room, std::index_sequence_for<Targets...>{}); }

 private:
  slot_row<std::index_sequence_for<Targets...>, Targets...> row_;

  template <std::size_t... Place>
  void* const* list(void** room, std::index_sequence<Place...>) {
    void(in_order{(room[Place] = std::addressof(pick<Place>(row_)), 0)..., 0});
    return room;
  }
};
/// Targets that are all kept by reference.
template <class... Targets>
class into_targets<Targets&...> {
 public:
  static constexpr int count = sizeof...(Targets);
  using container_type = void;

  constexpr explicit into_targets(Targets&... targets)
      : addresses_{const_cast<std::remove_const_t<Targets>*>(std::addressof(targets))..., nullptr} {}
  template <std::size_t Place>
  [[gnu::always_inline]] auto& at() const {
    return *static_cast<type_at<Place, Targets...>*>(addresses_[Place]);
  }
  [[gnu::always_inline]] void* address() const { return const_cast<into_targets*>(this); }
  [[gnu::always_inline]] void* const* addresses(void**) const { return addresses_; }

 private:
  void* addresses_[count + 1];
};

template <class T>
inline constexpr bool is_into = false;
template <class... Targets>
inline constexpr bool is_into<into_targets<Targets...>> = true;

/// How large a result is: rows and columns of a matrix, or the extents of an array of the given rank.
struct result_size {
  long extents[4]{};
  int rank = 0;  // 0 for a matrix
};

template <std::size_t Capacity>
text_buffer<Capacity>& operator<<(text_buffer<Capacity>& out, const result_size& size) {
  for (int i = 0; i < (size.rank > 0 ? size.rank : 2); ++i) out << (i > 0 ? " x " : "") << size.extents[i];
  return out;
}

/// The type of a result: a scalar, rank 1 for a column, rank 3 or 4 for some Jacobians, rank 2 for the rest; fixed where all
/// extents are numbers and it is at most 4 KiB.
template <class T, const auto& Plan, std::size_t Result>
struct result_of {
  static constexpr const shape& Shape = Plan.result_shapes[Result];
  static constexpr const result_array& array = Plan.result_arrays[Result];
  static constexpr bool is_fixed = Shape.rows->is_number() && Shape.columns->is_number() &&
                                   Shape.rows->number() * Shape.columns->number() * static_cast<long>(sizeof(T)) <= 4096 &&
                                   Shape.rows->number() > 0 && Shape.columns->number() > 0;
  static constexpr auto make() {
    if constexpr (array.rank > 0 && is_fixed)
      return make_fixed(std::make_index_sequence<array.rank>{});
    else if constexpr (array.rank > 0)
      return std::type_identity<xt::xtensor<T, array.rank>>{};
    else if constexpr (Shape.is_scalar())
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
  template <std::size_t... I>
  static constexpr auto make_fixed(std::index_sequence<I...>) {
    return std::type_identity<xt::xtensor_fixed<T, xt::xshape<static_cast<std::size_t>(Plan.extents[array.extents[I]]->number())...>>>{};
  }
  using type = typename decltype(make())::type;
};

[[noreturn, gnu::cold]] inline void throw_target_error(int index, const result_size& size, const message& found) {
  message text;
  text << "ctgrad: into: target " << static_cast<long>(index + 1) << " is " << found.c_str() << ", its result is " << size
       << ", and it cannot be resized";
  throw_error<shape_error>(text);
}

/// Whether the target has the shape already.
template <class C>
[[gnu::always_inline]] inline bool has_shape(const C& target, const result_size& size) {
  const long rows = size.extents[0], columns = size.extents[1];
  const auto extent = [&](std::size_t i) { return static_cast<long>(target.shape()[i]); };
  const std::size_t rank = target.dimension();
  if (size.rank == 0 && rank == 0) return rows == 1 && columns == 1;
  if (size.rank == 0 && rank == 1) return (columns == 1 && extent(0) == rows) || (rows == 1 && extent(0) == columns);
  bool has = rank == static_cast<std::size_t>(size.rank > 0 ? size.rank : 2);
  for (std::size_t i = 0; has && i < rank; ++i) has = extent(i) == size.extents[i];
  return has;
}

/// Containers that own their memory can be given another shape; views, adaptors and fixed containers cannot.
template <class C>
inline constexpr bool owns_memory = false;
template <class Storage, std::size_t Rank, xt::layout_type Layout, class Tag>
inline constexpr bool owns_memory<xt::xtensor_container<Storage, Rank, Layout, Tag>> = true;
template <class Storage, xt::layout_type Layout, class Shape, class Tag>
inline constexpr bool owns_memory<xt::xarray_container<Storage, Layout, Shape, Tag>> = true;

/// So do containers of fixed extents own theirs.
template <class C>
inline constexpr bool owns_entries = owns_memory<C>;
template <class T, class Shape, xt::layout_type Layout, bool Sharable, class Tag>
inline constexpr bool owns_entries<xt::xfixed_container<T, Shape, Layout, Sharable, Tag>> = true;

/// Tells the types apart whose objects own their entries, by an address; null for all other types. Two such containers share
/// entries only if they are one object.
template <class C>
inline constexpr char owner_identity = 0;
template <class C>
inline constexpr const void* owner_type = owns_entries<C> ? &owner_identity<C> : nullptr;

/// Whether the type tells all of a container but its extents and its address.
template <class C>
inline constexpr bool is_plain_container = [] {
  if constexpr (tensor_like<C> && has_memory<C>)
    return is_packed<C> && rank_of<C>() >= 0;
  else
    return false;
}();

/// Whether a container of this rank (-1: of any) can be resized to the result.
constexpr bool takes_rank(int rank, const result_size& size) {
  if (size.rank > 0) return rank < 0 || rank == size.rank;
  const bool is_row = size.extents[0] == 1, is_column = size.extents[1] == 1;
  return rank < 0 || rank == 2 || (rank == 1 && (is_row || is_column)) || (rank == 0 && is_row && is_column);
}

/// Whether the target takes the result as it is.
template <class C>
[[gnu::always_inline]] inline bool has_shape_of(const C& target, const result_size& size) {
  if constexpr (arithmetic<C>)
    return takes_rank(0, size);
  else
    return has_shape(target, size);
}

/// Throws unless the target, which has another shape than its result, can be given it.
template <class C>
[[gnu::noinline, gnu::cold]] void check_resizes(C& target, int index, const result_size& size) {
  message found;
  if constexpr (arithmetic<C>) {
    found << "a number";
  } else {
    if constexpr (owns_memory<C>)
      if (takes_rank(rank_of<C>(), size)) return;
    for (std::size_t i = 0; i < target.dimension(); ++i) found << (i > 0 ? " x " : "") << static_cast<long>(target.shape()[i]);
  }
  throw_target_error(index, size, found);
}

/// Gives a container that owns its memory the shape of its result, which it takes.
template <class C>
void give_shape(C& target, const result_size& size) {
  using extent_type = typename C::shape_type::value_type;
  const bool is_vector = rank_of<C>() < 0 ? size.rank == 0 && size.extents[1] == 1 : rank_of<C>() == 1 && size.rank == 0;
  typename C::shape_type wanted{};
  if constexpr (rank_of<C>() < 0) wanted.resize(static_cast<std::size_t>(is_vector ? 1 : size.rank > 0 ? size.rank : 2));
  for (std::size_t i = 0; i < wanted.size(); ++i)
    wanted[i] = static_cast<extent_type>(is_vector ? size.extents[0] * size.extents[1] : size.extents[i]);  // of a row too
  target.resize(wanted);
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// Names the storage that results go into, in the order of the results.
///
/// Containers are resized; views, also unnamed ones, and adaptors must have the right shape, else shape_error. An unnamed
/// number or container would be lost with the call: an error while compiling. A target may be a bound container itself, which
/// is then updated in place where the plan allows it; one that overlaps an input, or another target, in part throws
/// alias_error. After the first call with given sizes nothing is allocated.
///
///     auto f = compile(loss, grad(loss, W));
///     double value;
///     xt::xtensor<double, 2> dW;
///     f(W = weights, x = sample, y = bias, into(value, dW));
template <class... Targets>
constexpr detail::into_targets<Targets...> into(Targets&&... targets) {
  return detail::into_targets<Targets...>(static_cast<Targets&&>(targets)...);
}

}  // namespace ctgrad
