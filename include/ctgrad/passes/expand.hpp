// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/definitions.hpp"
#include "../rules/stable_forms.hpp"
#include "narrow.hpp"
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

/// Whether a rule would remove a node by which a derivative is taken: one between the root of its pattern and what its
/// letters stand for.
template <class Builder>
constexpr bool removes_target(const Builder& graph, const bool* is_target, node_id id, const match& found, int depth = 4) {
  for (int i = 0; depth > 0 && i < graph[id].arity; ++i) {
    const node_id argument = graph[id].arguments[i];
    bool is_letter = false;
    for (int letter = 0; letter < variable_count; ++letter) is_letter = is_letter || found[letter] == argument;
    if (!is_letter && (is_target[argument] || removes_target(graph, is_target, argument, found, depth - 1))) return true;
  }
  return false;
}

/// A node, or what does the same without overflow.
template <class Builder>
constexpr node_id stable_form(Builder& graph, node_id id, const bool* is_target) {
  node_id stable = id;
  for_each_candidate<stable_by_op>(rule_query(graph, graph[id]), [&](int rule) {
    const pattern& p = stable_forms[rule].before;
    match found;
    if (!matches(graph, p, p.root, id, found) || removes_target(graph, is_target, id, found)) return false;
    const node_id after = build(graph, stable_forms[rule].after, found);
    if (after == no_node || !(graph[after].extents == graph[id].extents)) return false;
    stable = after;
    return true;
  });
  return stable;
}

/// Replaces every op that stands for a formula by that formula, what overflows by what does not, and a part of what is
/// computed for it alone by what it takes to compute the part.
template <class Builder, class Graph>
constexpr Builder expand(const Graph& old) {
  rebuilding<Graph, Builder> graph(old);
  const derivative_targets<Graph> targets(old);
  const use_counts<Graph> uses(old);
  bool is_target[Builder::capacity]{};
  bool only_here[Builder::capacity]{};  // one node alone needs it
  for (node_id id = 0; id < old.size; ++id) {
    const node& n = old[id];
    const int size_before = graph.result.size;
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
    } else if (n.code == op::part) {
      graph.moved[id] = narrowed(graph.result, only_here, graph.moved_argument(id, 0), n.extents, n.from);
    } else {
      graph.moved[id] = stable_form(graph.result, graph.copy(id), is_target);
    }
    node_id& moved = graph.moved[id];
    if (targets.marked[id] && graph.result[moved].code != n.code && n.code != op::leaf) moved = apart(graph.result, moved);
    if (targets.marked[id]) is_target[moved] = true;
    only_here[moved] = uses.of[id] == 1 && !is_target[moved] && moved >= size_before;
  }
  return graph.finish();
}

}  // namespace ctgrad::detail
