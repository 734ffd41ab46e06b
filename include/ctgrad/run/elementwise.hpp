// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <limits>

#include "../expr/user_function.hpp"
#include "logarithm.hpp"
#include "pack.hpp"
#include "special.hpp"

namespace ctgrad::detail {

/// The value of an elementwise op, for one entry or a pack of them. NaN goes through; nothing overflows on the way to
/// a finite result.
template <op Code, class V>
[[gnu::always_inline]] inline V elementwise(const V& a, const V& b, const V& c) {
  using std::abs, std::log1p, std::expm1, std::sqrt, std::sin, std::cos, std::tan, std::tanh;
  using T = lane<V>;
  const V zero(T(0)), one(T(1));
  if constexpr (Code == op::negate) return negated(a);
  else if constexpr (Code == op::exp) return exponential_of(a);
  else if constexpr (Code == op::log) return logarithm_of(a);
  else if constexpr (Code == op::log1p) return log1p(a);
  else if constexpr (Code == op::expm1) return expm1(a);
  else if constexpr (Code == op::sqrt) return sqrt(a);
  else if constexpr (Code == op::square) return a * a;
  else if constexpr (Code == op::reciprocal) return one / a;
  else if constexpr (Code == op::abs) return abs(a);
  else if constexpr (Code == op::sign) return choose(a > zero, one, choose(a < zero, -one, a));
  else if constexpr (Code == op::heaviside) return choose(a > zero, one, choose(a <= zero, zero, a));
  else if constexpr (Code == op::sin) return sin(a);
  else if constexpr (Code == op::cos) return cos(a);
  else if constexpr (Code == op::tan) return tan(a);
  else if constexpr (Code == op::tanh) return tanh(a);
  else if constexpr (Code == op::erf) return on_lanes<V>([](T x) { return std::erf(x); }, a);
  else if constexpr (Code == op::sigmoid) return one / (one + exponential_of(negated(a)));
  else if constexpr (Code == op::swish) return elementwise<op::maximum, V>(V(T(-1000)), a, c) / (one + exponential_of(negated(a)));
  else if constexpr (Code == op::relu) return choose(a <= zero, zero, a);
  else if constexpr (Code == op::softplus) return choose(a <= zero, zero, a) + log1p(exponential_of(negated(abs(a))));
  else if constexpr (Code == op::gelu)
    return on_lanes<V>([](T x) { return T(0.5) * std::max(x, T(-100)) * std::erfc(T(-0.70710678118654752440) * x); }, a);
  else if constexpr (Code == op::lgamma) return on_lanes<V>([](T x) { return static_cast<T>(special::lgamma(x)); }, a);
  else if constexpr (Code == op::digamma) return on_lanes<V>([](T x) { return static_cast<T>(special::polygamma(0, x)); }, a);
  else if constexpr (Code == op::trigamma) return on_lanes<V>([](T x) { return static_cast<T>(special::polygamma(1, x)); }, a);
  else if constexpr (Code == op::finite) {
    const auto is_infinite = abs(a) > V(std::numeric_limits<T>::max());
    if (holds_anywhere(is_infinite)) [[unlikely]] return choose(is_infinite, zero, a);  // a branch lets no one wait
    return a;
  } else if constexpr (Code == op::add) return a + b;
  else if constexpr (Code == op::subtract) return a - b;
  else if constexpr (Code == op::multiply) return a * b;
  else if constexpr (Code == op::divide) return a / b;
  else if constexpr (Code == op::power) return on_lanes<V>([](T x, T y) { return std::pow(x, y); }, a, b);
  else if constexpr (Code == op::maximum) return choose(is_nan(a), a, larger(a, b));
  else if constexpr (Code == op::minimum) return choose(is_nan(a), a, negated(larger(negated(a), negated(b))));
  else if constexpr (Code == op::huber) {
    const V size = abs(a), inner = choose(size <= b, size, choose(is_nan(size), size, b));
    return inner * (size - V(T(0.5)) * inner);
  } else if constexpr (Code == op::polygamma)
    return on_lanes<V>([](T n, T x) { return static_cast<T>(special::polygamma(static_cast<double>(n), x)); }, a, b);
  else if constexpr (Code == op::less) return choose(a < b, one, choose(b <= a, zero, a + b));  // NaN where a or b is
  else if constexpr (Code == op::less_equal) return choose(a <= b, one, choose(b < a, zero, a + b));
  else if constexpr (Code == op::where) return choose(is_nan(a), a, choose(a != zero, b, c));
  else static_assert(Code == op::negate, "no such elementwise op");
}

/// How a loop reduces, for one entry or a pack of them.
template <op Code, class V>
struct reduction {
  using T = lane<V>;
  static constexpr bool is_sum = Code == op::sum || Code == op::row_sums || Code == op::column_sums;
  static constexpr T neutral = is_sum ? T(0) : -std::numeric_limits<T>::infinity();

  [[gnu::always_inline]] static V join(const V& a, const V& b) {
    if constexpr (is_sum)
      return a + b;
    else
      return elementwise<op::maximum, V>(b, a, a);
  }
  /// In every lane that a line of `count` entries needs; neutral ones follow those.
  [[gnu::always_inline]] static V of_line(const V& v, std::size_t count) {
    if constexpr (!is_sum)  // once, aside from what the result waits for
      if (holds_anywhere(is_nan(v))) [[unlikely]] return V(std::numeric_limits<T>::quiet_NaN());
    return join_lanes(v, count, [](const V& a, const V& b) __attribute__((always_inline)) { return is_sum ? V(a + b) : larger(a, b); });
  }
  [[gnu::always_inline]] static T of_pack(const V& v) {
    if constexpr (is_sum)
      return sum_of(v);
    else
      return first_lane(of_line(v, lane_count<V>));
  }
};

/// A user's function of each entry.
template <std::uint64_t Code, class V>
V call_on_lanes(const V& a) {
  using T = lane<V>;
  return on_lanes<V>([](T x) { return static_cast<T>(called_function(function_code<Code>{})(x)); }, a);
}

}  // namespace ctgrad::detail
