// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "simplify.hpp"

namespace ctgrad::detail {

/// Stands for the size of an extent while its number is not known: a name that more leaves carry counts as larger.
template <class Graph>
struct nominal_sizes {
  static constexpr int capacity = 64;
  std::uint64_t names[capacity]{};
  double weights[capacity]{};
  int count = 0;

  constexpr explicit nominal_sizes(const Graph& g) {
    for (node_id id = 0; id < g.size; ++id) {
      if (g[id].code != op::leaf) continue;
      note(*g[id].extents.rows);
      note(*g[id].extents.columns);
    }
  }
  constexpr double of(const extent& e) const {
    double size = 0;
    for (int i = 0; i < e.count; ++i) {
      double term = static_cast<double>(e.terms[i].coefficient);
      for (int j = 0; j < e.terms[i].degree; ++j) term *= of_name(e.terms[i].factors[j].key);
      size += term;
    }
    return size;
  }

 private:
  constexpr void note(const extent& e) {
    for (int i = 0; i < e.count; ++i)
      for (int j = 0; j < e.terms[i].degree; ++j) {
        int place = 0;
        while (place < count && names[place] != e.terms[i].factors[j].key) ++place;
        if (place == capacity) return;
        names[place] = e.terms[i].factors[j].key;
        weights[place] += 1;
        if (place == count) ++count;
      }
  }
  constexpr double of_name(std::uint64_t key) const {
    for (int i = 0; i < count; ++i)
      if (names[i] == key) return 100 + weights[i];
    return 100;
  }
};

/// A product of several factors, brackets forgotten.
struct chain {
  static constexpr int capacity = 24;
  node_id factors[capacity]{};
  int count = 0;
};

template <class Graph>
constexpr chain factors_of(const Graph& g, node_id id) {
  chain reversed;
  for (; g[id].code == op::product && reversed.count < chain::capacity - 1; id = g[id].arguments[0])
    reversed.factors[reversed.count++] = g[id].arguments[1];
  reversed.factors[reversed.count++] = id;
  chain result;
  while (reversed.count > 0) result.factors[result.count++] = reversed.factors[--reversed.count];
  return result;
}

template <class Graph>
constexpr bool is_transpose_of(const Graph& g, node_id a, node_id b) {
  return (g[a].code == op::transpose && g[a].arguments[0] == b) || (g[b].code == op::transpose && g[b].arguments[0] == a);
}

/// Brackets chains of products by cost: the classical dynamic programme over intervals, twice. The first round takes
/// each chain alone; in the second, neighbours that other chains have multiplied already cost their share only.
template <class Builder, class Graph>
struct product_ordering : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::old;
  using base::result;

  /// Two factors that some chain multiplies with each other first.
  struct pair {
    node_id left = no_node, right = no_node, chain = no_node;
  };
  static constexpr int pair_capacity = 256;

  nominal_sizes<Graph> sizes;
  bool is_chain[Graph::capacity]{};  // a product that something else than a longer product needs
  pair pairs[pair_capacity]{};
  int pair_count = 0;

  struct bracketing {
    int split[chain::capacity][chain::capacity]{};
  };

  constexpr explicit product_ordering(const Graph& g) : base(g), sizes(g) {
    for (int i = 0; i < Graph::root_count; ++i) is_chain[g.roots[i]] = true;
    for (node_id id = 0; id < g.size; ++id)
      for (int i = 0; i < g[id].arity; ++i)
        if (g[id].code != op::product || i > 0) is_chain[g[id].arguments[i]] = true;
    bool some_are_long = false;
    for (node_id id = 0; id < g.size; ++id)
      if (is_product_chain(id)) some_are_long = some_are_long || g[g[id].arguments[0]].code == op::product;
    for (node_id id = 0; some_are_long && id < g.size; ++id)
      if (is_product_chain(id)) note_pairs(id);
  }

  constexpr bool is_product_chain(node_id id) const { return old[id].code == op::product && is_chain[id]; }

  constexpr void note_pairs(node_id id) {
    const node_id left = old[id].arguments[0];
    if (old[left].code != op::product) {
      note_pair(left, old[id].arguments[1], id);
      return;
    }
    const chain c = factors_of(old, id);
    note_pairs(c, bracket(c, id, false), id, 0, c.count - 1);
  }
  constexpr void note_pair(node_id left, node_id right, node_id id) {
    if (pair_count < pair_capacity) pairs[pair_count++] = {left, right, id};
  }
  constexpr void note_pairs(const chain& c, const bracketing& b, node_id id, int first, int last) {
    if (last == first + 1) note_pair(c.factors[first], c.factors[last], id);
    if (last <= first + 1) return;
    note_pairs(c, b, id, first, b.split[first][last]);
    note_pairs(c, b, id, b.split[first][last] + 1, last);
  }

  /// In how many other chains a b, or b^T a^T, is multiplied first.
  constexpr double others_with(node_id a, node_id b, node_id chain) const {
    double count = 0;
    for (int i = 0; i < pair_count; ++i) {
      if (pairs[i].chain == chain) continue;
      const bool same = pairs[i].left == a && pairs[i].right == b;
      if (same || (is_transpose_of(old, pairs[i].left, b) && is_transpose_of(old, pairs[i].right, a))) ++count;
    }
    return count;
  }

  constexpr bracketing bracket(const chain& c, node_id id, bool share) const {
    bracketing result;
    double size[chain::capacity + 1]{}, cost[chain::capacity][chain::capacity]{};
    for (int i = 0; i < c.count; ++i) size[i] = sizes.of(*old[c.factors[i]].extents.rows);
    size[c.count] = sizes.of(*old[c.factors[c.count - 1]].extents.columns);
    for (int length = 2; length <= c.count; ++length)
      for (int first = 0; first + length <= c.count; ++first) {
        const int last = first + length - 1;
        double best = -1;
        for (int middle = first; middle < last; ++middle) {
          double trial = size[first] * size[middle + 1] * size[last + 1];
          const bool scales = (middle == first && old[c.factors[first]].code == op::diag) ||
                              (middle + 1 == last && old[c.factors[last]].code == op::diag);
          if (scales) trial = size[first] * size[last + 1];
          if (length == 2 && share) trial /= 1 + others_with(c.factors[first], c.factors[last], id);
          trial += cost[first][middle] + cost[middle + 1][last];
          if (best < 0 || trial < best) {
            best = trial;
            result.split[first][last] = middle;
          }
        }
        cost[first][last] = best;
      }
    return result;
  }

  constexpr node_id emit(const chain& c, const bracketing& b, int first, int last) {
    if (first == last) return moved[c.factors[first]];
    const int middle = b.split[first][last];
    const node_id left = emit(c, b, first, middle);
    return result.make(op::product, left, emit(c, b, middle + 1, last));
  }

  constexpr void visit(node_id id) {
    if (old[id].code != op::product) {
      moved[id] = this->copy(id);
    } else if (is_chain[id]) {
      const node_id left = old[id].arguments[0];
      if (old[left].code != op::product) {  // two factors: nothing to bracket
        moved[id] = this->copy(id);
        return;
      }
      const chain c = factors_of(old, id);
      moved[id] = emit(c, bracket(c, id, true), 0, c.count - 1);
      if (moved[id] != no_node) result.learn(moved[id], old[id].properties);
    }
  }
};

}  // namespace ctgrad::detail
