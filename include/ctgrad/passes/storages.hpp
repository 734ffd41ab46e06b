// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fuse.hpp"
#include "plan.hpp"

namespace ctgrad::detail {

/// Says where each value lives: in a leaf's container, in a result, in the workspace, or inside another value that it is a
/// part of; and what only a call can check.
template <class Graph, class Plan>
struct storage_assignment {
  static constexpr int capacity = Graph::capacity;

  constexpr storage_assignment(const Graph& g, const selection<Graph>& s) : graph(g), selected(s) {
    for (int& storage : storage_of) storage = -1;
    result.failure = g.failure;
  }

  Plan result{};
  const Graph& graph;
  const selection<Graph>& selected;
  int storage_of[capacity]{};
  bool is_overwritten[capacity]{};  // by the call that reads it

  constexpr int extent_id(const extent* e) {
    for (int i = 0; i < result.extent_count; ++i)
      if (*result.extents[i] == *e) return i;
    if (result.extent_count == Plan::extent_capacity) {
      result.failure = trouble::out_of_capacity;
      return 0;
    }
    result.extents[result.extent_count] = e;
    return result.extent_count++;
  }

  constexpr short new_storage(place where, int index, const shape& extents) {
    if (result.storage_count == Plan::storage_capacity) {
      result.failure = trouble::out_of_capacity;
      return 0;
    }
    storage& s = result.storages[result.storage_count];
    s.where = where;
    s.index = index;
    s.rows = extent_id(extents.rows);
    s.columns = extent_id(extents.columns);
    s.stride = s.columns;
    return static_cast<short>(result.storage_count++);
  }

  /// Whether a leaf occurs where no substitution replaces it.
  template <class Written>
  static constexpr bool is_left(const Written& written, node_id leaf) {
    bool holds[Written::capacity]{};
    holds[leaf] = true;
    for (node_id id = leaf + 1; id < written.size; ++id) {
      const node& n = written.nodes[id];
      const bool replaces = n.code == op::substitute && n.arguments[1] == leaf;
      for (int i = replaces ? 2 : 0; i < n.arity; ++i) holds[id] = holds[id] || holds[n.arguments[i]];
    }
    bool is_held = false;
    for (const node_id root : written.roots) is_held = is_held || holds[root];
    return is_held;
  }

  /// Every leaf of the expressions is bound, also one that simplification made superfluous.
  template <class Written>
  constexpr void list_leaves(const Written& written) {
    bool is_replaced[Written::capacity]{};
    for (node_id id = 0; id < written.size; ++id)
      if (written.nodes[id].code == op::substitute) is_replaced[written.nodes[id].arguments[1]] = true;
    for (node_id id = 0; id < written.size; ++id)
      if (written.nodes[id].code == op::leaf && (!is_replaced[id] || is_left(written, id))) {
        result.leaf_rows[result.leaf_count] = extent_id(written.nodes[id].extents.rows);
        result.leaf_columns[result.leaf_count] = extent_id(written.nodes[id].extents.columns);
        result.leaves[result.leaf_count++] = written.nodes[id].leaf;
      }
    int index = 0;
    for (node_id id = 0; id < graph.size; ++id) {
      if (graph.nodes[id].code != op::leaf) continue;
      // Both lists keep the order in which the leaves were first met, mostly.
      for (int tried = 0; !(result.leaves[index]->key == graph.nodes[id].leaf->key) && tried < result.leaf_count; ++tried)
        index = (index + 1) % result.leaf_count;
      storage_of[id] = new_storage(place::input, index, graph.nodes[id].extents);
    }
  }

  template <class Expanded>
  constexpr void list_checks(const Expanded& expanded) {
    for (node_id id = 0; Plan::check_capacity > 0 && id < expanded.size; ++id) {
      if (!needs_check(expanded, id)) continue;
      const node& n = expanded.nodes[id];
      const shape& whole = expanded.nodes[n.arguments[0]].extents;
      result.checks[result.check_count++] = {n.code, extent_id(n.extents.rows), extent_id(n.extents.columns),
                                             extent_id(n.from.row), extent_id(n.from.column), extent_id(whole.rows),
                                             extent_id(whole.columns), id};
    }
  }

  template <class Derived>
  constexpr void list_index_checks(const Derived& derived) {
    for (node_id id = 0; Plan::index_check_capacity > 0 && id < derived.size; ++id) {
      if (!takes_indices(derived.nodes[id].code)) continue;
      const index_check check{plan_leaf(derived.nodes[derived.nodes[id].arguments[1]].leaf->key), extent_id(indexed_extent(derived, id))};
      bool is_known = false;
      for (int i = 0; i < result.index_check_count; ++i)
        is_known = is_known || (result.index_checks[i].leaf == check.leaf && result.index_checks[i].extent == check.extent);
      if (!is_known) result.index_checks[result.index_check_count++] = check;
    }
  }

  constexpr int plan_leaf(const digest& key) const {
    int leaf = 0;
    while (!(result.leaves[leaf]->key == key)) ++leaf;
    return leaf;
  }

  constexpr bool is_computed(node_id id) const {
    return selected.roles[id] == role::call || selected.roles[id] == role::loop;
  }

  /// What a root asks for is computed where the caller wants it.
  constexpr void give_results() {
    for (int i = 0; i < Graph::root_count; ++i) {
      const node_id root = graph.roots[i];
      result.result_shapes[i] = graph.nodes[root].extents;
      result.results[i] = new_storage(place::result, i, graph.nodes[root].extents);
      if (is_computed(root) && storage_of[root] < 0) storage_of[root] = result.results[i];
    }
    for (int i = 0; i < Graph::root_count; ++i) {
      const node_id source = reshaped(graph.roots[i]);
      if (!is_computed(source) || storage_of[source] >= 0) continue;
      storage_of[source] = storage_inside(result.results[i], {}, graph.nodes[source].extents, extent_id(graph.nodes[source].extents.columns));
    }
  }
  /// What a root is but for its shape.
  constexpr node_id reshaped(node_id root) const {
    while (selected.roles[root] == role::alias && (graph.nodes[root].code == op::reshape || graph.nodes[root].code == op::transpose))
      root = graph.nodes[root].arguments[0];
    return root;
  }

  /// In the graph everything is a matrix; how a result is shaped stands where it was written.
  constexpr void list_arrays(const source* const* roots) {
    for (int i = 0; i < Graph::root_count; ++i) {
      if (roots[i]->array->rank == 0) continue;
      result.result_arrays[i].rank = roots[i]->array->rank;
      for (int j = 0; j < roots[i]->array->rank; ++j) result.result_arrays[i].extents[j] = extent_id(roots[i]->array->extents[j]);
    }
  }

  /// A storage that is a part of another one, rows `stride` entries apart.
  constexpr short storage_inside(short other, const position& from, const shape& extents, int stride) {
    const short id = new_storage(place::inside, other, extents);
    storage& s = result.storages[id];
    s.stride = stride;
    s.first_row = extent_id(from.row);
    s.first_column = extent_id(from.column);
    return id;
  }

  /// Where an assembly has its first and its second piece.
  constexpr position place_of_piece(node_id id, int piece) const {
    const shape& first = graph.nodes[graph.nodes[id].arguments[0]].extents;
    position from;
    if (piece > 0 && graph.nodes[id].code != op::horizontal) from.row = first.rows;
    if (piece > 0 && graph.nodes[id].code != op::vertical) from.column = first.columns;
    return from;
  }

  /// The pieces of an assembly are computed where they belong there: if that is one run of memory, or if they are
  /// assemblies themselves that nothing else reads. What else reads them reads them there, unless the whole will be
  /// overwritten.
  constexpr void give_piece(node_id id, node_id piece, const position& from) {
    if (!is_computed(piece) || storage_of[piece] >= 0 || (is_overwritten[id] && selected.uses[piece] != 1)) return;
    const int whole = storage_for(id), stride = result.storages[whole].stride;
    const shape& extents = graph.nodes[piece].extents;
    const bool is_one_run = extents.is_row() || *extents.columns == *result.extents[stride];
    if (!is_one_run && !(is_assembly(graph.nodes[piece].code) && selected.uses[piece] == 1)) return;
    storage_of[piece] = storage_inside(static_cast<short>(whole), from, extents, stride);
    is_overwritten[piece] = is_overwritten[id];
  }

  /// A value that only one call reads, and that the call may overwrite, is computed where the call's result goes.
  constexpr void give_in_place() {
    for (node_id id = graph.size; id-- > 0;) {
      if (selected.roles[id] != role::call) continue;
      const kernel_call& c = selected.calls[id];
      for (int i = 0; is_assembly(c.code) && i < 2; ++i) give_piece(id, c.operands[i], place_of_piece(id, i));
      if (c.tiles) give_piece(id, c.operands[0], c.from);
      node_id base = c.addend;
      if (c.code == op::lower_part || c.code == op::strictly_lower_part || c.code == op::upper_part) base = c.operands[0];
      if (is_factor(c.code) || c.code == op::add_diagonal) base = c.operands[0];
      if (is_solve_by_factor(c.code) && !c.transposed[1]) base = c.operands[1];
      if (base == no_node || !is_computed(base) || selected.uses[base] != 1 || storage_of[base] >= 0) continue;
      if (!(graph.nodes[base].extents == graph.nodes[id].extents)) continue;
      storage_of[base] = storage_for(id);
      is_overwritten[base] = !c.tiles || is_overwritten[id];
    }
  }

  constexpr int storage_for(node_id id) {
    if (storage_of[id] < 0) {
      storage_of[id] = new_storage(place::workspace, 0, graph.nodes[id].extents);
      result.storages[storage_of[id]].has_pivots = is_factor(graph.nodes[id].code);
    }
    return storage_of[id];
  }
};

}  // namespace ctgrad::detail
