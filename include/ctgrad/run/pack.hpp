// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <utility>

#if __has_include(<xsimd/xsimd.hpp>)
#include <xsimd/xsimd.hpp>
// Without AVX the transcendental functions of xsimd are slower than the C library's. Of GCC's intrinsics for AVX-512 those
// that are macros without optimisation do not take what xsimd 8 gives them.
#if defined(__AVX__) && !(defined(__AVX512BW__) && defined(__GNUC__) && !defined(__clang__) && !defined(__OPTIMIZE__))
#define CTGRAD_HAS_PACKS 1
#if defined(__AVX512VL__) && defined(__FMA__)
#define CTGRAD_HAS_HALF_PACKS 1
#endif
#endif
#endif

namespace ctgrad::detail {

/// Several entries in one register where the machine has such, else one.
#ifdef CTGRAD_HAS_PACKS
template <class T>
using pack = xsimd::batch<T>;

template <class T>
inline constexpr std::size_t pack_size = pack<T>::size;
#else
template <class T>
using pack = T;

template <class T>
inline constexpr std::size_t pack_size = 1;
#endif

/// Whether part of a pack is loaded and stored as fast as all of it.
#if defined(CTGRAD_HAS_PACKS) && defined(__AVX512F__)
inline constexpr bool has_masks = true;
#else
inline constexpr bool has_masks = false;
#endif

template <class T>
inline constexpr bool is_pack = false;
#ifdef CTGRAD_HAS_PACKS
template <class T, class Architecture>
inline constexpr bool is_pack<xsimd::batch<T, Architecture>> = true;
#endif

template <class V>
struct lane_of {
  using type = V;
};
#ifdef CTGRAD_HAS_PACKS
template <class T, class Architecture>
struct lane_of<xsimd::batch<T, Architecture>> {
  using type = T;
};
#endif
template <class V>
using lane = typename lane_of<V>::type;
template <class V>
inline constexpr std::size_t lane_count = sizeof(V) / sizeof(lane<V>);

/// A pack half as wide where that serves values of a few entries better: the lanes of a pack are joined in fewer stages, and
/// some processors take two turns for the widest. Of those of eight entries the halves would be too short to be worth their code.
template <class T>
struct half_of_pack {
  using type = pack<T>;
};
#ifdef CTGRAD_HAS_HALF_PACKS
template <>
struct half_of_pack<float> {
  using type = xsimd::make_sized_batch_t<float, 8>;
};
#endif
template <class T>
using half_pack = typename half_of_pack<T>::type;

template <class V>
V load(const lane<V>* p) {
  if constexpr (is_pack<V>)
    return V::load_unaligned(p);
  else
    return *p;
}
/// v in a register, where several instructions need it: GCC would have each of them load it again.
template <class V>
[[gnu::always_inline]] inline V in_register(V v) {
  if constexpr (is_pack<V>) asm("" : "+v"(v.data));
  return v;
}
template <class V>
void store(const V& v, lane<V>* p) {
  if constexpr (is_pack<V>)
    v.store_unaligned(p);
  else
    *p = v;
}

/// The first `count` entries; zeros after them.
template <class V>
V load_first(const lane<V>* p, std::size_t count) {
#if defined(CTGRAD_HAS_PACKS) && defined(__AVX512F__)
  if constexpr (sizeof(lane<V>) == 8)
    return V(_mm512_maskz_loadu_pd(static_cast<__mmask8>((1u << count) - 1), p));
#ifdef CTGRAD_HAS_HALF_PACKS
  else if constexpr (lane_count<V> == 8)
    return V(_mm256_maskz_loadu_ps(static_cast<__mmask8>((1u << count) - 1), p));
#endif
  else
    return V(_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), p));
#else
  if constexpr (is_pack<V>) {
    alignas(64) lane<V> lanes[V::size] = {};
    for (std::size_t i = 0; i < count; ++i) lanes[i] = p[i];
    return V::load_aligned(lanes);
  } else {
    return *p;
  }
#endif
}
template <class V>
void store_first(const V& v, lane<V>* p, std::size_t count) {
#if defined(CTGRAD_HAS_PACKS) && defined(__AVX512F__)
  if constexpr (sizeof(lane<V>) == 8)
    _mm512_mask_storeu_pd(p, static_cast<__mmask8>((1u << count) - 1), v);
#ifdef CTGRAD_HAS_HALF_PACKS
  else if constexpr (lane_count<V> == 8)
    _mm256_mask_storeu_ps(p, static_cast<__mmask8>((1u << count) - 1), v);
#endif
  else
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1), v);
#else
  if constexpr (is_pack<V>) {
    alignas(64) lane<V> lanes[V::size];
    v.store_aligned(lanes);
    for (std::size_t i = 0; i < count; ++i) p[i] = lanes[i];
  } else {
    *p = v;
  }
#endif
}
/// Entries that may be a whole pack.
template <class V>
[[gnu::always_inline]] inline V load_up_to(const lane<V>* p, std::size_t count) {
  return has_masks || count < lane_count<V> ? load_first<V>(p, count) : load<V>(p);
}
template <class V>
[[gnu::always_inline]] inline void store_up_to(const V& v, lane<V>* p, std::size_t count) {
  has_masks || count < lane_count<V> ? store_first(v, p, count) : store(v, p);
}
/// v with `rest` after the first `count` entries.
template <class V>
V keep_first(const V& v, [[maybe_unused]] std::size_t count, [[maybe_unused]] lane<V> rest = 0) {
#if defined(CTGRAD_HAS_PACKS) && defined(__AVX512F__)
  if constexpr (is_pack<V> && sizeof(lane<V>) == 8)
    return V(_mm512_mask_mov_pd(V(rest), static_cast<__mmask8>((1u << count) - 1), v));
#ifdef CTGRAD_HAS_HALF_PACKS
  else if constexpr (lane_count<V> == 8)
    return V(_mm256_mask_mov_ps(V(rest), static_cast<__mmask8>((1u << count) - 1), v));
#endif
  else if constexpr (is_pack<V>)
    return V(_mm512_mask_mov_ps(V(rest), static_cast<__mmask16>((1u << count) - 1), v));
#else
  if constexpr (is_pack<V>) {
    alignas(64) lane<V> lanes[V::size];
    v.store_aligned(lanes);
    for (std::size_t i = count; i < V::size; ++i) lanes[i] = rest;
    return V::load_aligned(lanes);
  }
#endif
  else
    return v;
}
template <class V>
lane<V> sum_of(const V& v) {
#ifdef CTGRAD_HAS_PACKS
  if constexpr (is_pack<V>)
#if XSIMD_VERSION_MAJOR >= 9
    return xsimd::reduce_add(v);
#else
    return xsimd::hadd(v);
#endif
  else
#endif
    return v;
}

template <class V>
lane<V> first_lane(const V& v) {
  if constexpr (is_pack<V>)
    return v.get(0);
  else
    return v;
}

/// v with its lanes exchanged at this distance, a power of two.
template <int Distance, class V>
[[gnu::always_inline]] inline V exchange(const V& v) {
  using T = lane<V>;
  typedef T entries __attribute__((vector_size(sizeof(V))));
  entries lanes;
  __builtin_memcpy(&lanes, &v, sizeof lanes);
  lanes = [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
    return __builtin_shufflevector(lanes, lanes, static_cast<int>(I ^ Distance)...);
  }(std::make_index_sequence<sizeof(V) / sizeof(T)>{});
  V result;
  __builtin_memcpy(&result, &lanes, sizeof lanes);
  return result;
}

/// The first `count` lanes, or more, joined by f, in each of them at least.
template <class V, class F>
[[gnu::always_inline]] inline V join_lanes(V v, std::size_t count, F f) {
  if constexpr (is_pack<V>) {
    [&]<std::size_t... Stage>(std::index_sequence<Stage...>) __attribute__((always_inline)) {
      ((count > (V::size >> (Stage + 1)) ? void(v = f(v, exchange<(V::size >> (Stage + 1))>(v))) : void()), ...);
    }(std::make_index_sequence<std::bit_width(V::size) - 1>{});
  }
  return v;
}

/// A function of the C library on each entry.
template <class V, class F>
V on_lanes(F f, const V& a) {
  if constexpr (is_pack<V>) {
    alignas(64) lane<V> lanes[V::size];
    a.store_aligned(lanes);
    for (lane<V>& x : lanes) x = f(x);
    return V::load_aligned(lanes);
  } else {
    return f(a);
  }
}
template <class V, class F>
V on_lanes(F f, const V& a, const V& b) {
  if constexpr (is_pack<V>) {
    alignas(64) lane<V> first[V::size], second[V::size];
    a.store_aligned(first);
    b.store_aligned(second);
    for (std::size_t i = 0; i < V::size; ++i) first[i] = f(first[i], second[i]);
    return V::load_aligned(first);
  } else {
    return f(a, b);
  }
}

/// a b + c, rounded once where the processor can. Not all compilers make one instruction of two operators.
template <class V>
[[gnu::always_inline]] inline V multiply_add(const V& a, const V& b, const V& c) {
#if defined(CTGRAD_HAS_PACKS) && defined(__AVX512F__)
  if constexpr (is_pack<V> && sizeof(lane<V>) == 8)
    return V(_mm512_fmadd_pd(a, b, c));
#ifdef CTGRAD_HAS_HALF_PACKS
  else if constexpr (is_pack<V> && lane_count<V> == 8)
    return V(_mm256_fmadd_ps(a, b, c));
#endif
  else if constexpr (is_pack<V>)
    return V(_mm512_fmadd_ps(a, b, c));
  else
#elif defined(CTGRAD_HAS_PACKS)
  if constexpr (is_pack<V>)
    return xsimd::fma(a, b, c);
  else
#endif
    return a * b + c;
}

/// -v; xsimd's subtracts.
template <class V>
[[gnu::always_inline]] inline V negated(const V& v) {
#ifdef CTGRAD_HAS_PACKS
  if constexpr (is_pack<V>)
    return v ^ V(lane<V>(-0.0));
  else
#endif
    return -v;
}

/// The larger of a and b, or b where one of them is NaN.
template <class V>
[[gnu::always_inline]] inline V larger(const V& a, const V& b) {
#ifdef CTGRAD_HAS_PACKS
  if constexpr (is_pack<V>)
    return xsimd::max(a, b);
  else
#endif
    return a > b ? a : b;
}

/// The smaller of a and b, or b where one of them is NaN.
template <class V>
[[gnu::always_inline]] inline V smaller(const V& a, const V& b) {
#ifdef CTGRAD_HAS_PACKS
  if constexpr (is_pack<V>)
    return xsimd::min(a, b);
  else
#endif
    return a < b ? a : b;
}

/// Where v is NaN. Not v != v: that is false for packs of NaN in some versions of xsimd.
template <class V>
auto is_nan(const V& v) {
#ifdef CTGRAD_HAS_PACKS
  if constexpr (is_pack<V>)
    return xsimd::isnan(v);
  else
#endif
    return v != v;
}

/// Whether the condition holds in any lane.
template <class Condition>
[[gnu::always_inline]] inline bool holds_anywhere(const Condition& condition) {
#ifdef CTGRAD_HAS_PACKS
  if constexpr (!std::is_same_v<Condition, bool>)
    return xsimd::any(condition);
  else
#endif
    return condition;
}

/// a where the condition holds, else b.
template <class Condition, class V>
V choose(const Condition& condition, const V& a, const V& b) {
#ifdef CTGRAD_HAS_PACKS
  if constexpr (is_pack<V>)
    return xsimd::select(condition, a, b);
  else
#endif
    return condition ? a : b;
}

}  // namespace ctgrad::detail
