// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cmath>
#include <limits>

namespace ctgrad::detail::special {

/// log |Gamma(x)|; the C library's own function keeps the sign in a global variable, which threads would share.
inline double lgamma(double x) {
#if defined(__GLIBC__)
  int sign = 0;
  return ::lgamma_r(x, &sign);
#else
  return std::lgamma(x);
#endif
}

/// pi times the n-th derivative of cot(pi x): with c = cot(pi x) and c' = -pi (1 + c^2), a polynomial in c.
inline double cotangent_derivative(int n, double x) {
  constexpr double pi = 3.14159265358979323846;
  constexpr int degrees = 64;  // n is below 60
  const double c = 1 / std::tan(pi * (x - std::nearbyint(x)));
  double polynomial[degrees] = {0, 1};
  double scale = pi;
  for (int k = 0; k < n; ++k) {
    double next[degrees] = {};
    for (int i = 1; i <= k + 1; ++i) {
      next[i - 1] += i * polynomial[i];
      next[i + 1] += i * polynomial[i];
    }
    for (int i = 0; i <= k + 2; ++i) polynomial[i] = next[i];
    scale *= -pi;
  }
  double value = 0;
  for (int i = n + 1; i >= 0; --i) value = value * c + polynomial[i];
  return scale * value;
}

/// The n-th derivative of digamma, itself the derivative of log Gamma: n = 0 is digamma, 1 trigamma.
/// To the right by psi_n(x) = psi_n(x + 1) - (-1)^n n! / x^(n+1), then the asymptotic series; x < 0 by reflection.
inline double polygamma(int n, double x) {
  constexpr double bernoulli[] = {1. / 6, -1. / 30, 1. / 42, -1. / 30, 5. / 66, -691. / 2730, 7. / 6, -3617. / 510,
                                  43867. / 798, -174611. / 330};  // B_2, B_4, ...
  const bool odd = n % 2 != 0;
  if (x != x) return x;
  if (x <= 0) {
    if (x == 0) return odd ? std::numeric_limits<double>::infinity() : -1 / x;
    if (x < -std::numeric_limits<double>::max()) return std::numeric_limits<double>::quiet_NaN();
    if (x == std::floor(x)) return odd ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    return (odd ? -1 : 1) * polygamma(n, 1 - x) - cotangent_derivative(n, x);
  }
  double factorial = 1;  // (n - 1)!, and 1 for n = 0
  for (int i = 2; i < n; ++i) factorial *= i;
  const double n_factorial = n > 0 ? factorial * n : 1;
  double sum = 0;  // of (-1)^(n+1) psi_n
  for (; x < 12 + n; ++x) sum += n_factorial / std::pow(x, n + 1);
  const double inverse = 1 / x, inverse_square = inverse * inverse;
  double power = std::pow(inverse, n);
  sum += n == 0 ? -std::log(x) : factorial * power;
  sum += n_factorial * power * inverse / 2;
  double rising = n_factorial * (n + 1) / 2;  // (2k + n - 1)! / (2k)!
  for (int k = 1; k <= 10; ++k) {
    power *= inverse_square;
    sum += bernoulli[k - 1] * rising * power;
    rising *= (2. * k + n) * (2. * k + n + 1) / ((2. * k + 1) * (2. * k + 2));
  }
  return odd ? sum : -sum;
}

inline double polygamma(double order, double x) {
  return order >= 0 && order < 60 ? polygamma(static_cast<int>(order), x) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace ctgrad::detail::special
