// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/properties.hpp"
#include "rebuild.hpp"

namespace ctgrad::detail {

/// Of products that are each other's transposes, A B and B^T A^T, the first is computed and read either way: calls take a
/// transpose as a flag. Outer products stay: to write one twice takes no longer than to turn it.
template <class Builder, class Graph>
struct sharing : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::old;
  using base::result;

  node_id twins[Graph::capacity]{};  // the earlier product that a product is the transpose of

  constexpr explicit sharing(const Graph& g) : base(g) {
    for (node_id id = 0; id < g.size; ++id) newest[id] = earlier[id] = twins[id] = no_node;
    for (node_id id = 0; id < g.size; ++id) {
      if (g.nodes[id].code != op::product || g[g[id].arguments[0]].extents.columns->is_one()) continue;
      const operand left = operand_of(g[id].arguments[0]), right = operand_of(g[id].arguments[1]);
      for (node_id other = newest[right.value]; other != no_node && twins[id] == no_node; other = earlier[other])
        if (is_turned(operand_of(g[other].arguments[0]), right) && is_turned(operand_of(g[other].arguments[1]), left)) twins[id] = other;
      if (twins[id] != no_node) continue;
      earlier[id] = newest[left.value];
      newest[left.value] = id;
    }
  }

  constexpr bool applies() const {
    for (node_id id = 0; id < old.size; ++id)
      if (twins[id] != no_node) return true;
    return false;
  }

  constexpr void visit(node_id id) {
    moved[id] = twins[id] == no_node ? this->copy(id) : result.make(op::transpose, moved[twins[id]]);
    result.nodes[moved[id]].properties |= old[id].properties;
  }

 private:
  node_id newest[Graph::capacity]{}, earlier[Graph::capacity]{};  // the products whose left factor is a value, or its transpose

  /// A value, or its transpose.
  struct operand {
    node_id value = no_node;
    bool transposed = false;
  };
  constexpr operand operand_of(node_id id) const {
    operand result{id};
    if (old[id].code == op::transpose) result = {old[id].arguments[0], true};
    if (twins[result.value] != no_node) result = {twins[result.value], !result.transposed};
    return result;
  }
  constexpr bool is_turned(const operand& a, const operand& b) const {
    return a.value == b.value && (a.transposed != b.transposed || (old[a.value].properties & symmetric_value) != 0);
  }
};

}  // namespace ctgrad::detail
