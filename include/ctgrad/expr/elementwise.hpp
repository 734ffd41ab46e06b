// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

// Functions of each entry alone. The result has the shape of the argument; of several arguments scalars, columns and
// rows are broadcast, and what does not fit is an error while compiling. NaN in an entry is NaN in the result.
namespace ctgrad {

/// The exponential, elementwise: e^a. Where e^a exceeds the largest number it is infinite, and far below 0 it is 0.
///
///     constexpr auto rate = exp(W * x + b);  // Poisson regression
template <detail::digest A>
constexpr auto exp(detail::expr<A> a) {
  return detail::apply<detail::op::exp>(a);
}

/// The natural logarithm, elementwise: log(a); -inf at 0, NaN below.
///
/// `log(sum(exp(x)))` and `log(1 + x)` are computed by logsumexp and log1p.
///
///     -sum(hadamard(p, log(p)))  // an entropy
template <detail::digest A>
constexpr auto log(detail::expr<A> a) {
  return detail::apply<detail::op::log>(a);
}

/// log(1 + a), elementwise, exact near 0; -inf at -1, NaN below.
///
///     log1p(exp(-z))
template <detail::digest A>
constexpr auto log1p(detail::expr<A> a) {
  return detail::apply<detail::op::log1p>(a);
}

/// e^a - 1, elementwise, exact near 0.
///
///     expm1(r / 12_c)
template <detail::digest A>
constexpr auto expm1(detail::expr<A> a) {
  return detail::apply<detail::op::expm1>(a);
}

/// The square root, elementwise: a^(1/2); NaN below 0, and its slope at 0 is infinite.
///
/// Write `norm(A)` for the root of a sum of squares: that has slope 0 at 0.
///
///     x / sqrt(variance + 1e-5_c)
template <detail::digest A>
constexpr auto sqrt(detail::expr<A> a) {
  return detail::apply<detail::op::sqrt>(a);
}

/// The square of each entry: a^2.
///
///     mean(square(y - t))
template <detail::digest A>
constexpr auto square(detail::expr<A> a) {
  return detail::apply<detail::op::square>(a);
}

/// 1 / a, elementwise.
///
///     hadamard(reciprocal(d), b)
template <detail::digest A>
constexpr auto reciprocal(detail::expr<A> a) {
  return detail::apply<detail::op::reciprocal>(a);
}

/// The absolute value |a|, elementwise; its slope is sign(a), 0 at 0.
///
///     lambda * sum(abs(W))  // the lasso
template <detail::digest A>
constexpr auto abs(detail::expr<A> a) {
  return detail::apply<detail::op::abs>(a);
}

/// -1, 0 or 1, elementwise: sign(0) = 0. Its derivative is 0 everywhere.
///
///     sign(grad(loss, x))
template <detail::digest A>
constexpr auto sign(detail::expr<A> a) {
  return detail::apply<detail::op::sign>(a);
}

/// The unit step, elementwise: 1 where a > 0, else 0; heaviside(0) = 0. Its derivative is 0 everywhere.
///
///     mean(heaviside(z))
template <detail::digest A>
constexpr auto heaviside(detail::expr<A> a) {
  return detail::apply<detail::op::heaviside>(a);
}

/// The sine, elementwise, of radians.
///
///     sin(omega * t)
template <detail::digest A>
constexpr auto sin(detail::expr<A> a) {
  return detail::apply<detail::op::sin>(a);
}

/// The cosine, elementwise, of radians.
///
///     cos(omega * t)
template <detail::digest A>
constexpr auto cos(detail::expr<A> a) {
  return detail::apply<detail::op::cos>(a);
}

/// The tangent, elementwise, of radians.
///
///     tan(angle)
template <detail::digest A>
constexpr auto tan(detail::expr<A> a) {
  return detail::apply<detail::op::tan>(a);
}

/// The hyperbolic tangent, elementwise: (e^a - e^-a) / (e^a + e^-a), from -1 to 1.
///
///     tanh(W * h + U * x + b)  // a recurrent step
template <detail::digest A>
constexpr auto tanh(detail::expr<A> a) {
  return detail::apply<detail::op::tanh>(a);
}

/// The error function, elementwise: 2 / sqrt(pi) times the integral of e^(-s^2) from 0 to a.
///
///     0.5_c * (1_c + erf(z / sqrt(2_c)))  // the normal distribution function
template <detail::digest A>
constexpr auto erf(detail::expr<A> a) {
  return detail::apply<detail::op::erf>(a);
}

/// The logistic function, elementwise: 1 / (1 + e^-a), from 0 to 1; no argument overflows it.
///
///     sigmoid(W * x + b)
template <detail::digest A>
constexpr auto sigmoid(detail::expr<A> a) {
  return detail::apply<detail::op::sigmoid>(a);
}

/// swish(a) = a sigmoid(a), elementwise; also called SiLU.
///
///     swish(W * x + b)
template <detail::digest A>
constexpr auto swish(detail::expr<A> a) {
  return detail::apply<detail::op::swish>(a);
}

/// The positive part, elementwise: max(a, 0). Its slope is heaviside(a), 0 at 0; NaN stays NaN.
///
///     relu(W * x + b)
template <detail::digest A>
constexpr auto relu(detail::expr<A> a) {
  return detail::apply<detail::op::relu>(a);
}

/// log(1 + e^a), elementwise, without overflow; its slope is sigmoid(a).
///
///     softplus(-hadamard(y, z))  // the logistic loss of a label y = 1 or -1
template <detail::digest A>
constexpr auto softplus(detail::expr<A> a) {
  return detail::apply<detail::op::softplus>(a);
}

/// gelu(a) = a Phi(a), elementwise, with the distribution function Phi of the normal distribution.
///
///     gelu(W * x + b)
template <detail::digest A>
constexpr auto gelu(detail::expr<A> a) {
  return detail::apply<detail::op::gelu>(a);
}

/// log |Gamma(a)|, elementwise; infinite at 0, -1, -2, ... Its derivative is digamma(a).
///
///     sum(lgamma(k + 1_c))  // the logarithms of factorials
template <detail::digest A>
constexpr auto lgamma(detail::expr<A> a) {
  return detail::apply<detail::op::lgamma>(a);
}

/// The derivative of log Gamma, elementwise: Gamma'(a) / Gamma(a); no number at -1, -2, ... Its derivative is trigamma(a).
///
///     digamma(alpha) - digamma(sum(alpha))  // E log p under a Dirichlet distribution
template <detail::digest A>
constexpr auto digamma(detail::expr<A> a) {
  return detail::apply<detail::op::digamma>(a);
}

/// The second derivative of log Gamma, elementwise; infinite at 0, -1, -2, ...
///
/// Its own derivatives are polygamma functions, to any order.
///
///     trigamma(alpha)
template <detail::digest A>
constexpr auto trigamma(detail::expr<A> a) {
  return detail::apply<detail::op::trigamma>(a);
}

/// The elementwise product A o B; a scalar, a column or a row is broadcast over the other operand.
///
/// d / da = b, d / db = a. Shapes that do not fit are an error while compiling.
///
///     sum(hadamard(mask, square(X - U * transpose(V))))
template <detail::digest A, detail::digest B>
constexpr auto hadamard(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::multiply>(a, b);
}

/// The power a^b, elementwise; any expression may be the exponent.
///
/// d / da = b a^(b-1), and d / db = a^b log(a). 0^0 is 1 and has slope 0 in both; 0^b has slope 0 in b for b > 0. Of a
/// negative base the power is NaN unless the exponent is an integer, and the slope in the exponent is NaN.
///
///     pow(distance / scale, 1.5_c)
template <detail::digest A, detail::digest B>
constexpr auto pow(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::power>(a, b);
}

/// The larger one of a and b, elementwise. Its slope goes to the larger one, and of a tie to the first.
///
///     maximum(0_c, margin + d_near - d_far)  // the triplet loss
template <detail::digest A, detail::digest B>
constexpr auto maximum(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::maximum>(a, b);
}

/// The smaller one of a and b, elementwise. Its slope goes to the smaller one, and of a tie to the first.
///
///     minimum(maximum(x, low), high)
template <detail::digest A, detail::digest B>
constexpr auto minimum(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::minimum>(a, b);
}

/// The Huber loss of a residual, elementwise: r^2 / 2 where |r| <= delta, delta (|r| - delta / 2) beyond.
///
/// d / dr is r limited to [-delta, delta], and d / ddelta = max(|r| - delta, 0). delta is positive, and broadcast like any
/// other operand.
///
///     mean(huber(y - X * w, 1_c))
template <detail::digest A, detail::digest B>
constexpr auto huber(detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::huber>(a, b);
}

/// A where c is not 0, else B, elementwise.
///
/// The branch not taken contributes exactly 0 to the value and to every gradient, be it NaN or infinite; to a Jacobian of
/// several rows as long as no matrix product stands between. c has no derivative; where it is NaN, so is the result.
///
///     where(x < 0_c, 0_c, sqrt(x))
template <detail::digest C, detail::digest A, detail::digest B>
constexpr auto where(detail::expr<C> c, detail::expr<A> a, detail::expr<B> b) {
  return detail::apply<detail::op::where>(c, a, b);
}

/// The value of e, a constant to every derivative; e has any shape.
///
///     squared_norm(x - stop_gradient(target))
template <detail::digest A>
constexpr auto stop_gradient(detail::expr<A> a) {
  return detail::apply<detail::op::stop_gradient>(a);
}

}  // namespace ctgrad
