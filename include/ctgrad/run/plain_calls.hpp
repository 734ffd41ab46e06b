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

}  // namespace ctgrad::detail
