// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../graph/graph.hpp"

namespace ctgrad::detail {

/// What only a call can tell, because names stand in the extents of a node. All extents are those of the plan.
struct call_check {
  op code = op::number;
  int rows = 0, columns = 0, first_row = 0, first_column = 0;
  int whole_rows = 0, whole_columns = 0;  // of its first argument
  node_id node = no_node;                 // of the graph of all that was written, for messages
};

/// Indices that have to point into an extent; only a call can tell.
struct index_check {
  int leaf = 0, extent = 0;  // of the plan
};

/// Whether an extent is at least 0 whatever its names stand for.
constexpr bool is_never_negative(const extent& e) {
  for (int i = 0; i < e.count; ++i)
    if (e.terms[i].coefficient < 0) return false;
  return !e.too_long;
}

template <class Graph>
constexpr bool needs_check(const Graph& g, node_id id) {
  const node& n = g[id];
  if (n.code != op::reshape && n.code != op::part && n.code != op::cross) return false;
  const shape& whole = g[n.arguments[0]].extents;
  if (n.code == op::reshape) return !(*n.extents.rows * *n.extents.columns == *whole.rows * *whole.columns);
  if (n.code == op::cross) return !n.extents.rows->is_number();
  return !is_never_negative(*whole.rows - (*n.from.row + *n.extents.rows)) ||
         !is_never_negative(*whole.columns - (*n.from.column + *n.extents.columns));
}

template <class Graph>
constexpr int count_checks(const Graph& g) {
  int count = 0;
  for (node_id id = 0; id < g.size; ++id) count += needs_check(g, id);
  return count;
}

template <class Graph>
constexpr int count_index_checks(const Graph& g) {
  int count = 0;
  for (node_id id = 0; id < g.size; ++id) count += takes_indices(g[id].code);
  return count;
}

/// What the indices of a node point into.
template <class Graph>
constexpr const extent* indexed_extent(const Graph& g, node_id id) {
  const node& n = g[id];
  switch (n.code) {
    case op::gather_rows: case op::pick: return g[n.arguments[0]].extents.rows;
    case op::gather_columns: case op::pick_rows: return g[n.arguments[0]].extents.columns;
    case op::scatter_rows: case op::unpick: return n.extents.rows;
    default: return n.extents.columns;
  }
}

}  // namespace ctgrad::detail
