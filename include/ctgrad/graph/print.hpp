// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../expr/print.hpp"
#include "graph.hpp"

namespace ctgrad::detail {

/// The leaf that a node stands for: itself, or its part in its declared structure.
template <class Nodes>
constexpr node_id leaf_in_structure(const Nodes& nodes, node_id id) {
  const bool is_part = nodes[id].code == op::lower_part || nodes[id].code == op::upper_part ||
                       (nodes[id].code == op::diag && nodes[nodes[id].arguments[0]].code == op::diagonal);
  if (!is_part) return nodes[id].code == op::leaf ? id : no_node;
  id = nodes[id].arguments[0];
  if (nodes[id].code == op::diagonal) id = nodes[id].arguments[0];
  return nodes[id].code == op::leaf && nodes[id].leaf->form != structure::none ? id : no_node;
}

/// Writes a node of a graph as a formula in the notation of the user's language, cut off where the text is full.
template <std::size_t Capacity, class Graph>
constexpr void print_node(text_buffer<Capacity>& out, const Graph& g, node_id id, int outer = 0) {
  const node& n = g[id];
  const op_entry& entry = about(n.code);
  if (out.length == Capacity) return;
  if (const node_id leaf = leaf_in_structure(g, id); leaf != no_node) {
    out << g[leaf].leaf->leaf_name;
  } else if (n.is_number() && n.is_scalar()) {
    print_number(out, n.value);
  } else if (n.is_number()) {
    print_number(out, n.value);
    out << " * ones<" << *n.extents.rows << ", " << *n.extents.columns << '>';
  } else if (n.code == op::identity) {
    out << "identity<" << *n.extents.rows << '>';
  } else if (n.code == op::measure) {
    out << "extent<" << *n.measured << '>';
  } else if (n.code == op::add_diagonal) {
    if (outer > 2) out << '(';
    print_node(out, g, n.arguments[0], 2);
    out << " + ";
    if (g[n.arguments[1]].is_scalar()) {
      print_node(out, g, n.arguments[1], 4);
      out << " * identity<" << *n.extents.rows << '>';
    } else {
      out << "diag(";
      print_node(out, g, n.arguments[1]);
      out << ')';
    }
    if (outer > 2) out << ')';
  } else if (n.code == op::multiply && !g[n.arguments[0]].is_scalar() && !g[n.arguments[1]].is_scalar()) {
    out << "hadamard(";
    print_node(out, g, n.arguments[0]);
    out << ", ";
    print_node(out, g, n.arguments[1]);
    out << ')';
  } else if (entry.style == notation::infix) {
    const bool parentheses = entry.precedence < outer;
    if (parentheses) out << '(';
    print_node(out, g, n.arguments[0], entry.precedence);
    out << ' ' << (n.code == op::multiply ? "*" : entry.name) << ' ';
    print_node(out, g, n.arguments[1], entry.precedence + 1);
    if (parentheses) out << ')';
  } else if (entry.style == notation::prefix) {
    out << entry.name;
    print_node(out, g, n.arguments[0], entry.precedence + 1);
  } else {
    print_function(out, n.code, n.extents, n.leaf, n.from, n.arity > 0 ? g[n.arguments[0]].extents : shape{});
    out << '(';
    for (int i = 0; i < n.arity; ++i) {
      if (i > 0) out << ", ";
      print_node(out, g, n.arguments[i]);
    }
    out << ')';
  }
}

}  // namespace ctgrad::detail
