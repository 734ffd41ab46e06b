// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../expr/source.hpp"
#include "arithmetic.hpp"

namespace ctgrad::detail {

/// A computed number, and how far rounding may have moved it, in units of 2^-53: a running error analysis. It tells a
/// true zero among large terms from a small difference.
struct approximation {
  double value = 0;
  double error = 0;
};

constexpr double plus_one_rounding(double error, double value) { return plus(error, elementary::abs(value)); }

/// y = f(a) with |f'(a)| <= slope.
constexpr approximation mapped(double y, double slope, const approximation& a, int roundings = 2) {
  if (!elementary::is_finite(y)) return {y, 0};
  return {y, plus(times(elementary::abs(slope), a.error), roundings * elementary::abs(y))};
}

/// A step of height 1 at x = 0: nothing is known of it where rounding may have moved x across.
constexpr approximation stepped(double y, double x, double error) {
  if (elementary::is_nan(x)) return {x, 0};
  return {y, error > 0 && elementary::abs(x) <= 0x1p-50 * error ? 0x1p53 : 0};
}

constexpr double sigmoid_of(double x) {
  if (x >= 0) return 1 / (1 + elementary::exp(-x));
  const double power = elementary::exp(x);
  return over(power, 1 + power);
}

/// One entry of an elementwise op of one argument.
constexpr approximation evaluate_entry(op code, const approximation& a) {
  using namespace elementary;
  const double x = a.value;
  if (is_nan(x)) return {x, 0};  // constant evaluation stops at arithmetic with it
  double y = 0;
  switch (code) {
    case op::negate: return {-x, a.error};
    case op::exp: return y = exp(x), mapped(y, y, a);
    case op::log: return y = log(x), mapped(y, over(1, x), a);
    case op::log1p: return y = log1p(x), mapped(y, over(1, plus(1, x)), a);
    case op::expm1: return y = expm1(x), mapped(y, plus(y, 1), a);
    case op::sqrt: return y = sqrt(x), y == 0 ? approximation{0, 0x1p27 * sqrt(a.error)} : mapped(y, over(0.5, y), a);
    case op::square: return mapped(times(x, x), 2 * abs(x), a);
    case op::reciprocal: return y = over(1, x), mapped(y, times(y, y), a);
    case op::abs: return {abs(x), a.error};
    case op::sign: return stepped(x > 0 ? 1 : x < 0 ? -1 : 0, x, a.error);
    case op::heaviside: return stepped(x > 0, x, a.error);
    case op::sin: return mapped(sin(x), 1, a);
    case op::cos: return mapped(cos(x), 1, a);
    case op::tan: return y = tan(x), mapped(y, plus(1, times(y, y)), a);
    case op::tanh: return mapped(tanh(x), 1, a);
    case op::erf: return mapped(erf(x), 1.2, a, 4);
    case op::sigmoid: return mapped(sigmoid_of(x), 0.25, a);
    case op::swish: return mapped(x < -800 ? 0 : times(x, sigmoid_of(x)), 1.1, a);
    case op::relu: return {is_nan(x) || x > 0 ? x : 0, x > -0x1p-50 * a.error ? a.error : 0};
    case op::softplus: return mapped(is_nan(x) ? x : (x > 0 ? x : 0) + log1p(exp(-abs(x))), 1, a);
    case op::gelu: return y = x < -40 ? 0 : times(0.5 * x, 1 + erf(0.7071067811865476 * x)), mapped(y, 1.2, {x, plus_one_rounding(a.error, x)});
    case op::lgamma:  // near its zeros, 1 and 2, it is a difference of larger numbers
      y = lgamma(x);
      return {y, is_finite(y) ? plus(mapped(y, digamma(x), a, 8).error, 32) : 0};
    case op::digamma: return y = digamma(x), mapped(y, trigamma(x), {x, plus(a.error, 8 * abs(x))}, 8);
    case op::trigamma: return y = trigamma(x), mapped(y, polygamma(2, x), {x, plus(a.error, 8 * abs(x))}, 8);
    case op::finite: return is_finite(x) ? a : approximation{};
    default: return {not_a_number, 0};
  }
}

/// One entry of a user's function; its slope by a difference, which is close enough for an error.
constexpr approximation evaluate_call(const user_function& f, const approximation& a) {
  if (elementary::is_nan(a.value)) return a;
  const double h = 0x1p-20 * (1 + elementary::abs(a.value));
  const double slope = elementary::is_finite(a.value) ? over(minus(f.at(a.value + h), f.at(a.value - h)), 2 * h) : 0;
  return mapped(f.at(a.value), elementary::is_finite(slope) ? slope : 0, {a.value, plus_one_rounding(a.error, a.value)}, 8);
}

/// p - q where that is finite, else 1; NaN where the two have no order.
constexpr double difference_of_order(double p, double q) {
  if (elementary::is_nan(p) || elementary::is_nan(q)) return elementary::not_a_number;
  return elementary::is_finite(p) && elementary::is_finite(q) ? minus(p, q) : 1;
}

/// One entry of an elementwise op of two arguments.
constexpr approximation evaluate_entry(op code, const approximation& a, const approximation& b) {
  using namespace elementary;
  const double p = a.value, q = b.value;
  const bool unordered = is_nan(p) || is_nan(q);
  switch (code) {
    case op::add: return mapped(plus(p, q), 1, {p, plus(a.error, b.error)}, 1);
    case op::subtract: return mapped(minus(p, q), 1, {p, plus(a.error, b.error)}, 1);
    case op::multiply: return mapped(times(p, q), 1, {p, plus(times(a.error, abs(q)), times(abs(p), b.error))}, 1);
    case op::divide: {
      const double y = over(p, q);
      return mapped(y, over(1, q), {p, plus(a.error, times(abs(y), b.error))}, 1);
    }
    case op::power: {
      const double y = pow(p, q);
      if (!is_finite(y) || !is_finite(q) || p == 0) return {y, 0};
      const double logarithm = log(abs(p));
      const double relative = plus(over(a.error, abs(p)), abs(logarithm));
      approximation power = mapped(y, y, {p, plus(times(abs(q), relative), times(abs(logarithm), b.error))});
      if (p < 0 && b.error > 0) power.error = plus(power.error, 0x1p53);  // the next exponent may be no integer
      return power;
    }
    case op::maximum: return unordered ? approximation{not_a_number, 0} : p >= q ? a : b;
    case op::minimum: return unordered ? approximation{not_a_number, 0} : p <= q ? a : b;
    case op::huber: {
      if (unordered) return {not_a_number, 0};
      const double inner = abs(p) <= q ? abs(p) : q;
      return mapped(times(inner, minus(abs(p), 0.5 * inner)), 1, {p, plus(times(abs(inner), a.error), times(abs(p), b.error))}, 4);
    }
    case op::polygamma: {
      if (unordered || !(p >= 0 && p < 60)) return {not_a_number, 0};
      const double y = polygamma(static_cast<int>(p), q);
      return mapped(y, polygamma(static_cast<int>(p) + 1, q), {q, plus(b.error, 8 * abs(q))}, 8);
    }
    case op::less: return stepped(p < q, difference_of_order(p, q), plus(a.error, b.error));
    case op::less_equal: return stepped(p <= q, difference_of_order(p, q), plus(a.error, b.error));
    default: return {not_a_number, 0};
  }
}

}  // namespace ctgrad::detail
