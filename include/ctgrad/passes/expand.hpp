// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/definitions.hpp"
#include "rebuild.hpp"

namespace ctgrad::detail {

/// A leaf as the rest of the graph sees it: the part of it that its structure declares.
template <class Builder>
constexpr node_id part_in_structure(Builder& graph, node_id leaf) {
  for (const structure_rule& rule : structures)
    if (rule.form == graph[leaf].leaf->form) {
      const node_id bound[variable_count] = {leaf};
      return build(graph, rule.meaning, bound);
    }
  return leaf;
}

/// An argument in the new graph; derivatives are taken by the entries of a leaf itself.
template <class Rebuilding>
constexpr node_id expanded_argument(Rebuilding& graph, node_id id, int i) {
  const node& n = graph.old[id];
  if (i >= n.arity) return no_node;
  const bool is_target = i == 1 && is_derivative(n.code) && graph.old[n.arguments[1]].code == op::leaf;
  return is_target ? graph.result.add(graph.old[n.arguments[1]]) : graph.moved_argument(id, i);
}

/// Replaces every op that stands for a formula by that formula.
template <class Builder, class Graph>
constexpr Builder expand(const Graph& old) {
  rebuilding<Graph, Builder> graph(old);
  for (node_id id = 0; id < old.size; ++id) {
    const node& n = old[id];
    if (is_defined_by_formula(n.code)) {
      const node_id bound[variable_count] = {expanded_argument(graph, id, 0), expanded_argument(graph, id, 1),
                                             expanded_argument(graph, id, 2)};
      graph.moved[id] = build(graph.result, definitions[definition_of.of[static_cast<int>(n.code)]].meaning, bound);
    } else if (n.code == op::leaf) {
      graph.moved[id] = part_in_structure(graph.result, graph.copy(id));
    } else if (is_derivative(n.code)) {
      node moved = n;
      for (int i = 0; i < n.arity; ++i) moved.arguments[i] = expanded_argument(graph, id, i);
      graph.moved[id] = graph.result.add(moved);
    } else {
      graph.moved[id] = graph.copy(id);
    }
  }
  return graph.finish();
}

}  // namespace ctgrad::detail
