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
