// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include "pack.hpp"

namespace ctgrad::detail {

inline constexpr long most_small_rows = 64;

/// Where substitution by packs of right-hand sides takes less time than BLAS, which packs the triangle first and divides:
/// half of it and less, measured with OpenBLAS's kernels for Haswell and for Skylake.
template <class T>
constexpr bool is_small_solve(long n, long k) {
  return n <= 2 || (n <= 8 && k > 1) || (n <= most_small_rows && k > static_cast<long>(pack_size<T>));
}

/// A triangle T whose entry (i, j) is r[i * row + j * column], and one over its diagonal.
template <class T>
struct small_triangle {
  long n;
  const T* r;
  long row, column;
  T reciprocals[most_small_rows];
};

/// X := T^-1 X for the columns of X from one on that fill as many packs; `count` entries of the last. The equations are
/// taken from the first on, or from the last on.
template <class T, int... Pack>
[[gnu::always_inline]] inline void substitute_columns(const small_triangle<T>& t, bool from_first, T* x, long x_row, std::size_t count,
                                                      std::integer_sequence<int, Pack...>) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>), last = sizeof...(Pack) - 1;
  for (long step = 0; step < t.n; ++step) {
    const long i = from_first ? step : t.n - 1 - step;
    T* const own = x + i * x_row;
    V sums[] = {load_up_to<V>(own + Pack * width, Pack == last ? count : pack_size<T>)...};
    for (long solved = 0; solved < step; ++solved) {
      const long j = from_first ? solved : t.n - 1 - solved;
      const V factor(-t.r[i * t.row + j * t.column]);
      const T* const known = x + j * x_row;
      ((sums[Pack] = multiply_add(factor, load_up_to<V>(known + Pack * width, Pack == last ? count : pack_size<T>), sums[Pack])), ...);
    }
    (store_up_to<V>(V(t.reciprocals[i]) * sums[Pack], own + Pack * width, Pack == last ? count : pack_size<T>), ...);
  }
}

/// X := R^-T X or R^-1 X for the upper or lower triangle R of a small n x n matrix; X is n x k.
template <class T>
void solve_small_triangular(bool upper, bool transposed, long n, long k, const T* r, T* x) {
  constexpr long width = static_cast<long>(pack_size<T>);
  const bool from_first = upper == transposed;
  small_triangle<T> t{n, r, transposed ? 1 : n, transposed ? n : 1, {}};
  for (long i = 0; i < n; ++i) t.reciprocals[i] = 1 / r[i * (n + 1)];
  long j = 0;
  for (; j + 4 * width <= k; j += 4 * width) substitute_columns(t, from_first, x + j, k, pack_size<T>, std::make_integer_sequence<int, 4>{});
  for (; j < k; j += width) {
    const long left = k - j;
    substitute_columns(t, from_first, x + j, k, static_cast<std::size_t>(left < width ? left : width), std::make_integer_sequence<int, 1>{});
  }
}

}  // namespace ctgrad::detail
