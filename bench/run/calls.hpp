// SPDX-License-Identifier: BSL-1.0
// BLAS and LAPACK on row-major memory, for float and double alike: the calls of the tape and of the
// hand-written contenders. They go through xtensor-blas's own headers and, by those, straight to cblas_dgemm
// and its relatives.
#pragma once

// cxxblas expects its standard headers to be there already.
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <iostream>
#include <type_traits>

#include <xtensor-blas/xblas_config.hpp>

#include <xflens/cxxblas/cxxblas.cxx>
#include <xflens/cxxlapack/cxxlapack.cxx>

#ifndef HAVE_CBLAS
#error "without HAVE_CBLAS cxxblas falls back to its generic loops"
#endif

#include <cstddef>
#include <stdexcept>

namespace bench::calls {

enum class as { is, transposed };

inline cxxblas::Transpose flag(as form) {
    return form == as::is ? cxxblas::NoTrans : cxxblas::Trans;
}
inline int integer(std::size_t extent) {
    return static_cast<int>(extent);
}

/// C (m x n) = alpha A B + beta C, where A is m x k and B is k x n after the transposition asked for.
template <class T>
void gemm(as form_a, as form_b, std::size_t m, std::size_t n, std::size_t k, T alpha, const T* A, const T* B,
          T beta, T* C) {
    cxxblas::gemm<int>(cxxblas::RowMajor, flag(form_a), flag(form_b), integer(m), integer(n), integer(k),
                       alpha, A, integer(form_a == as::is ? k : m), B, integer(form_b == as::is ? n : k),
                       beta, C, integer(n));
}

/// y = alpha A x + beta y; m and n are the extents of A as it lies in memory.
template <class T>
void gemv(as form, std::size_t m, std::size_t n, T alpha, const T* A, const T* x, T beta, T* y) {
    cxxblas::gemv<int>(cxxblas::RowMajor, flag(form), integer(m), integer(n), alpha, A, integer(n), x, 1,
                       beta, y, 1);
}

/// A (m x n) += alpha x y'.
template <class T>
void ger(std::size_t m, std::size_t n, T alpha, const T* x, const T* y, T* A) {
    cxxblas::ger<int>(cxxblas::RowMajor, integer(m), integer(n), alpha, x, 1, y, 1, A, integer(n));
}

/// The upper triangle of C (n x n) = alpha A A' + beta C, A n x k.
template <class T>
void syrk_upper(std::size_t n, std::size_t k, T alpha, const T* A, T beta, T* C) {
    cxxblas::syrk<int>(cxxblas::RowMajor, cxxblas::Upper, cxxblas::NoTrans, integer(n), integer(k), alpha, A,
                       integer(k), beta, C, integer(n));
}

/// B (n x k) = U^-1 B, or U'^-1 B, where U is upper triangular.
template <class T>
void trsm_upper(as form, std::size_t n, std::size_t k, const T* U, T* B) {
    cxxblas::trsm<int>(cxxblas::RowMajor, cxxblas::Left, cxxblas::Upper, flag(form), cxxblas::NonUnit,
                       integer(n), integer(k), T(1), U, integer(n), B, integer(k));
}

/// K = U'U in the upper triangle. LAPACK's columns are our rows, so that its 'L', the faster of the two, is
/// our upper.
template <class T>
void cholesky_upper(std::size_t n, T* K) {
    if (cxxlapack::potrf<int>('L', integer(n), K, integer(n)) != 0)
        throw std::domain_error("not positive definite");
}

/// (U'U)^-1 in the upper triangle.
template <class T>
void inverse_from_cholesky_upper(std::size_t n, T* U) {
    if (cxxlapack::potri<int>('L', integer(n), U, integer(n)) != 0) throw std::domain_error("singular");
}

} // namespace bench::calls
