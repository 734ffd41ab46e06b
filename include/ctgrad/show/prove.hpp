// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../graph/evaluate.hpp"
#include "../graph/point.hpp"
#include "../run/compile.hpp"

namespace ctgrad::detail {

/// What two expressions are at one random point.
struct comparison {
  bool usable = false;   // both are finite, and known well enough to tell them apart
  bool agree = false;
  int row = 0, column = 0;  // of the entry that differs most
  double first = 0, second = 0;
  random_point point{0};
};

/// Both roots of a graph, evaluated at a random point. Two entries agree if rounding may have moved them apart: a
/// difference that is zero but for rounding counts as zero however large its terms are.
template <class Graph>
constexpr comparison compare_at(const Graph& graph, int attempt) {
  comparison result;
  result.point.seed = static_cast<std::uint64_t>(attempt);
  result.point.note(graph);
  result.point.settle();
  const evaluation values(graph, result.point);
  const small_matrix first = values[graph.roots[0]], second = values[graph.roots[1]];
  double furthest = 1;
  for (int i = 0; i < first.size(); ++i) {
    if (!elementary::is_finite(first.value[i]) || !elementary::is_finite(second.value[i])) return result;
    const double apart = elementary::abs(minus(first.value[i], second.value[i]));
    const double allowed = 0x1p-48 * plus(first.error[i], second.error[i]) + 1e-290;
    if (!(allowed <= 1e-4 * (1 + elementary::abs(first.value[i]) + elementary::abs(second.value[i])))) return result;
    if (apart <= furthest * allowed) continue;
    furthest = over(apart, allowed);
    result.row = i / first.columns;
    result.column = i % first.columns;
    result.first = first.value[i];
    result.second = second.value[i];
  }
  result.usable = true;
  result.agree = furthest == 1;
  return result;
}

/// About how many multiplications evaluating a graph takes.
template <class Graph>
constexpr double work_of(const Graph& graph) {
  random_point point{0};
  point.note(graph);
  point.settle();
  double work = 0;
  for (node_id id = 0; id < graph.size; ++id) {
    const node& n = graph[id];
    const double size = static_cast<double>(point.size_of(*n.extents.rows)) * point.size_of(*n.extents.columns);
    const double depth = n.arity > 0 ? point.size_of(*graph[n.arguments[0]].extents.columns) : 1;
    const shape_rule rule = about(n.code).shape;
    const bool factors = rule == shape_rule::solve || rule == shape_rule::square || rule == shape_rule::square_to_scalar;
    work += n.code == op::product ? size * depth : factors ? 8 * depth * depth * depth + size * depth : 4 * size;
  }
  return work;
}
inline constexpr double most_work = 100'000;  // within the limits that compilers set to one constant evaluation

/// Each point is a constant evaluation of its own: compilers limit the steps of one.
template <const auto& Graph, int Attempt>
inline constexpr comparison comparison_at = compare_at(Graph, Attempt);

/// Goes from point to point until the expressions differ or have agreed often enough.
template <const auto& Graph, int Attempt = 0, int Agreements = 0>
consteval comparison compare_values() {
  constexpr int wanted = static_cast<int>(random_point::sign_points), attempts = 16;
  if constexpr (Attempt == attempts) {
    return {Agreements > 0, true};
  } else {
    constexpr const comparison& here = comparison_at<Graph, Attempt>;
    if constexpr ((here.usable && !here.agree) || (here.usable && Agreements + 1 == wanted))
      return here;
    else
      return compare_values<Graph, Attempt + 1, Agreements + here.usable>();
  }
}

/// The passes up to the derivatives. The graph is not simplified: evaluating it takes less time than that, and what is
/// compared is what was written.
template <digest First, digest Second>
struct proof {
  using passes = derivation<First, Second>;
  static constexpr const source& first = definition(expr<First>{});
  static constexpr const source& second = definition(expr<Second>{});
  static constexpr bool same_shape = first.extents == second.extents;
  static constexpr bool is_too_large = work_of(passes::derived) > most_work;
  static constexpr comparison values() {
    if constexpr (same_shape && !is_too_large && passes::derived.failure == trouble::none) return compare_values<passes::derived>();
    else return {true, false};
  }
  static constexpr comparison outcome = values();
};

template <class Passes>
inline constexpr message derivation_failure =
    describe_failure<Passes>(Passes::derived.failure, Passes::derived.culprit);

template <digest First, digest Second>
inline constexpr message too_large = [] {
  message text;
  text << "too large to evaluate|while compiling:|give extents names|instead of numbers";
  print_operand(text, definition(expr<First>{}));
  print_operand(text, definition(expr<Second>{}));
  return text;
}();

template <digest First, digest Second>
inline constexpr message nowhere_finite = [] {
  message text;
  text << "no random point was found|where both are finite";
  print_operand(text, definition(expr<First>{}));
  print_operand(text, definition(expr<Second>{}));
  return text;
}();

template <digest First, digest Second>
consteval bool check_derivation() {
  using the_proof = proof<First, Second>;
  if constexpr (the_proof::passes::derived.failure != trouble::none) {
    static_assert(decltype(the_problem<derivation_failure<typename the_proof::passes>>)::none, "ctgrad: the expressions cannot be evaluated");
    return false;
  } else if constexpr (the_proof::same_shape && the_proof::is_too_large) {
    static_assert(decltype(the_problem<too_large<First, Second>>)::none, "ctgrad: the expressions cannot be compared");
    return false;
  } else if constexpr (!the_proof::outcome.usable) {
    static_assert(decltype(the_problem<nowhere_finite<First, Second>>)::none, "ctgrad: the expressions cannot be compared");
    return false;
  } else {
    return true;
  }
}

/// Six digits: enough to see by which factor a value is wrong.
constexpr void print_rounded(message& text, double value) {
  double unit = 1;
  while (elementary::abs(value) >= 1e6 * unit) unit *= 10;
  while (value != 0 && elementary::abs(value) < 1e5 * unit) unit /= 10;
  print_number(text, unit < 1 ? elementary::nearest(value / unit) / elementary::nearest(1 / unit) : elementary::nearest(value / unit) * unit);
}

constexpr void print_sizes(message& text, const random_point& point, const extent& e) {
  if (e.is_number()) return;
  text << '|' << e << " = " << static_cast<long>(point.size_of(e));
}

template <digest First, digest Second>
inline constexpr message difference_of_shapes = [] {
  message text;
  text << "not equivalent:|different shapes";
  print_operand(text, definition(expr<First>{}));
  print_operand(text, definition(expr<Second>{}));
  return text;
}();

template <digest First, digest Second>
inline constexpr message difference_of_values = [] {
  using the_proof = proof<First, Second>;
  constexpr const comparison& found = the_proof::outcome;
  message text;
  text << "not equivalent:|at a random point";
  print_sizes(text, found.point, *the_proof::first.extents.rows);
  if (!the_proof::first.extents.is_square()) print_sizes(text, found.point, *the_proof::first.extents.columns);
  if (!the_proof::first.extents.is_scalar())
    text << "|entry (" << static_cast<long>(found.row) << ", " << static_cast<long>(found.column) << ')';
  text << " is|";
  print_rounded(text, found.first);
  text << " of|";
  print_source(text, the_proof::first);
  text << "|and ";
  print_rounded(text, found.second);
  text << " of|";
  print_source(text, the_proof::second);
  return text;
}();

}  // namespace ctgrad::detail

namespace ctgrad {

/// Whether two expressions have the same shape and the same value at several random points, evaluated while compiling: a
/// derivation done by hand is proved or refuted by the compiler.
///
/// Each named extent gets a small size of its own, a leaf with a declared structure a value that has it; points where a
/// value is not finite are drawn again, and if none is found that is an error. Entries agree if they differ by no more than
/// rounding, by a running error analysis (Higham, Accuracy and Stability of Numerical Algorithms, section 3.3), explains:
/// a true zero counts as zero, however large its terms. Two expressions that are not identical agree at a random point by
/// chance alone (Schwartz 1980, Zippel 1979). Takes time in proportion to the operations of both expressions at those sizes.
///
///     static_assert(equivalent(trace(A * B), trace(B * A)));
template <detail::digest A, detail::digest B>
consteval bool equivalent(detail::expr<A>, detail::expr<B>) {
  return detail::check_derivation<A, B>() && detail::proof<A, B>::same_shape && detail::proof<A, B>::outcome.agree;
}

/// `equivalent` that says why not: where the expressions differ it does not compile, and the message tells both shapes, or
/// an entry and what it is on either side.
///
///     static_assert(prove(grad(squared_norm(W * x), W), 2_c * W * x * transpose(x)));
template <detail::digest A, detail::digest B>
consteval bool prove(detail::expr<A>, detail::expr<B>) {
  using the_proof = detail::proof<A, B>;
  if constexpr (detail::check_derivation<A, B>()) {
    if constexpr (!the_proof::same_shape)
      static_assert(decltype(detail::the_problem<detail::difference_of_shapes<A, B>>)::none, "ctgrad: not equivalent: the shapes differ");
    else if constexpr (!the_proof::outcome.agree)
      static_assert(decltype(detail::the_problem<detail::difference_of_values<A, B>>)::none, "ctgrad: not equivalent: the values differ");
  }
  return true;
}

template <class A, class B>
  requires(!detail::is_expr<A> || !detail::is_expr<B>)
consteval bool equivalent(const A& a, const B& b) {
  if constexpr (detail::partly_expressions<A, B>) detail::refuse(a, b);
  else static_assert(detail::never<A, B>, "ctgrad: equivalent takes two expressions: of several gradients, compare each by itself");
  return true;
}
template <class A, class B>
  requires(!detail::is_expr<A> || !detail::is_expr<B>)
consteval bool prove(const A& a, const B& b) {
  return equivalent(a, b);
}

}  // namespace ctgrad
