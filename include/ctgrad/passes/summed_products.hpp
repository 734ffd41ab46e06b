// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "order.hpp"

namespace ctgrad::detail {

/// The sums of a graph whose terms are products, the products whose factors are sums, and what they cost by their nominal sizes.
template <class Graph>
struct summed_products {
  const Graph& old;
  nominal_sizes<Graph> sizes;
  int uses[Graph::capacity]{};          // by something else than a longer product
  bool is_costly[Graph::capacity]{};    // a sum of terms one of which is a product or an inverse
  bool is_at_hand[Graph::capacity]{};   // what no loop computes, or a sum of such
  bool is_addition[Graph::capacity]{};  // of two values of the same shape
  bool is_inner[Graph::capacity]{};     // one that nothing needs but another one, as a term
  node_id first_factor[Graph::capacity]{}, last_factor[Graph::capacity]{};  // of each product, seen through a scale
  node_id products[Graph::capacity]{}, next[Graph::capacity]{};  // the first product among a sum's terms, and the one after each
  node_id whole[Graph::capacity]{};                              // the sum, by the product in its term
  multiplied_pairs<Graph> pairs;

  constexpr summed_products(const Graph& g, assumption small) : old(g), sizes(g, small) {
    for (int i = 0; i < Graph::root_count; ++i) ++uses[g.roots[i]];
    for (node_id id = 0; id < g.size; ++id) note(id);
    for (node_id id = 0; id < g.size; ++id)
      for (int i = 0; is_addition[id] && i < 2; ++i)
        if (const node_id term = g[id].arguments[i]; uses[term] == 1) is_inner[term] = is_addition[term];
    for (node_id id = 0; id < g.size; ++id)
      if (is_addition[id] && !is_inner[id]) note_products(id);
  }

  constexpr bool is_whole_product(node_id id) const { return old.nodes[id].code == op::product && uses[id] > 0; }

  constexpr bool is_sum(node_id id) const {
    return is_addition[id] || (old.nodes[id].code == op::multiply && old[old.nodes[id].arguments[0]].is_scalar());
  }
  constexpr bool is_costly_sum(node_id id) const { return is_costly[id] && is_sum(id); }
  /// What a column or a row multiplies is not written for that, if nothing else is written.
  constexpr bool is_split(const chain& c, node_id id) const {
    const bool gives_vector = c.columns->is_one() || old[c.factors[0]].extents.is_row();
    return is_costly_sum(id) || (gives_vector && is_sum(id) && is_at_hand[id]);
  }

  /// The product that a term is, but for a scale.
  constexpr product_term product_in(node_id term) const { return product_term_of(old, uses, term); }
  /// Calls f(term, is_negative) for the terms of a sum of sums, from left to right.
  template <class F>
  constexpr void visit_terms(node_id sum, F f, bool is_negative = false) const {
    const node& n = old[sum];
    for (int i = 0; i < 2; ++i) {
      const bool negative = is_negative != (i == 1 && n.code == op::subtract);
      if (is_inner[n.arguments[i]]) visit_terms(n.arguments[i], f, negative);
      else f(n.arguments[i], negative);
    }
  }
  /// Whether two products begin or end alike.
  constexpr bool may_share(node_id first_term, node_id second_term) const {
    return first_factor[first_term] == first_factor[second_term] || last_factor[first_term] == last_factor[second_term];
  }

  /// Where the transpose of a value stands in the graph, before a product that may need it.
  constexpr node_id transpose_of(node_id id, node_id before) const {
    if (old.nodes[id].code == op::transpose) return old.nodes[id].arguments[0];
    for (node_id other = 0; other < before; ++other)
      if (old.nodes[other].code == op::transpose && old.nodes[other].arguments[0] == id) return other;
    return no_node;
  }

  /// Fills `pairs`, where costs are to be compared.
  constexpr void note_pairs() {
    for (node_id id = 0; id < old.size; ++id) {
      if (!is_whole_product(id)) continue;
      const chain c = factors_of(old, id);
      pairs.note(old, c, cheapest(old, c, sizes), 0, c.count - 1, id);
    }
  }
  /// What a product costs beside others; of A A^T only one triangle is computed.
  constexpr double part_left(node_id a, node_id b, node_id product) const {
    return pairs.part_left(old, a, b, product) * (are_transposes(old, a, b) ? 0.5 : 1);
  }
  constexpr double cost_of(node_id product, const chain& c) const {
    return cheapest(old, c, sizes, [&](node_id a, node_id b) { return part_left(a, b, product); }).cost[0][c.count - 1];
  }
  /// What it costs to write the sum of two factors and to read it again, counted in multiplications, if none of them would be written
  /// anyway: as much as their products with a few columns.
  constexpr double cost_of_adding(const chain& a, const chain& b) const {
    const auto is_there = [&](const chain& c) { return c.count == 1 && is_at_hand[c.factors[0]]; };
    constexpr double cost_of_entry = 4;
    return is_there(a) && is_there(b) ? cost_of_entry * sizes.of(*old[a.factors[0]].extents.rows) * sizes.of(*a.columns) : 0;
  }

 private:
  constexpr void note(node_id id) {
    const node& n = old.nodes[id];
    for (int i = 0; i < n.arity; ++i) {
      if (n.code == op::product && i == 0 && old.nodes[n.arguments[0]].code == op::product) continue;  // the same chain goes on
      ++uses[n.arguments[i]];
    }
    is_addition[id] = (n.code == op::add || n.code == op::subtract) && old[n.arguments[0]].extents == old[n.arguments[1]].extents;
    is_costly[id] = is_sum(id) ? is_costly[n.arguments[0]] || is_costly[n.arguments[1]] : n.code == op::inverse || n.code == op::product;
    is_at_hand[id] = is_sum(id) ? is_at_hand[n.arguments[1]] && (is_at_hand[n.arguments[0]] || n.code == op::multiply) : !is_elementwise(n.code);
    const bool is_product = n.code == op::product, is_scaled = n.code == op::multiply;
    first_factor[id] = is_product || is_scaled ? first_factor[n.arguments[is_product ? 0 : 1]] : id;
    last_factor[id] = is_product ? n.arguments[1] : is_scaled ? last_factor[n.arguments[1]] : id;
    products[id] = next[id] = whole[id] = no_node;
  }
  constexpr void note_products(node_id sum) {
    node_id* last = &products[sum];
    visit_terms(sum, [&](node_id term, bool) {
      const node_id product = product_in(term).product;
      if (product == no_node) return;
      whole[product] = sum;
      *last = term;
      last = &next[term];
    });
  }
};

}  // namespace ctgrad::detail
