// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "extents.hpp"

namespace ctgrad::detail {

/// Begins the message about a node that does not fit the sizes of a call.
template <class Graph>
message complain(const Graph& graph, const call_check& check, const long* sizes) {
  message text;
  text << "ctgrad: ";
  print_node(text, graph, check.node);
  text << ": ";
  print_node(text, graph, graph[check.node].arguments[0]);
  text << " (" << graph[graph[check.node].arguments[0]].extents << ") is ";
  return text << sizes[check.whole_rows] << " x " << sizes[check.whole_columns];
}

template <class Plan>
[[noreturn, gnu::cold]] void throw_check(const call_check& check, const long* sizes) {
  message text = complain(the_checked_graph(Plan{}), check, sizes);
  if (check.code == op::reshape)
    text << ", which has not as many entries as " << sizes[check.rows] << " x " << sizes[check.columns];
  else if (check.code == op::cross)
    text << ", not a column of 3";
  else
    text << ", which has no " << sizes[check.rows] << " x " << sizes[check.columns] << " from row " << sizes[check.first_row]
         << " and column " << sizes[check.first_column] << " on";
  throw_error<shape_error>(text);
}

constexpr bool holds(const call_check& check, const long* sizes) {
  const long rows = sizes[check.rows], columns = sizes[check.columns];
  const long whole_rows = sizes[check.whole_rows], whole_columns = sizes[check.whole_columns];
  switch (check.code) {
    case op::reshape: return rows * columns == whole_rows * whole_columns;
    case op::part: return sizes[check.first_row] + rows <= whole_rows && sizes[check.first_column] + columns <= whole_columns;
    default: return rows == 3;  // cross
  }
}

/// Checks what only the sizes of a call can tell.
template <class Plan>
void check_sizes(const long* sizes) {
  constexpr const auto& plan = the_plan(Plan{});
  if constexpr (plan.check_count > 0)
    for (int i = 0; i < plan.check_count; ++i)
      if (!holds(plan.checks[i], sizes)) throw_check<Plan>(plan.checks[i], sizes);
}

[[noreturn, gnu::cold]] inline void throw_index_error(const source& leaf, const extent& into, long size, long position, index value) {
  message text;
  text << "ctgrad: " << leaf.leaf_name << " (" << *leaf.extents.rows << " indices): position " << position << " holds "
       << static_cast<long>(value) << ", which does not point into 0 to " << size - 1 << " (" << into << " is " << size << ')';
  throw_error<index_error>(text);
}

/// Checks that bound indices point into the extent that they are for.
template <class Container>
void check_indices(const Container& container, const source& leaf, const extent& into, long size) {
  long position = 0;
  for (const auto& entry : container) {
    const index value = static_cast<index>(entry);
    if (value < 0 || value >= size) throw_index_error(leaf, into, size, position, value);
    ++position;
  }
}

}  // namespace ctgrad::detail
