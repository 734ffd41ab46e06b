// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "exponential.hpp"

namespace ctgrad::detail {

#if defined(CTGRAD_HAS_PACKS) && defined(__AVX512F__)
/// The constants of log: x = 2^n m with 3/4 <= m < 3/2, and m = (1 + r) / c with a c for each sixteenth of [1, 3/2), of [3/4, 1)
/// each thirty-second, by the first four bits of the fraction. Nearest 1 it is 1, and log c is 0; the others are chosen so that
/// rounding hardly changes their logarithms. log(1 + r) = r + r^2 q(r) with a polynomial q that is exact at Chebyshev nodes.
template <class T>
struct logarithm;
template <>
struct logarithm<double> {
  alignas(64) static constexpr double c[] = {
      1.0,         0.91650390625,  0.860595703125, 0.822021484375, 0.785888671875, 0.746337890625, 0.7138671875,   0.686767578125,
      1.306640625, 1.255615234375, 1.2119140625,   1.16552734375,  1.121826171875, 1.08935546875,  1.043701171875, 1.0};
  alignas(64) static constexpr double minus_log_c[] = {
      0.0,                  0.087188949572889585, 0.15013045147297469, 0.19598874755826923, 0.24094013542053555, 0.29257684482850921,
      0.33705834584967459,  0.37575935822948686, -0.26745943508872067, -0.22762567905557249, -0.19220097960515412, -0.15317364017943169,
      -0.11495786807044371, -0.08558620827313411, -0.042773214651516879, 0.0};
  static constexpr double q[] = {-0.5,                 0.3333333333333334,  -0.25000000000020867, 0.20000000000074641, -0.16666666585496273,
                                 0.14285713251356846, -0.12500099930329395, 0.11113208105648013, -0.09969383482012983, 0.0796805557089324};
};
template <>
struct logarithm<float> {
  alignas(64) static constexpr float c[] = {1.0f,           0.91357421875f,  0.869384765625f, 0.820556640625f, 0.7763671875f,  0.74951171875f,
                                            0.7109375f,     0.676513671875f, 1.30224609375f,  1.251953125f,    1.202392578125f, 1.1640625f,
                                            1.11865234375f, 1.086669921875f, 1.052734375f,    1.0f};
  alignas(64) static constexpr float minus_log_c[] = {0.0f,          0.0903906599f,  0.139969483f,   0.197772339f,   0.253129691f,   0.288333327f,
                                                      0.341170758f,  0.390802622f,  -0.264090538f,  -0.224704832f,  -0.184313387f,  -0.151916042f,
                                                      -0.112124696f, -0.0831179023f, -0.0513909459f, 0.0f};
  static constexpr float q[] = {-0.5f, 0.333333343f, -0.250012577f, 0.200089082f, -0.156684741f};
};

/// log x within two units in the last place. xsimd's divides, and has all wait for it.
template <class V>
[[gnu::always_inline]] inline V logarithm_of_pack(const V& x) {
  using T = lane<V>;
  using constants = logarithm<T>;
  V m, n, c, minus_log_c;
  if constexpr (std::is_same_v<T, double>) {
    constexpr __mmask8 all = 0xff;
    m = _mm512_maskz_getmant_pd(all, x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
    n = _mm512_maskz_getexp_pd(all, x);
    n = _mm512_mask_add_pd(n, _mm512_cmp_pd_mask(m, V(1.0), _CMP_LT_OQ), n, V(1.0));
    const __m512i place = _mm512_maskz_srli_epi64(all, _mm512_castpd_si512(m), 48);
    const auto look_up = [&](const double* table) __attribute__((always_inline)) {
      return _mm512_permutex2var_pd(_mm512_load_pd(table), place, _mm512_load_pd(table + 8));
    };
    c = look_up(constants::c);
    minus_log_c = look_up(constants::minus_log_c);
#ifdef CTGRAD_HAS_HALF_PACKS
  } else if constexpr (lane_count<V> == 8) {
    constexpr __mmask8 all = 0xff;
    m = _mm256_maskz_getmant_ps(all, x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
    n = _mm256_maskz_getexp_ps(all, x);
    n = _mm256_mask_add_ps(n, _mm256_cmp_ps_mask(m, V(1.0f), _CMP_LT_OQ), n, V(1.0f));
    const __m256i place = _mm256_maskz_srli_epi32(all, _mm256_castps_si256(m), 19);
    const auto look_up = [&](const float* table) __attribute__((always_inline)) {
      return _mm256_permutex2var_ps(_mm256_load_ps(table), place, _mm256_load_ps(table + 8));
    };
    c = look_up(constants::c);
    minus_log_c = look_up(constants::minus_log_c);
#endif
  } else {
    constexpr __mmask16 all = 0xffff;
    m = _mm512_maskz_getmant_ps(all, x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
    n = _mm512_maskz_getexp_ps(all, x);
    n = _mm512_mask_add_ps(n, _mm512_cmp_ps_mask(m, V(1.0f), _CMP_LT_OQ), n, V(1.0f));
    const __m512i place = _mm512_maskz_srli_epi32(all, _mm512_castps_si512(m), 19);
    c = _mm512_maskz_permutexvar_ps(all, place, _mm512_load_ps(constants::c));
    minus_log_c = _mm512_maskz_permutexvar_ps(all, place, _mm512_load_ps(constants::minus_log_c));
  }
  const V r = multiply_add(m, c, V(T(-1))), r2 = r * r;
  const V high = multiply_add(n, V(exponential<T>::log2_high), minus_log_c), low = multiply_add(n, V(exponential<T>::log2_low), r);
  return multiply_add(polynomial_of(constants::q, r, r2), r2, low) + high;
}
#endif

/// log x, of an entry or a pack of them.
template <class V>
[[gnu::always_inline]] inline V logarithm_of(const V& x) {
  using std::log;
#if defined(CTGRAD_HAS_PACKS) && defined(__AVX512F__)
  if constexpr (is_pack<V>)
    return logarithm_of_pack(x);
  else
#endif
    return log(x);
}

}  // namespace ctgrad::detail
