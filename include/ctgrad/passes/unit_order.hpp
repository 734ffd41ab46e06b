// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include "fuse.hpp"

namespace ctgrad::detail {

/// The order of loops and calls: stage by stage, and within a stage, where nothing waits for anything, so that those that can share
/// a pass over memory follow each other.
template <class Graph>
struct unit_order {
  static constexpr int capacity = Graph::capacity;
  const Graph& graph;
  const selection<Graph>& selected;
  const fusion<Graph>& fused;

  /// Writes them to `units`, each as its first node; returns how many there are.
  constexpr int sort(node_id* units) const {
    int last_stage = 0, count = 0;
    for (node_id id = 0; id < graph.size; ++id)
      if (fused.stage[id] > last_stage) last_stage = fused.stage[id];
    int first_of[capacity + 2]{};  // counting sort by stage; capacity bounds the stages
    for (node_id id = 0; id < graph.size; ++id)
      if (is_unit(id)) ++first_of[fused.stage[id] + 1], ++count;
    for (int stage = 0; stage <= last_stage; ++stage) first_of[stage + 1] += first_of[stage];
    for (node_id id = 0; id < graph.size; ++id)
      if (is_unit(id)) units[first_of[fused.stage[id]]++] = id;
    for (int i = 1; i < count; ++i)
      if (stage_of(units[i]) != stage_of(units[i - 1])) bring_reader(units, i, count);
    for (int i = 0; i + 1 < count; ++i) i += bring_partner(units, i, count);
    return count;
  }

 private:
  constexpr int stage_of(node_id unit) const { return fused.stage[unit]; }
  constexpr bool is_unit(node_id id) const {
    const bool is_computed = selected.roles[id] == role::call || selected.roles[id] == role::loop;
    return is_computed && fused.unit[id] == id && fused.inlined[id] == 0;
  }
  constexpr bool is_product(node_id id) const { return selected.roles[id] == role::call && selected.calls[id].code == op::product; }
  static constexpr void move(node_id* units, int from, int to) {
    for (; from < to; ++from) std::swap(units[from], units[from + 1]);
    for (; from > to; --from) std::swap(units[from], units[from - 1]);
  }

  /// Where a loop of the stage that begins at `begin` reads a product of matrices of the stage before, the two become neighbours: the
  /// loop may take the product's rows as they are computed.
  constexpr void bring_reader(node_id* units, int begin, int count) const {
    for (int i = begin; i < count && stage_of(units[i]) == stage_of(units[begin]); ++i) {
      const node_id product = selected.roles[units[i]] == role::loop ? product_read_by(units[i], stage_of(units[begin - 1])) : no_node;
      if (product == no_node) continue;
      int place = begin - 1;
      while (units[place] != product) --place;
      move(units, place, begin - 1);
      return move(units, i, begin);
    }
  }
  constexpr node_id product_read_by(node_id loop, int stage) const {
    for (node_id id = loop; id != no_node; id = fused.next_in_unit[id])
      for (int i = 0; i < graph.nodes[id].arity; ++i) {
        const node_id source = fused.source_of(graph.nodes[id].arguments[i]);
        const shape& extents = graph.nodes[source].extents;
        if (is_product(source) && stage_of(source) == stage && !extents.is_column() && !extents.is_row()) return source;
      }
    return no_node;
  }

  /// Where a matrix and its transpose multiply two columns in one stage, the second product is moved behind the first, to read the
  /// matrix only once. Whether there is one; not far away, as compilers count the steps it takes to look.
  constexpr bool bring_partner(node_id* units, int first, int count) const {
    if (!gives_column(units[first])) return false;
    constexpr int reach = 32;
    int partner = first + 1;
    const auto is_near = [&] { return partner < count && partner <= first + reach && stage_of(units[partner]) == stage_of(units[first]); };
    while (is_near() && !are_both_ways(units[first], units[partner])) ++partner;
    if (!is_near()) return false;
    move(units, partner, first + 1);
    return true;
  }
  constexpr bool gives_column(node_id id) const { return is_product(id) && graph.nodes[id].extents.columns->is_one(); }
  constexpr bool are_both_ways(node_id first, node_id second) const {
    if (!gives_column(second)) return false;
    const kernel_call &a = selected.calls[first], &b = selected.calls[second];
    return a.operands[0] == b.operands[0] && a.transposed[0] != b.transposed[0] && a.triangles[0] == structure::none &&
           b.triangles[0] == structure::none;
  }
};

}  // namespace ctgrad::detail
