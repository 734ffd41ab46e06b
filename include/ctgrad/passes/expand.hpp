// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/definitions.hpp"
#include "rebuild.hpp"

namespace ctgrad::detail {

/// e with a leaf replaced: copies the part of the graph between them.
template <class Builder>
constexpr node_id replace_leaf(Builder& graph, node_id e, node_id leaf, node_id replacement) {
  bool touched[Builder::capacity]{};
  node_id moved[Builder::capacity]{};
  if (graph[e].arity == 0) return e == leaf ? replacement : e;
  touched[leaf] = true;
  moved[leaf] = replacement;
  for (node_id id = leaf + 1; id <= e; ++id) {
    node n = graph[id];
    for (int i = 0; i < n.arity; ++i)
      if (touched[n.arguments[i]]) {
        n.arguments[i] = moved[n.arguments[i]];
        touched[id] = true;
      }
    if (touched[id]) moved[id] = graph.add(n);
  }
  return touched[e] ? moved[e] : e;
}

/// Replaces every op that stands for a formula by that formula, and carries out substitutions.
template <class Builder, class Graph>
constexpr Builder expand(const Graph& old) {
  rebuilding<Graph, Builder> graph(old);
  for (node_id id = 0; id < old.size; ++id) {
    const node& n = old[id];
    if (is_defined_by_formula(n.code)) {
      const node_id bound[] = {graph.moved_argument(id, 0), n.arity > 1 ? graph.moved_argument(id, 1) : no_node};
      graph.moved[id] = build(graph.result, definitions[definition_of.of[static_cast<int>(n.code)]].meaning, bound);
    } else if (n.code == op::substitute) {
      graph.moved[id] = replace_leaf(graph.result, graph.moved_argument(id, 0), graph.moved_argument(id, 1),
                                     graph.moved_argument(id, 2));
    } else {
      graph.moved[id] = graph.copy(id);
    }
  }
  return graph.finish();
}

}  // namespace ctgrad::detail
