// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../expr/source.hpp"
#include "matrix_vector.hpp"
#include "threads.hpp"
#include "tiles.hpp"
#include "transpose.hpp"

namespace ctgrad::detail {

/// Products of a matrix and a vector with more multiplications gain by a second thread: half a megabyte.
template <class T>
inline constexpr long shared_from = (1 << 19) / static_cast<long>(sizeof(T));

/// Products of a matrix and a vector, other than the short ones, for which the loops here take less time than a BLAS where packs
/// have four entries or more: those whose matrix stays in the second-level cache. There they are 1.3 to 1.5 times as fast as
/// OpenBLAS with AVX-512, 1.1 times with AVX2, and hardly faster beyond. Two threads of OpenBLAS take less time from a quarter
/// of that on, 0.5 to 0.8 of it in the end.
template <class T>
bool is_small_product(long rows, long columns) {
  return rows * columns <= 4 * shared_from<T> && !is_shared(rows * columns, shared_from<T>);
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
/// OpenBLAS takes a processor that it does not know for an old one. With AVX2 both are as fast. Two threads of OpenBLAS, on an
/// EPYC (family 25, model 17), take 0.8 to 0.95 of the time for a million multiplications, 0.7 for two million, 0.6 for 17.
template <class T>
bool pays_strips(long m, long n, long k) {
  return sizeof(pack<T>) == 64 && m * n * k <= 50'000'000 && !is_shared(m * n * k, 1'000'000);
}

/// Symmetric products, n x n and k in between, of which one triangle and its mirror image take less time than the whole. Measured
/// on the same EPYC, of a matrix and its own transpose, 16 ... 1500 by 8 ... 2000: 0.8 to 1 of the time at the border, 0.65 for
/// 64 x 784 doubles, 0.75 for floats, little more than half from n = 128 on. With AVX2 it is 0.75 to 0.95 at the border.
template <class T>
constexpr bool pays_triangle(long n, long k) {
  if (pack_size<T> == 1) return n >= 100 && k >= 64;
  return n >= 32 && (sizeof(pack<T>) == 64 ? k >= 16 && n * k >= 1536 : k >= 64);
}
/// Those of them whose triangle strips compute in less time than a BLAS: in 0.6 to 0.9 of its time from n = 32 to 256, in the same
/// at 512. With AVX2 in 0.85 to 1 up to n = 100, and then in the same. Two threads, which hardly share few rows, take less time
/// from 8 million multiplications on, half of them needed.
template <class T>
bool pays_triangle_strips(long n, long k) {
  return pack_size<T> > 1 && n <= (sizeof(pack<T>) == 64 ? 512 : 100) && (n <= 128 || !is_shared(n * n * k, 8'000'000));
}

/// C := alpha op(A) op(B) + beta D, C m x n and k in between, without packs: two rows of op(A) at a time meet two columns of op(B),
/// and the last one stands for both where it is alone.
template <class T>
void multiply_entries(bool transpose_a, bool transpose_b, long m, long n, long k, T alpha, const T* a, const T* b, T beta, const T* d, T* c) {
  const long a_row = transpose_a ? 1 : k, a_entry = transpose_a ? m : 1;
  const long b_column = transpose_b ? k : 1, b_entry = transpose_b ? 1 : n;
  const auto put = [=](T sum, long entry) __attribute__((always_inline)) { c[entry] = beta == 0 ? alpha * sum : alpha * sum + beta * d[entry]; };
  for (long i = 0; i < m; i += 2)
    for (long j = 0; j < n; j += 2) {
      const bool has_second_row = i + 1 < m, has_second_column = j + 1 < n;
      const T *first_row = a + i * a_row, *second_row = has_second_row ? first_row + a_row : first_row;
      const T *first_column = b + j * b_column, *second_column = has_second_column ? first_column + b_column : first_column;
      T sums[4]{};
      for (long p = 0; p < k; ++p) {
        sums[0] += first_row[p * a_entry] * first_column[p * b_entry];
        sums[1] += first_row[p * a_entry] * second_column[p * b_entry];
        sums[2] += second_row[p * a_entry] * first_column[p * b_entry];
        sums[3] += second_row[p * a_entry] * second_column[p * b_entry];
      }
      const long entry = i * n + j;
      put(sums[0], entry);
      if (has_second_column) put(sums[1], entry + 1);
      if (has_second_row) put(sums[2], entry + n);
      if (has_second_row && has_second_column) put(sums[3], entry + n + 1);
    }
}

/// C := alpha op(A) B + beta D for a small product.
template <class T>
void multiply_small(bool transpose_a, long m, long n, long k, T alpha, const T* a, const T* b, T beta, const T* d, T* c) {
  multiply_in_tiles(matrix_product<T>{m, n, k, alpha, a, transpose_a ? 1 : k, transpose_a ? m : 1, b, n, beta, d, c, n});
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

/// The rows of B that hold a strip of op(B), k x n, from row p and column j on.
template <class T>
rows_ahead<T> rows_of_strip(bool transpose_b, long n, long k, const T* b, long p, long j, long depth) {
  const long rows = std::min(depth, k - p), columns = std::min(tile_width<T>, n - j);
  return transpose_b ? rows_ahead<T>{b + j * k + p, columns, k, rows} : rows_ahead<T>{b + p * n + j, rows, n, columns};
}

/// C := alpha op(A) op(B) + beta D, the rows of A as it is stored `stride` entries apart. Strips of op(B) are brought into the first
/// cache one after the other, and all rows of A meet each of them; of a triangle of C only those on its side of the diagonal, in
/// whose block each has hardly more columns than it needs.
template <class T, structure Part = structure::none>
void multiply_by_strips(bool transpose_a, bool transpose_b, long m, long n, long k, T alpha, const T* a, long stride, const T* b, T beta,
                        const T* d, T* c) {
  constexpr long depth = 128, width = static_cast<long>(pack_size<T>), first_rows = tile_rows<T, tile_packs<T>>;
  constexpr bool only_upper = Part == structure::upper_triangular, only_lower = Part == structure::lower_triangular;
  alignas(64) T strip[depth * tile_width<T>];
  const long a_row = transpose_a ? 1 : stride, a_entry = transpose_a ? stride : 1;
  for (long p = 0; p < k; p += depth)
    for (long j = 0; j < n; j += tile_width<T>) {
      matrix_product<T> product{m, std::min(tile_width<T>, n - j), std::min(depth, k - p), alpha, a + p * a_entry, a_row, a_entry,
                                b + p * n + j, n, p == 0 ? beta : T(1), (p == 0 ? d : c) + j, c + j, n};
      const auto multiply = [&](long first, long rows, long column, long columns) {
        matrix_product<T> part = product;
        part.m = rows;
        part.n = columns;
        part.a += first * a_row;
        part.b += column;
        part.c += first * n + column;
        part.d += first * n + column;
        multiply_in_tiles(part);
      };
      const long end_of_block = std::min(m, j + tile_width<T>), end = only_upper ? end_of_block : m;
      long first = only_lower ? j : 0;
      const bool is_copied = !transpose_b && end - first > 2 * first_rows;
      if (transpose_b) turn_into_strip(product.n, product.k, b + j * k + p, k, strip);
      if (is_copied) {  // the first rows meet B where it is and copy it for the others
        product.copy = strip;
        multiply(first, first_rows, 0, product.n);
        product.copy = nullptr;
        first += first_rows;
      }
      if (transpose_b || is_copied) {
        product.b = strip;
        product.b_row = tile_width<T>;
        product.is_padded = true;
      }
      if (j + tile_width<T> < n)
        product.ahead = rows_of_strip(transpose_b, n, k, b, p, j + tile_width<T>, depth);
      else if (p + depth < k)
        product.ahead = rows_of_strip(transpose_b, n, k, b, p + depth, 0, depth);
      const long first_whole = only_lower ? std::max(first, end_of_block) : first;
      const long end_of_whole = only_upper ? std::max(first, std::min(end, j + width)) : end;
      multiply(first_whole, end_of_whole - first_whole, 0, product.n);
      product.ahead = {};
      for (long i = only_upper ? end_of_whole : first; i < (only_upper ? end : first_whole); i += width) {
        const long rows = std::min(width, end_of_block - i), column = only_upper ? i - j : 0;
        multiply(i, rows, column, only_upper ? product.n - column : std::min(product.n, i + rows - j));
      }
    }
}

/// The lower triangle of an n x n matrix becomes the upper one's mirror image, by blocks that stay in the first cache.
template <class T>
void mirror_upper(long n, T* c) {
  constexpr long block = 32, width = static_cast<long>(pack_size<T>);
  for (long i = 0; i < n; i += block)
    for (long j = 0; j <= i; j += block)
      for (long row = i; row < n && row < i + block; row += width) {
        const long rows = std::min(width, n - row);
        for (long column = j; column < row && column < j + block; column += width)
          turn_block<T>(width, rows, c + column * n + row, n, width, c + row * n + column, n);
        if (i == j && width > 1) {  // on the diagonal itself
          alignas(64) T turned[width * width];
          T* const corner = c + row * (n + 1);
          turn_block<T>(rows, rows, corner, n, width, turned, width);
          for (long r = 1; r < rows; ++r) store_first(load<pack<T>>(turned + r * width), corner + r * n, static_cast<std::size_t>(r));
        }
      }
}

/// Some entries of y := alpha A x + beta y: the dot products of rows of A, `stride` entries apart, with the k entries of x. Where rows
/// are few, long ones have two sums, so that none waits for its last addition.
template <class T, int... Row>
[[gnu::always_inline]] inline void multiply_dots(long k, long stride, T alpha, const T* a, const T* x, T beta, T* y,
                                                 std::integer_sequence<int, Row...>) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>);
  V sums[] = {(static_cast<void>(Row), V(T(0)))...};
  const auto add = [&](V* to, long p, auto load_entries) __attribute__((always_inline)) {
    const V entries = load_entries(x + p);
    ((to[Row] = multiply_add(load_entries(a + Row * stride + p), entries, to[Row])), ...);
  };
  long p = 0;
  if (sizeof...(Row) < 4 && k >= 2 * width) {
    V others[] = {(static_cast<void>(Row), V(T(0)))...};
    for (; p + 2 * width <= k; p += 2 * width) add(sums, p, load<V>), add(others, p + width, load<V>);
    ((sums[Row] = sums[Row] + others[Row]), ...);
  }
  for (; p + width <= k; p += width) add(sums, p, load<V>);
  if (p < k) add(sums, p, [count = static_cast<std::size_t>(k - p)](const T* from) { return load_first<V>(from, count); });
  const auto store_sum = [&](int row, T sum) { y[row] = beta == 0 ? alpha * sum : alpha * sum + beta * y[row]; };
  if constexpr (constexpr int rows = sizeof...(Row); rows > 1 && rows <= width) {
    T totals[pack_size<T>];
    store(sums_of<rows>(sums), totals);
    (store_sum(Row, totals[Row]), ...);
  } else {
    (store_sum(Row, sum_of(sums[Row])), ...);
  }
}

/// y := alpha A x + beta y for an m x k matrix A.
template <class T>
void multiply_column(long m, long k, T alpha, const T* a, const T* x, T beta, T* y) {
  long i = 0;
  for (; i + 4 <= m; i += 4) multiply_dots(k, k, alpha, a + i * k, x, beta, y + i, std::make_integer_sequence<int, 4>{});
  for (; i < m; ++i) multiply_dots(k, k, alpha, a + i * k, x, beta, y + i, std::make_integer_sequence<int, 1>{});
}

/// y := alpha A^T x + beta y for some rows of A, `stride` entries apart, of which the n entries of y are the sums.
template <class T, int... Row>
[[gnu::always_inline]] inline void add_rows(long n, long stride, T alpha, const T* a, const T* x, T beta, T* y, std::integer_sequence<int, Row...>) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>);
  const V factors[] = {V(alpha * x[Row])...}, scale(beta);
  const auto add = [&](long j, auto load_entries, auto store_entries) __attribute__((always_inline)) {
    V sum = beta == 0 ? V(T(0)) : V(scale * load_entries(y + j));
    ((sum = multiply_add(factors[Row], load_entries(a + Row * stride + j), sum)), ...);
    store_entries(sum, y + j);
  };
  long j = 0;
  for (; j + width <= n; j += width) add(j, load<V>, store<V>);
  if (j < n) {
    const std::size_t count = static_cast<std::size_t>(n - j);
    add(j, [=](const T* p) { return load_first<V>(p, count); }, [=](const V& v, T* p) { store_first(v, p, count); });
  }
}

/// The same for all rows, where y has no more entries than a pack: it stays in registers.
template <class T>
void add_short_rows(long m, long n, T alpha, const T* a, const T* x, T beta, T* y) {
  using V = pack<T>;
  const std::size_t count = static_cast<std::size_t>(n);
  V sum(T(0)), other(T(0));
  long i = 0;
  for (; i + 2 <= m; i += 2) {
    sum = multiply_add(V(x[i]), load_up_to<V>(a + i * n, count), sum);
    other = multiply_add(V(x[i + 1]), load_up_to<V>(a + (i + 1) * n, count), other);
  }
  if (i < m) sum = multiply_add(V(x[i]), load_up_to<V>(a + i * n, count), sum);
  sum = V(alpha) * (sum + other);
  if (beta != 0) sum = sum + V(beta) * load_up_to<V>(y, count);
  store_up_to<V>(sum, y, count);
}

/// y := alpha A^T x + beta y for an m x n matrix A.
template <class T>
void multiply_row(long m, long n, T alpha, const T* a, const T* x, T beta, T* y) {
  if (n <= static_cast<long>(pack_size<T>)) return add_short_rows(m, n, alpha, a, x, beta, y);
  long i = 0;
  for (; i + 4 <= m; i += 4) add_rows(n, n, alpha, a + i * n, x + i, i == 0 ? beta : T(1), y, std::make_integer_sequence<int, 4>{});
  for (; i < m; ++i) add_rows(n, n, alpha, a + i * n, x + i, i == 0 ? beta : T(1), y, std::make_integer_sequence<int, 1>{});
}

}  // namespace ctgrad::detail
