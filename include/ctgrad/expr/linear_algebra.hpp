// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

namespace ctgrad {

/// transpose(A): A^T.
template <detail::digest A>
constexpr auto transpose(detail::expr<A> a) {
  return detail::apply<detail::op::transpose>(a);
}

/// inverse(A): A^-1 of a square A; throws singular_matrix or not_positive_definite.
template <detail::digest A>
constexpr auto inverse(detail::expr<A> a) {
  return detail::apply<detail::op::inverse>(a);
}

/// logdet(A): log |det A|, by Cholesky where A is known to be positive definite, else by LU.
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

/// trace(A): the sum of the diagonal of a square matrix.
template <detail::digest A>
constexpr auto trace(detail::expr<A> a) {
  return detail::apply<detail::op::trace>(a);
}

/// diag(A): the diagonal matrix of a column.
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

/// solve: A^-1 B without forming the inverse.
template <detail::digest A, detail::digest B>
constexpr auto solve(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::solve>(a, b);
}

/// dot: sum(u o v).
template <detail::digest A, detail::digest B>
constexpr auto dot(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::dot>(a, b);
}

/// outer: u v^T of two columns.
template <detail::digest A, detail::digest B>
constexpr auto outer(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::outer>(a, b);
}

}  // namespace ctgrad
