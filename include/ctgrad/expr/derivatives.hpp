// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/hana/tuple.hpp>

#include "functions.hpp"
#include "unroll.hpp"

namespace ctgrad::detail {

template <digest A>
inline constexpr const extent* entry_count_of = &extent_product<rows_of<A>, columns_of<A>>;

template <op Code, const extent* Rows, const extent* Columns, digest Y, digest X>
constexpr auto apply_to_entries(expr<Y>, expr<X>) {
  return expr<shaped_application<Code, Rows, Columns, &zero_extent, &zero_extent, Y, X>::key>{};
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// The gradient of a scalar expression with respect to a leaf or a subexpression of it; it has the shape of W.
///
/// d grad(f, W)_ij = df / dW_ij, every other subexpression held fixed. A leaf absent from f gives zeros.
template <detail::digest F, detail::digest W>
constexpr auto grad(detail::expr<F> f, detail::expr<W> w) {
  return detail::apply<detail::op::gradient>(f, w);
}

/// Several gradients of one expression, as a tuple that `compile` flattens.
template <detail::digest F, detail::digest First, detail::digest Second, detail::digest... Rest>
constexpr auto grad(detail::expr<F> f, detail::expr<First> first, detail::expr<Second> second,
                    detail::expr<Rest>... rest) {
  return boost::hana::tuple<decltype(grad(f, first)), decltype(grad(f, second)), decltype(grad(f, rest))...>{};
}

/// The product of the Jacobian of y by x with a direction, J dx, in forward mode: what a change dx of x does to y. It has the
/// shape of y.
///
/// y is any expression, x a leaf or a subexpression of y, dx an expression of the shape of x, which is held fixed. Costs about
/// as much as y. A leaf absent from y gives zeros.
///
///     auto slope = jvp(tanh(W * x), x, dx);
template <detail::digest Y, detail::digest X, detail::digest Dx>
constexpr auto jvp(detail::expr<Y> y, detail::expr<X> x, detail::expr<Dx> dx) {
  return detail::apply<detail::op::jvp>(y, x, dx);
}

/// The product of a vector with the Jacobian of y by x, J^T u, in reverse mode: the gradient of sum(u o y) with u held fixed.
/// It has the shape of x.
///
/// y is any expression, x a leaf or a subexpression of y, u an expression of the shape of y. Costs about as much as y. A leaf
/// absent from y gives zeros.
template <detail::digest Y, detail::digest X, detail::digest U>
constexpr auto vjp(detail::expr<Y> y, detail::expr<X> x, detail::expr<U> u) {
  return detail::apply<detail::op::vjp>(y, x, u);
}

/// The product of the Hessian of a scalar f by x with a direction, H v, without the Hessian: forward mode over reverse mode.
/// It has the shape of x, and v must have it too. Costs about as much as the gradient.
///
///     auto curvature = sum(hadamard(v, hvp(loss, W, v)));
template <detail::digest F, detail::digest X, detail::digest V>
constexpr auto hvp(detail::expr<F> f, detail::expr<X> x, detail::expr<V> v) {
  return detail::apply<detail::op::hvp>(f, x, v);
}

/// The Jacobian of y by x: dy_i / dx_j for columns, m x n.
template <detail::digest Y, detail::digest X>
constexpr auto jacobian(detail::expr<Y> y, detail::expr<X> x) {
  return detail::apply_to_entries<detail::op::jacobian, detail::entry_count_of<Y>, detail::entry_count_of<X>>(y, x);
}

/// The Hessian of a scalar f by x: n x n for a column of n.
template <detail::digest F, detail::digest X>
constexpr auto hessian(detail::expr<F> f, detail::expr<X> x) {
  return detail::apply_to_entries<detail::op::hessian, detail::entry_count_of<X>, detail::entry_count_of<X>>(f, x);
}

/// e with every occurrence of the leaf replaced.
template <detail::digest E, detail::digest Leaf, detail::digest Replacement>
constexpr auto substitute(detail::expr<E> e, detail::expr<Leaf> leaf, detail::expr<Replacement> replacement) {
  return detail::apply<detail::op::substitute>(e, leaf, replacement);
}

}  // namespace ctgrad
