// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "simplify.hpp"

namespace ctgrad::detail {

/// Solves that stand in products, or solve for one, become products by an inverse: solve(A, B) C is A^-1 B C, and where it begins is
/// chosen as in any other chain. What an inverse multiplies is a solve again among the kernels.
template <class Builder, class Graph>
struct opening_of_solves : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::old;
  using base::result;

  bool is_opened[Graph::capacity]{};

  constexpr explicit opening_of_solves(const Graph& g) : base(g) {
    for (node_id id = 0; id < g.size; ++id) {
      const node& n = g[id];
      if (n.code == op::solve && g[n.arguments[1]].code == op::product) is_opened[id] = true;
      if (n.code != op::product) continue;
      for (int i = 0; i < 2; ++i) {
        const node_id factor = g[n.arguments[i]].code == op::transpose ? g[n.arguments[i]].arguments[0] : n.arguments[i];
        if (g[factor].code == op::solve) is_opened[factor] = true;
      }
    }
  }

  constexpr bool applies() const {
    for (node_id id = 0; id < old.size; ++id)
      if (is_opened[id]) return true;
    return false;
  }

  constexpr void visit(node_id id) {
    if (!is_opened[id]) {
      moved[id] = this->copy(id);
      return;
    }
    moved[id] = result.make(op::product, result.make(op::inverse, this->moved_argument(id, 0)), this->moved_argument(id, 1));
    if (moved[id] != no_node) result.learn(moved[id], old[id].properties);
  }
};

}  // namespace ctgrad::detail
