// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

#include "targets.hpp"

namespace ctgrad::detail {

/// How a target takes its result: directly, or from spare memory at the end.
template <class T>
struct destination {
  const void* target = nullptr;
  T* data = nullptr;
  bool fits = false;           // has the shape of its result already
  bool through_spare = false;
  memory_view<const T> memory{};  // without data where the target has none that fits
  address_range addresses{};
};

/// Finds out how.
template <class T, class Target>
[[gnu::always_inline]] inline void look_at(Target& target, const result_size& size, destination<T>& d) {
  d.target = std::addressof(target);
  d.fits = has_shape_of(target, size);
  if constexpr (arithmetic<Target>) {
    d.through_spare = !std::is_same_v<Target, T>;
    if constexpr (std::is_same_v<Target, T>) {
      d.data = &target;
      d.memory = {&target, 1, 1, 1, 1};
    }
  } else if constexpr (has_memory<Target> && std::is_same_v<entry_type<Target>, T>) {
    const memory_view<T> memory = memory_of(target);
    d.data = memory.data;
    d.memory = memory;
    d.through_spare = !d.memory.is_contiguous();
  } else {
    d.through_spare = true;
  }
  d.addresses = address_range::of(d.memory);
}

/// Whether two addresses are one. As template arguments: GCC's -fsanitize=undefined compares no addresses while compiling.
template <const void* First, const void* Second>
inline constexpr bool same_address = false;
template <const void* Both>
inline constexpr bool same_address<Both, Both> = true;

/// Whether two blocks may share entries, at a quick look: of containers that own theirs only a container and itself do.
template <const void* FirstOwner, const void* SecondOwner, class First, class Second>
[[gnu::always_inline]] inline bool may_meet([[maybe_unused]] const First& a, [[maybe_unused]] const Second& b) {
  if constexpr (same_address<FirstOwner, nullptr> || same_address<SecondOwner, nullptr>) return meet(a.addresses, b.addresses);
  else if constexpr (same_address<FirstOwner, SecondOwner>) return a.data == b.data;
  else return false;
}

[[noreturn, gnu::cold]] inline void throw_alias(int index, const char* other) {
  message text;
  text << "ctgrad: into: target " << static_cast<long>(index + 1) << " overlaps " << other << " in part";
  throw_error<alias_error>(text);
}
/// Two targets must not share entries. A container named twice may have none yet.
template <class T>
void check_against_earlier(int result, const destination<T>* destinations) {
  for (int i = 0; i < result; ++i)
    if (destinations[i].target == destinations[result].target || overlap(destinations[result].memory, destinations[i].memory))
      throw_alias(result, "another target");
}

/// Gives a new result its shape.
template <class T, class Result>
T* shape_result(Result& result, [[maybe_unused]] const result_size& size) {
  if constexpr (std::is_same_v<Result, T>) {
    return &result;
  } else {
    if constexpr (owns_memory<Result>) give_shape(result, size);
    return result.data();
  }
}

/// Throws unless the target has the shape of its result or can be given it.
template <class T, class Target>
[[gnu::always_inline]] inline void check_takes(Target& target, int index, const result_size& size, const destination<T>& d) {
  if (!d.fits) check_resizes(target, index, size);
}

/// Resizes a target that needs it.
template <class T, class Target>
void shape_target(Target& target, const result_size& size, destination<T>& d) {
  if constexpr (owns_memory<Target>)
    if (!d.fits) {
      give_shape(target, size);
      look_at(target, size, d);
    }
}

/// Copies a result that could not be written where it belongs.
template <class T, class Target>
void copy_to_target(Target& target, const T* data) {
  if constexpr (arithmetic<Target>)
    target = static_cast<Target>(*data);
  else
    std::copy(data, data + target.size(), target.template begin<xt::layout_type::row_major>());
}

}  // namespace ctgrad::detail
