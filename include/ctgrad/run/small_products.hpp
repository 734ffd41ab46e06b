// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include "pack.hpp"

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

/// So many rows, two packs wide, of a product are summed up in registers.
template <class T>
inline constexpr int tile_rows = sizeof(pack<T>) == 64 ? 8 : 4;

template <class V>
[[gnu::always_inline]] inline V load_up_to(const lane<V>* p, std::size_t count) {
  return count == pack_size<lane<V>> ? load<V>(p) : load_first<V>(p, count);
}

/// c := alpha v + beta c for the first `count` entries.
template <class T, class V>
[[gnu::always_inline]] inline void store_scaled(const V& v, T alpha, T beta, T* c, std::size_t count) {
  V value = V(alpha) * v;
  if (count < pack_size<T>) {
    if (beta != 0) value = value + V(beta) * load_first<V>(c, count);
    store_first(value, c, count);
  } else {
    if (beta != 0) value = value + V(beta) * load<V>(c);
    store(value, c);
  }
}

/// Matrices of a product: entry (i, p) of A is a[i * a_row + p * a_entry]; rows of B and C lie b_row and c_row apart.
template <class T>
struct small_product {
  long m, n, k;
  T alpha;
  const T* a;
  long a_row, a_entry;
  const T* b;
  long b_row;
  T beta;
  T* c;
  long c_row;
};

/// The rows i ... i + Rows - 1 of C := alpha A B + beta C, from column j on; `count` entries of the last pack. Written out
/// by index: loops that the compiler unrolls late would keep the sums in memory.
template <int Packs, class T, int... Row>
[[gnu::always_inline]] inline void multiply_tile(const small_product<T>& s, long i, long j, std::size_t count, std::integer_sequence<int, Row...>) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>);
  const T* a = s.a + i * s.a_row;
  const T* b = s.b + j;
  const std::size_t left = Packs == 2 ? pack_size<T> : count;
  V first[] = {(static_cast<void>(Row), V(T(0)))...}, second[] = {(static_cast<void>(Row), V(T(0)))...};
  for (long p = 0; p < s.k; ++p, a += s.a_entry, b += s.b_row) {
    const V row = load_up_to<V>(b, left);
    if constexpr (Packs == 2) {
      const V next = load_up_to<V>(b + width, count);
      ((first[Row] = first[Row] + V(a[Row * s.a_row]) * row, second[Row] = second[Row] + V(a[Row * s.a_row]) * next), ...);
    } else {
      ((first[Row] = first[Row] + V(a[Row * s.a_row]) * row), ...);
    }
  }
  T* c = s.c + i * s.c_row + j;
  (store_scaled(first[Row], s.alpha, s.beta, c + Row * s.c_row, left), ...);
  if constexpr (Packs == 2) (store_scaled(second[Row], s.alpha, s.beta, c + Row * s.c_row + width, count), ...);
}

/// The last `rest` rows, at most `Rows`, of two packs of columns or of one.
template <int Packs, int Rows, class T>
void multiply_rest(const small_product<T>& s, long rest, long j, std::size_t count) {
  if (rest == Rows)
    multiply_tile<Packs>(s, s.m - rest, j, count, std::make_integer_sequence<int, Rows>{});
  else if constexpr (Rows > 1)
    multiply_rest<Packs, Rows - 1>(s, rest, j, count);
}
template <int Packs, int Rows, class T>
void multiply_strip(const small_product<T>& s, long j, std::size_t count) {
  long i = 0;
  for (; i + Rows <= s.m; i += Rows) multiply_tile<Packs>(s, i, j, count, std::make_integer_sequence<int, Rows>{});
  if constexpr (Rows > 1) {
    if (i < s.m) multiply_rest<Packs, Rows - 1>(s, s.m - i, j, count);
  }
}
/// Two packs of columns from j on, or what is left of them, `Rows` rows at a time.
template <int Rows, class T>
void multiply_strip(const small_product<T>& s, long j) {
  const std::size_t columns = static_cast<std::size_t>(s.n - j);
  if (columns > pack_size<T>)
    multiply_strip<2, Rows>(s, j, columns < 2 * pack_size<T> ? columns - pack_size<T> : pack_size<T>);
  else
    multiply_strip<1, Rows>(s, j, columns);
}

/// C := alpha op(A) B + beta C.
template <class T>
void multiply_small(bool transpose_a, long m, long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  const small_product<T> s{m, n, k, alpha, a, transpose_a ? 1 : k, transpose_a ? m : 1, b, n, beta, c, n};
  for (long j = 0; j < n; j += 2 * static_cast<long>(pack_size<T>)) multiply_strip<tile_rows<T>>(s, j);
}
/// The same of one row.
template <class T>
void multiply_small_row(long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  const small_product<T> s{1, n, k, alpha, a, k, 1, b, n, beta, c, n};
  for (long j = 0; j < n; j += 2 * static_cast<long>(pack_size<T>)) multiply_strip<1>(s, j);
}

/// Transposes a block of as many rows and columns as a pack has entries: interleaving the rows' halves once for each power
/// of two in that number.
template <class T>
[[gnu::always_inline]] inline void turn_block(const T* from, long from_row, T* to, long to_row) {
  constexpr int width = static_cast<int>(pack_size<T>);
  typedef T lanes __attribute__((vector_size(sizeof(T) * pack_size<T>)));
  lanes rows[width], next[width];
  for (int i = 0; i < width; ++i) __builtin_memcpy(&rows[i], from + i * from_row, sizeof(lanes));
  for (int stage = 1; stage < width; stage *= 2) {
    [&]<int... I>(std::integer_sequence<int, I...>) {
      for (int i = 0; i < width / 2; ++i) {
        next[2 * i] = __builtin_shufflevector(rows[i], rows[i + width / 2], (I / 2 + I % 2 * width)...);
        next[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + width / 2], (width / 2 + I / 2 + I % 2 * width)...);
      }
    }(std::make_integer_sequence<int, width>{});
    for (int i = 0; i < width; ++i) rows[i] = next[i];
  }
  for (int i = 0; i < width; ++i) __builtin_memcpy(to + i * to_row, &rows[i], sizeof(lanes));
}

/// The transpose of `rows` rows of k entries.
template <class T>
void turn(long rows, long k, const T* from, T* to, long to_row) {
  constexpr long width = static_cast<long>(pack_size<T>);
  for (long i = 0; i < rows; i += width) {
    long p = 0;
    if constexpr (width > 1)
      for (; i + width <= rows && p + width <= k; p += width) turn_block(from + i * k + p, k, to + p * to_row + i, to_row);
    for (; p < k; ++p)
      for (long r = i; r < i + width && r < rows; ++r) to[p * to_row + r] = from[r * k + p];
  }
}

/// C := alpha A B' + beta C, where B' is turned strip by strip.
template <class T>
void multiply_small_turned(long m, long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  constexpr long width = 2 * static_cast<long>(pack_size<T>);
  alignas(64) T strip[256 * width];
  for (long j = 0; j < n; j += width) {
    const long columns = n - j < width ? n - j : width;
    turn(columns, k, b + j * k, strip, width);
    multiply_strip<tile_rows<T>>(small_product<T>{m, columns, k, alpha, a, k, 1, strip, width, beta, c + j, n}, 0);
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
