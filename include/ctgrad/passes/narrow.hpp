// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../graph/graph.hpp"

namespace ctgrad::detail {

/// A part of a value: of a product it is a product of parts, of an elementwise function that function of parts, and so
/// down to what something else needs as a whole.
template <class Builder>
constexpr node_id narrowed(Builder& graph, const bool* only_here, node_id id, const shape& extents, const position& from) {
  node n = graph[id];
  if (n.extents == extents) return id;
  if (only_here[id] && n.code == op::product) {
    const node_id a = n.arguments[0], b = n.arguments[1];
    const node_id left = narrowed(graph, only_here, a, {extents.rows, graph[a].extents.columns}, {from.row, &zero_extent});
    return graph.make(op::product, left, narrowed(graph, only_here, b, {graph[b].extents.rows, extents.columns}, {&zero_extent, from.column}));
  }
  if (only_here[id] && is_elementwise(n.code)) {
    for (int i = 0; i < n.arity; ++i) {
      const shape own = graph[n.arguments[i]].extents;
      const bool rows = *own.rows == *n.extents.rows, columns = *own.columns == *n.extents.columns;  // else stretched
      n.arguments[i] = narrowed(graph, only_here, n.arguments[i], {rows ? extents.rows : own.rows, columns ? extents.columns : own.columns},
                                {rows ? from.row : &zero_extent, columns ? from.column : &zero_extent});
    }
    n.extents = extents;
    n.form = 0;
    return graph.add(n);
  }
  return graph.add(graph.shaped_node(op::part, extents, from, id));
}

}  // namespace ctgrad::detail
