// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

#include "print.hpp"

namespace ctgrad::detail {

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
template <class F, class... W>
  requires detail::partly_expressions<F, W...>
constexpr auto grad(const F& f, const W&... w) { return detail::refuse(f, w...); }
template <detail::digest F>
constexpr auto grad(detail::expr<F> f) {
  static_assert(F.low != F.low, "ctgrad: grad(f, W): name what to differentiate with respect to");
  return f;
}
template <class C, class A, class B>
  requires detail::partly_expressions<C, A, B>
constexpr auto where(const C& c, const A& a, const B& b) { return detail::refuse(c, a, b); }

}  // namespace ctgrad
