// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pack.hpp"

namespace ctgrad::detail {

/// Products of so few terms that calling BLAS takes longer than the arithmetic: up to about 45 x 45 for a matrix and a
/// vector, 8 x 8 x 8 for two matrices, with vectors of eight entries.
template <class T>
constexpr bool is_small_product(long rows, long columns) {
  return rows * columns <= 256 * static_cast<long>(pack_size<T>);
}
template <class T>
constexpr bool is_small_product(long m, long n, long k) {
  return m * n * k <= 64 * static_cast<long>(pack_size<T>);
}

/// c := alpha v + beta c for the first `count` entries.
template <class T, class V>
[[gnu::always_inline]] inline void store_scaled(const V& v, T alpha, T beta, T* c, std::size_t count) {
  V value = V(alpha) * v;
  if (beta != 0) value = value + V(beta) * load_first<V>(c, count);
  store_first(value, c, count);
}

/// `Rows` rows of C := alpha A B + beta C, where entry (i, p) of A is a[i * row_step + p * entry_step]. The entries of each
/// row of B are neighbours.
template <int Rows, class T>
[[gnu::always_inline]] inline void multiply_rows(long n, long k, T alpha, const T* a, long row_step, long entry_step, const T* b,
                                                 T beta, T* c) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>);
  for (long j = 0; j < n; j += width) {
    const bool whole = n - j >= width;
    const std::size_t count = static_cast<std::size_t>(whole ? width : n - j);
    V sums[Rows];
    for (V& sum : sums) sum = V(T(0));
    for (long p = 0; p < k; ++p) {
      const V row = whole ? load<V>(b + p * n + j) : load_first<V>(b + p * n + j, count);
      for (int i = 0; i < Rows; ++i) sums[i] = sums[i] + V(a[i * row_step + p * entry_step]) * row;
    }
    for (int i = 0; i < Rows; ++i) store_scaled(sums[i], alpha, beta, c + i * n + j, count);
  }
}

/// C := alpha op(A) B + beta C, four rows at a time.
template <class T>
void multiply_small(bool transpose_a, long m, long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  const long row_step = transpose_a ? 1 : k, entry_step = transpose_a ? m : 1;
  long i = 0;
  for (; i + 4 <= m; i += 4) multiply_rows<4>(n, k, alpha, a + i * row_step, row_step, entry_step, b, beta, c + i * n);
  for (; i < m; ++i) multiply_rows<1>(n, k, alpha, a + i * row_step, row_step, entry_step, b, beta, c + i * n);
}

/// `Rows` entries of a column of C := alpha A B' + beta C: the dot products of rows of A with one row of B.
template <int Rows, class T>
[[gnu::always_inline]] inline void multiply_dots(long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>);
  V sums[Rows];
  for (V& sum : sums) sum = V(T(0));
  long p = 0;
  for (; p + width <= k; p += width) {
    const V other = load<V>(b + p);
    for (int i = 0; i < Rows; ++i) sums[i] = sums[i] + load<V>(a + i * k + p) * other;
  }
  if (p < k) {
    const std::size_t rest = static_cast<std::size_t>(k - p);
    const V other = load_first<V>(b + p, rest);
    for (int i = 0; i < Rows; ++i) sums[i] = sums[i] + keep_first(V(load_first<V>(a + i * k + p, rest) * other), rest);
  }
  for (int i = 0; i < Rows; ++i) {
    const T sum = alpha * sum_of(sums[i]);
    c[i * n] = beta == 0 ? sum : sum + beta * c[i * n];
  }
}

/// C := alpha A B' + beta C.
template <class T>
void multiply_small_transposed(long m, long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  for (long j = 0; j < n; ++j) {
    long i = 0;
    for (; i + 4 <= m; i += 4) multiply_dots<4>(n, k, alpha, a + i * k, b + j * k, beta, c + i * n + j);
    for (; i < m; ++i) multiply_dots<1>(n, k, alpha, a + i * k, b + j * k, beta, c + i * n + j);
  }
}

}  // namespace ctgrad::detail
