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
