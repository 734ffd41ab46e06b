// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/definitions.hpp"
#include "rebuild.hpp"

namespace ctgrad::detail {

/// Replaces every op that stands for a formula by that formula.
template <class Builder, class Graph>
constexpr Builder expand(const Graph& old) {
  rebuilding<Graph, Builder> graph(old);
  for (node_id id = 0; id < old.size; ++id) {
    const node& n = old[id];
    if (is_defined_by_formula(n.code)) {
      const node_id bound[variable_count] = {graph.moved_argument(id, 0), n.arity > 1 ? graph.moved_argument(id, 1) : no_node,
                               n.arity > 2 ? graph.moved_argument(id, 2) : no_node};
      graph.moved[id] = build(graph.result, definitions[definition_of.of[static_cast<int>(n.code)]].meaning, bound);
    } else {
      graph.moved[id] = graph.copy(id);
    }
  }
  return graph.finish();
}

}  // namespace ctgrad::detail
