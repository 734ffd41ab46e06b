// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "distribution_choices.hpp"

namespace ctgrad::detail {

/// Multiplies out and factors where `distribution_choices` says so.
template <class Builder, class Graph, assumption Small>
struct distribution : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::old;
  using base::result;

  distribution_choices<Graph> choices;

  constexpr explicit distribution(const Graph& g) : base(g), choices(g, Small) {}

  constexpr bool applies() const { return choices.apply(); }

  constexpr void visit(node_id id) {
    moved[id] = no_node;
    if (old[id].code == op::product) moved[id] = multiply_out(id, factors_of(old, id));
    if (choices.has_common_factors(id)) moved[id] = sum_of_terms(id);
    if (moved[id] == no_node) moved[id] = this->copy(id);
    if (moved[id] != no_node) result.learn(moved[id], old[id].properties);
  }

 private:
  constexpr node_id multiply_out(node_id id, const chain& c) {
    for (int place = 0; place < c.count; ++place)
      if (choices.is_applied_alone(c, place)) return terms_of(c, place, c.factors[place]);
    const auto& found = choices.sums[id];
    if (!found.exists()) return no_node;
    const auto parts = choices.parts_of(id, c, found);
    const node_id terms = terms_of(parts.factors, parts.place, parts.sum());
    return product_of(c, 0, found.first - 1, found.turned ? result.make(op::transpose, terms) : terms, found.last + 1);
  }

  /// The chain with each term in turn at the place of a sum.
  constexpr node_id terms_of(const chain& c, int place, node_id term) {
    const node& n = old[term];
    if (!choices.is_split(c, term)) return product_of(c, 0, place - 1, moved[term], place + 1);
    if (n.code == op::multiply) return result.make(op::multiply, moved[n.arguments[0]], terms_of(c, place, n.arguments[1]));
    const node_id first = terms_of(c, place, n.arguments[0]);
    return result.make(n.code, first, terms_of(c, place, n.arguments[1]));
  }
  /// The factors from first to last, a value of the new graph, and the factors from `next` on.
  constexpr node_id product_of(const chain& c, int first, int last, node_id middle, int next) {
    node_id product = no_node;
    const auto append = [&](node_id factor) { product = product == no_node ? factor : result.make(op::product, product, factor); };
    for (int i = first; i <= last; ++i) append(moved[c.factors[i]]);
    append(middle);
    for (int i = next; i < c.count; ++i) append(moved[c.factors[i]]);
    return product;
  }

  /// A sum whose terms are put together.
  constexpr node_id sum_of_terms(node_id sum) {
    node_id total = no_node;
    choices.visit_terms(sum, [&](node_id term, bool is_negative) {
      if (choices.joins[term] == no_node)
        add(total, moved[term], is_negative);
      else if (choices.joins[term] == term)
        add(total, factored(sum, term, is_negative), is_negative);
    });
    return total;
  }
  constexpr void add(node_id& total, node_id term, bool is_negative) {
    total = total == no_node ? term : result.make(is_negative ? op::subtract : op::add, total, term);
  }
  /// The product of the factors that some terms share and the sum of what is left of them.
  constexpr node_id factored(node_id sum, node_id first, bool is_negative) {
    const auto& shared = choices.factors[first];
    node_id rests = no_node;
    choices.visit_terms(sum, [&](node_id term, bool negative) {
      if (choices.joins[term] != first) return;
      const product_term t = choices.product_in(term);
      const chain rest = choices.inside_of(factors_of(old, t.product), shared);
      const node_id product = product_of(rest, 0, -1, moved[rest.factors[0]], 1);
      add(rests, t.scale == no_node ? product : result.make(op::multiply, moved[t.scale], product), negative != is_negative);
    });
    const chain c = factors_of(old, choices.product_in(first).product);
    return product_of(c, 0, shared.leading - 1, rests, c.count - shared.trailing);
  }
};

}  // namespace ctgrad::detail
