// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

#include "print.hpp"

namespace ctgrad::detail {

/// For static_assert: a mistake in what a template is made of.
template <class...>
inline constexpr bool never = false;

/// Operands of which only some are expressions: a mistake that is answered at once, with what to write instead.
template <class... Operands>
concept partly_expressions = (is_expr<std::remove_cvref_t<Operands>> || ...) && !(is_expr<std::remove_cvref_t<Operands>> && ...);

template <bool IsNumber, digest Beside>
constexpr message describe_refusal() {
  message text;
  text << (IsNumber ? "a plain number beside" : "not an expression, beside");
  print_operand(text, definition(expr<Beside>{}));
  return text << (IsNumber ? "|write 0.5_c, or bind a scalar leaf" : "|write a leaf, and bind it at the call: leaf = container");
}
template <bool IsNumber, digest Beside>
inline constexpr message refusal = describe_refusal<IsNumber, Beside>();

template <class First, class... Rest>
constexpr auto first_expression(const First& first, const Rest&... rest) {
  if constexpr (is_expr<First>)
    return first;
  else
    return first_expression(rest...);
}

/// Reports the operand that is no expression; the result is one that is, so that nothing else is reported.
template <class... Operands>
constexpr auto refuse(const Operands&... operands) {
  using found = decltype(first_expression(operands...));
  constexpr bool is_number = (std::is_arithmetic_v<Operands> || ...);
  static_assert(decltype(the_problem<refusal<is_number, found::key>>)::none, "ctgrad: all operands must be expressions");
  return first_expression(operands...);
}

template <class A, digest B>
  requires(!is_expr<A>)
constexpr auto operator+(const A& a, expr<B> b) { return refuse(a, b); }
template <digest A, class B>
  requires(!is_expr<B>)
constexpr auto operator+(expr<A> a, const B& b) { return refuse(a, b); }
template <class A, digest B>
  requires(!is_expr<A>)
constexpr auto operator-(const A& a, expr<B> b) { return refuse(a, b); }
template <digest A, class B>
  requires(!is_expr<B>)
constexpr auto operator-(expr<A> a, const B& b) { return refuse(a, b); }
template <class A, digest B>
  requires(!is_expr<A>)
constexpr auto operator*(const A& a, expr<B> b) { return refuse(a, b); }
template <digest A, class B>
  requires(!is_expr<B>)
constexpr auto operator*(expr<A> a, const B& b) { return refuse(a, b); }
template <class A, digest B>
  requires(!is_expr<A>)
constexpr auto operator/(const A& a, expr<B> b) { return refuse(a, b); }
template <digest A, class B>
  requires(!is_expr<B>)
constexpr auto operator/(expr<A> a, const B& b) { return refuse(a, b); }
template <class A, class B>
  requires partly_expressions<A, B>
constexpr auto operator<(const A& a, const B& b) { return refuse(a, b); }
template <class A, class B>
  requires partly_expressions<A, B>
constexpr auto operator<=(const A& a, const B& b) { return refuse(a, b); }
template <class A, class B>
  requires partly_expressions<A, B>
constexpr auto operator>(const A& a, const B& b) { return refuse(a, b); }
template <class A, class B>
  requires partly_expressions<A, B>
constexpr auto operator>=(const A& a, const B& b) { return refuse(a, b); }

}  // namespace ctgrad::detail

namespace ctgrad {

template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto hadamard(const A& a, const B& b) { return detail::refuse(a, b); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto pow(const A& a, const B& b) { return detail::refuse(a, b); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto maximum(const A& a, const B& b) { return detail::refuse(a, b); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto minimum(const A& a, const B& b) { return detail::refuse(a, b); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto huber(const A& a, const B& b) { return detail::refuse(a, b); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto solve(const A& a, const B& b) { return detail::refuse(a, b); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto dot(const A& a, const B& b) { return detail::refuse(a, b); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto outer(const A& a, const B& b) { return detail::refuse(a, b); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto softmax_cross_entropy(const A& a, const B& b) { return detail::refuse(a, b); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto softmax_cross_entropy_rows(const A& a, const B& b) { return detail::refuse(a, b); }
template <class... A>
  requires detail::partly_expressions<A...>
constexpr auto vertical(const A&... a) { return detail::refuse(a...); }
template <class... A>
  requires detail::partly_expressions<A...>
constexpr auto horizontal(const A&... a) { return detail::refuse(a...); }
template <class... A>
  requires detail::partly_expressions<A...>
constexpr auto block_diagonal(const A&... a) { return detail::refuse(a...); }
template <class A, class B>
  requires detail::partly_expressions<A, B>
constexpr auto cross(const A& a, const B& b) { return detail::refuse(a, b); }
template <class E, class Leaf, class Replacement>
  requires detail::partly_expressions<E, Leaf, Replacement>
constexpr auto substitute(const E& e, const Leaf& leaf, const Replacement& replacement) { return detail::refuse(e, leaf, replacement); }
template <class Y, class X>
  requires detail::partly_expressions<Y, X>
constexpr auto jacobian(const Y& y, const X& x) { return detail::refuse(y, x); }
template <class F, class X>
  requires detail::partly_expressions<F, X>
constexpr auto hessian(const F& f, const X& x) { return detail::refuse(f, x); }
template <class Y, class X, class Dx>
  requires detail::partly_expressions<Y, X, Dx>
constexpr auto jvp(const Y& y, const X& x, const Dx& dx) { return detail::refuse(y, x, dx); }
template <class Y, class X, class U>
  requires detail::partly_expressions<Y, X, U>
constexpr auto vjp(const Y& y, const X& x, const U& u) { return detail::refuse(y, x, u); }
template <class F, class X, class V>
  requires detail::partly_expressions<F, X, V>
constexpr auto hvp(const F& f, const X& x, const V& v) { return detail::refuse(f, x, v); }

template <detail::digest A, class Y>
  requires(!detail::is_expr<Y>)
constexpr auto rows(detail::expr<A> a, const Y&) {
  static_assert(detail::never<detail::expr<A>>, "ctgrad: rows(A, y) takes a leaf of indices, bound at the call; for numbers write rows<i, k>(A)");
  return a;
}
template <detail::digest A, class Y>
  requires(!detail::is_expr<Y>)
constexpr auto columns(detail::expr<A> a, const Y&) {
  static_assert(detail::never<detail::expr<A>>, "ctgrad: columns(A, y) takes a leaf of indices, bound at the call; for numbers write columns<j, k>(A)");
  return a;
}
template <detail::digest A, class Y>
  requires(!detail::is_expr<Y>)
constexpr auto pick(detail::expr<A> a, const Y&) {
  static_assert(detail::never<detail::expr<A>>, "ctgrad: pick(Z, y) takes a leaf of indices, bound at the call; for one entry write element<i, j>(Z)");
  return a;
}

template <class F, class... W>
  requires detail::partly_expressions<F, W...>
constexpr auto grad(const F& f, const W&... w) { return detail::refuse(f, w...); }
template <detail::digest F>
constexpr auto grad(detail::expr<F> f) {
  static_assert(detail::never<detail::expr<F>>, "ctgrad: grad(f, W): name what to differentiate with respect to");
  return f;
}
template <class C, class A, class B>
  requires detail::partly_expressions<C, A, B>
constexpr auto where(const C& c, const A& a, const B& b) { return detail::refuse(c, a, b); }

}  // namespace ctgrad
