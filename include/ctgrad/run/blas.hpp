// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

// xblas before xlapack: the latter needs declarations of the former.
#include <xtensor-blas/xblas.hpp>
#include <xtensor-blas/xlapack.hpp>

#include "libxsmm.hpp"
#include "matrix_vector.hpp"
#include "products.hpp"
#include "small_solves.hpp"

#if !defined(HAVE_CBLAS) || defined(XTENSOR_USE_FLENS_BLAS)
#error "ctgrad: needs a CBLAS: without HAVE_CBLAS, or with XTENSOR_USE_FLENS_BLAS, xtensor-blas falls back to loops 60 times slower"
#endif

namespace ctgrad::detail {

// Every matrix is row-major and contiguous: its leading dimension is its number of columns, at least 1.
constexpr int leading(long columns) { return columns > 0 ? static_cast<int>(columns) : 1; }
constexpr cxxblas::Transpose flag(bool transposed) { return transposed ? cxxblas::Trans : cxxblas::NoTrans; }

template <class T>
void copy_entries(const T* from, T* to, long count) {
  if (from != to) std::copy(from, from + count, to);
}

/// y := alpha op(A) x + beta y, with A stored rows x columns.
template <class T, whole_vectors Whole = whole_vectors{}, class V = pack<T>>
void gemv(bool transposed, long rows, long columns, T alpha, const T* a, const T* x, T beta, T* y) {
  if (Whole.in_one_pack || is_short_product<T>(rows, columns))
    return transposed ? multiply_small_row<T, Whole, V>(columns, rows, alpha, a, x, beta, y)
                      : multiply_small_column<T, Whole, V>(rows, columns, alpha, a, x, beta, y);
  if constexpr (pack_size<T> >= 4)
    if (is_small_product<T>(rows, columns))
      return transposed ? multiply_row<T>(rows, columns, alpha, a, x, beta, y) : multiply_column<T>(rows, columns, alpha, a, x, beta, y);
  cxxblas::gemv<int>(cxxblas::RowMajor, flag(transposed), static_cast<int>(rows), static_cast<int>(columns), alpha, a,
                     leading(columns), x, 1, beta, y, 1);
}

/// C := alpha op(A) op(B) + beta D, with C and D, which may be C, m x n and k in between.
template <class T>
void gemm(bool transpose_a, bool transpose_b, long m, long n, long k, T alpha, const T* a, const T* b, T beta, const T* d, T* c) {
  if (!transpose_b && (beta == 0 || d == c) && multiply_by_libxsmm<T>(transpose_a, m, n, k, alpha, a, b, beta, c)) return;
  const bool is_small = is_small_product<T>(m, n, k);
  if constexpr (pack_size<T> == 1) {
    if (is_small) return multiply_entries<T>(transpose_a, transpose_b, m, n, k, alpha, a, b, beta, d, c);
  } else {
    if (is_small && !transpose_b) return multiply_small<T>(transpose_a, m, n, k, alpha, a, b, beta, d, c);
    if (is_small || pays_strips<T>(m, n, k))
      return multiply_by_strips<T>(transpose_a, transpose_b, m, n, k, alpha, a, transpose_a ? m : k, b, beta, d, c);
  }
  if (beta != 0) copy_entries<T>(d, c, m * n);
  cxxblas::gemm<int>(cxxblas::RowMajor, flag(transpose_a), flag(transpose_b), static_cast<int>(m), static_cast<int>(n),
                     static_cast<int>(k), alpha, a, leading(transpose_a ? m : k), b, leading(transpose_b ? k : n), beta, c,
                     leading(n));
}

/// A triangle of C := alpha op(A) op(B) + beta D, n x n and k in between. What was beyond the diagonal is lost.
template <class T, structure Part>
void multiply_to_triangle(bool transpose_a, bool transpose_b, long n, long k, T alpha, const T* a, const T* b, T beta, const T* d, T* c) {
  constexpr bool is_upper = Part == structure::upper_triangular;
  if (pays_triangle_strips<T>(n, k))
    return multiply_by_strips<T, Part>(transpose_a, transpose_b, n, n, k, alpha, a, transpose_a ? n : k, b, beta, d, c);
  if (beta != 0) copy_entries<T>(d, c, n * n);
  if (a == b && transpose_a != transpose_b) {
    cxxblas::syrk<int>(cxxblas::RowMajor, is_upper ? cxxblas::Upper : cxxblas::Lower, flag(transpose_a), static_cast<int>(n), static_cast<int>(k), alpha, a,
                       leading(transpose_a ? n : k), beta, c, leading(n));
  } else {  // BLAS has no such product: some rows at a time, from the diagonal on or up to it
    constexpr long block = 128;
    for (long i = 0; i < n; i += block) {
      const long rows = std::min(block, n - i), first = is_upper ? i : 0, columns = is_upper ? n - i : i + rows;
      cxxblas::gemm<int>(cxxblas::RowMajor, flag(transpose_a), flag(transpose_b), static_cast<int>(rows), static_cast<int>(columns),
                         static_cast<int>(k), alpha, transpose_a ? a + i : a + i * k, leading(transpose_a ? n : k),
                         transpose_b ? b + first * k : b + first, leading(transpose_b ? k : n), beta, c + i * n + first, leading(n));
    }
  }
}

/// C := alpha op(A) op(B) + beta D where that is known to be symmetric: one triangle and its mirror image.
template <class T>
void multiply_symmetric(bool transpose_a, bool transpose_b, long n, long k, T alpha, const T* a, const T* b, T beta, const T* d, T* c) {
  multiply_to_triangle<T, structure::upper_triangular>(transpose_a, transpose_b, n, k, alpha, a, b, beta, d, c);
  mirror_upper(n, c);
}

template <class T, structure Part>
void clear_other_triangle(long n, T* c) {
  for (long i = 0; i < n; ++i, c += n) {
    const bool is_upper = Part == structure::upper_triangular;
    std::fill(is_upper ? c : c + i + 1, is_upper ? c + i : c + n, T(0));
  }
}
/// C := a triangle of alpha op(A) op(B), n x n and k in between, and zeros.
template <class T, structure Part>
void multiply_part(bool transpose_a, bool transpose_b, long n, long k, T alpha, const T* a, const T* b, T* c) {
  if (pays_triangle<T>(n, k))
    multiply_to_triangle<T, Part>(transpose_a, transpose_b, n, k, alpha, a, b, T(0), c, c);
  else
    gemm<T>(transpose_a, transpose_b, n, n, k, alpha, a, b, T(0), c, c);
  clear_other_triangle<T, Part>(n, c);
}

/// X := R^-T X or R^-1 X for the upper or lower triangle R of an n x n matrix; X is n x k.
template <class T>
void solve_triangular(bool upper, bool transposed, long n, long k, const T* r, T* x) {
  if (is_small_solve<T>(n, k)) return solve_small_triangular<T>(upper, transposed, n, k, r, x);
  const cxxblas::StorageUpLo triangle = upper ? cxxblas::Upper : cxxblas::Lower;
  if (k == 1)
    cxxblas::trsv<int>(cxxblas::RowMajor, triangle, flag(transposed), cxxblas::NonUnit, static_cast<int>(n), r,
                       leading(n), x, 1);
  else
    cxxblas::trsm<int>(cxxblas::RowMajor, cxxblas::Left, triangle, flag(transposed), cxxblas::NonUnit,
                       static_cast<int>(n), static_cast<int>(k), T(1), r, leading(n), x, leading(k));
}

/// A = R^T R for a symmetric A, R in the upper triangle of the row-major matrix. LAPACK sees the transpose and its
/// faster lower variant. Returns whether A is positive definite.
template <class T>
bool factor_cholesky(long n, T* a) {
  return n == 0 || cxxlapack::potrf<int>('L', static_cast<int>(n), a, leading(n)) == 0;
}

/// The LU factorisation of A^T, which is what LAPACK sees. Returns whether A is regular.
template <class T>
bool factor_lu(long n, T* a, int* pivots) {
  if (n > 0 && cxxlapack::getrf<int>(static_cast<int>(n), static_cast<int>(n), a, leading(n), pivots) != 0) return false;
  for (long i = 0; i < n; ++i)  // some libraries do not report the last pivot
    if (a[i * n + i] == 0) return false;
  return true;
}

/// B := A^-1 B or A^-T B for an n x k matrix B stored column by column.
template <class T>
void solve_lu(bool transposed, long n, long k, const T* factor, const int* pivots, T* b) {
  cxxlapack::getrs<int>(transposed ? 'N' : 'T', static_cast<int>(n), static_cast<int>(k), factor, leading(n), pivots, b,
                        leading(n));
}

template <class T>
void invert_cholesky(long n, T* a) {
  cxxlapack::potri<int>('L', static_cast<int>(n), a, leading(n));
}

/// In place; LAPACK sees the transpose, whose triangle is the other one.
template <class T>
void invert_triangular(bool upper, long n, T* a) {
  cxxlapack::trtri<int>(upper ? 'L' : 'U', 'N', static_cast<int>(n), a, leading(n));
}

template <class T>
void invert_lu(long n, T* a, const int* pivots, T* work, long work_size) {
  cxxlapack::getri<int>(static_cast<int>(n), a, leading(n), pivots, work, static_cast<int>(work_size));
}

}  // namespace ctgrad::detail
