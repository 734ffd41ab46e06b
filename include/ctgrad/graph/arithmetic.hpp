// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

#include "elementary.hpp"

namespace ctgrad::detail {

// Constant evaluation stops where arithmetic overflows or makes NaN; these three say what IEEE arithmetic says.

constexpr bool is_moderate_size(double x) { return x > -1e150 && x < 1e150; }

constexpr double plus(double a, double b) {
  if (!std::is_constant_evaluated() || (is_moderate_size(a) && is_moderate_size(b))) return a + b;
  using namespace elementary;
  if (is_nan(a) || is_nan(b)) return not_a_number;
  if (!is_finite(a)) return is_finite(b) || a == b ? a : not_a_number;
  if (!is_finite(b)) return b;
  const double half = a / 2 + b / 2;
  return abs(half) < 0x1p1023 ? a + b : half < 0 ? -infinity : infinity;
}
constexpr double minus(double a, double b) { return plus(a, -b); }

constexpr double times(double a, double b) {
  if (!std::is_constant_evaluated() || (is_moderate_size(a) && is_moderate_size(b))) return a * b;
  using namespace elementary;
  if (is_nan(a) || is_nan(b)) return not_a_number;
  const bool negative = (a < 0) != (b < 0);
  if (!is_finite(a) || !is_finite(b)) return a == 0 || b == 0 ? not_a_number : negative ? -infinity : infinity;
  if (abs(a) <= 1 || abs(b) <= 1 || abs(a) < 0x1.fffffffffffffp1023 / abs(b)) return a * b;
  return negative ? -infinity : infinity;
}

constexpr double over(double a, double b) {
  if (!std::is_constant_evaluated() || (is_moderate_size(a) && is_moderate_size(b) && (b > 1e-150 || b < -1e-150))) return a / b;
  using namespace elementary;
  if (is_nan(a) || is_nan(b)) return not_a_number;
  const bool negative = (a < 0) != (std::bit_cast<std::uint64_t>(b) >> 63 != 0);
  if (!is_finite(b)) return is_finite(a) ? 0 : not_a_number;
  if (b == 0) return a == 0 ? not_a_number : negative ? -infinity : infinity;
  if (!is_finite(a) || (abs(b) < 1 && abs(a) > 0x1.fffffffffffffp1023 * abs(b))) return negative ? -infinity : infinity;
  return a / b;
}

}  // namespace ctgrad::detail
