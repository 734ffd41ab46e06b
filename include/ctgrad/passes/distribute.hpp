// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "order.hpp"

namespace ctgrad::detail {

/// (A + B) X becomes A X + B X where A + B would be formed for this product alone, at the price of a product or an
/// inverse, and X is narrower than it: applying the terms one by one is cheaper than forming their sum. The other way
/// round A B + A C becomes A (B + C) where nothing else needs the two products.
template <class Builder, class Graph, assumption Small>
struct distribution : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::old;
  using base::result;

  nominal_sizes<Graph> sizes;
  int uses[Graph::capacity]{};
  bool is_costly[Graph::capacity]{};  // a sum of terms one of which is a product or an inverse

  constexpr explicit distribution(const Graph& g) : base(g), sizes(g, Small) {
    for (int i = 0; i < Graph::root_count; ++i) ++uses[g.roots[i]];
    for (node_id id = 0; id < g.size; ++id) {
      const node& n = g[id];
      for (int i = 0; i < n.arity; ++i) ++uses[n.arguments[i]];
      is_costly[id] = n.code == op::inverse || n.code == op::product;
      if (is_sum(n)) is_costly[id] = is_costly[n.arguments[0]] || is_costly[n.arguments[1]];
    }
  }

  constexpr bool is_sum(const node& n) const {
    if (n.code == op::multiply) return old[n.arguments[0]].is_scalar();
    return (n.code == op::add || n.code == op::subtract) && old[n.arguments[0]].extents == old[n.arguments[1]].extents;
  }

  constexpr bool is_candidate(node_id id) const { return uses[id] == 1 && is_costly[id] && is_sum(old[id]); }

  constexpr bool worthwhile(const chain& c, int place) const {
    const node& factor = old[c.factors[place]];
    if (!is_candidate(c.factors[place])) return false;
    const double width = sizes.of(*old[c.factors[c.count - 1]].extents.columns);
    const double height = sizes.of(*old[c.factors[0]].extents.rows);
    return (place < c.count - 1 && width < sizes.of(*factor.extents.columns)) ||
           (place > 0 && height < sizes.of(*factor.extents.rows));
  }

  constexpr node_id multiply_out(const chain& c, int place, node_id term) {
    const node& n = old[term];
    if (is_sum(n) && is_costly[term]) {
      if (n.code == op::multiply)
        return result.make(op::multiply, moved[n.arguments[0]], multiply_out(c, place, n.arguments[1]));
      const node_id first = multiply_out(c, place, n.arguments[0]);
      return result.make(n.code, first, multiply_out(c, place, n.arguments[1]));
    }
    node_id product = no_node;
    for (int i = 0; i < c.count; ++i) {
      const node_id factor = moved[i == place ? term : c.factors[i]];
      product = product == no_node ? factor : result.make(op::product, product, factor);
    }
    return product;
  }

  constexpr bool has_common_factor(node_id id) const {
    if (old[id].code != op::add && old[id].code != op::subtract) return false;
    const product_term a = term_of(id, 0), b = term_of(id, 1);
    if (a.product == no_node || b.product == no_node) return false;
    return left(a) == left(b) || (right(a) == right(b) && old[left(a)].code != op::product && old[left(b)].code != op::product);
  }
  constexpr node_id factor_out(node_id id) {
    const product_term a = term_of(id, 0), b = term_of(id, 1);
    const bool leads = left(a) == left(b);
    const node_id first = scaled(a.scale, leads ? right(a) : left(a)), second = scaled(b.scale, leads ? right(b) : left(b));
    const node_id sum = result.make(old[id].code, first, second);
    return leads ? result.make(op::product, moved[left(a)], sum) : result.make(op::product, sum, moved[right(a)]);
  }
  constexpr product_term term_of(node_id sum, int i) const { return product_term_of(old, uses, old[sum].arguments[i]); }
  constexpr node_id left(const product_term& t) const { return old[t.product].arguments[0]; }
  constexpr node_id right(const product_term& t) const { return old[t.product].arguments[1]; }
  constexpr node_id scaled(node_id scale, node_id id) {
    return scale == no_node ? moved[id] : result.make(op::multiply, moved[scale], moved[id]);
  }

  /// Most graphs have nothing to multiply out, and no common factor.
  constexpr bool applies() const {
    for (node_id id = 0; id < old.size; ++id) {
      if (has_common_factor(id)) return true;
      if (old[id].code != op::product) continue;
      const node_id left = old[id].arguments[0], right = old[id].arguments[1];
      if (!is_candidate(left) && !is_candidate(right)) continue;
      const chain c = factors_of(old, id);
      for (int place = 0; place < c.count; ++place)
        if (worthwhile(c, place)) return true;
    }
    return false;
  }

  constexpr void visit(node_id id) {
    moved[id] = no_node;
    if (old[id].code == op::product) {
      const chain c = factors_of(old, id);
      for (int place = 0; place < c.count && moved[id] == no_node; ++place)
        if (worthwhile(c, place)) moved[id] = multiply_out(c, place, c.factors[place]);
    }
    if (has_common_factor(id)) moved[id] = factor_out(id);
    if (moved[id] == no_node) moved[id] = this->copy(id);
    if (moved[id] != no_node) result.learn(moved[id], old[id].properties);
  }
};

}  // namespace ctgrad::detail
