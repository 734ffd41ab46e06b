// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../graph/graph.hpp"

namespace ctgrad::detail {

/// What of a node only a call can tell, because names stand in its extents. All extents are those of the plan.
struct call_check {
  op code = op::number;
  int rows = 0, columns = 0, first_row = 0, first_column = 0;
  int whole_rows = 0, whole_columns = 0;  // of its first argument
  node_id node = no_node;                 // of the graph of all that was written, for messages
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
  if (n.code != op::reshape) return false;
  const shape& whole = g[n.arguments[0]].extents;
  return !(*n.extents.rows * *n.extents.columns == *whole.rows * *whole.columns);
}

template <class Graph>
constexpr int count_checks(const Graph& g) {
  int count = 0;
  for (node_id id = 0; id < g.size; ++id) count += needs_check(g, id);
  return count;
}

}  // namespace ctgrad::detail
