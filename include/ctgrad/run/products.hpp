// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "tiles.hpp"
#include "transpose.hpp"

namespace ctgrad::detail {

/// Products of a matrix and a vector of so few terms that calling BLAS takes longer than the arithmetic: up to about
/// 45 x 45 with vectors of eight entries.
template <class T>
constexpr bool is_small_product(long rows, long columns) {
  return rows * columns <= 256 * static_cast<long>(pack_size<T>);
}
/// Products of two matrices: those whose operands stay in the first-level cache, up to about 40 x 40 x 40.
template <class T>
constexpr bool is_small_product(long m, long n, long k) {
  constexpr long width = static_cast<long>(pack_size<T>);
  return m * n * k <= 128 * width * width * width && k <= 256;
}
/// Products for which strips take less time than a BLAS. Measured on a Xeon with AVX-512 (model 207) beside OpenBLAS 0.3.21
/// with its kernels for SkylakeX, 870 sizes of 8 ... 1024, double and single precision: 1.3 to 1.6 times as fast from a million
/// multiplications to 17 million, 1.1 times up to 60 million and none faster beyond, as fast below; five times as fast where
/// OpenBLAS takes a processor that it does not know for an old one. With AVX2 both are as fast.
template <class T>
constexpr bool pays_strips(long m, long n, long k) {
  return sizeof(pack<T>) == 64 && m * n * k <= 50'000'000;
}

/// C := alpha op(A) B + beta C for a small product.
template <class T>
void multiply_small(bool transpose_a, long m, long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  multiply_in_tiles(matrix_product<T>{m, n, k, alpha, a, transpose_a ? 1 : k, transpose_a ? m : 1, b, n, beta, c, n});
}
/// The same of one row.
template <class T>
void multiply_small_row(long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  multiply_in_tiles<true>(matrix_product<T>{1, n, k, alpha, a, k, 1, b, n, beta, c, n});
}

/// The transpose of `rows` rows of k entries, in rows a tile's width apart, of whole packs that end in zeros.
template <class T>
void turn_into_strip(long rows, long k, const T* from, long from_row, T* strip) {
  constexpr long width = static_cast<long>(pack_size<T>), strip_row = tile_width<T>;
  for (long i = 0; i < rows; i += width)
    for (long p = 0; p < k; p += width) {
      const T* block = from + i * from_row + p;
      if (i + width <= rows && p + width <= k)
        turn_block<T>(width, width, block, from_row, width, strip + p * strip_row + i, strip_row);
      else
        turn_block<T>(rows - i, std::min(width, k - p), block, from_row, width, strip + p * strip_row + i, strip_row);
    }
}

/// C := alpha op(A) op(B) + beta C. Strips of op(B) are brought into the first cache one after the other, and all rows of A
/// meet each of them.
template <class T>
void multiply_by_strips(bool transpose_a, bool transpose_b, long m, long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  constexpr long depth = 128, first_rows = tile_rows<T, tile_packs<T>>;
  alignas(64) T strip[depth * tile_width<T>];
  const long a_row = transpose_a ? 1 : k, a_entry = transpose_a ? m : 1;
  for (long p = 0; p < k; p += depth)
    for (long j = 0; j < n; j += tile_width<T>) {
      matrix_product<T> product{m, std::min(tile_width<T>, n - j), std::min(depth, k - p), alpha, a + p * a_entry, a_row, a_entry,
                                b + p * n + j, n, p == 0 ? beta : T(1), c + j, n};
      if (transpose_b) {
        turn_into_strip(product.n, product.k, b + j * k + p, k, strip);
      } else if (m > 2 * first_rows) {  // the first rows meet B where it is and copy it for the others
        product.m = first_rows;
        product.copy = strip;
        multiply_in_tiles(product);
        product.copy = nullptr;
        product.m = m - first_rows;
        product.a += first_rows * a_row;
        product.c += first_rows * n;
      }
      if (transpose_b || m > 2 * first_rows) {
        product.b = strip;
        product.b_row = tile_width<T>;
        product.is_padded = true;
      }
      multiply_in_tiles(product);
    }
}

/// `Rows` entries of y := alpha A x + beta y: the dot products of rows of A with x.
template <int Rows, class T>
[[gnu::always_inline]] inline void multiply_dots(long k, T alpha, const T* a, const T* x, T beta, T* y) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>);
  V sums[Rows];
  for (V& sum : sums) sum = V(T(0));
  long p = 0;
  for (; p + width <= k; p += width) {
    const V other = load<V>(x + p);
    for (int i = 0; i < Rows; ++i) sums[i] = sums[i] + load<V>(a + i * k + p) * other;
  }
  if (p < k) {
    const std::size_t rest = static_cast<std::size_t>(k - p);
    const V other = load_first<V>(x + p, rest);
    for (int i = 0; i < Rows; ++i) sums[i] = sums[i] + keep_first(V(load_first<V>(a + i * k + p, rest) * other), rest);
  }
  for (int i = 0; i < Rows; ++i) {
    const T sum = alpha * sum_of(sums[i]);
    y[i] = beta == 0 ? sum : sum + beta * y[i];
  }
}

/// y := alpha A x + beta y.
template <class T>
void multiply_small_column(long m, long k, T alpha, const T* a, const T* x, T beta, T* y) {
  long i = 0;
  for (; i + 4 <= m; i += 4) multiply_dots<4>(k, alpha, a + i * k, x, beta, y + i);
  for (; i < m; ++i) multiply_dots<1>(k, alpha, a + i * k, x, beta, y + i);
}

}  // namespace ctgrad::detail
