// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

#include "pack.hpp"

namespace ctgrad::detail {

#if defined(CTGRAD_HAS_PACKS) && defined(__AVX512F__)
/// q[0] + q[1] r + ... with five coefficients or ten, by pairs of terms: few operations wait for each other.
template <class V, std::size_t Count>
[[gnu::always_inline]] inline V polynomial_of(const lane<V> (&q)[Count], const V& r, const V& r2) {
  const V r4 = r2 * r2;
  const auto pair = [&](int i) __attribute__((always_inline)) { return multiply_add(V(q[i + 1]), r, V(q[i])); };
  const V low = multiply_add(pair(2), r2, pair(0));
  if constexpr (Count == 5)
    return multiply_add(V(q[4]), r4, low);
  else
    return multiply_add(pair(8), r4 * r4, multiply_add(multiply_add(pair(6), r2, pair(4)), r4, low));
}

/// The constants of exp: x = n log 2 + r, and e^r = 1 + r + r^2 q(r) with a polynomial q that is exact at the Chebyshev nodes
/// of |r| <= log(2) / 2; what it leaves out is a tenth of a rounding error. Beyond the largest and the smallest x nothing changes: e^x is
/// infinite or 0.
template <class T>
struct exponential;
template <>
struct exponential<double> {
  static constexpr double rounder = 0x1.8p52, log2_high = 0x1.62e42feep-1, log2_low = 0x1.a39ef35793c76p-33;
  static constexpr double largest = 710, smallest = -746;
  static constexpr double q[] = {0.50000000000000011,    0.16666666666666669,    0.041666666666624115,   0.0083333333333300615,
                                 0.0013888888917219482,  0.00019841269863058052, 2.4801521286995441e-05, 2.7557268453107527e-06,
                                 2.7620092706650667e-07, 2.5100388772450645e-08};
};
template <>
struct exponential<float> {
  static constexpr float rounder = 0x1.8p23f, log2_high = 0x1.62p-1f, log2_low = 0x1.c85fep-10f;
  static constexpr float largest = 89, smallest = -104;
  static constexpr float q[] = {0.5f, 0.16666577f, 0.0416665546f, 0.00836318108f, 0.00139261861f};
};

/// e^x within one and a half units in the last place. xsimd's divides, and has all wait for it.
template <class V>
[[gnu::always_inline]] inline V exponential_of_pack(const V& exponent) {
  using T = lane<V>;
  using constants = exponential<T>;
  const V x = smaller(V(constants::largest), larger(V(constants::smallest), exponent));
  const V rounder(constants::rounder), n = multiply_add(x, V(T(1.4426950408889634074)), rounder) - rounder;
  const V r = multiply_add(n, V(-constants::log2_low), multiply_add(n, V(-constants::log2_high), x)), r2 = r * r;
  const V mantissa = multiply_add(polynomial_of(constants::q, r, r2), r2, V(T(1)) + r);
  V power;  // all lanes by a mask: GCC warns of its own intrinsics without one
  if constexpr (std::is_same_v<T, double>)
    power = _mm512_maskz_scalef_pd(0xff, mantissa, n);
#ifdef CTGRAD_HAS_HALF_PACKS
  else if constexpr (lane_count<V> == 8)
    power = _mm256_maskz_scalef_ps(0xff, mantissa, n);
#endif
  else
    power = _mm512_maskz_scalef_ps(0xffff, mantissa, n);
  return power;
}
#endif

/// e^x, of an entry or a pack of them.
template <class V>
[[gnu::always_inline]] inline V exponential_of(const V& x) {
  using std::exp;
#if defined(CTGRAD_HAS_PACKS) && defined(__AVX512F__)
  if constexpr (is_pack<V>)
    return exponential_of_pack(x);
  else
#endif
    return exp(x);
}

}  // namespace ctgrad::detail
