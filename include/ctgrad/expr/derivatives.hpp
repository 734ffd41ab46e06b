// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/hana/tuple.hpp>

#include "functions.hpp"
#include "unroll.hpp"

namespace ctgrad::detail {

/// rank(y) + rank(x) extents, where a column has rank 1; none for columns, whose Jacobian is a matrix.
constexpr array_shape jacobian_array(const shape& y, const shape& x) {
  array_shape array;
  if (y.is_column() && x.is_column()) return array;
  for (const shape* s : {&y, &x}) {
    array.extents[array.rank++] = s->rows;
    if (!s->is_column()) array.extents[array.rank++] = s->columns;
  }
  return array;
}

/// A Jacobian or a Hessian. As a matrix it has a row for each entry of y and a column for each entry of x.
template <op Code, digest Y, digest X>
struct jacobian_application {
  static constexpr const source* arguments[] = {&definition(expr<Y>{}), &definition(expr<X>{})};
  static constexpr shape x = arguments[1]->extents;
  static constexpr shape y = Code == op::hessian ? x : arguments[0]->extents;  // the Hessian is that of the gradient
  static constexpr extent rows = *y.rows * *y.columns, columns = *x.rows * *x.columns;
  static constexpr array_shape array = jacobian_array(y, x);
  static constexpr digest key = digest_of(Code, {Y, X});
  static constexpr source node{.code = Code,
                               .arity = 2,
                               .key = key,
                               .extents = {&rows, &columns},
                               .arguments = {arguments[0], arguments[1]},
                               .array = array.rank > 0 ? &array : &no_array};
  static constexpr const char* reason() {
    if (const char* problem = infer_array(Code, arguments, 2).problem) return problem;
    if (arguments[1]->form == structure::indices) return "indices are never differentiated";
    if (Code == op::hessian && !arguments[0]->extents.is_scalar()) return "the Hessian of a non-scalar: take sum(...) of it first";
    return rows.too_long || columns.too_long ? "the number of entries is too long a polynomial" : nullptr;
  }
  static constexpr const char* problem = reason();
  friend constexpr const source& definition(expr<key>) { return node; }
};

template <op Code, digest Y, digest X>
inline constexpr message jacobian_misfit =
    describe_misfit(Code, jacobian_application<Code, Y, X>::arguments, jacobian_application<Code, Y, X>::problem);

template <op Code, digest Y, digest X>
constexpr auto apply_jacobian(expr<Y>, expr<X>) {
  if constexpr (jacobian_application<Code, Y, X>::problem != nullptr)
    static_assert(decltype(the_problem<jacobian_misfit<Code, Y, X>>)::none, "ctgrad: the operands do not fit");
  return expr<jacobian_application<Code, Y, X>::key>{};
}

/// Where all fit, what they are is asked of no function: there may be hundreds.
template <digest F, digest... Arguments>
constexpr auto gradients_of(expr<F> f, expr<Arguments>... arguments) {
  if constexpr (all_of({application<op::gradient, F, Arguments>::outcome.problem == nullptr...}))
    return boost::hana::tuple<expr<application<op::gradient, F, Arguments>::outcome.node.key>...>{};
  else
    return boost::hana::make_tuple(apply<op::gradient>(f, arguments)...);
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// The gradient of a scalar expression with respect to a leaf or a subexpression of it; it has the shape of W.
///
/// grad(f, W)_ij = df / dW_ij. W is a leaf, or any subexpression of f as written, such as the logits or transpose(W): every
/// occurrence becomes one variable, all else is held fixed. A leaf absent from f gives zeros, an absent subexpression is an
/// error while compiling, and so is an f that is no scalar. The entries of a symmetric argument count as independent.
///
/// An expression like any other, which may be differentiated again. Reverse mode: one sweep from f back for all gradients of
/// f, which costs a small multiple of f itself, however many entries W has (Griewank and Walther, Evaluating Derivatives,
/// chapter 3).
///
///     static_assert(equivalent(grad(squared_norm(W * x - y), W), 2_c * (W * x - y) * transpose(x)));
template <detail::digest F, detail::digest W>
constexpr auto grad(detail::expr<F> f, detail::expr<W> w) {
  return detail::apply<detail::op::gradient>(f, w);
}

/// Several gradients of one expression, as a tuple that `compile` flattens: all of them in one sweep.
///
///     auto f = compile(loss, grad(loss, W, x));
template <detail::digest F, detail::digest First, detail::digest Second, detail::digest... Rest>
constexpr auto grad(detail::expr<F> f, detail::expr<First> first, detail::expr<Second> second,
                    detail::expr<Rest>... rest) {
  return detail::gradients_of(f, first, second, rest...);
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
/// y is any expression, x a leaf or a subexpression of y, u an expression of the shape of y, anything else an error while
/// compiling. Costs about as much as y. A leaf absent from y gives zeros.
///
///     vjp(tanh(W * x), x, u)
template <detail::digest Y, detail::digest X, detail::digest U>
constexpr auto vjp(detail::expr<Y> y, detail::expr<X> x, detail::expr<U> u) {
  return detail::apply<detail::op::vjp>(y, x, u);
}

/// The product of the Hessian of a scalar f by x with a direction, H v, without the Hessian: forward mode over reverse mode.
/// It has the shape of x, and v must have it too. Costs about as much as the gradient.
///
///     auto curvature = sum(hadamard(v, hvp(loss, x, v)));
template <detail::digest F, detail::digest X, detail::digest V>
constexpr auto hvp(detail::expr<F> f, detail::expr<X> x, detail::expr<V> v) {
  return detail::apply<detail::op::hvp>(f, x, v);
}

/// The Jacobian of y by x: all partial derivatives dy_i / dx_j.
///
/// Of a column of m by a column of n it is a matrix, m x n; a scalar is a column of 1. Otherwise it is an array with the
/// extents of y and then those of x, of rank 3 or 4: a result, or an operand of sum, squared_norm, hadamard, +, - and
/// scaling, nothing else. y is any expression, x a leaf or a subexpression of y as written; a leaf absent from y gives
/// zeros. The entries of a symmetric argument count as independent.
///
/// Reverse mode with all rows at once: structured Jacobians stay structured. That of W * x is W, and that of tanh(z) scales
/// rows or columns where it stands in a product.
///
///     auto penalty = squared_norm(jacobian(sigmoid(W * x + b), x));   // of a contractive autoencoder
template <detail::digest Y, detail::digest X>
constexpr auto jacobian(detail::expr<Y> y, detail::expr<X> x) {
  return detail::apply_jacobian<detail::op::jacobian>(y, x);
}

/// The Hessian of a scalar f by x, the Jacobian of its gradient: n x n for a column of n, m x n x m x n for a matrix.
///
/// hessian(f, x)_ij = d^2 f / dx_i dx_j. Reverse mode with all entries of the gradient at once; n^2 entries, where `hvp` never
/// forms it: n products with it cost as much. An f that is no scalar is an error while compiling.
///
///     x - solve(hessian(loss, x), grad(loss, x))  // a step of Newton's method
template <detail::digest F, detail::digest X>
constexpr auto hessian(detail::expr<F> f, detail::expr<X> x) {
  return detail::apply_jacobian<detail::op::hessian>(f, x);
}

/// e with every occurrence of the leaf replaced by an expression of its shape; another shape is an error while compiling.
/// The replacement may hold the leaf itself; a leaf that is replaced wherever it occurs is not bound. A substitution takes
/// effect before derivatives are taken around it, and after those in it.
///
///     substitute(loss, x, x - 0.1_c * grad(loss, x))  // the loss after a step
template <detail::digest E, detail::digest Leaf, detail::digest Replacement>
constexpr auto substitute(detail::expr<E> e, detail::expr<Leaf> leaf, detail::expr<Replacement> replacement) {
  return detail::apply<detail::op::substitute>(e, leaf, replacement);
}

}  // namespace ctgrad
