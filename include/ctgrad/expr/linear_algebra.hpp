// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

namespace ctgrad {

/// transpose(A): A^T, n x m of an m x n matrix. Products, solves and factorisations take it as a flag: nothing is copied.
template <detail::digest A>
constexpr auto transpose(detail::expr<A> a) {
  return detail::apply<detail::op::transpose>(a);
}

/// inverse(A): A^-1 of a square A.
///
/// A product with an inverse is a solve: `inverse(A) * b` never forms it. By what is known of A: triangular matrices by
/// substitution, diagonal ones entry by entry, orthogonal ones by transposition, positive definite ones by Cholesky,
/// symmetric ones by Cholesky if that succeeds, all others by LU; 2 n^3 operations at most, and all solves, inverses and
/// determinants of one matrix share one factorisation. Throws singular_matrix, or not_positive_definite where A is
/// declared or inferred to be positive definite and is not; both name A. A NaN in A is no failure: all results are NaN.
///
///     constexpr auto K = matrix<"K", "n", "n", spd>;
///     auto f = compile(inverse(K), inverse(K) * y);
template <detail::digest A>
constexpr auto inverse(detail::expr<A> a) {
  return detail::apply<detail::op::inverse>(a);
}

/// logdet(A): log |det A| of a square A, 1 x 1. Nothing overflows or underflows where the determinant does.
///
/// d logdet(A) / dA = A^-T. Factorises and throws like inverse(A), with which it shares the factorisation: n^3 / 3
/// operations by Cholesky, 2 n^3 / 3 by LU, n for a triangular or diagonal A. 0 for an empty matrix.
template <detail::digest A>
constexpr auto logdet(detail::expr<A> a) {
  return detail::apply<detail::op::logdet>(a);
}

/// det(A): the determinant.
///
/// d det(A) / dA is the matrix of cofactors, det(A) A^-T where A is regular; it is right for a singular A too. Its own
/// derivative throws singular_matrix there. The determinant of a large matrix leaves the range of the type easily:
/// logdet(A) does not. By Cholesky where A is known to be positive definite, else by LU: n^3 / 3 or 2 n^3 / 3 operations.
template <detail::digest A>
constexpr auto det(detail::expr<A> a) {
  return detail::apply<detail::op::det>(a);
}

/// cholesky(A): the lower triangular L with positive diagonal and L L^T = A, for a symmetric positive definite A.
///
/// One triangle of A is read. Throws not_positive_definite. With respect to A the gradient is the symmetric matrix G
/// for which d f = sum(G o dA) for every symmetric dA. n^3 / 3 operations.
///
///     constexpr auto L = cholesky(K);
///     constexpr auto z = solve(L, y);                      // y' K^-1 y = squared_norm(z)
template <detail::digest A>
constexpr auto cholesky(detail::expr<A> a) {
  return detail::apply<detail::op::cholesky>(a);
}

/// trace(A): the sum of the diagonal of a square matrix. Of a product only the diagonal is computed.
template <detail::digest A>
constexpr auto trace(detail::expr<A> a) {
  return detail::apply<detail::op::trace>(a);
}

/// diag(v): the diagonal matrix of a column, n x n. In products, solves and determinants it stays a column: `diag(v) * A`
/// scales rows, `A * diag(v)` columns.
template <detail::digest A>
constexpr auto diag(detail::expr<A> a) {
  return detail::apply<detail::op::diag>(a);
}

/// diagonal(A): the diagonal of a square matrix, as a column.
template <detail::digest A>
constexpr auto diagonal(detail::expr<A> a) {
  return detail::apply<detail::op::diagonal>(a);
}

/// lower_part(A): the entries on and below the diagonal, zeros elsewhere.
template <detail::digest A>
constexpr auto lower_part(detail::expr<A> a) {
  return detail::apply<detail::op::lower_part>(a);
}

/// strictly_lower_part(A): the entries below the diagonal, zeros elsewhere.
template <detail::digest A>
constexpr auto strictly_lower_part(detail::expr<A> a) {
  return detail::apply<detail::op::strictly_lower_part>(a);
}

/// upper_part(A): the entries on and above the diagonal, zeros elsewhere.
template <detail::digest A>
constexpr auto upper_part(detail::expr<A> a) {
  return detail::apply<detail::op::upper_part>(a);
}

/// solve(A, B): A^-1 B for a square n x n matrix A and an n x k matrix B, without forming the inverse.
///
/// Factorises and throws like inverse(A), with which it shares the factorisation; each column of B costs 2 n^2
/// operations more, n^2 where A is triangular. With respect to A the gradient is -A^-T G (A^-1 B)^T.
///
///     constexpr auto w = solve(transpose(X) * X + lambda * identity<"n">, transpose(X) * y);   // ridge regression
template <detail::digest A, detail::digest B>
constexpr auto solve(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::solve>(a, b);
}

/// dot(u, v): sum(u o v), for two arguments of one shape.
template <detail::digest A, detail::digest B>
constexpr auto dot(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::dot>(a, b);
}

/// outer(u, v): u v^T of two columns, m x n.
template <detail::digest A, detail::digest B>
constexpr auto outer(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::outer>(a, b);
}

}  // namespace ctgrad
