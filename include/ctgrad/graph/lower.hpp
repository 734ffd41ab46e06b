// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "graph.hpp"

namespace ctgrad::detail {

/// Finds what a digest was given before; open addressing.
template <int Capacity>
struct digest_table {
  static constexpr int slot_count = static_cast<int>(std::bit_ceil(static_cast<unsigned>(2 * Capacity)));
  digest keys[slot_count]{};
  int values[slot_count]{};  // 1 + value, 0 for free
  int size = 0;

  constexpr int find(const digest& key) const {
    for (unsigned slot = static_cast<unsigned>(key) & (slot_count - 1); values[slot] != 0;
         slot = (slot + 1) & (slot_count - 1))
      if (keys[slot] == key) return values[slot] - 1;
    return -1;
  }
  constexpr void insert(const digest& key, int value) {
    unsigned slot = static_cast<unsigned>(key) & (slot_count - 1);
    while (values[slot] != 0) slot = (slot + 1) & (slot_count - 1);
    keys[slot] = key;
    values[slot] = value + 1;
    ++size;
  }
};

/// Calls visit(node, values) once for each node that the roots point at, arguments first, with what it returned for those and
/// -1 behind them; without recursion, as deep as expressions may be. False if there are more than Capacity.
template <int Capacity, class Table, class Visit>
constexpr bool visit_sources(const source* const* roots, int root_count, Table& known, Visit visit) {
  constexpr int room = 3 * Capacity + 8;  // a node waits once for each argument of an unfinished node
  const source* stack[room]{};
  int depth = 0;
  for (int i = 0; i < root_count; ++i) {
    stack[depth++] = roots[i];
    while (depth > 0) {
      const source* top = stack[depth - 1];
      if (known.find(top->key) >= 0) {
        --depth;
        continue;
      }
      bool ready = true;
      int values[3] = {-1, -1, -1};
      for (int j = top->arity; j-- > 0;) {
        values[j] = known.find(top->arguments[j]->key);
        if (values[j] >= 0) continue;
        if (depth == room) return false;
        stack[depth++] = top->arguments[j];
        ready = false;
      }
      if (!ready) continue;
      if (known.size == Capacity) return false;
      known.insert(top->key, visit(*top, values));
      --depth;
    }
  }
  return true;
}

/// The number of different subexpressions, or -1 if there are more than Capacity.
template <int Capacity>
constexpr int count_sources(const source* const* roots, int root_count) {
  digest_table<Capacity> known;
  int count = 0;
  return visit_sources<Capacity>(roots, root_count, known, [&](const source&, const int*) { return count++; }) ? count : -1;
}

/// The graph of expressions, node for node as written.
template <int Capacity, int Roots>
constexpr graph_builder<Capacity, Roots> lower(const source* const* roots) {
  graph_builder<Capacity, Roots> result;
  digest_table<Capacity> known;
  digest_table<Capacity> names;
  const auto visit = [&](const source& s, const node_id* arguments) {
    if (s.code == op::measure) return result.measure(s.measured);
    if (s.code == op::identity) return result.identity(s.extents.rows);
    node n;
    n.code = s.code;
    n.arity = s.arity;
    n.extents = s.extents;
    n.value = s.value;
    n.from = s.from;
    if (s.code == op::call) n.leaf = &s;
    if (s.code == op::leaf) {
      n.leaf = &s;
      const digest by_name = digest{hash(s.leaf_name)};
      if (names.find(by_name) >= 0)
        result.fail(trouble::two_leaves_one_name, result.size);
      else
        names.insert(by_name, 0);
    }
    for (int i = 0; i < s.arity; ++i) n.arguments[i] = arguments[i];
    return result.add(n);
  };
  if (!visit_sources<Capacity>(roots, Roots, known, visit)) result.fail(trouble::out_of_capacity);
  for (int i = 0; i < Roots; ++i) result.roots[i] = known.find(roots[i]->key);
  return result;
}

}  // namespace ctgrad::detail
