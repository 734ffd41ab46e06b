// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../expr/extent.hpp"

namespace ctgrad::detail {

/// The named extent, by its key, that a plan takes to be much smaller than the others; 0 for none.
using assumption = std::uint64_t;

/// What stands for the number of a named extent while it is not known. Only ratios matter.
inline constexpr double size_of_most = 100, size_of_small = 4;

/// Calls use(key) for each name in an extent, as often as it stands there.
template <class Use>
constexpr void visit_names(const extent& e, Use use) {
  for (int i = 0; i < e.count; ++i)
    for (int j = 0; j < e.terms[i].degree; ++j) use(e.terms[i].factors[j].key);
}

/// The number of an extent, given one for each name.
template <class SizeOfName>
constexpr double size_of(const extent& e, SizeOfName size_of_name) {
  double size = 0;
  for (int i = 0; i < e.count; ++i) {
    double term = static_cast<double>(e.terms[i].coefficient);
    for (int j = 0; j < e.terms[i].degree; ++j) term *= size_of_name(e.terms[i].factors[j].key);
    size += term;
  }
  return size;
}

/// Whether one extent is at most half of another, as far as can be told.
template <assumption Small>
constexpr bool is_much_smaller(const extent& a, const extent& b) {
  const auto size_of_name = [](std::uint64_t key) { return key == Small ? size_of_small : size_of_most; };
  return 2 * size_of(a, size_of_name) <= size_of(b, size_of_name);
}

}  // namespace ctgrad::detail
