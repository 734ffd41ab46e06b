// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <utility>

#include "pack.hpp"

namespace ctgrad::detail {

/// A product is summed up in registers tile by tile: so many rows, so many packs wide. The sums, a row of B and one entry of
/// A fill the registers; narrow tiles have more rows, so that no sum waits for its last addition.
template <class T>
inline constexpr int tile_packs = sizeof(pack<T>) == 64 ? 4 : 2;
template <class T, int Packs>
inline constexpr int tile_rows = sizeof(pack<T>) == 64 && Packs < 4 ? 8 : 6;
template <class T>
inline constexpr long tile_width = tile_packs<T> * static_cast<long>(pack_size<T>);

/// Rows of memory that the next product reads: they are fetched into the second cache some at a time, while this one is computed.
template <class T>
struct rows_ahead {
  const T* row = nullptr;
  long count = 0, stride = 0, entries = 0;  // the entries of a row that are read

  void fetch(long rows) {
    constexpr long line = 64 / static_cast<long>(sizeof(T));
    for (; rows > 0 && count > 0; --rows, --count, row += stride)
      for (long entry = 0; entry < entries; entry += line) __builtin_prefetch(row + entry, 0, 2);
  }
};

/// C := alpha A B + beta D: entry (i, p) of A is a[i * a_row + p * a_entry]; rows of B lie b_row apart, those of C and D, which
/// may be C, c_row.
template <class T>
struct matrix_product {
  long m, n, k;
  T alpha;
  const T* a;
  long a_row, a_entry;
  const T* b;
  long b_row;
  T beta;
  const T* d;
  T* c;
  long c_row;
  bool is_padded = false;  // B's rows end in whole packs
  T* copy = nullptr;       // where B's rows are copied to on the way, a tile's width apart
  rows_ahead<T> ahead{};
};

/// A tile of C from row i and column j on; `count` entries of the last pack, which B is known to have whole where it is `Whole`.
/// Written out by index: loops that the compiler unrolls late would keep the sums in memory.
template <bool Whole, class T, int... Pack, int... Entry>
[[gnu::always_inline]] inline void multiply_tile(const matrix_product<T>& product, long i, long j, std::size_t count,
                                                 std::integer_sequence<int, Pack...>, std::integer_sequence<int, Entry...>) {
  using V = pack<T>;
  constexpr int width = static_cast<int>(pack_size<T>), packs = sizeof...(Pack);
  const auto written = [&](int pack) { return pack == packs - 1 ? count : pack_size<T>; };
  const auto read = [&](int pack) { return product.is_padded ? pack_size<T> : written(pack); };
  // Copies: as locals nothing stored can change them.
  const long k = product.k, a_row = product.a_row, a_entry = product.a_entry, b_row = product.b_row, c_row = product.c_row;
  const V alpha(product.alpha), beta(product.beta);
  const T* a = product.a + i * a_row;
  const T* b = product.b + j;
  T* copy = product.copy == nullptr ? nullptr : product.copy + j;
  V sums[] = {(static_cast<void>(Entry), V(T(0)))...};
  for (long p = 0; p < k; ++p, a += a_entry, b += b_row) {
    const V row[] = {(Whole ? load<V>(b + Pack * width) : load_up_to<V>(b + Pack * width, read(Pack)))...};
    if (copy != nullptr) (store(row[Pack], copy + p * tile_width<T> + Pack * width), ...);
    ((sums[Entry] = multiply_add(V(a[Entry / packs * a_row]), row[Entry % packs], sums[Entry])), ...);
  }
  const long corner = i * c_row + j;
  const auto place = [&](int entry) { return corner + entry / packs * c_row + entry % packs * width; };
  const T* d = product.d;
  T* c = product.c;
  // Masked stores take longer than whole ones.
  const auto put = [](const V& v, T* to, std::size_t entries) __attribute__((always_inline)) {
    entries == pack_size<T> ? store(v, to) : store_first(v, to, entries);
  };
  if (product.beta == 0)
    (put(alpha * sums[Entry], c + place(Entry), written(Entry % packs)), ...);
  else
    (put(alpha * sums[Entry] + beta * load_up_to<V>(d + place(Entry), written(Entry % packs)), c + place(Entry), written(Entry % packs)), ...);
}

/// `rows` rows from row i on, at most `Rows`.
template <int Rows, int Packs, class T>
void multiply_rest(const matrix_product<T>& product, long i, long rows, long j, std::size_t count) {
  if (rows == Rows)
    multiply_tile<false>(product, i, j, count, std::make_integer_sequence<int, Packs>{}, std::make_integer_sequence<int, Rows * Packs>{});
  else if constexpr (Rows > 1)
    multiply_rest<Rows - 1, Packs>(product, i, rows, j, count);
}
/// All rows, `Rows` at a time. Tiles of few rows wait for their sums: the last two may share theirs.
template <int Rows, int Packs, class T>
void multiply_rows(const matrix_product<T>& product, long j, std::size_t count) {
  constexpr auto tile = std::make_integer_sequence<int, Packs>{};
  constexpr auto entries = std::make_integer_sequence<int, Rows * Packs>{};
  const long m = product.m;
  const bool is_whole = product.is_padded || count == pack_size<T>;
  rows_ahead<T> ahead = product.ahead;
  const long share = ahead.count * Rows / std::max(m, 1L) + 1;
  long i = 0;
  for (; m - i >= Rows + Rows / 2 || m - i == Rows; i += Rows) {
    ahead.fetch(share);
    if constexpr (Packs == tile_packs<T>)  // as most tiles are: a mask for the last pack would take 2 % of their time
      if (is_whole) {
        multiply_tile<true>(product, i, j, count, tile, entries);
        continue;
      }
    multiply_tile<false>(product, i, j, count, tile, entries);
  }
  if constexpr (Rows > 1)
    for (long rows; i < m; i += rows) {
      rows = m - i > Rows ? (m - i) / 2 : m - i;
      multiply_rest<Rows - 1, Packs>(product, i, rows, j, count);
    }
}
/// The columns from j on, `Packs` packs of them at a time and the last ones in fewer.
template <int Packs, class T>
void multiply_columns(const matrix_product<T>& product, long j) {
  constexpr long width = static_cast<long>(pack_size<T>), before = (Packs - 1) * width;
  for (; product.n - j > before; j += Packs * width)
    multiply_rows<tile_rows<T, Packs>, Packs>(product, j, static_cast<std::size_t>(std::min(product.n - j - before, width)));
  if constexpr (Packs > 1)
    if (j < product.n) multiply_columns<Packs - 1>(product, j);
}

/// C := alpha A B + beta D.
template <class T>
void multiply_in_tiles(const matrix_product<T>& product) {
  multiply_columns<tile_packs<T>>(product, 0);
}

}  // namespace ctgrad::detail
