// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

// From the entries of a matrix to fewer: of all of them (a scalar), of each row (m x 1), of each column (1 x n). Sums of
// nothing are 0, products 1, and the largest of nothing is -infinity. NaN in an entry is NaN in what it enters.
namespace ctgrad {

/// The sum of all entries, a scalar.
///
/// Its gradient is 1 in every entry.
///
///     sum(hadamard(T, log(P)))
template <detail::digest A>
constexpr auto sum(detail::expr<A> a) {
  return detail::apply<detail::op::sum>(a);
}

/// The mean of all entries, a scalar: sum(A) / (m n). It is NaN of no entries.
///
///     mean(square(X * w - y))
template <detail::digest A>
constexpr auto mean(detail::expr<A> a) {
  return detail::apply<detail::op::mean>(a);
}

/// The product of all entries, a scalar.
///
/// Its gradient is in each entry the product of the others, right also where entries are 0, and so are all further
/// derivatives; O(m n).
///
///     product(p)
template <detail::digest A>
constexpr auto product(detail::expr<A> a) {
  return detail::apply<detail::op::entry_product>(a);
}

/// The sum of each row: m x 1.
///
///     row_sums(hadamard(X, Y))  // the inner products of the rows
template <detail::digest A>
constexpr auto row_sums(detail::expr<A> a) {
  return detail::apply<detail::op::row_sums>(a);
}

/// The sum of each column: 1 x n.
///
///     P / column_sums(P)
template <detail::digest A>
constexpr auto column_sums(detail::expr<A> a) {
  return detail::apply<detail::op::column_sums>(a);
}

/// The mean of each row: m x 1.
///
///     X - row_means(X)  // centred, the samples in columns
template <detail::digest A>
constexpr auto row_means(detail::expr<A> a) {
  return detail::apply<detail::op::row_means>(a);
}

/// The mean of each column: 1 x n.
///
///     X - column_means(X)  // centred, the samples in rows
template <detail::digest A>
constexpr auto column_means(detail::expr<A> a) {
  return detail::apply<detail::op::column_means>(a);
}

/// The sum of the squares of all entries, a scalar.
///
/// Its gradient is 2 A.
///
///     0.5_c * squared_norm(A * x - b)
template <detail::digest A>
constexpr auto squared_norm(detail::expr<A> a) {
  return detail::apply<detail::op::squared_norm>(a);
}

/// The root of the sum of squares of all entries, a scalar: the Euclidean or the Frobenius norm.
///
/// Its gradient is A / norm(A), and 0 where A = 0.
///
///     x / norm(x)
template <detail::digest A>
constexpr auto norm(detail::expr<A> a) {
  return detail::apply<detail::op::norm>(a);
}

/// The largest entry, a scalar.
///
/// Its gradient is 1 at the first largest entry in row-major order and 0 elsewhere.
///
///     max(abs(r))
template <detail::digest A>
constexpr auto max(detail::expr<A> a) {
  return detail::apply<detail::op::max>(a);
}

/// The smallest entry, a scalar; its gradient is 1 at the first smallest entry in row-major order.
///
///     min(margins)
template <detail::digest A>
constexpr auto min(detail::expr<A> a) {
  return detail::apply<detail::op::min>(a);
}

/// The largest entry of each row: m x 1; the slope of a row goes to the first of its largest entries.
///
///     row_max(Q)  // the value of the best action of each state
template <detail::digest A>
constexpr auto row_max(detail::expr<A> a) {
  return detail::apply<detail::op::row_max>(a);
}

/// The largest entry of each column: 1 x n; the slope of a column goes to the first of its largest entries.
///
///     column_max(X)
template <detail::digest A>
constexpr auto column_max(detail::expr<A> a) {
  return detail::apply<detail::op::column_max>(a);
}

/// The smallest entry of each row: m x 1; the slope of a row goes to the first of its smallest entries.
///
///     row_min(distances)
template <detail::digest A>
constexpr auto row_min(detail::expr<A> a) {
  return detail::apply<detail::op::row_min>(a);
}

/// The smallest entry of each column: 1 x n; the slope of a column goes to the first of its smallest entries.
///
///     column_min(distances)
template <detail::digest A>
constexpr auto column_min(detail::expr<A> a) {
  return detail::apply<detail::op::column_min>(a);
}

/// The sums v_1, v_1 + v_2, ... of a column, n x 1; another shape is an error while compiling.
///
/// Its gradient sums backwards: d loss / dv_i is the sum of the slopes from i on. O(n).
///
///     cumulative_sum(increments)
template <detail::digest A>
constexpr auto cumulative_sum(detail::expr<A> a) {
  return detail::apply<detail::op::cumulative_sum>(a);
}

/// y_i = log(e^v_1 + ... + e^v_i) of a column, n x 1, without overflow; another shape is an error while compiling.
///
/// d loss / dv_i is the sum over j >= i of e^(v_i - y_j) times the slope of y_j. O(n).
///
///     cumulative_logsumexp(scores)  // the partial likelihood of survival times in order
template <detail::digest A>
constexpr auto cumulative_logsumexp(detail::expr<A> a) {
  return detail::apply<detail::op::cumulative_logsumexp>(a);
}

}  // namespace ctgrad
