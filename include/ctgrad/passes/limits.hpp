// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

#include "../expr/print.hpp"

namespace ctgrad::detail {

/// Compilers limit the work of one constant evaluation. Most passes go in parts; taking derivatives is one evaluation, of
/// about this many steps for each subexpression as written.
inline constexpr long steps_for_each_source = 500;
/// What the default limits of all compilers leave room for.
inline constexpr long sources_within_default_limits = 2000;

/// Takes about so many steps.
constexpr bool take_steps(long steps) {
  constexpr long row = 10000;  // the iterations of a single loop are limited too
  long taken = 0;
  for (long i = 0; i < steps; i += row)
    for (long j = 0; j < row; ++j) ++taken;
  return taken >= 0;
}

/// Whether the compiler, under its flags, lets an evaluation go as far as a graph of this size needs.
template <long Sources>
concept within_limits =
    Sources <= sources_within_default_limits || requires { typename std::bool_constant<take_steps(Sources * steps_for_each_source)>; };

template <long Sources>
constexpr message describe_limit() {
  message text;
  text << Sources << " subexpressions need more|steps than the compiler allows:|";
#if defined(__clang__)
  text << "pass -fconstexpr-steps=" << 4 * Sources * steps_for_each_source;
#else
  text << "pass -fconstexpr-ops-limit=|" << 64 * Sources * steps_for_each_source;
#endif
  return text;
}
template <long Sources>
inline constexpr message limit_of = describe_limit<Sources>();

}  // namespace ctgrad::detail
