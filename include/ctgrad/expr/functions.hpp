// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

namespace ctgrad {

/// exp(A): e^A, elementwise.
template <detail::digest A>
constexpr auto exp(detail::expr<A> a) {
  return detail::apply<detail::op::exp>(a);
}

/// log(A): the natural logarithm, elementwise.
template <detail::digest A>
constexpr auto log(detail::expr<A> a) {
  return detail::apply<detail::op::log>(a);
}

/// log1p(A): log(1 + A), elementwise, exact near 0.
template <detail::digest A>
constexpr auto log1p(detail::expr<A> a) {
  return detail::apply<detail::op::log1p>(a);
}

/// expm1(A): e^A - 1, elementwise, exact near 0.
template <detail::digest A>
constexpr auto expm1(detail::expr<A> a) {
  return detail::apply<detail::op::expm1>(a);
}

/// sqrt(A): the square root, elementwise.
template <detail::digest A>
constexpr auto sqrt(detail::expr<A> a) {
  return detail::apply<detail::op::sqrt>(a);
}

/// square(A): A o A.
template <detail::digest A>
constexpr auto square(detail::expr<A> a) {
  return detail::apply<detail::op::square>(a);
}

/// reciprocal(A): 1 / A, elementwise.
template <detail::digest A>
constexpr auto reciprocal(detail::expr<A> a) {
  return detail::apply<detail::op::reciprocal>(a);
}

/// abs(A): |A|, elementwise; abs'(0) = 0.
template <detail::digest A>
constexpr auto abs(detail::expr<A> a) {
  return detail::apply<detail::op::abs>(a);
}

/// sign(A): -1, 0 or 1, elementwise.
template <detail::digest A>
constexpr auto sign(detail::expr<A> a) {
  return detail::apply<detail::op::sign>(a);
}

/// heaviside(A): 1 where A > 0, else 0.
template <detail::digest A>
constexpr auto heaviside(detail::expr<A> a) {
  return detail::apply<detail::op::heaviside>(a);
}

/// sin(A): elementwise.
template <detail::digest A>
constexpr auto sin(detail::expr<A> a) {
  return detail::apply<detail::op::sin>(a);
}

/// cos(A): elementwise.
template <detail::digest A>
constexpr auto cos(detail::expr<A> a) {
  return detail::apply<detail::op::cos>(a);
}

/// tan(A): elementwise.
template <detail::digest A>
constexpr auto tan(detail::expr<A> a) {
  return detail::apply<detail::op::tan>(a);
}

/// tanh(A): elementwise.
template <detail::digest A>
constexpr auto tanh(detail::expr<A> a) {
  return detail::apply<detail::op::tanh>(a);
}

/// erf(A): the error function, elementwise.
template <detail::digest A>
constexpr auto erf(detail::expr<A> a) {
  return detail::apply<detail::op::erf>(a);
}

/// sigmoid(A): 1 / (1 + e^-A), elementwise.
template <detail::digest A>
constexpr auto sigmoid(detail::expr<A> a) {
  return detail::apply<detail::op::sigmoid>(a);
}

/// swish(A): A o sigmoid(A).
template <detail::digest A>
constexpr auto swish(detail::expr<A> a) {
  return detail::apply<detail::op::swish>(a);
}

/// relu(A): max(A, 0), elementwise; relu'(0) = 0.
template <detail::digest A>
constexpr auto relu(detail::expr<A> a) {
  return detail::apply<detail::op::relu>(a);
}

/// softplus(A): log(1 + e^A), elementwise, without overflow.
template <detail::digest A>
constexpr auto softplus(detail::expr<A> a) {
  return detail::apply<detail::op::softplus>(a);
}

/// gelu(A): A o Phi(A) with the normal distribution function Phi.
template <detail::digest A>
constexpr auto gelu(detail::expr<A> a) {
  return detail::apply<detail::op::gelu>(a);
}

// linear algebra

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

// reductions

/// sum(A): the sum of all entries.
template <detail::digest A>
constexpr auto sum(detail::expr<A> a) {
  return detail::apply<detail::op::sum>(a);
}

/// mean(A): sum(A) / (m n).
template <detail::digest A>
constexpr auto mean(detail::expr<A> a) {
  return detail::apply<detail::op::mean>(a);
}

/// row_sums(A): the sum of each row: m x 1.
template <detail::digest A>
constexpr auto row_sums(detail::expr<A> a) {
  return detail::apply<detail::op::row_sums>(a);
}

/// column_sums(A): the sum of each column: 1 x n.
template <detail::digest A>
constexpr auto column_sums(detail::expr<A> a) {
  return detail::apply<detail::op::column_sums>(a);
}

/// row_means(A): the mean of each row: m x 1.
template <detail::digest A>
constexpr auto row_means(detail::expr<A> a) {
  return detail::apply<detail::op::row_means>(a);
}

/// column_means(A): the mean of each column: 1 x n.
template <detail::digest A>
constexpr auto column_means(detail::expr<A> a) {
  return detail::apply<detail::op::column_means>(a);
}

/// squared_norm(A): the sum of squares of all entries.
template <detail::digest A>
constexpr auto squared_norm(detail::expr<A> a) {
  return detail::apply<detail::op::squared_norm>(a);
}

/// norm(A): sqrt(squared_norm(A)); its gradient at 0 is 0.
template <detail::digest A>
constexpr auto norm(detail::expr<A> a) {
  return detail::apply<detail::op::norm>(a);
}

/// softmax(A): e^Z / sum e^Z over each column, without overflow.
template <detail::digest A>
constexpr auto softmax(detail::expr<A> a) {
  return detail::apply<detail::op::softmax>(a);
}

/// log_softmax(A): log(softmax(Z)), without overflow.
template <detail::digest A>
constexpr auto log_softmax(detail::expr<A> a) {
  return detail::apply<detail::op::log_softmax>(a);
}

/// softmax_rows(A): softmax over each row.
template <detail::digest A>
constexpr auto softmax_rows(detail::expr<A> a) {
  return detail::apply<detail::op::softmax_rows>(a);
}

/// log_softmax_rows(A): log_softmax over each row.
template <detail::digest A>
constexpr auto log_softmax_rows(detail::expr<A> a) {
  return detail::apply<detail::op::log_softmax_rows>(a);
}

/// logsumexp(Z): log(sum e^Z) over each column, 1 x n, without overflow.
template <detail::digest A>
constexpr auto logsumexp(detail::expr<A> a) {
  return detail::apply<detail::op::logsumexp_columns>(a);
}

/// logsumexp_rows(Z): log(sum e^Z) over each row, m x 1, without overflow.
template <detail::digest A>
constexpr auto logsumexp_rows(detail::expr<A> a) {
  return detail::apply<detail::op::logsumexp_rows>(a);
}

// two arguments

/// hadamard: A o B, the elementwise product, with broadcasts.
template <detail::digest A, detail::digest B>
constexpr auto hadamard(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::multiply>(a, b);
}

/// pow: A^B, elementwise.
template <detail::digest A, detail::digest B>
constexpr auto pow(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::power>(a, b);
}

/// maximum: the larger one, elementwise; a tie goes to the first.
template <detail::digest A, detail::digest B>
constexpr auto maximum(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::maximum>(a, b);
}

/// minimum: the smaller one, elementwise; a tie goes to the first.
template <detail::digest A, detail::digest B>
constexpr auto minimum(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::minimum>(a, b);
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

/// softmax_cross_entropy: -mean over columns of column_sums(T o log_softmax(Z)).
template <detail::digest A, detail::digest B>
constexpr auto softmax_cross_entropy(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::softmax_cross_entropy>(a, b);
}

/// softmax_cross_entropy_rows: -mean over rows of row_sums(T o log_softmax_rows(Z)).
template <detail::digest A, detail::digest B>
constexpr auto softmax_cross_entropy_rows(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::softmax_cross_entropy_rows>(a, b);
}

/// where(c, A, B): A where c is not 0, else B; the branch not taken contributes exactly 0 to a gradient.
template <detail::digest C, detail::digest A, detail::digest B>
constexpr auto where(detail::expr<C> c, detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::where>(c, a, b);
}

/// The value of e, a constant to every derivative.
template <detail::digest A>
constexpr auto stop_gradient(detail::expr<A> a) {
  return detail::apply<detail::op::stop_gradient>(a);
}

}  // namespace ctgrad
