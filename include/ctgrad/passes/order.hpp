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

/// Brackets chains of products by cost: the classical dynamic programme over intervals, with a pair of factors that
/// stands in several chains paid once. Hu and Shing's problem, with sharing.
template <class Builder, class Graph>
struct product_ordering : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::old;
  using base::result;

  nominal_sizes<Graph> sizes;
  bool is_chain[Graph::capacity]{};  // a product that something else than a longer product needs

  constexpr explicit product_ordering(const Graph& g) : base(g), sizes(g) {
    for (int i = 0; i < Graph::root_count; ++i) is_chain[g.roots[i]] = true;
    for (node_id id = 0; id < g.size; ++id)
      for (int i = 0; i < g[id].arity; ++i)
        if (g[id].code != op::product || i > 0) is_chain[g[id].arguments[i]] = true;
  }

  /// How many chains hold the neighbours a b, or b^T a^T.
  constexpr double frequency(node_id a, node_id b) const {
    double count = 0;
    for (node_id id = 0; id < old.size; ++id) {
      if (old[id].code != op::product || !is_chain[id]) continue;
      for (node_id p = id; old[p].code == op::product; p = old[p].arguments[0]) {
        const node_id left = old[old[p].arguments[0]].code == op::product ? old[old[p].arguments[0]].arguments[1]
                                                                         : old[p].arguments[0];
        const node_id right = old[p].arguments[1];
        const bool same = left == a && right == b;
        const bool mirrored = is_transpose_of(old, left, b) && is_transpose_of(old, right, a);
        if (same || mirrored) {
          ++count;
          break;
        }
      }
    }
    return count;
  }

  constexpr node_id order_chain(node_id id) {
    const chain c = factors_of(old, id);
    if (c.count == 2) return result.make(op::product, moved[c.factors[0]], moved[c.factors[1]]);
    double size[chain::capacity + 1]{};
    for (int i = 0; i < c.count; ++i) size[i] = sizes.of(*old[c.factors[i]].extents.rows);
    size[c.count] = sizes.of(*old[c.factors[c.count - 1]].extents.columns);
    double cost[chain::capacity][chain::capacity]{};
    int split[chain::capacity][chain::capacity]{};
    for (int length = 2; length <= c.count; ++length)
      for (int first = 0; first + length <= c.count; ++first) {
        const int last = first + length - 1;
        double best = -1;
        for (int middle = first; middle < last; ++middle) {
          double trial = size[first] * size[middle + 1] * size[last + 1];
          if (length == 2) trial /= frequency(c.factors[first], c.factors[last]);
          trial += cost[first][middle] + cost[middle + 1][last];
          if (best < 0 || trial < best) {
            best = trial;
            split[first][last] = middle;
          }
        }
        cost[first][last] = best;
      }
    return emit(c, split, 0, c.count - 1);
  }

  constexpr node_id emit(const chain& c, const int (&split)[chain::capacity][chain::capacity], int first, int last) {
    if (first == last) return moved[c.factors[first]];
    const int middle = split[first][last];
    return result.make(op::product, emit(c, split, first, middle), emit(c, split, middle + 1, last));
  }

  constexpr Builder& run() {
    for (node_id id = 0; id < old.size; ++id) {
      if (old[id].code != op::product)
        moved[id] = this->copy(id);
      else if (is_chain[id])
        moved[id] = order_chain(id);
    }
    return this->finish();
  }
};

template <class Builder, class Graph>
constexpr Builder order(const Graph& old) {
  return product_ordering<Builder, Graph>(old).run();
}

}  // namespace ctgrad::detail
