// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "../expr/op.hpp"
#include "blas.hpp"
#include "scans.hpp"

namespace ctgrad::detail {

/// to := from where keep(i, j), else 0.
template <class T, class Keep>
void copy_part(const T* from, T* to, long rows, long columns, Keep keep) {
  for (long i = 0; i < rows; ++i)
    for (long j = 0; j < columns; ++j) to[i * columns + j] = keep(i, j) ? from[i * columns + j] : T(0);
}

template <class T>
bool has_nan(const T* entries, long count) {
  long i = 0;
  bool found = false;
  for (; i + 8 <= count; i += 8) {
    T total = 0;  // of eight at a time: finite numbers times 0 cannot hide a NaN, infinite ones are looked at again
    for (int j = 0; j < 8; ++j) total += entries[i + j] * T(0);
    if (total != total)
      for (int j = 0; j < 8; ++j) found = found || entries[i + j] != entries[i + j];
  }
  for (; i < count; ++i) found = found || entries[i] != entries[i];
  return found;
}

/// The cofactors of a singular n x n matrix with n > 2: of rank one at most. With P A Q = L U by complete pivoting they are
/// det(P) det(Q) u_11 ... u_n-1,n-1 times the outer product of the null vectors of A^T and A, where each is 1 in the last
/// pivot's place. `work` holds n x n entries and n pivots.
template <class T>
void singular_cofactors(long n, const T* a, T* to, T* work) {
  int* row_swaps = reinterpret_cast<int*>(work + n * n);
  int* column_swaps = reinterpret_cast<int*>(to + 2 * n);
  T *left = to, *right = to + n;
  scaled_product<T> scale;
  copy_entries(a, work, n * n);
  for (long k = 0; k < n - 1; ++k) {
    long row = k, column = k;
    for (long i = k; i < n; ++i)
      for (long j = k; j < n; ++j)
        if (std::abs(work[i * n + j]) > std::abs(work[row * n + column])) row = i, column = j;
    if (work[row * n + column] == 0) {
      std::fill(to, to + n * n, T(0));
      return;
    }
    if (row != k) std::swap_ranges(work + row * n, work + row * n + n, work + k * n), scale.multiply(T(-1));
    if (column != k) {
      for (long i = 0; i < n; ++i) std::swap(work[i * n + k], work[i * n + column]);
      scale.multiply(T(-1));
    }
    row_swaps[k] = static_cast<int>(row);
    column_swaps[k] = static_cast<int>(column);
    scale.multiply(work[k * n + k]);
    for (long i = k + 1; i < n; ++i) {
      const T factor = work[i * n + k] /= work[k * n + k];
      for (long j = k + 1; j < n; ++j) work[i * n + j] -= factor * work[k * n + j];
    }
  }
  left[n - 1] = right[n - 1] = 1;
  for (long i = n - 1; i-- > 0;) {
    T down = 0, along = 0;
    for (long j = i + 1; j < n; ++j) {
      down += work[j * n + i] * left[j];
      along += work[i * n + j] * right[j];
    }
    left[i] = -down;
    right[i] = -along / work[i * n + i];
  }
  for (long k = n - 1; k-- > 0;) {
    std::swap(left[k], left[row_swaps[k]]);
    std::swap(right[k], right[column_swaps[k]]);
  }
  copy_entries(left, work, 2 * n);
  for (long i = 0; i < n; ++i)
    for (long j = 0; j < n; ++j) to[i * n + j] = scale.times(work[i] * work[n + j]);
}

/// What stands for a matrix in solves, inverses and determinants: its factors, or itself where it is triangular. A
/// factorisation is n x n entries, n pivots, and one entry more that tells how it came about. A NaN in the matrix makes
/// every entry NaN, and with them every result; it is no failure.
template <op Kind, class T>
struct factored {
  static constexpr bool is_triangle = is_triangular_factor(Kind);
  static constexpr T by_cholesky = 0, by_elimination = 1, singular = 2;

  T* entries;
  long n;

  int* pivots() const { return reinterpret_cast<int*>(entries + n * n); }
  T& origin() const { return entries[n * n + n]; }
  bool is_lu() const {
    if constexpr (Kind == op::symmetric_factor) return origin() != by_cholesky;
    return Kind == op::lu_factor;
  }
  bool is_nan() const { return !is_triangle && n > 0 && entries[0] != entries[0]; }
  bool is_regular() const {
    if constexpr (is_triangle) {
      for (long i = 0; i < n; ++i)
        if (entries[i * n + i] == 0) return false;
    }
    return !is_lu() || origin() != singular;
  }

  /// Factorises the matrix in `entries`; false where it is not positive definite but has to be.
  bool factorise() const {
    if constexpr (Kind == op::cholesky_factor) {
      origin() = by_cholesky;
      return factorise_definite();
    } else if constexpr (Kind == op::symmetric_factor) {
      // Cholesky works on the upper triangle and the diagonal: with the diagonal kept, the matrix can be restored.
      T* diagonal = entries + n * n;
      for (long i = 0; i < n; ++i) diagonal[i] = entries[i * n + i];
      origin() = by_cholesky;
      if (factorise_definite()) return true;
      for (long i = 0; i < n; ++i) {
        entries[i * n + i] = diagonal[i];
        for (long j = i + 1; j < n; ++j) entries[i * n + j] = entries[j * n + i];
      }
    }
    eliminate();
    return true;
  }

  /// X := A^-1 op(B) or A^-T op(B) with k columns; false where A is singular.
  bool solve(bool transposed, bool transpose_b, long k, const T* b, T* x, T* scratch) const {
    if (n == 0 || k == 0) return true;
    if (!is_regular()) return false;
    if (is_nan()) {
      std::fill(x, x + n * k, std::numeric_limits<T>::quiet_NaN());
    } else if (is_triangle) {
      put_right_sides(transpose_b, k, b, x);
      solve_triangular<T>(Kind == op::upper_factor, transposed, n, k, entries, x);
    } else if (!is_lu()) {
      put_right_sides(transpose_b, k, b, x);
      solve_triangular<T>(true, true, n, k, entries, x);
      solve_triangular<T>(true, false, n, k, entries, x);
    } else if (k == 1) {
      copy_entries(b, x, n);
      solve_lu<T>(transposed, n, 1, entries, pivots(), x);
    } else {
      transpose_b ? copy_entries(b, scratch, n * k) : transpose_matrix(b, scratch, n, k);  // column by column
      solve_lu<T>(transposed, n, k, entries, pivots(), scratch);
      transpose_matrix(scratch, x, k, n);
    }
    return true;
  }

  /// False where A is singular.
  bool invert(T* to, T* scratch) const {
    if (n == 0) return true;
    if (!is_regular()) return false;
    if (is_nan()) {
      std::fill(to, to + n * n, std::numeric_limits<T>::quiet_NaN());
    } else if constexpr (is_triangle) {
      constexpr bool upper = Kind == op::upper_factor;
      copy_part(entries, to, n, n, [](long i, long j) { return upper ? i <= j : j <= i; });
      invert_triangular<T>(upper, n, to);
    } else if (is_lu()) {
      copy_entries(entries, to, n * n);
      invert_lu<T>(n, to, pivots(), scratch, n * n);
    } else {
      copy_entries(entries, to, n * n);
      invert_cholesky<T>(n, to);
      for (long i = 0; i < n; ++i)
        for (long j = 0; j < i; ++j) to[i * n + j] = to[j * n + i];
    }
    return true;
  }

  /// log |det A|; false where A is singular.
  bool logdet(T& result) const {
    if (!is_regular()) return false;
    T total = 0;
    for (long i = 0; i < n; ++i) total += std::log(std::abs(entries[i * n + i]));
    result = is_triangle || is_lu() ? total : 2 * total;
    return true;
  }

  /// The lower factor of a matrix factorised by Cholesky.
  void write_lower(T* to) const {
    transpose_matrix(entries, to, n, n);
    copy_part(to, to, n, n, [](long i, long j) { return j <= i; });
  }

  scaled_product<T> det() const {
    scaled_product<T> result;
    for (long i = 0; i < n; ++i) {
      result.multiply(entries[i * n + i]);
      if (!is_lu()) result.multiply(entries[i * n + i]);
      if (is_lu() && pivots()[i] != i + 1) result.multiply(T(-1));
    }
    return result;
  }

  /// d det(A) / dA; `a` is the matrix as it was.
  void cofactors(const T* a, T* to, T* work) const {
    if (n == 1) {
      to[0] = a[0] == a[0] ? T(1) : a[0];
    } else if (n == 2) {
      const T a00 = a[0], a01 = a[1], a10 = a[2], a11 = a[3];
      to[0] = a11, to[1] = -a10, to[2] = -a01, to[3] = a00;
    } else if (!is_regular()) {
      singular_cofactors(n, a, to, work);
    } else {
      invert(to, work);
      const scaled_product<T> scale = det();
      for (long i = 0; i < n; ++i)
        for (long j = 0; j <= i; ++j) {
          const T mirrored = to[j * n + i];
          to[j * n + i] = scale.times(to[i * n + j]);
          to[i * n + j] = scale.times(mirrored);
        }
    }
  }

 private:
  void put_right_sides(bool transpose_b, long k, const T* b, T* x) const {
    transpose_b ? transpose_matrix(b, x, k, n) : copy_entries(b, x, n * k);
  }

  void spread_nan() const {
    std::fill(entries, entries + n * n, std::numeric_limits<T>::quiet_NaN());
    if (is_lu())
      for (long i = 0; i < n; ++i) pivots()[i] = static_cast<int>(i + 1);
  }

  /// Each NaN in the triangle that is read makes a pivot NaN, and stays where it is.
  bool factorise_definite() const {
    const bool complete = factor_cholesky<T>(n, entries);
    bool nan = false;
    for (long i = 0; i < n; ++i) nan = nan || entries[i * n + i] != entries[i * n + i];
    for (long i = 0; i < n && !complete; ++i) nan = nan || has_nan(entries + i * n + i, n - i);
    if (nan) spread_nan();
    return complete || nan;
  }

  /// What LAPACK makes of NaN among its pivots is undefined.
  void eliminate() const {
    const bool nan = has_nan(entries, n * n);
    origin() = nan || factor_lu<T>(n, entries, pivots()) ? by_elimination : singular;
    if (nan) spread_nan();
  }
};

}  // namespace ctgrad::detail
