// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "check.hpp"

namespace ctgrad::detail {

constexpr bool is_plain(const argument_facts& a, bool in_floats) {
  if (!a.is_targets && a.subject->code != op::leaf) return true;
  const bool as_they_are = a.is_targets || (a.subject->form != structure::indices && a.subject->form != structure::diagonal_matrix);
  return a.is_plain && as_they_are && (in_floats ? a.is_float : a.is_double);
}

/// Whether every leaf and every target is a container whose entries follow each other, or a number: the types tell that
/// nothing is copied, unless something overlaps.
template <class Checked>
inline constexpr bool is_plain_call = [] {
  bool plain = true;
  for (int i = 0; i < Checked::count; ++i) plain = plain && is_plain(*Checked::facts[i], Checked::analysis.in_floats);
  return plain;
}();

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
      return (all_words_of_container(argument.template at<Place>(), f) && ...);
    }(std::make_index_sequence<static_cast<std::size_t>(Argument::count)>{});
  else if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(argument.container)>>)
    return f(static_cast<std::uintptr_t>(argument.container));  // an extent
  else
    return all_words_of_container(argument.container, f);
}

}  // namespace ctgrad::detail
