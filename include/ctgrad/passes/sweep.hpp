// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/gradients.hpp"

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

/// What the rule of node `id` says of its i-th argument, given the derivative with respect to the node itself. Guarded, a 0 in
/// that derivative makes 0, whatever it is multiplied by.
template <class Builder>
constexpr node_id pull_back(Builder& graph, node_id id, int i, node_id derivative, bool guarded = false) {
  const node n = graph[id];
  const bool is_product = n.code == op::product;
  const gradient_rule& rules = guarded && is_product ? guarded_product : gradients[gradient_of.of[static_cast<int>(n.code)]];
  const formula& rule = rules.derivative[i];
  if (rule.empty()) return no_node;
  const node_id bound[variable_count] = {n.arguments[0], n.arguments[1], n.arguments[2], no_node, id, derivative};
  node_id part = build(graph, rule, bound);
  if (guarded && !is_product) part = graph.make(op::where, derivative, part, graph.number(0));
  if (part == no_node) graph.fail(trouble::bad_shape);
  return part == no_node ? no_node : sum_to(graph, part, graph[n.arguments[i]].extents);
}

template <class Builder>
constexpr node_id sum_of(Builder& graph, node_id a, node_id b) {
  return a == no_node ? b : b == no_node ? a : graph.make(op::add, a, b);
}

/// How a derivative came through a choice, `where`: it is 0 for the entries that were not chosen, which may be NaN. The
/// identities keep 0 times NaN apart as long as it goes entry by entry.
enum class passage : std::uint8_t { whole, chosen, mixed };

/// Marks the values up to `last` that may be infinite or NaN where the leaves are not; false if nothing is chosen there.
template <class Builder>
constexpr bool find_undefined(const Builder& graph, node_id last, bool* undefined) {
  bool chooses = false;
  for (node_id id = 0; id <= last; ++id) {
    const node& n = graph[id];
    undefined[id] = is_partial(n.code);
    for (int i = 0; i < n.arity; ++i) undefined[id] = undefined[id] || undefined[n.arguments[i]];
    chooses = chooses || n.code == op::where;
  }
  return chooses;
}

/// Whether the derivative by an argument has to be guarded against what was not chosen.
template <class Builder>
constexpr bool needs_guard(const Builder& graph, node_id id, int i, passage through, const bool* undefined) {
  const node& n = graph[id];
  if (n.code == op::product) return through != passage::whole && undefined[n.arguments[1 - i]];
  const bool by_entries = is_elementwise(n.code) || n.code == op::logdet || n.code == op::det || (n.code >= op::sum && n.code <= op::entry_product);
  return through == passage::mixed && by_entries && undefined[id];
}

template <class Builder>
constexpr passage passage_to(const Builder& graph, node_id id, int i, passage through) {
  const node& n = graph[id];
  if (n.code == op::where) through = passage::chosen;
  const bool is_sum = n.code >= op::sum && n.code <= op::column_sums;
  const bool keeps_entries = is_sum || n.code == op::transpose || (is_elementwise(n.code) && graph[n.arguments[i]].extents == n.extents);
  return through == passage::whole || keeps_entries ? through : passage::mixed;
}

/// One reverse sweep over the nodes first ... last: the derivative with respect to every node that `wanted` marks, summed
/// over all paths from `last`, of which it is `seed`. Both arrays begin with `first`, and have `Room` entries. Linear in
/// the nodes between; `adjoint` holds no_node where `last` does not depend on a node. `undefined` marks what has to be kept
/// from spoiling the derivatives of what was chosen in its place.
template <int Room, class Builder>
constexpr void reverse_sweep(Builder& graph, node_id first, node_id last, node_id seed, const bool* wanted, node_id* adjoint,
                             const bool* undefined = nullptr) {
  bool leads_to_wanted[Room]{};
  passage through[Room]{};
  for (node_id id = first; id <= last; ++id) {
    const int place = id - first;
    adjoint[place] = no_node;
    leads_to_wanted[place] = wanted[place];
    const node& n = graph[id];
    for (int i = 0; i < n.arity; ++i)
      if (n.arguments[i] >= first && leads_to_wanted[n.arguments[i] - first]) leads_to_wanted[place] = true;
  }
  if (last < first || !leads_to_wanted[last - first]) return;
  adjoint[last - first] = seed;
  for (node_id id = last; id >= first; --id) {
    if (adjoint[id - first] == no_node || !leads_to_wanted[id - first]) continue;
    const node n = graph[id];
    for (int i = 0; i < n.arity; ++i) {
      const int place = n.arguments[i] - first;
      if (place < 0 || !leads_to_wanted[place]) continue;
      const passage so_far = through[id - first];
      const bool guarded = undefined != nullptr && needs_guard(graph, id, i, so_far, undefined);
      adjoint[place] = sum_of(graph, adjoint[place], pull_back(graph, id, i, adjoint[id - first], guarded));
      if (undefined == nullptr) continue;
      if (const passage here = passage_to(graph, id, i, so_far); here > through[place]) through[place] = here;
    }
  }
}

/// Forward mode for one op: what a change of its i-th argument does to node `id`. The rule of reverse mode is linear in
/// g, and the other way round it is the rule of forward mode: so differentiating it with respect to g gives just that,
/// whatever g was.
template <class Builder>
constexpr node_id push_forward(Builder& graph, node_id id, int i, node_id change) {
  constexpr int room = 2 * formula::capacity;
  const node_id g = graph.variable(graph[id].extents);
  const node_id pulled = pull_back(graph, id, i, g);
  if (pulled < g || pulled - g >= room) return no_node;
  const bool wanted[room] = {true};
  node_id adjoint[room]{};
  reverse_sweep<room>(graph, g, pulled, change, wanted, adjoint);
  return adjoint[0];
}

/// One forward sweep from x to y: the change of y where x changes by `change`; no_node where y does not depend on x.
template <class Builder>
constexpr node_id forward_sweep(Builder& graph, node_id x, node_id y, node_id change) {
  bool needed[Builder::capacity]{};
  node_id tangent[Builder::capacity]{};
  if (y < x) return no_node;
  needed[y - x] = true;
  for (node_id id = y; id > x; --id)
    for (int i = 0; needed[id - x] && i < graph[id].arity; ++i)
      if (graph[id].arguments[i] >= x) needed[graph[id].arguments[i] - x] = true;
  tangent[0] = change;
  for (node_id id = x + 1; id <= y; ++id) {
    node_id& total = tangent[id - x];
    total = no_node;
    if (!needed[id - x]) continue;
    const node n = graph[id];
    for (int i = 0; i < n.arity; ++i)
      if (n.arguments[i] >= x && tangent[n.arguments[i] - x] != no_node)
        total = sum_of(graph, total, push_forward(graph, id, i, tangent[n.arguments[i] - x]));
  }
  return tangent[y - x];
}

}  // namespace ctgrad::detail
