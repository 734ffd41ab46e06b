// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "text.hpp"

namespace ctgrad::detail {

/// Whether a derivative flows back through an argument of a node.
constexpr bool conducts(const node& n, int argument) {
  return !gradients[gradient_of.of[static_cast<int>(n.code)]].derivative[argument].empty();
}

/// For each node the number of paths that lead to it from the second root, W, along which derivatives flow.
template <class Graph>
struct path_counts {
  static constexpr unsigned long long most = ~0ull;
  unsigned long long to[Graph::capacity]{};

  constexpr explicit path_counts(const Graph& graph) {
    const node_id start = graph.roots[1];
    to[start] = 1;
    for (node_id id = start + 1; id < graph.size; ++id)
      for (int i = 0; i < graph[id].arity; ++i) {
        if (!conducts(graph[id], i)) continue;
        const unsigned long long more = to[graph[id].arguments[i]];
        to[id] = to[id] > most - more ? most : to[id] + more;
      }
  }
};

/// One way from W to the loss: the nodes on it, and by which argument each is reached from the one before.
struct route {
  std::vector<node_id> nodes;  // from the loss back to W
  std::vector<int> arguments;  // of all but the last
};

template <class Graph, class Visit>
void visit_routes(const Graph& graph, const path_counts<Graph>& counts, route& here, Visit& visit) {
  const node_id last = here.nodes.back();
  if (last == graph.roots[1]) return visit(here);
  for (int i = 0; i < graph[last].arity; ++i) {
    if (counts.to[graph[last].arguments[i]] == 0 || !conducts(graph[last], i)) continue;
    here.nodes.push_back(graph[last].arguments[i]);
    here.arguments.push_back(i);
    visit_routes(graph, counts, here, visit);
    here.nodes.pop_back();
    here.arguments.pop_back();
  }
}

/// The chain rule along one path: the product of the local derivatives, from the loss back to W.
template <class Builder>
node_id contribution(Builder& graph, const route& r) {
  node_id adjoint = graph.number(1);
  for (std::size_t step = 0; step < r.arguments.size(); ++step)
    adjoint = pull_back(graph, r.nodes[step], r.arguments[step], adjoint);
  return adjoint;
}

/// The contributions of all paths as graphs, each handed to `visit(route, graph)`: graph.roots[0] is the contribution.
template <digest Loss, digest W, class Visit>
void visit_contributions(Visit visit) {
  constexpr const auto& derived = derivation<Loss, W>::derived;
  constexpr int room = 24 * derived.size + 64;  // no formula of the table is longer than that
  const path_counts counts(derived);
  auto visit_route = [&](const route& r) {
    const auto graph = std::make_unique<graph_builder<room, 1>>();
    for (node_id id = 0; id < derived.size; ++id) graph->add(derived[id]);
    graph->roots[0] = contribution(*graph, r);
    visit(r, *graph);
  };
  route start{{derived.roots[0]}, {}};
  if (counts.to[derived.roots[0]] > 0) visit_routes(derived, counts, start, visit_route);
}

/// A graph in normal form, made at run time.
template <class Graph>
auto simplified(const Graph& graph) {
  using pass = simplification<rewriting_builder<normalising, normalising_by_op, 2 * Graph::capacity, Graph::root_count>, Graph>;
  const auto rewriting = std::make_unique<pass>(graph);
  for (node_id id = 0; id < graph.size; ++id) rewriting->visit(id);
  const auto& result = rewriting->finish();
  const auto needed = std::make_unique<reachable_nodes<std::remove_cvref_t<decltype(result)>>>(result);
  return std::make_unique<detail::graph<2 * Graph::capacity, Graph::root_count>>(shrink<2 * Graph::capacity>(result, *needed));
}

/// One way from W to the loss, and what it adds to the gradient.
struct path {
  std::vector<std::string> through;  // the formula of each node, from W to the loss
  std::string contribution;
};

}  // namespace ctgrad::detail

namespace ctgrad {

/// The number of paths from W to the loss in the computational graph along which derivatives flow: 2 for the tied
/// autoencoder.
///
/// It may grow exponentially with the graph, where the reverse sweep grows linearly (Bauer, Computational graphs and rounding
/// error, 1974); linear in the nodes to compute. 0 where the loss does not depend on W, and the greatest number of its type
/// where there are more.
///
///     static_assert(count_paths(squared_norm(transpose(W) * W * x - x), W) == 2);
template <detail::digest Loss, detail::digest W>
consteval unsigned long long count_paths(detail::expr<Loss>, detail::expr<W>) {
  constexpr const auto& derived = detail::derivation<Loss, W>::derived;
  return detail::path_counts(derived).to[derived.roots[0]];
}

/// Every path from W to the loss, as the formulas that it goes through, with the product of the derivatives along it; their
/// sum is the gradient. Takes time in proportion to the number of paths.
///
///     auto all = paths(squared_norm(transpose(W) * W * x - x), W);
template <detail::digest Loss, detail::digest W>
std::vector<detail::path> paths(detail::expr<Loss>, detail::expr<W>) {
  using namespace detail;
  std::vector<path> result;
  constexpr const auto& derived = derivation<Loss, W>::derived;
  visit_contributions<Loss, W>([&](const route& r, const auto& graph) {
    path p;
    for (std::size_t i = r.nodes.size(); i-- > 0;)
      p.through.push_back(formula_writer(derived, script::text, arrangement::as_written).write(r.nodes[i]));
    const auto short_form = simplified(graph);
    p.contribution = formula_writer(*short_form, script::text, arrangement::gathered).write(short_form->roots[0]);
    result.push_back(std::move(p));
  });
  return result;
}

}  // namespace ctgrad
