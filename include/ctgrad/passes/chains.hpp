// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/properties.hpp"

namespace ctgrad::detail {

/// Stands for the size of an extent while its number is not known: a name that more leaves carry counts as larger,
/// the one assumed to be small as smaller.
template <class Graph>
struct nominal_sizes {
  static constexpr int capacity = 64;
  std::uint64_t names[capacity]{};
  double weights[capacity]{};
  int count = 0;
  assumption small = 0;

  constexpr explicit nominal_sizes(const Graph& g, assumption name = 0) : small(name) {
    for (node_id id = 0; id < g.size; ++id) {
      if (g[id].code != op::leaf) continue;
      note(*g[id].extents.rows);
      note(*g[id].extents.columns);
    }
  }
  constexpr double of(const extent& e) const {
    return size_of(e, [this](std::uint64_t key) { return of_name(key); });
  }

 private:
  constexpr void note(const extent& e) {
    visit_names(e, [this](std::uint64_t key) {
      int place = 0;
      while (place < count && names[place] != key) ++place;
      if (place == capacity) return;
      names[place] = key;
      weights[place] += 1;
      if (place == count) ++count;
    });
  }
  constexpr double of_name(std::uint64_t key) const {
    if (key == small) return size_of_small;
    for (int i = 0; i < count; ++i)
      if (names[i] == key) return size_of_most + weights[i];
    return size_of_most;
  }
};

/// A term A B of a sum, or s % (A B), where nothing else needs the product.
struct product_term {
  node_id product = no_node, scale = no_node;
};
template <class Graph>
constexpr product_term product_term_of(const Graph& g, const int* uses, node_id id) {
  if (uses[id] != 1) return {};
  const node& n = g.nodes[id];
  if (n.code == op::product) return {id};
  if (n.code != op::multiply || !g.nodes[n.arguments[0]].is_scalar()) return {};
  const node_id product = n.arguments[1];
  return g.nodes[product].code == op::product && uses[product] == 1 ? product_term{product, n.arguments[0]} : product_term{};
}

/// A product of several factors, brackets forgotten.
struct chain {
  static constexpr int capacity = 24;
  node_id factors[capacity]{};
  int count = 0;
  const extent* columns = &one_extent;  // of the last factor

  constexpr void add(node_id factor, const extent* its_columns) {
    factors[count++] = factor;
    columns = its_columns;
  }
};

template <class Graph>
constexpr chain factors_of(const Graph& g, node_id id) {
  chain reversed;
  for (; g[id].code == op::product && reversed.count < chain::capacity - 1; id = g[id].arguments[0])
    reversed.factors[reversed.count++] = g[id].arguments[1];
  reversed.factors[reversed.count++] = id;
  chain result;
  while (reversed.count > 0) result.factors[result.count++] = reversed.factors[--reversed.count];
  result.columns = g[result.factors[result.count - 1]].extents.columns;
  return result;
}

/// The factors from first to last.
template <class Graph>
constexpr chain part_of(const Graph& g, const chain& c, int first, int last) {
  chain result;
  for (int i = first; i <= last; ++i) result.add(c.factors[i], g[c.factors[i]].extents.columns);
  return result;
}

/// Where each interval of a chain is split, and what multiplying it costs.
struct bracketing {
  int split[chain::capacity][chain::capacity]{};
  double cost[chain::capacity][chain::capacity]{};

  /// Whether the factors from first to last are multiplied in the same order.
  constexpr bool agrees(const bracketing& other, int first, int last) const {
    if (last <= first + 1) return true;
    const int middle = split[first][last];
    return middle == other.split[first][last] && agrees(other, first, middle) && agrees(other, middle + 1, last);
  }
};

/// The cheapest order of a chain: the classical dynamic programme over intervals. Of the product of neighbours a b the part
/// part_left(a, b) is still to be computed.
template <class Graph, class PartLeft>
constexpr bracketing cheapest(const Graph& g, const chain& c, const nominal_sizes<Graph>& sizes, PartLeft part_left) {
  bracketing result;
  auto& cost = result.cost;
  double size[chain::capacity + 1]{};
  for (int i = 0; i < c.count; ++i) size[i] = sizes.of(*g[c.factors[i]].extents.rows);
  size[c.count] = sizes.of(*c.columns);
  for (int length = 2; length <= c.count; ++length)
    for (int first = 0; first + length <= c.count; ++first) {
      const int last = first + length - 1;
      double best = -1;
      for (int middle = first; middle < last; ++middle) {
        double trial = size[first] * size[middle + 1] * size[last + 1];
        const bool scales = (middle == first && g[c.factors[first]].code == op::diag) ||
                            (middle + 1 == last && g[c.factors[last]].code == op::diag);
        if (scales) trial = size[first] * size[last + 1];
        if (length == 2) trial *= part_left(c.factors[first], c.factors[last]);
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

/// The same of a chain that stands alone.
template <class Graph>
constexpr bracketing cheapest(const Graph& g, const chain& c, const nominal_sizes<Graph>& sizes) {
  return cheapest(g, c, sizes, [](node_id, node_id) { return 1; });
}

/// Pairs of factors that chains multiply with each other first: products that are computed whatever else is.
template <class Graph>
struct multiplied_pairs {
  struct pair {
    node_id left = no_node, right = no_node, of = no_node;  // the chain they stand in
    int before = 0;                                         // 1 + the pair noted before whose left factor is the same, or turned
  };
  static constexpr int capacity = 256;
  pair pairs[capacity]{};
  int count = 0;
  int newest[Graph::capacity]{};  // 1 + the last pair whose left factor is a value, or its transpose

  constexpr void note(const Graph& g, const chain& c, const bracketing& order, int first, int last, node_id of) {
    if (last == first + 1 && count < capacity) {
      int& head = newest[untransposed(g, c.factors[first])];
      pairs[count] = {c.factors[first], c.factors[last], of, head};
      head = ++count;
    }
    if (last <= first + 1) return;
    const int middle = order.split[first][last];
    note(g, c, order, first, middle, of);
    note(g, c, order, middle + 1, last, of);
  }
  constexpr void forget(node_id of) {
    for (int i = 0; i < count; ++i)
      if (pairs[i].of == of) pairs[i].left = pairs[i].right = no_node;
  }
  /// 0 where some chain but these two multiplies a b, or b^T a^T; else 1.
  constexpr int part_left(const Graph& g, node_id a, node_id b, node_id but = no_node, node_id nor = no_node) const {
    const auto others = [&](const pair& p) { return p.left != no_node && p.of != but && p.of != nor; };
    for (int i = newest[untransposed(g, a)]; i != 0; i = pairs[i - 1].before)
      if (const pair& p = pairs[i - 1]; p.left == a && p.right == b && others(p)) return 0;
    for (int i = newest[untransposed(g, b)]; i != 0; i = pairs[i - 1].before)
      if (const pair& p = pairs[i - 1]; others(p) && are_transposes(g, p.left, b) && are_transposes(g, p.right, a)) return 0;
    return 1;
  }

 private:
  static constexpr node_id untransposed(const Graph& g, node_id id) { return g[id].code == op::transpose ? g[id].arguments[0] : id; }
};

}  // namespace ctgrad::detail
