// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "simplify.hpp"

namespace ctgrad::detail {

/// Solves that stand in products, or solve for one, or are added up become products by an inverse. Where A^-1 B C begins is chosen as in
/// any other chain, and A^-1 B + A^-1 C is factored as any other sum. What an inverse multiplies is a solve again among the kernels.
template <class Builder, class Graph>
struct opening_of_solves : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::old;
  using base::result;

  bool is_opened[Graph::capacity]{};

  constexpr explicit opening_of_solves(const Graph& g) : base(g) {
    node_id term[Graph::capacity]{};  // a solve by this matrix that is a term of a sum
    for (node_id& solve : term) solve = no_node;
    for (node_id id = 0; id < g.size; ++id) {
      const node& n = g[id];
      if (n.code == op::solve && g[n.arguments[1]].code == op::product) is_opened[id] = true;
      const bool is_sum = n.code == op::add || n.code == op::subtract;
      for (int i = 0; (is_sum || n.code == op::product) && i < 2; ++i) {
        const node_id solve = is_sum ? unscaled(n.arguments[i]) : untransposed(n.arguments[i]);
        if (g[solve].code != op::solve) continue;
        if (!is_sum) is_opened[solve] = true;
        node_id& other = term[g[solve].arguments[0]];
        if (is_sum && other != no_node && other != solve) is_opened[solve] = is_opened[other] = true;
        if (is_sum) other = solve;
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

 private:
  constexpr node_id untransposed(node_id id) const { return old[id].code == op::transpose ? old[id].arguments[0] : id; }
  constexpr node_id unscaled(node_id id) const {
    return old[id].code == op::multiply && old[old[id].arguments[0]].is_scalar() ? old[id].arguments[1] : id;
  }
};

}  // namespace ctgrad::detail
