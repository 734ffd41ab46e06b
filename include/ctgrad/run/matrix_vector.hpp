// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include "pack.hpp"

namespace ctgrad::detail {

/// Products of a matrix and a vector of so few terms that the sums of rows, joined in one pack, take most of the time: up to
/// about 45 x 45 with vectors of eight entries.
template <class T>
constexpr bool is_short_product(long rows, long columns) {
  return rows * columns <= 256 * static_cast<long>(pack_size<T>);
}

/// Which vectors of a product have room for whole packs behind their last entry: these are read and written as such, for what
/// was written in part cannot be read as a whole before it has reached the cache.
struct whole_vectors {
  bool x = false, y = false;
  bool in_one_pack = false;  // each is, and each row of the matrix
};

template <bool Whole, class V>
[[gnu::always_inline]] inline V load_end(const lane<V>* p, std::size_t count) {
  if constexpr (Whole)
    return load<V>(p);
  else
    return load_first<V>(p, count);
}

/// y := alpha v + beta y for the first `count` entries, at most a pack.
template <bool Whole, class V, class T = lane<V>>
[[gnu::always_inline]] inline void store_sums(const V& v, T alpha, T beta, T* y, std::size_t count) {
  const bool is_whole = Whole || count >= lane_count<V>;
  V value = alpha == 1 ? v : V(alpha) * v;  // those who wait for it wait less
  if (beta != 0) value = value + V(beta) * (is_whole ? load<V>(y) : load_first<V>(y, count));
  if (is_whole)
    store(value, y);
  else
    store_first(value, y, count);
}

/// Sums of neighbours in a, then in b: of Lanes entries side by side at first, of these blocks as wholes later, which
/// processors shuffle fastest.
template <bool InBlocks, class V>
[[gnu::always_inline]] inline V add_neighbours(const V& a, const V& b) {
  using T = lane<V>;
  constexpr int width = static_cast<int>(lane_count<V>), lanes = 16 / static_cast<int>(sizeof(T));
  typedef T entries __attribute__((vector_size(sizeof(V))));
  // Where entry i of the sum takes its even summand from; the odd one follows it, by an entry or by a block.
  constexpr auto even = [](int i) {
    if (InBlocks) return i / lanes * 2 * lanes + i % lanes;
    const int place = i % lanes, half = lanes / 2;
    return i / lanes * lanes + (place < half ? 2 * place : width + 2 * (place - half));
  };
  constexpr int step = InBlocks ? lanes : 1;
  entries first, second;
  __builtin_memcpy(&first, &a, sizeof first);
  __builtin_memcpy(&second, &b, sizeof second);
  const entries sum = [&]<int... I>(std::integer_sequence<int, I...>) __attribute__((always_inline)) {
    return __builtin_shufflevector(first, second, even(I)...) + __builtin_shufflevector(first, second, (even(I) + step)...);
  }(std::make_integer_sequence<int, width>{});
  V result;
  __builtin_memcpy(&result, &sum, sizeof sum);
  return result;
}

/// The sums of Count packs, in the first entries of one.
template <int Count, int Stage = 1, class V>
[[gnu::always_inline]] inline V sums_of(const V* packs) {
  constexpr int width = static_cast<int>(lane_count<V>), lanes = 16 / static_cast<int>(sizeof(lane<V>));
  if constexpr (width == 1) {
    return packs[0];
  } else {
    constexpr int rest = (Count + 1) / 2;
    V sums[rest];
    [&]<int... I>(std::integer_sequence<int, I...>) __attribute__((always_inline)) {
      ((sums[I] = add_neighbours<(1 << Stage > lanes)>(packs[2 * I], packs[2 * I + 1 < Count ? 2 * I + 1 : 2 * I])), ...);
    }(std::make_integer_sequence<int, rest>{});
    if constexpr (1 << Stage < width)
      return sums_of<rest, Stage + 1>(sums);
    else
      return sums[0];
  }
}

/// The products of x with rows First, First + 1, ... of k entries, as packs that sum up to them; the last of `rows` rows stands for
/// those beyond.
template <whole_vectors Whole, int First, class V, int... Row>
[[gnu::always_inline]] inline void add_rows_up(long rows, long k, const lane<V>* a, const lane<V>* x, V* sums, std::integer_sequence<int, Row...>) {
  constexpr long width = static_cast<long>(lane_count<V>);
  const lane<V>* row[] = {a + (First + Row < rows ? First + Row : rows - 1) * k...};
  long p = Whole.in_one_pack ? 0 : k / width * width;
  if (Whole.in_one_pack || p < k) {
    const std::size_t rest = static_cast<std::size_t>(k - p);
    const V other = load_end<Whole.x, V>(x + p, rest);
    ((sums[First + Row] = keep_first(V(load_first<V>(row[Row] + p, rest) * other), rest)), ...);
  } else {
    p -= width;
    const V other = load<V>(x + p);
    ((sums[First + Row] = load<V>(row[Row] + p) * other), ...);
  }
  for (p -= width; p >= 0; p -= width) {
    const V other = load<V>(x + p);
    ((sums[First + Row] = multiply_add(load<V>(row[Row] + p), other, sums[First + Row])), ...);
  }
}
/// The dot products of x with `Rows` rows of k entries, or the first `rows` of them, in the first entries of a pack. Eight rows at
/// a time, as processors have registers for their addresses.
template <whole_vectors Whole, class V, int Rows>
[[gnu::always_inline]] inline V multiply_rows(long rows, long k, const lane<V>* a, const lane<V>* x) {
  V sums[Rows];
  add_rows_up<Whole, 0>(rows, k, a, x, sums, std::make_integer_sequence<int, (Rows < 8 ? Rows : 8)>{});
  if constexpr (Rows > 8) add_rows_up<Whole, 8>(rows, k, a, x, sums, std::make_integer_sequence<int, Rows - 8>{});
  return sums_of<Rows>(sums);
}

/// y := alpha A x + beta y for an m x k matrix A, k > 0.
template <class T, whole_vectors Whole, class V = pack<T>>
void multiply_small_column(long m, long k, T alpha, const T* a, const T* x, T beta, T* y) {
  constexpr int width = static_cast<int>(lane_count<V>);
  const auto multiply = [&]<int Rows>(long i, std::integral_constant<int, Rows>) __attribute__((always_inline)) {
    store_sums<Whole.y>(multiply_rows<Whole, V, Rows>(m - i, k, a + i * k, x), alpha, beta, y + i, static_cast<std::size_t>(m - i));
  };
  for (long i = 0; i < m; i += Whole.in_one_pack ? m : width) {
    if constexpr (width > 1)
      if (m - i <= width / 2) return multiply(i, std::integral_constant<int, width / 2>{});
    multiply(i, std::integral_constant<int, width>{});
  }
}

/// Columns j, j + 1, ... of x A: `Packs` packs, of the last one `count` entries.
template <whole_vectors Whole, class V, class T, int... Pack>
[[gnu::always_inline]] inline void multiply_columns(long n, long k, T alpha, const T* a, const T* x, T beta, T* y, std::size_t count,
                                                    std::integer_sequence<int, Pack...>) {
  constexpr int width = static_cast<int>(lane_count<V>), last = sizeof...(Pack) - 1;
  const auto load_row = [&](const T* row, int i) __attribute__((always_inline)) {
    return i < last || (!Whole.in_one_pack && count >= lane_count<V>) ? load<V>(row + i * width) : load_first<V>(row + i * width, count);
  };
  V sums[] = {V(x[0]) * load_row(a, Pack)...};
  for (long p = 1; p < k; ++p) {
    const V factor(x[p]);
    ((sums[Pack] = multiply_add(factor, load_row(a + p * n, Pack), sums[Pack])), ...);
  }
  (store_sums<Whole.y>(sums[Pack], alpha, beta, y + Pack * width, Pack < last ? lane_count<V> : count), ...);
}

/// y := alpha A' x + beta y for a k x n matrix A, k > 0.
template <class T, whole_vectors Whole, class V = pack<T>>
void multiply_small_row(long n, long k, T alpha, const T* a, const T* x, T beta, T* y) {
  constexpr long width = static_cast<long>(lane_count<V>);
  const auto multiply = [&]<int... Pack>(long j, long count, std::integer_sequence<int, Pack...> packs) __attribute__((always_inline)) {
    multiply_columns<Whole, V>(n, k, alpha, a + j, x, beta, y + j, static_cast<std::size_t>(count), packs);
  };
  long j = 0;
  for (; !Whole.in_one_pack && n - j > width; j += 4 * width) {
    const long rest = n - j;
    if (rest > 3 * width) multiply(j, rest - 3 * width, std::make_integer_sequence<int, 4>{});
    else if (rest > 2 * width) multiply(j, rest - 2 * width, std::make_integer_sequence<int, 3>{});
    else multiply(j, rest - width, std::make_integer_sequence<int, 2>{});
  }
  if (j < n) multiply(j, n - j, std::make_integer_sequence<int, 1>{});
}

}  // namespace ctgrad::detail
