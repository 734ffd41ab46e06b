// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../run/compile.hpp"
#include "formula_writer.hpp"

namespace ctgrad::detail {

/// Whether a graph as written has derivatives still to be taken.
template <class Graph>
constexpr bool has_derivatives(const Graph& g) {
  for (node_id id = 0; id < g.size; ++id)
    if (is_derivative(g[id].code) || g[id].code == op::substitute) return true;
  return false;
}

/// What is shown of expressions: as written, or where there are derivatives, derived and simplified.
template <digest... Roots>
constexpr const auto& shown_graph() {
  if constexpr (has_derivatives(normal_form<Roots...>::written))
    return normal_form<Roots...>::simplified;
  else
    return normal_form<Roots...>::written;
}

template <class Passes>
inline constexpr message derivation_problem = [] {
  return Passes::derived.failure == trouble::none ? message{} : describe_failure<Passes>(Passes::derived.failure, Passes::derived.culprit);
}();

template <digest E>
std::string write_formula(script s) {
  constexpr const auto& graph = shown_graph<E>();
  constexpr bool derived = has_derivatives(normal_form<E>::written);
  return formula_writer(graph, s, derived ? arrangement::gathered : arrangement::as_written).write(graph.roots[0]);
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// The expression in mathematics; of a derivative, the expression that was derived and simplified.
///
/// What is used more than once gets a name: `W r xᵀ + W x rᵀ where r = Wᵀ W x − x`. A derivative that cannot be taken is an
/// error while compiling. Time and length are linear in the different subexpressions.
///
///     auto text = to_string(grad(loss, W));
template <detail::digest E>
std::string to_string(detail::expr<E>) {
  static_assert(decltype(detail::the_problem<detail::derivation_problem<detail::derivation<E>>>)::none, "ctgrad: cannot be derived");
  return detail::write_formula<E>(detail::script::text);
}

/// The same in LaTeX, for mathematics mode: `W r x^{\top} + W x r^{\top} \quad\text{where}\quad r = W^{\top} W x - x`.
///
///     auto text = to_latex(grad(loss, W));
template <detail::digest E>
std::string to_latex(detail::expr<E>) {
  static_assert(decltype(detail::the_problem<detail::derivation_problem<detail::derivation<E>>>)::none, "ctgrad: cannot be derived");
  return detail::write_formula<E>(detail::script::latex);
}

template <detail::digest... E>
std::string to_string(const boost::hana::tuple<detail::expr<E>...>&) {
  static_assert(detail::never<detail::expr<E>...>, "ctgrad: to_string takes one expression: of several gradients, write each by itself");
  return {};
}
template <detail::digest... E>
std::string to_latex(const boost::hana::tuple<detail::expr<E>...>&) {
  static_assert(detail::never<detail::expr<E>...>, "ctgrad: to_latex takes one expression: of several gradients, write each by itself");
  return {};
}
template <class... Plans>
std::string to_string(const detail::function<Plans...>&) {
  static_assert(detail::never<Plans...>, "ctgrad: to_string takes an expression; of a compiled function explain(f) tells the plan");
  return {};
}
template <class... Plans>
std::string to_latex(const detail::function<Plans...>&) {
  static_assert(detail::never<Plans...>, "ctgrad: to_latex takes an expression; of a compiled function explain(f) tells the plan");
  return {};
}

}  // namespace ctgrad
