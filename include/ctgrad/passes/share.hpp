// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/properties.hpp"
#include "rebuild.hpp"

namespace ctgrad::detail {

/// Of products that are each other's transposes, A B and B^T A^T, the first is computed and read either way: calls take a
/// transpose as a flag. Outer products stay: to write one twice takes no longer than to turn it. A product with what was solved for,
/// (A^-1 B) C, is read where A^-1 (B C) was solved for anyway.
template <class Builder, class Graph>
struct sharing : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::old;
  using base::result;

  /// A value, or its transpose.
  struct operand {
    node_id value = no_node;
    bool transposed = false;
    constexpr operand turned() const { return {value, !transposed}; }
  };
  operand twins[Graph::capacity]{};  // the earlier value that a product is, or is the transpose of

  constexpr explicit sharing(const Graph& g) : base(g) {
    for (node_id id = 0; id < g.size; ++id) newest[id] = earlier[id] = no_node;
    for (node_id id = 0; id < g.size; ++id) {
      if (is_solve(id)) note(g[id].arguments[0], id);
      if (g[id].code != op::product) continue;
      const operand left = operand_of(g[id].arguments[0]), right = operand_of(g[id].arguments[1]);
      twins[id] = find_turned(id, left, right);
      if (twins[id].value == no_node && is_solve(left.value) && !left.transposed) twins[id] = find_solved(left.value, right);
      if (twins[id].value == no_node && is_solve(right.value) && right.transposed) twins[id] = find_solved(right.value, left.turned()).turned();
      if (twins[id].value == no_node) note(left.value, id);
    }
  }

  constexpr bool applies() const {
    for (node_id id = 0; id < old.size; ++id)
      if (twins[id].value != no_node) return true;
    return false;
  }

  constexpr void visit(node_id id) {
    const operand& twin = twins[id];
    if (twin.value == no_node)
      moved[id] = this->copy(id);
    else
      moved[id] = twin.transposed ? result.make(op::transpose, moved[twin.value]) : moved[twin.value];
    result.nodes[moved[id]].properties |= old[id].properties;
  }

 private:
  // The products whose left factor is a value, or its transpose, and the solves by a factorisation.
  node_id newest[Graph::capacity]{}, earlier[Graph::capacity]{};

  constexpr void note(node_id first, node_id id) {
    earlier[id] = newest[first];
    newest[first] = id;
  }
  constexpr bool is_solve(node_id id) const { return is_solve_by_factor(old[id].code); }
  constexpr operand operand_of(node_id id) const {
    operand found{id};
    if (old[id].code == op::transpose) found = {old[id].arguments[0], true};
    const operand& twin = twins[found.value];
    return twin.value == no_node ? found : operand{twin.value, found.transposed != twin.transposed};
  }
  constexpr bool are_same(const operand& a, const operand& b) const {
    return a.value == b.value && (a.transposed == b.transposed || (old[a.value].properties & symmetric_value) != 0);
  }

  constexpr operand find_turned(node_id id, const operand& left, const operand& right) const {
    if (old[old[id].arguments[0]].extents.columns->is_one()) return {};
    for (node_id other = newest[right.value]; other != no_node; other = earlier[other])
      if (old[other].code == op::product && are_same(operand_of(old[other].arguments[0]), right.turned()) &&
          are_same(operand_of(old[other].arguments[1]), left.turned()))
        return {other, true};
    return {};
  }
  /// What is solved for, times `factor`.
  constexpr operand find_solved(node_id solve, const operand& factor) const {
    for (node_id other = newest[old[solve].arguments[0]]; other != no_node; other = earlier[other]) {
      const node_id sides = old[other].arguments[1];
      if (old[other].code == old[solve].code && old[sides].code == op::product &&
          are_same(operand_of(old[sides].arguments[0]), operand_of(old[solve].arguments[1])) && are_same(operand_of(old[sides].arguments[1]), factor))
        return {other, false};
    }
    return {};
  }
};

}  // namespace ctgrad::detail
