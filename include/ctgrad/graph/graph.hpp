// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "node.hpp"
#include "sizes.hpp"

namespace ctgrad::detail {

/// What a pass could not do; a `static_assert` where the passes are called says it to the user.
enum class trouble : std::uint8_t { none, out_of_capacity, bad_shape, absent_subexpression, two_leaves_one_name, not_batched, long_extent, no_second_derivative };

/// A finished graph: nodes in an order where arguments come first, and the roots asked for.
template <int Size, int Roots>
struct graph {
  static constexpr int capacity = Size;
  node nodes[Size > 0 ? Size : 1]{};
  node_id roots[Roots > 0 ? Roots : 1]{};
  int size = 0;
  trouble failure = trouble::none;
  node_id culprit = no_node;

  static constexpr int root_count = Roots;
  /// What passes ask most often they ask `nodes` itself: in constant evaluation a call costs many times what it returns.
  constexpr const node& operator[](node_id id) const { return nodes[id]; }
};

/// A graph being built. Equal nodes are one node (hash-consing), so common subexpressions are shared by construction.
template <int Capacity, int Roots>
struct graph_builder : graph<Capacity, Roots> {
  static constexpr assumption small = 0;  // no extent
  static constexpr int slot_count = static_cast<int>(std::bit_ceil(static_cast<unsigned>(2 * Capacity)));
  int slots[slot_count]{};  // 1 + node, 0 for free

  /// The graph alone, without what building it takes.
  constexpr const graph<Capacity, Roots>& finished() const { return *this; }

  constexpr void fail(trouble what, node_id culprit = no_node) {
    if (this->failure == trouble::none) this->failure = what, this->culprit = culprit;
  }

  constexpr node_id add(const node& n) {
    unsigned slot = static_cast<unsigned>(hash(n)) & (slot_count - 1);
    for (; slots[slot] != 0; slot = (slot + 1) & (slot_count - 1))
      if (same_node(this->nodes[slots[slot] - 1], n)) return slots[slot] - 1;
    if (this->size == Capacity) {
      fail(trouble::out_of_capacity);
      return 0;
    }
    node& added = this->nodes[this->size];
    added = n;
    if (n.form == 0) added.form = form_of(n);
    if (n.arity > 0) {
      const node& a = this->nodes[n.arguments[0]];
      unsigned below = a.form | a.properties;
      if (n.arity > 1) {
        const node& b = this->nodes[n.arguments[1]];
        below |= b.form | b.properties;
      }
      if (n.arity > 2) {
        const node& c = this->nodes[n.arguments[2]];
        below |= c.form | c.properties;
      }
      added.below = static_cast<std::uint16_t>(below);
    }
    slots[slot] = ++this->size;
    return this->size - 1;
  }

  /// The node code(a, b, c), or no_node where the shapes do not fit.
  constexpr node_id make(op code, node_id a, node_id b = no_node, node_id c = no_node) {
    const node result = operation_node(code, a, b, c);
    return result.arity == 0 ? no_node : add(result);
  }

  /// The node code(a, b) of an op that carries its shape, and where it begins.
  static constexpr node shaped_node(op code, const shape& extents, const position& from, node_id a, node_id b = no_node) {
    node result;
    result.code = code;
    result.arity = about(code).arity;
    result.arguments[0] = a;
    result.arguments[1] = b;
    result.extents = extents;
    result.from = from;
    return result;
  }

  constexpr node operation_node(op code, node_id a, node_id b, node_id c) const {
    const int arity = op_table[static_cast<int>(code)].arity;
    if (a == no_node || (arity > 1 && b == no_node) || (arity > 2 && c == no_node)) return {};
    const shape shapes[3] = {this->nodes[a].extents, this->nodes[arity > 1 ? b : a].extents, this->nodes[arity > 2 ? c : a].extents};
    // A product with a scalar is a scaling; rules need not know.
    if (code == op::product && (shapes[0].is_scalar() || shapes[1].is_scalar())) code = op::multiply;
    inferred_shape inferred = infer_shape(code, shapes);
    if (inferred.problem != nullptr) return {};
    if (inferred.adds_rows && !find_sum(*shapes[0].rows, *shapes[1].rows, inferred.value.rows)) return {};
    if (inferred.adds_columns && !find_sum(*shapes[0].columns, *shapes[1].columns, inferred.value.columns)) return {};
    return {.code = code, .arity = static_cast<std::uint8_t>(arity), .arguments = {a, b, c}, .extents = inferred.value};
  }

  /// Whether some node has a + b among its extents, and where it stands: passes cannot make new ones.
  constexpr bool find_sum(const extent& a, const extent& b, const extent*& found) const {
    const extent sum = a + b;
    for (node_id id = this->size; id-- > 0;)
      for (const extent* e : {this->nodes[id].extents.rows, this->nodes[id].extents.columns})
        if (*e == sum) {
          found = e;
          return true;
        }
    return false;
  }

  constexpr node_id number(double value, const shape& extents = {}) {
    return add({.extents = extents, .value = value});
  }

  /// A value of its own, equal to no other node.
  constexpr node_id variable(const shape& extents) {
    node result;
    result.code = op::variable;
    result.value = this->size;
    result.extents = extents;
    return add(result);
  }

  constexpr node_id measure(const extent* measured) {
    if (measured->is_number()) return number(static_cast<double>(measured->number()));
    node result;
    result.code = op::measure;
    result.measured = measured;
    return add(result);
  }

  constexpr node_id identity(const extent* rows) {
    if (rows->is_one()) return number(1);
    node result;
    result.code = op::identity;
    result.extents = {rows, rows};
    return add(result);
  }
};

/// How often each node is used, by other nodes and as a root.
template <class Graph>
struct use_counts {
  int of[Graph::capacity]{};

  constexpr explicit use_counts(const Graph& g) {
    for (int i = 0; i < Graph::root_count; ++i) ++of[g.roots[i]];
    for (node_id id = 0; id < g.size; ++id)
      for (int i = 0; i < g.nodes[id].arity; ++i) ++of[g.nodes[id].arguments[i]];
  }
};

/// Marks the nodes that the roots need.
template <class Graph>
struct reachable_nodes {
  bool marked[Graph::capacity]{};
  int count = 0;

  constexpr explicit reachable_nodes(const Graph& g) {
    for (int i = 0; i < Graph::root_count; ++i) marked[g.roots[i]] = true;
    for (node_id id = g.size; id-- > 0;) {
      if (!marked[id]) continue;
      ++count;
      const node& n = g.nodes[id];
      if (n.arity > 0) marked[n.arguments[0]] = true;
      if (n.arity > 1) marked[n.arguments[1]] = true;
      if (n.arity > 2) marked[n.arguments[2]] = true;
    }
  }
};

/// The same graph without nodes that no root needs, at its exact size.
template <int Size, class Graph>
constexpr graph<Size, Graph::root_count> shrink(const Graph& g, const reachable_nodes<Graph>& needed) {
  graph<Size, Graph::root_count> result;
  node_id moved[Graph::capacity]{};
  for (node_id id = 0; id < g.size; ++id) {
    if (!needed.marked[id]) continue;
    moved[id] = result.size;
    node& n = result.nodes[result.size++];
    n = g.nodes[id];
    move_arguments(n, moved);
  }
  for (int i = 0; i < Graph::root_count; ++i) result.roots[i] = moved[g.roots[i]];
  result.failure = g.failure;
  result.culprit = g.culprit;  // a node of the graph where the pass failed
  return result;
}

}  // namespace ctgrad::detail
