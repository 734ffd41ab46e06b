// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "distribution_choices.hpp"

namespace ctgrad::detail {

/// The named extents whose being small might make another plan the cheaper one: those that change the order of a chain of products
/// or where sums of them are multiplied out, and the inner extents of A A^T in what is inverted. Which extent is the smallest
/// decides most of what an order of products costs ("Compilation of generalized matrix chains with symbolic sizes", arXiv
/// 2511.20198).
struct variant_candidates {
  static constexpr int capacity = 3;
  assumption names[capacity]{};
  int count = 0;

  template <class Graph>
  constexpr explicit variant_candidates(const Graph& g) {
    note_chains(g);
    note_low_ranks(g);
    note_distributions(g);
  }

 private:
  constexpr bool is_open(assumption name) const {
    for (int i = 0; i < count; ++i)
      if (names[i] == name) return false;
    return count < capacity;
  }
  constexpr void note(assumption name) {
    if (is_open(name)) names[count++] = name;
  }

  template <class Graph>
  constexpr void note_chains(const Graph& g) {
    bool is_part[Graph::capacity]{};  // of a longer chain
    nominal_sizes<Graph> sizes(g);
    for (node_id id = g.size; id-- > 0;) {
      if (g[id].code != op::product || g[g[id].arguments[0]].code != op::product) continue;
      is_part[g[id].arguments[0]] = true;
      if (is_part[id]) continue;
      const chain c = factors_of(g, id);
      const auto order = [&](assumption small) {
        sizes.small = small;
        return cheapest(g, c, sizes);
      };
      const bracketing usual = order(0);
      const auto consider = [&](assumption name) {
        if (is_open(name) && !usual.agrees(order(name), 0, c.count - 1)) note(name);
      };
      for (int i = 0; i < c.count; ++i) visit_names(*g[c.factors[i]].extents.rows, consider);
      visit_names(*g[c.factors[c.count - 1]].extents.columns, consider);
    }
  }

  template <class Graph>
  constexpr void note_distributions(const Graph& g) {
    if (count == capacity) return;
    const distribution_choices<Graph> usual(g, 0);
    for (int i = 0; usual.is_weighed && i < usual.sizes.count && count < capacity; ++i)
      if (const assumption name = usual.sizes.names[i]; is_open(name) && !usual.agree(distribution_choices<Graph>(g, name))) note(name);
  }

  template <class Graph>
  constexpr void note_low_ranks(const Graph& g) {
    bool is_inverted[Graph::capacity]{};  // as a sum's term, perhaps scaled
    for (node_id id = g.size; id-- > 0;) {
      const node& n = g[id];
      if (n.code == op::inverse || n.code == op::solve || n.code == op::logdet) is_inverted[n.arguments[0]] = true;
      if (!is_inverted[id]) continue;
      if (n.code == op::add || n.code == op::multiply || n.code == op::divide)
        for (int i = 0; i < n.arity; ++i) is_inverted[n.arguments[i]] = true;
      if (n.code == op::product && are_transposes(g, n.arguments[0], n.arguments[1]))
        visit_names(*g[n.arguments[0]].extents.columns, [&](assumption name) { note(name); });
    }
  }
};

/// Whether two graphs are the same, node by node.
template <class First, class Second>
constexpr bool are_same(const First& a, const Second& b) {
  if (a.size != b.size || First::root_count != Second::root_count) return false;
  for (node_id id = 0; id < a.size; ++id)
    if (!same_node(a[id], b[id]) || !(a[id].extents == b[id].extents)) return false;
  for (int i = 0; i < First::root_count; ++i)
    if (a.roots[i] != b.roots[i]) return false;
  return true;
}

}  // namespace ctgrad::detail
