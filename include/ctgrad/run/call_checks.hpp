// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "extents.hpp"

namespace ctgrad::detail {

/// Begins the message about a node that does not fit the sizes of a call.
template <class Graph>
text_buffer<400> complain(const Graph& graph, node_id id) {
  text_buffer<400> text;
  text << "ctgrad: ";
  print_node(text, graph, id);
  text << ": ";
  print_node(text, graph, graph[id].arguments[0]);
  return text << " (" << graph[graph[id].arguments[0]].extents << ") is ";
}

template <class Plan>
[[noreturn, gnu::cold]] void throw_check(const call_check& check, const long* sizes) {
  const auto& graph = the_checked_graph(Plan{});
  text_buffer<400> text = complain(graph, check.node);
  text << sizes[check.whole_rows] << " x " << sizes[check.whole_columns];
  text << ", which has not the entries of " << sizes[check.rows] << " x " << sizes[check.columns];
  throw shape_error(text.c_str());
}

constexpr bool holds(const call_check& check, const long* sizes) {
  const long rows = sizes[check.rows], columns = sizes[check.columns];
  const long whole_rows = sizes[check.whole_rows], whole_columns = sizes[check.whole_columns];
  return rows * columns == whole_rows * whole_columns;
}

/// Checks what only the sizes of a call can tell.
template <class Plan>
void check_sizes(const long* sizes) {
  constexpr const auto& plan = the_plan(Plan{});
  if constexpr (plan.check_count > 0)
    for (int i = 0; i < plan.check_count; ++i)
      if (!holds(plan.checks[i], sizes)) throw_check<Plan>(plan.checks[i], sizes);
}

}  // namespace ctgrad::detail
