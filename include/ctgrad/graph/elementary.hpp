// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

/// Elementary functions in constant evaluation, where <cmath> is not available: nearly double accuracy, by argument
/// reduction and series. NaN and infinities come out as they do from <cmath>.
namespace ctgrad::detail::elementary {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double pi = 3.14159265358979323846;
// Constants in two parts: the first has trailing zero bits, so that small multiples of it are exact.
inline constexpr double log_two = 0x1.62e42feep-1, log_two_rest = 0x1.a39ef35793c76p-33;
inline constexpr double half_pi = 0x1.921fb544p+0, half_pi_rest = 0x1.0b4611a6p-34, half_pi_last = 0x1.3198a2e037073p-69;

constexpr bool is_finite(double x) { return x >= -std::numeric_limits<double>::max() && x <= std::numeric_limits<double>::max(); }
constexpr bool is_nan(double x) { return x != x; }
constexpr double abs(double x) { return x < 0 ? -x : x; }

/// The nearest integer of a moderate number.
constexpr double nearest(double x) { return static_cast<double>(static_cast<long long>(x < 0 ? x - 0.5 : x + 0.5)); }
constexpr bool is_integer(double x) { return abs(x) >= 0x1p53 || static_cast<double>(static_cast<long long>(x)) == x; }

/// 2^k within the range of normal numbers.
constexpr double power_of_two(int k) { return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52); }

/// x 2^k, by steps that neither overflow nor lose bits on the way.
constexpr double scale(double x, int k) {
  for (; k < -1000; k += 1000) x *= 0x1p-1000;
  if (k <= 1000) return x * power_of_two(k);
  const double half = x * power_of_two(k - 1000);
  return half >= 0x1p24 ? infinity : half * 0x1p1000;
}

/// e^x - 1 for |x| <= 0.35, by its series.
constexpr double expm1_series(double x) {
  double sum = 1;
  for (int n = 14; n > 1; --n) sum = 1 + sum * x / n;
  return x * sum;
}

constexpr double exp(double x) {
  if (is_nan(x)) return x;
  if (x > 709.78271289338397) return infinity;
  if (x < -745.2) return 0;
  const double k = nearest(x / log_two);
  const double rest = (x - k * log_two) - k * log_two_rest;
  return scale(1 + expm1_series(rest), static_cast<int>(k));
}

constexpr double expm1(double x) {
  if (is_nan(x)) return x;
  if (abs(x) <= 0.35) return expm1_series(x);
  const double power = exp(x);
  return is_finite(power) ? power - 1 : power;
}

/// log((1 + s) / (1 - s)) for |s| <= 0.18.
constexpr double log_series(double s) {
  const double square = s * s;
  double sum = 0;
  for (int n = 23; n > 0; n -= 2) sum = sum * square + 1. / n;
  return 2 * s * sum;
}

constexpr double log(double x) {
  if (is_nan(x) || x < 0) return not_a_number;
  if (x == 0) return -infinity;
  if (!is_finite(x)) return x;
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) x *= 0x1p54, exponent = -54;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (mantissa > 1.4142135623730951) mantissa /= 2, ++exponent;
  const double small = log_series((mantissa - 1) / (mantissa + 1));
  return exponent * log_two + (exponent * log_two_rest + small);
}

constexpr double log1p(double x) {
  if (is_nan(x) || !(abs(x) <= 0.3)) return is_finite(x) ? log(1 + x) : x < 0 ? not_a_number : x;
  return log_series(x / (2 + x));
}

constexpr double sqrt(double x) {
  if (is_nan(x) || x < 0) return not_a_number;
  if (x == 0 || !is_finite(x)) return x;
  if (x < 0x1p-1000) return sqrt(x * 0x1p+200) * 0x1p-100;
  // Halving the exponent is right within a tenth; each step of Newton's doubles the digits.
  double root = std::bit_cast<double>((std::bit_cast<std::uint64_t>(x) >> 1) + 0x1ff8000000000000u);
  for (int i = 0; i < 5; ++i) root = 0.5 * (root + x / root);
  return root;
}

/// sin(r) and cos(r) for |r| <= pi / 4.
constexpr double sin_series(double r) {
  double sum = 1;
  for (int n = 18; n > 0; n -= 2) sum = 1 - sum * r * r / (n * (n + 1));
  return r * sum;
}
constexpr double cos_series(double r) {
  double sum = 1;
  for (int n = 17; n > 0; n -= 2) sum = 1 - sum * r * r / (n * (n + 1));
  return sum;
}

/// sin(x + quarter pi / 2).
constexpr double sine(double x, int quarter) {
  if (!is_finite(x) || abs(x) > 1e6) return not_a_number;  // beyond, the reduction would lose digits
  const double k = nearest(x / half_pi);
  const double rest = ((x - k * half_pi) - k * half_pi_rest) - k * half_pi_last;
  switch ((static_cast<long long>(k) + quarter) & 3) {
    case 0: return sin_series(rest);
    case 1: return cos_series(rest);
    case 2: return -sin_series(rest);
    default: return -cos_series(rest);
  }
}
constexpr double sin(double x) { return sine(x, 0); }
constexpr double cos(double x) { return sine(x, 1); }
constexpr double tan(double x) { return is_finite(x) && abs(x) <= 1e6 ? sin(x) / cos(x) : not_a_number; }

constexpr double tanh(double x) {
  if (is_nan(x)) return x;
  if (abs(x) > 20) return x < 0 ? -1 : 1;
  const double grown = expm1(2 * abs(x));
  return (x < 0 ? -grown : grown) / (grown + 2);
}

constexpr double erf(double x) {
  if (is_nan(x)) return x;
  const double size = abs(x);
  if (size > 6) return x < 0 ? -1 : 1;
  const double square = x * x;
  if (size < 2.5) {  // a series without cancellation
    double sum = 1;
    for (int n = 60; n > 0; --n) sum = 1 + sum * 2 * square / (2 * n + 1);
    return 1.1283791670955126 * x * exp(-square) * sum;
  }
  double fraction = size;  // the continued fraction of 1 - erf
  for (int n = 60; n > 0; --n) fraction = size + 0.5 * n / fraction;
  const double rest = exp(-square) / (fraction * 1.7724538509055160);
  return x < 0 ? rest - 1 : 1 - rest;
}

/// sum of coefficients[i] x^i, i < 8.
constexpr double polynomial(const double (&coefficients)[8], double x) {
  double sum = 0;
  for (int i = 8; i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

/// log |Gamma(x)|, by Stirling's series from 10 on and the recurrence below; near its zeros 1 and 2 absolutely exact.
constexpr double lgamma(double x) {
  if (is_nan(x)) return x;
  if (!is_finite(x) || (x <= 0 && is_integer(x))) return infinity;
  if (x > 1e17) return x < 2.5e305 ? x * (log(x) - 1) : infinity;
  if (x < 0.5) return log(pi / abs(sin(pi * (x - nearest(x))))) - lgamma(1 - x);
  double product = 1;
  for (; x < 10; x += 1) product *= x;
  constexpr double stirling[8] = {1. / 12, -1. / 360, 1. / 1260, -1. / 1680, 1. / 1188, -691. / 360360, 1. / 156, -3617. / 122400};
  return (x - 0.5) * log(x) - x + 0.91893853320467274 + polynomial(stirling, 1 / (x * x)) / x - log(product);
}

/// The derivative of lgamma.
constexpr double digamma(double x) {
  if (!is_finite(x) || (x <= 0 && is_integer(x))) return x > 0 ? x : not_a_number;
  if (x > 1e17) return log(x);
  if (abs(x) < 1e-300) return x < 0 ? infinity : -infinity;
  if (x < 0.5) return digamma(1 - x) - pi / tan(pi * (x - nearest(x)));
  double sum = 0;
  for (; x < 10; x += 1) sum += 1 / x;
  constexpr double series[8] = {1. / 12, -1. / 120, 1. / 252, -1. / 240, 1. / 132, -691. / 32760, 1. / 12, -3617. / 8160};
  const double square = 1 / (x * x);
  return log(x) - 0.5 / x - square * polynomial(series, square) - sum;
}

/// The derivative of digamma.
constexpr double trigamma(double x) {
  if (!is_finite(x) || (x <= 0 && is_integer(x))) return x > 0 ? 0 : x <= 0 && is_finite(x) ? infinity : not_a_number;
  if (x > 1e17) return 1 / x;
  if (abs(x) < 1e-150) return infinity;
  if (x < 0.5) {
    const double s = sin(pi * (x - nearest(x)));
    return pi * pi / (s * s) - trigamma(1 - x);
  }
  double sum = 0;
  for (; x < 10; x += 1) sum += 1 / (x * x);
  constexpr double series[8] = {1. / 6, -1. / 30, 1. / 42, -1. / 30, 5. / 66, -691. / 2730, 7. / 6, -3617. / 510};
  const double square = 1 / (x * x);
  return sum + (1 + 0.5 / x + square * polynomial(series, square)) / x;
}

/// The n-th derivative of digamma, n > 1: sums of 1 / (x + k)^(n+1), the tail by Euler and Maclaurin.
constexpr double polygamma(int n, double x) {
  if (n == 0) return digamma(x);
  if (n == 1) return trigamma(x);
  if (!is_finite(x)) return x > 0 ? 0 : not_a_number;
  if (x < -1e4) return not_a_number;  // the recurrence would take too long
  if (abs(x) < 1e-12 && (n + 1) * log(abs(x)) < -690) return n % 2 == 0 && !(x < 0) ? -infinity : infinity;
  if ((n + 1) * log(abs(x)) > 690) return 0;
  double factorial = 1, sum = 0;
  for (int i = 2; i <= n; ++i) factorial *= i;
  const auto power = [](double base, int count) {
    double result = 1;
    while (count-- > 0) result *= base;
    return result;
  };
  for (; x < 20 + n; x += 1) sum += x == 0 ? infinity : power(1 / x, n + 1);
  const double inverse = 1 / x, end = power(inverse, n), next = end * inverse;
  sum += end / n + next / 2;
  double coefficient = n + 1, term = next * inverse;  // (2k + n - 1)! / n! over x^(2k + n)
  constexpr double series[] = {1. / 12, -1. / 720, 1. / 30240, -1. / 1209600, 1. / 47900160};  // B_2k / (2k)!
  for (int k = 1; k <= 5; ++k) {
    sum += series[k - 1] * coefficient * term;
    coefficient *= (2. * k + n) * (2. * k + n + 1);
    term *= inverse * inverse;
  }
  return (n % 2 == 0 ? -1 : 1) * factorial * sum;
}

constexpr double pow(double x, double exponent) {
  if (exponent == 0 || x == 1) return 1;
  if (is_nan(x) || is_nan(exponent)) return not_a_number;
  const bool odd = is_integer(exponent) && abs(exponent) < 0x1p53 && static_cast<long long>(exponent) % 2 != 0;
  const double size = abs(x);
  if (x < 0 && is_finite(x) && !is_integer(exponent)) return not_a_number;
  const double sign = x < 0 && odd ? -1 : 1;
  if (size == 0 || !is_finite(size)) return (size == 0) == (exponent > 0) ? sign * 0. : sign * infinity;
  if (!is_finite(exponent)) return size == 1 ? 1 : (size > 1) == (exponent > 0) ? infinity : 0;
  if (is_integer(exponent) && abs(exponent) <= 16) {  // a few products are more exact than a logarithm
    double result = 1;
    const int count = static_cast<int>(abs(exponent));
    if (abs(log(size)) * count < 600) {
      for (int i = 0; i < count; ++i) result *= size;
      return sign * (exponent < 0 ? 1 / result : result);
    }
  }
  const double power = exponent * log(size);
  return sign * exp(power);
}

}  // namespace ctgrad::detail::elementary
