// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/hana/tuple.hpp>

#include "../expr/derivatives.hpp"
#include "function.hpp"

namespace ctgrad::detail {

/// Attaches the plan, the graph behind it and the expressions to the key, so that names of functions stay short.
template <assumption Small, digest... Roots>
struct plan_definition {
  using passes = pipeline<Small, Roots...>;
  static constexpr digest key = with(combine({Roots...}), Small);
  friend constexpr auto& the_plan(plan_key<key>) { return plans<Roots...>::template plan_for<Small>(); }
  friend constexpr auto& the_graph(plan_key<key>) { return passes::ordered; }
  friend constexpr auto& the_expressions(plan_key<key>) { return passes::roots; }
  friend constexpr auto& the_checked_graph(plan_key<key>) { return passes::expanded; }
  friend constexpr assumption the_assumption(plan_key<key>) { return Small; }
};

/// Says what a pass could not do, in the words of the expression as written.
template <class Passes>
constexpr message describe_failure(trouble failure, node_id culprit) {
  constexpr auto& written = Passes::written;
  message text;
  if (failure == trouble::two_leaves_one_name) {
    for (node_id id = 0; id < written.size; ++id)
      for (node_id other = 0; other < id; ++other) {
        const node &a = written[other], &b = written[id];
        if (a.code != op::leaf || b.code != op::leaf || compare(a.leaf->leaf_name, b.leaf->leaf_name) != 0) continue;
        text << "two leaves of the same name|" << a.leaf->leaf_name << " is " << a.extents << '|' << b.leaf->leaf_name << " is "
             << b.extents;
        if (a.extents == b.extents) text << "|of another structure";
        return text;
      }
  } else if (failure == trouble::absent_subexpression) {
    const node& derivative = Passes::expanded[culprit];
    text << about(derivative.code).name << ": the function|does not contain|";
    print_node(text, Passes::expanded, derivative.arguments[1]);
    text << "|as written";
  } else if (failure == trouble::out_of_capacity) {
    text << "more than 60000 nodes:|split the expression";
  } else if (failure == trouble::not_batched) {
    text << "jacobian: not through|" << about(static_cast<op>(culprit)).name;
  } else if (failure == trouble::long_extent) {
    text << "jacobian: the number of entries|is too long a polynomial";
  } else if (failure == trouble::no_second_derivative) {
    text << "elementwise: a derivative is taken twice that is no expression";
    for (node_id id = 0; id < written.size; ++id)
      if (written[id].code == op::call && written[id].leaf->function->derivative->code == op::call)
        text << '|' << written[id].leaf->leaf_name;
  } else if (failure == trouble::bad_shape) {
    text << "a rule met shapes that do not fit|please report this";
  }
  return text;
}
template <class Passes>
inline constexpr message failure_of = describe_failure<Passes>(Passes::failure, Passes::culprit);

/// What compile returns where it has reported an error: calling it reports no other.
struct no_function {
  template <class... Arguments>
  constexpr no_function operator()(Arguments&&...) const {
    return {};
  }
};

/// Expressions and tuples of expressions as one list of digests.
template <digest... Keys>
struct digest_list {};
template <digest... First, digest... Second>
constexpr digest_list<First..., Second...> operator+(digest_list<First...>, digest_list<Second...>) {
  return {};
}
template <digest Key>
constexpr digest_list<Key> digests_of(const expr<Key>&) {
  return {};
}
template <digest... Keys>
constexpr digest_list<Keys...> digests_of(const boost::hana::tuple<expr<Keys>...>&) {
  return {};
}

template <class T>
concept compilable = requires(const T& e) { digests_of(e); };

template <digest... Roots, assumption... Small>
constexpr auto function_of(variant_list<Small...>) {
  return function<plan_key<plan_definition<Small, Roots...>::key>...>{};
}

template <digest... Roots>
constexpr auto compile_roots(digest_list<Roots...>) {
  constexpr bool are_numbers = all_of({!are_indices<Roots>...});
  static_assert(are_numbers, "ctgrad: a leaf of indices is no result");
  constexpr long sources = writing<Roots...>::sources;
  if constexpr (!within_limits<sources>) {
    static_assert(decltype(the_problem<limit_of<sources>>)::none, "ctgrad: the graph outgrows the limits of the compiler");
    return no_function{};
  } else if constexpr (are_numbers) {
    if constexpr (plans<Roots...>::failure == trouble::none) {
      return function_of<Roots...>(plans<Roots...>::variants());
    } else {
      using passes = pipeline<0, Roots...>;
      static_assert(decltype(the_problem<failure_of<passes>>)::none, "ctgrad: the expressions cannot be compiled");
      return no_function{};
    }
  } else {
    return no_function{};
  }
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// Derives, simplifies and plans expressions while compiling: what it returns computes them, in the order given.
///
/// It is called with `leaf = container` for every leaf, see detail::function. A tuple of gradients counts as its parts. What
/// the expressions have in common is computed once. Errors while compiling name the expression: leaves of one name and
/// another shape, a derivative by what does not occur, more subexpressions than the compiler's limits allow. Compile time
/// grows linearly with the expressions.
///
///     auto f = compile(loss, grad(loss, W));
///     auto [value, dW] = f(W = weights, x = sample, y = bias);
template <class... Expressions>
constexpr auto compile(const Expressions&... expressions) {
  constexpr bool are_expressions = sizeof...(Expressions) > 0 && (detail::compilable<Expressions> && ...);
  static_assert(are_expressions, "ctgrad: compile takes expressions, one for each result; write 0.5_c for a number");
  if constexpr (are_expressions)
    return detail::compile_roots((detail::digest_list<>{} + ... + detail::digests_of(expressions)));
  else
    return detail::no_function{};
}

/// The value of a scalar expression and its gradients, compiled: compile(f, grad(f, W, ...)).
///
///     auto f = value_and_grad(loss, W);
template <detail::digest F, detail::digest... Arguments>
constexpr auto value_and_grad(detail::expr<F> f, detail::expr<Arguments>... arguments) {
  return compile(f, grad(f, arguments...));
}

}  // namespace ctgrad
