// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/gradients.hpp"
#include "rebuild.hpp"

namespace ctgrad::detail {

/// Sums a derivative back to the shape of an argument that was broadcast.
template <class Builder>
constexpr node_id sum_to(Builder& graph, node_id derivative, const shape& target) {
  const shape from = graph[derivative].extents;
  const bool rows = !(*from.rows == *target.rows), columns = !(*from.columns == *target.columns);
  if (rows && columns) return graph.make(op::sum, derivative);
  if (rows) return graph.make(op::column_sums, derivative);
  if (columns) return graph.make(op::row_sums, derivative);
  return derivative;
}

/// One reverse sweep: d loss / d target for every node that `wanted` marks, summed over all paths.
/// Linear in the nodes between them; `adjoint` holds no_node where the loss does not depend on a node.
template <class Builder>
constexpr void reverse_sweep(Builder& graph, node_id loss, const bool* wanted, node_id* adjoint) {
  bool leads_to_wanted[Builder::capacity]{};
  for (node_id id = 0; id <= loss; ++id) {
    adjoint[id] = no_node;
    leads_to_wanted[id] = wanted[id];
    const node& n = graph[id];
    for (int i = 0; i < n.arity; ++i)
      if (leads_to_wanted[n.arguments[i]]) leads_to_wanted[id] = true;
  }
  adjoint[loss] = graph.number(1);
  for (node_id id = loss; id >= 0; --id) {
    if (adjoint[id] == no_node || !leads_to_wanted[id]) continue;
    const node n = graph[id];
    if (n.arity == 0) continue;
    const gradient_rule& rule = gradients[gradient_of.of[static_cast<int>(n.code)]];
    for (int i = 0; i < n.arity; ++i) {
      const node_id argument = n.arguments[i];
      if (!leads_to_wanted[argument] || rule.derivative[i].empty()) continue;
      const node_id bound[variable_count] = {n.arguments[0], n.arguments[1], n.arguments[2], no_node, id, adjoint[id]};
      const node_id part = sum_to(graph, build(graph, rule.derivative[i], bound), graph[argument].extents);
      adjoint[argument] = adjoint[argument] == no_node ? part : graph.make(op::add, adjoint[argument], part);
    }
  }
}

/// Whether `part` occurs in `whole`.
template <class Builder>
constexpr bool occurs(const Builder& graph, node_id part, node_id whole) {
  bool needed[Builder::capacity]{};
  needed[whole] = true;
  for (node_id id = whole; id > part; --id)
    for (int i = 0; needed[id] && i < graph[id].arity; ++i) needed[graph[id].arguments[i]] = true;
  return part <= whole && needed[part];
}

/// Replaces every derivative by the expression it is. All gradients of one function share one reverse sweep.
template <class Builder, class Graph>
constexpr Builder differentiate(const Graph& old) {
  rebuilding<Graph, Builder> graph(old);
  bool done[Graph::capacity]{};
  for (node_id id = 0; id < old.size; ++id) {
    if (old[id].code != op::gradient) {
      graph.moved[id] = graph.copy(id);
      continue;
    }
    if (done[id]) continue;
    const node_id loss = old[id].arguments[0];
    bool wanted[Builder::capacity]{};
    node_id adjoint[Builder::capacity]{};
    for (node_id other = id; other < old.size; ++other)
      if (old[other].code == op::gradient && old[other].arguments[0] == loss && old[other].arguments[1] < id)
        wanted[graph.moved_argument(other, 1)] = true;
    reverse_sweep(graph.result, graph.moved[loss], wanted, adjoint);
    for (node_id other = id; other < old.size; ++other) {
      if (old[other].code != op::gradient || old[other].arguments[0] != loss || old[other].arguments[1] >= id) continue;
      const node_id target = graph.moved_argument(other, 1);
      const bool reached = target <= graph.moved[loss] && adjoint[target] != no_node;
      if (!reached && graph.result[target].code != op::leaf && !occurs(graph.result, target, graph.moved[loss]))
        graph.result.fail(trouble::absent_subexpression, other);
      graph.moved[other] = reached ? adjoint[target] : graph.result.number(0, graph.result[target].extents);
      done[other] = true;
    }
  }
  return graph.finish();
}

}  // namespace ctgrad::detail
