// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "check.hpp"

namespace ctgrad::detail {

template <class T, class... Targets>
constexpr bool are_plain(into_targets<Targets...>*) {
  return all_of({std::is_same_v<std::remove_reference_t<Targets>, T> || is_plain_container<T, Targets>...});
}
template <class Checked, class Argument>
constexpr bool is_plain() {
  using argument = std::remove_const_t<Argument>;
  using T = typename Checked::entry;
  if constexpr (is_into<argument>) {
    return are_plain<T>(static_cast<argument*>(nullptr));
  } else {
    const source& subject = definition(expr<argument::key>{});
    if (subject.code != op::leaf) return true;
    return subject.form != structure::indices && subject.form != structure::diagonal_matrix && is_plain_container<T, decltype(argument::container)>;
  }
}

/// Whether every leaf and every target is a container whose entries follow each other, or a number as target: the types tell
/// that nothing is copied, unless something overlaps.
template <class Checked, class... Arguments>
inline constexpr bool is_plain_call = Checked::analysis.targets >= 0 && all_of({is_plain<Checked, Arguments>()...});


/// Where the entries of a container lie, and its extents where the type does not tell them, to a function that may say that it
/// wants no more of them; false then.
template <class Container, class F>
[[gnu::always_inline]] inline bool all_words_of_container(const Container& container, F f) {
  if constexpr (arithmetic<Container>) {
    return f(reinterpret_cast<std::uintptr_t>(&container));
  } else {
    if (!f(reinterpret_cast<std::uintptr_t>(container.data() + container.data_offset()))) return false;
    if constexpr (!std::is_empty_v<typename Container::shape_type>)  // else fixed
      for (std::size_t i = 0; i < static_cast<std::size_t>(rank_of<Container>()); ++i)
        if (!f(static_cast<std::uintptr_t>(container.shape()[i]))) return false;
    return true;
  }
}
/// The same of all that an argument brings to a plain call.
template <class Argument, class F>
[[gnu::always_inline]] inline bool all_words_of(Argument& argument, F f) {
  if constexpr (is_into<Argument>)
    return [&]<std::size_t... Place>(std::index_sequence<Place...>) __attribute__((always_inline)) {
      return (all_words_of_container(pick<Place>(argument.targets), f) && ...);
    }(std::make_index_sequence<static_cast<std::size_t>(Argument::count)>{});
  else if constexpr (arithmetic<decltype(argument.container)>)
    return f(static_cast<std::uintptr_t>(argument.container));  // an extent
  else
    return all_words_of_container(argument.container, f);
}

}  // namespace ctgrad::detail
