// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/formula.hpp"

namespace ctgrad::detail {

/// Marks the nodes by which a derivative is taken.
template <class Graph>
struct derivative_targets {
  bool marked[Graph::capacity]{};

  constexpr explicit derivative_targets(const Graph& g) {
    for (node_id id = 0; id < g.size; ++id)
      if (is_derivative(g.nodes[id].code)) marked[g.nodes[id].arguments[1]] = true;
  }
};

/// The same value as a node of its own: a derivative by it is by no other node that happens to be equal.
template <class Builder>
constexpr node_id apart(Builder& graph, node_id id) {
  return graph.add(Builder::shaped_node(op::reshape, graph[id].extents, {}, id));
}

/// A graph being made from another one, node by node; `moved` tells where each old node went.
template <class Old, class Builder>
struct rebuilding {
  const Old& old;
  Builder result{};
  node_id moved[Old::capacity]{};

  constexpr explicit rebuilding(const Old& from) : old(from) {}

  constexpr node_id moved_argument(node_id id, int i) const { return moved[old.nodes[id].arguments[i]]; }

  constexpr node_id copy(node_id id) {
    node n = old.nodes[id];
    move_arguments(n, moved);
    return result.add(n);
  }
  constexpr Builder& finish() {
    for (int i = 0; i < Old::root_count; ++i) {
      result.roots[i] = moved[old.roots[i]];
      if (result.roots[i] == no_node) result.fail(trouble::bad_shape);
    }
    if (old.failure != trouble::none) result.failure = old.failure, result.culprit = old.culprit;
    return result;
  }
};

}  // namespace ctgrad::detail
