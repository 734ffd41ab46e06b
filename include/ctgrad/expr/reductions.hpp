// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

namespace ctgrad {

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

}  // namespace ctgrad
