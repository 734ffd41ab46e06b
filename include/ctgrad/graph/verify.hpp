// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "graph.hpp"

namespace ctgrad::detail {

/// What is wrong with a graph, and where.
struct defect {
  const char* problem = nullptr;
  node_id at = no_node;

  constexpr explicit operator bool() const { return problem != nullptr; }
};

/// What is wrong with one node, or nullptr.
template <class Graph>
constexpr const char* defect_of(const Graph& g, node_id id) {
  const node& n = g[id];
  if (n.code >= op::count_of_ops) return "no such op";
  if (n.code == op::variable) return "a variable of a pass was left behind";
  if (n.arity != about(n.code).arity) return "another number of arguments than the op takes";
  shape shapes[3]{};
  for (int i = 0; i < n.arity; ++i) {
    if (n.arguments[i] < 0 || n.arguments[i] >= id) return "an argument does not stand before its node";
    const bool are_indices = g[n.arguments[i]].code == op::leaf && g[n.arguments[i]].leaf->form == structure::indices;
    if (are_indices != (takes_indices(n.code) && i == 1)) return "indices where there should be none, or none where there should be";
    shapes[i] = g[n.arguments[i]].extents;
  }
  switch (n.code) {
    case op::leaf:
      if (n.leaf == nullptr) return "a leaf without a name";
      return n.leaf->extents == n.extents ? nullptr : "a leaf of another shape than declared";
    case op::identity: return n.extents.is_square() ? nullptr : "an identity that is not square";
    case op::measure: return n.is_scalar() && !n.measured->is_number() ? nullptr : "an extent that is a number";
    case op::product:
      if (shapes[0].is_scalar() || shapes[1].is_scalar()) return "a product with a scalar, which is a scaling";
      break;
    default: break;
  }
  if (about(n.code).shape == shape_rule::given) return nullptr;
  const inferred_shape inferred = infer_shape(n.code, shapes);
  if (inferred.problem != nullptr) return inferred.problem;
  const bool rows_fit = inferred.adds_rows ? *n.extents.rows == *shapes[0].rows + *shapes[1].rows : *n.extents.rows == *inferred.value.rows;
  const bool columns_fit = inferred.adds_columns ? *n.extents.columns == *shapes[0].columns + *shapes[1].columns
                                                 : *n.extents.columns == *inferred.value.columns;
  return rows_fit && columns_fit ? nullptr : "another shape than that of its arguments gives";
}

/// The first invariant of a graph that does not hold: arguments stand before their nodes, each node has as many as its op
/// takes and the shape that follows from them, no two nodes are equal, and roots are nodes. Tests call it between passes.
template <class Graph>
constexpr defect verify(const Graph& g) {
  if (g.size < 0 || g.size > Graph::capacity) return {"more nodes than there is room for"};
  for (node_id id = 0; id < g.size; ++id) {
    if (const char* problem = defect_of(g, id)) return {problem, id};
    for (node_id other = 0; other < id; ++other)
      if (g[id].code == g[other].code && same_node(g[id], g[other])) return {"a node stands twice", id};
  }
  for (int i = 0; i < Graph::root_count; ++i)
    if (g.roots[i] < 0 || g.roots[i] >= g.size) return {"a root is no node"};
  return {};
}

}  // namespace ctgrad::detail
