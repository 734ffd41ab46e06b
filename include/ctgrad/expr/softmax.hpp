// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

namespace ctgrad {

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

}  // namespace ctgrad
