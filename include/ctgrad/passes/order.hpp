// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "chains.hpp"
#include "simplify.hpp"

namespace ctgrad::detail {

/// Brackets chains of products by cost, twice. The first round takes each chain alone; in the second, neighbours that
/// another chain multiplies anyway cost nothing. Of a trace or a diagonal no product is formed: two parts of the chain
/// are multiplied entry by entry, trace(A B) = sum(A % B^T), and a trace may begin with any factor.
template <class Builder, class Graph, assumption Small>
struct product_ordering : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::old;
  using base::result;

  /// A chain in two parts: the factors from first to middle, and those behind up to last.
  struct division {
    chain factors{};
    bracketing order{};
    int first = 0, middle = 0, last = 0;
  };

  nominal_sizes<Graph> sizes;
  bool is_needed[Graph::capacity]{};  // by something else than a longer product, a trace or a diagonal
  multiplied_pairs<Graph> pairs;

  constexpr explicit product_ordering(const Graph& g) : base(g), sizes(g, Small) {
    for (int i = 0; i < Graph::root_count; ++i) is_needed[g.roots[i]] = true;
    bool some_are_long = false;
    for (node_id id = 0; id < g.size; ++id) {
      for (int i = 0; i < g[id].arity; ++i)
        if (!takes_chain(g[id].code) || i > 0) is_needed[g[id].arguments[i]] = true;
      some_are_long = some_are_long || (takes_chain(g[id].code) && g[g[id].arguments[0]].code == op::product);
    }
    for (node_id id = g.size - 1; some_are_long && id >= 0; --id)
      if (is_chain(id)) need_what_is_cut_off(id);
    for (node_id id = 0; some_are_long && id < g.size; ++id)
      if (is_chain(id)) note_pairs(id, division_of(id, [](node_id, node_id) { return 1; }));
  }

  static constexpr bool takes_chain(op code) { return code == op::product || code == op::trace || code == op::diagonal; }

  constexpr bool is_chain(node_id id) const {
    if (old[id].code == op::product) return is_needed[id];
    return takes_chain(old[id].code) && old[old[id].arguments[0]].code == op::product && !is_needed[old[id].arguments[0]];
  }

  /// A chain longer than can be bracketed at once begins with the product of its first factors: a chain of its own.
  constexpr void need_what_is_cut_off(node_id id) {
    const node_id first = factors_of(old, old[id].code == op::product ? id : old[id].arguments[0]).factors[0];
    if (old[first].code == op::product) is_needed[first] = true;
  }

  template <class PartLeft>
  constexpr division division_of(node_id id, PartLeft part_left) const {
    division result;
    chain& c = result.factors;
    c = factors_of(old, old[id].code == op::product ? id : old[id].arguments[0]);
    const int count = c.count;
    result.last = count - 1;
    if (count == 2) return result;
    const bool turns = old[id].code == op::trace && 2 * count <= chain::capacity;
    if (turns)
      for (int i = 0; i < count - 1; ++i) c.add(c.factors[i], old[c.factors[i]].extents.columns);
    result.order = cheapest(old, c, sizes, part_left);
    if (old[id].code == op::product) {
      result.middle = result.order.split[0][count - 1];
      return result;
    }
    double best = -1;
    for (int first = 0; first < (turns ? count : 1); ++first)
      for (int middle = first; middle < first + count - 1; ++middle) {
        const double entries = sizes.of(*old[c.factors[first]].extents.rows) * sizes.of(*old[c.factors[middle]].extents.columns);
        const double trial = result.order.cost[first][middle] + result.order.cost[middle + 1][first + count - 1] + entries;
        if (best >= 0 && trial >= best) continue;
        best = trial;
        result.first = first;
        result.middle = middle;
        result.last = first + count - 1;
      }
    return result;
  }

  constexpr void note_pairs(node_id id, const division& d) {
    if (old[id].code == op::product) return pairs.note(old, d.factors, d.order, d.first, d.last, id);
    pairs.note(old, d.factors, d.order, d.first, d.middle, id);
    pairs.note(old, d.factors, d.order, d.middle + 1, d.last, id);
  }

  constexpr node_id emit(const division& d, int first, int last) {
    if (first == last) return moved[d.factors.factors[first]];
    const int middle = d.order.split[first][last];
    const node_id left = emit(d, first, middle);
    return result.make(op::product, left, emit(d, middle + 1, last));
  }
  constexpr node_id emit(op code, const division& d) {
    const node_id left = emit(d, d.first, d.middle), right = emit(d, d.middle + 1, d.last);
    if (code == op::product) return result.make(op::product, left, right);
    const bool is_turned = code == op::trace && left != no_node && result.nodes[left].code == op::transpose;  // sum(A^T % B^T)
    const node_id first = is_turned ? result.nodes[left].arguments[0] : left, second = is_turned ? right : result.make(op::transpose, right);
    return result.make(code == op::trace ? op::sum : op::row_sums, result.make(op::multiply, first, second));
  }

  constexpr void visit(node_id id) {
    const bool has_two_factors = old[id].code == op::product && old[old[id].arguments[0]].code != op::product;
    if (has_two_factors || !is_chain(id)) {  // nothing to bracket
      if (old[id].code != op::product || is_needed[id]) moved[id] = this->copy(id);
      return;
    }
    const division d = division_of(id, [&](node_id a, node_id b) { return pairs.part_left(old, a, b, id); });
    pairs.forget(id);
    note_pairs(id, d);
    moved[id] = emit(old[id].code, d);
    if (moved[id] != no_node) result.learn(moved[id], old[id].properties);
  }
};

}  // namespace ctgrad::detail
