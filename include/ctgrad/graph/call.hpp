// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "lower.hpp"

namespace ctgrad::detail {

/// The derivative of a user's function where a node calls it: its expression, built upon the call and its argument.
template <class Builder>
constexpr node_id call_derivative(Builder& graph, node_id call) {
  constexpr int room = user_function::capacity + 2;
  const node n = graph[call];
  const user_function& function = *n.leaf->function;
  if (!function.has_derivative) {
    graph.fail(trouble::no_second_derivative);
    return graph.number(0);
  }
  digest_table<room> known;
  known.insert(function.argument->key, n.arguments[0]);
  known.insert(function.result->key, call);
  const auto visit = [&](const source& s, const node_id* arguments) {
    if (s.code == op::number) return graph.number(s.value);
    if (s.code != op::call) return graph.make(s.code, arguments[0], arguments[1], arguments[2]);
    node inner = graph.operation_node(s.code, arguments[0], no_node, no_node);
    inner.leaf = &s;
    return graph.add(inner);
  };
  if (!visit_sources<room>(&function.derivative, 1, known, visit)) graph.fail(trouble::out_of_capacity);
  return known.find(function.derivative->key);
}

}  // namespace ctgrad::detail
