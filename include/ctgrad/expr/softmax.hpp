// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

// The softmax family: over each column, a column being a sample; the `_rows` forms over each row. The largest entry is
// taken out first, so nothing overflows.
namespace ctgrad {

/// e^z_i / sum_j e^z_j over each column; the shape of Z.
///
///     softmax(W * h + b)
template <detail::digest A>
constexpr auto softmax(detail::expr<A> a) {
  return detail::apply<detail::op::softmax>(a);
}

/// log(softmax(Z)) = z_i - log(sum_j e^z_j) over each column; the shape of Z.
///
///     -mean(column_sums(hadamard(T, log_softmax(Z))))
template <detail::digest A>
constexpr auto log_softmax(detail::expr<A> a) {
  return detail::apply<detail::op::log_softmax>(a);
}

/// log(sum_i e^z_i) over each column: 1 x n. Its gradient is softmax(Z).
///
///     logsumexp(Z)
template <detail::digest A>
constexpr auto logsumexp(detail::expr<A> a) {
  return detail::apply<detail::op::logsumexp_columns>(a);
}

/// softmax over each row; the shape of Z.
///
///     softmax_rows(Q * transpose(K) / sqrt(extent<"d">)) * V  // attention
template <detail::digest A>
constexpr auto softmax_rows(detail::expr<A> a) {
  return detail::apply<detail::op::softmax_rows>(a);
}

/// log_softmax over each row; the shape of Z.
///
///     log_softmax_rows(X * W)
template <detail::digest A>
constexpr auto log_softmax_rows(detail::expr<A> a) {
  return detail::apply<detail::op::log_softmax_rows>(a);
}

/// log(sum_j e^z_j) over each row: m x 1. Its gradient is softmax_rows(Z).
///
///     sum(logsumexp_rows(Z))
template <detail::digest A>
constexpr auto logsumexp_rows(detail::expr<A> a) {
  return detail::apply<detail::op::logsumexp_rows>(a);
}

/// Minus the mean over columns of column_sums(T o log_softmax(Z)), a scalar.
///
/// T has the shape of Z, another one is an error while compiling; its columns need not sum to 1. Its gradient in Z is
/// (softmax(Z) o column_sums(T) - T) / n.
/// T may be a leaf of indices, the label of each column: that costs no more than the labels. A label outside Z throws
/// index_error.
///
///     softmax_cross_entropy(W * X + b, T)
template <detail::digest A, detail::digest B>
constexpr auto softmax_cross_entropy(detail::expr<A> a, detail::expr<B> b) {
  if constexpr (detail::are_indices<B>)
    return detail::apply<detail::op::label_cross_entropy>(a, b);
  else
    return detail::apply<detail::op::softmax_cross_entropy>(a, b);
}

/// softmax_cross_entropy of samples in rows: minus the mean over rows of row_sums(T o log_softmax_rows(Z)), a scalar.
/// T may be a leaf of indices, the label of each row.
///
///     softmax_cross_entropy_rows(X * W, T)
template <detail::digest A, detail::digest B>
constexpr auto softmax_cross_entropy_rows(detail::expr<A> a, detail::expr<B> b) {
  if constexpr (detail::are_indices<B>)
    return detail::apply<detail::op::label_cross_entropy_rows>(a, b);
  else
    return detail::apply<detail::op::softmax_cross_entropy_rows>(a, b);
}

}  // namespace ctgrad
