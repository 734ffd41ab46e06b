// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "demands.hpp"

namespace ctgrad::detail {

/// Groups elementwise nodes and reductions into loops. Every node gets a stage: later than what it needs, but equal to
/// it where both fit into one loop; so units ordered by stage never wait for each other in a circle.
template <class Graph>
struct fusion : demands_of_loops<Graph> {
  static constexpr int capacity = Graph::capacity;
  using demands_of_loops<Graph>::next_in_unit, demands_of_loops<Graph>::inlined;
  int stage[capacity]{};
  node_id unit[capacity]{};       // the first node of the loop or call that computes this one
  bool read_outside[capacity]{};  // something but its own loop reads it

  constexpr fusion(const Graph& g, const selection<Graph>& s) : demands_of_loops<Graph>{g, s} {
    look_through_aliases();
    number_spaces();
    note_uses();
    inline_scalars();
  }
  /// A constant evaluation of its own: compilers limit the steps of one.
  constexpr void join_loops() {
    assign_stages();
    sink();
    join();
    for (node_id id = 0; id < graph.size; ++id) unit[id] = leader(id);
    note_readers();
  }

  constexpr bool is_loop(node_id id) const { return loops[id]; }
  /// The node that computes what an argument reads.
  constexpr node_id source_of(node_id id) const { return sources[id]; }
  /// The node whose memory an argument reads from the first entry on.
  constexpr node_id memory_of(node_id id) const {
    while (selected.roles[id] == role::alias && graph.nodes[id].code != op::part) id = graph.nodes[id].arguments[0];
    return id;
  }
  constexpr bool is_member(node_id id, node_id leader) const { return loops[id] && unit[id] == leader; }

  /// The extents that a loop runs over.
  constexpr shape space_of_unit(node_id first) const {
    for (node_id id = first; id != no_node; id = next_in_unit[id])
      if (is_at_home(id)) return space(id);
    return space(first);
  }
  /// Along which lines it goes: those of which something is needed while it is still at work on them.
  constexpr loop_lines lines_of_unit(node_id first) const {
    for (node_id id = first; id != no_node; id = next_in_unit[id]) {
      if (!needs_lines(id, first)) continue;
      const int home = homes[id];
      return spaces[home].is_row() ? loop_lines::one : goes_by_columns[home] ? loop_lines::columns : loop_lines::rows;
    }
    return loop_lines::rows;
  }

 private:
  using demands_of_loops<Graph>::graph, demands_of_loops<Graph>::selected, demands_of_loops<Graph>::sources, demands_of_loops<Graph>::readers;
  bool starts_late[capacity]{};  // does not fit into the loop of its arguments
  int size[capacity]{};
  loop_demand demands[capacity]{};  // of the loop that a node leads: no less than that
  node_id last_in_unit[capacity]{};  // of the unit that a node leads
  // The same questions come up many times: their answers are noted once.
  bool loops[capacity]{}, reduces[capacity]{};  // is part of a loop; and there a sum or a maximum
  node_id in_loop[capacity]{};  // the node of a loop that writes these entries in this order, or no_node
  int own_spaces[capacity]{};   // the number of the space of its entries
  int homes[capacity]{};        // of the loop it is part of: what follows from a sum stays in the loop of the sum; -1 without one
  moment given[capacity]{};     // when the loop at a node's home has its value
  moment wanted[capacity]{};    // and when it reads the node's arguments
  bool is_kept[capacity]{}, is_stretched[capacity]{};  // read by more than loops; by loops over more than one entry
  shape spaces[capacity]{};
  bool goes_by_columns[capacity]{};  // maxima of columns keep columns together; sums of columns are faster row by row

  constexpr bool is_at_home(node_id id) const { return homes[id] == own_spaces[id]; }

  constexpr bool needs_lines(node_id id, node_id leader) const {
    if (reduces[id] && graph.nodes[id].code != op::sum && spaces[homes[id]].is_row()) return true;
    if (wanted[id] != moment::entry && graph.nodes[id].is_scalar()) return false;
    for (int i = 0; i < graph.nodes[id].arity; ++i) {
      const node_id source = sources[graph.nodes[id].arguments[i]];
      if (is_member(source, leader) && given[source] == moment::line) return true;
    }
    return false;
  }

  /// The extents of a loop over a node's entries; vectors all run along one row.
  constexpr shape space(node_id id) const {
    const shape own = reduces[id] ? graph.nodes[graph.nodes[id].arguments[0]].extents : graph.nodes[id].extents;
    return own.is_column() ? own.transposed() : own;
  }

  constexpr void look_through_aliases() {
    for (node_id id = 0; id < graph.size; ++id) {
      const bool is_alias = selected.roles[id] == role::alias;
      const node_id aliased = graph.nodes[id].arguments[0];
      sources[id] = is_alias ? sources[aliased] : id;
      in_loop[id] = is_alias && graph.nodes[id].code == op::transpose ? in_loop[aliased] : no_node;
      loops[id] = selected.roles[id] == role::loop;
      reduces[id] = loops[id] && is_reduction(graph.nodes[id].code);
      if (loops[id] && !reduces[id]) in_loop[id] = id;
    }
  }
  constexpr void number_spaces() {
    int count = 0;
    for (node_id id = 0; id < graph.size; ++id) {
      homes[id] = -1;
      if (!loops[id]) continue;
      const shape own = space(id);
      int number = 0;
      while (number < count && !(spaces[number] == own)) ++number;
      if (number == count) spaces[count++] = own;
      own_spaces[id] = number;
      if (graph.nodes[id].code == op::column_max) goes_by_columns[number] = true;
    }
  }

  constexpr void note_uses() {
    for_each_reader([this](node_id reader, node_id source) {
      ++readers[source];
      if (reader == no_node || !loops[reader])
        is_kept[source] = true;
      else if (!spaces[own_spaces[reader]].is_scalar())
        is_stretched[source] = true;
    });
  }
  /// A few operations on scalars at hand are repeated in each loop that reads them, rather than a loop of their own.
  constexpr void inline_scalars() {
    for (node_id id = 0; id < graph.size; ++id) {
      if (!loops[id] || is_kept[id] || !is_stretched[id] || !graph.nodes[id].is_scalar() || !is_arithmetic(graph.nodes[id].code)) continue;
      int instructions = 1;
      for (int i = 0; i < graph.nodes[id].arity; ++i) {
        const node_id source = sources[graph.nodes[id].arguments[i]];
        instructions += selected.roles[source] == role::at_hand ? 0 : inlined[source] > 0 ? inlined[source] : 4;
      }
      if (instructions <= 4) inlined[id] = instructions;
    }
  }

  constexpr void move_home(node_id id, int home) {
    homes[id] = home;
    given[id] = moment_at(id, home);
    wanted[id] = reduces[id] ? moment::entry : given[id];
  }
  constexpr moment moment_at(node_id id, int home) const {
    if (home == own_spaces[id] && !reduces[id]) return moment::entry;
    if (spaces[home].is_row()) return moment::line;
    if (graph.nodes[id].is_scalar()) return moment::end;
    return graph.nodes[id].extents.is_row() == goes_by_columns[home] ? moment::line : moment::across;
  }

  /// Whether `reader` can stand in the loop that computes its argument: it reads entry by entry what that writes, or it
  /// needs no more of a sum than the lines that were summed already.
  constexpr bool fits_together(node_id reader, node_id argument) const {
    const node_id source = sources[argument];
    if (homes[source] < 0 || homes[source] != homes[reader] || starts_late[reader]) return false;
    if (given[source] == moment::entry) return wanted[reader] == moment::entry && in_loop[argument] != no_node;
    return argument == source && given[source] != moment::across &&
           (given[source] == wanted[reader] || (given[source] == moment::line && wanted[reader] == moment::entry));
  }

  constexpr int earliest_after(node_id reader, node_id argument) const {
    if (selected.roles[argument] == role::flag || selected.roles[argument] == role::absorbed)
      return earliest_after(reader, graph.nodes[argument].arguments[0]);
    const node_id source = sources[argument];
    if (selected.roles[source] == role::at_hand) return 1;
    return stage[source] + (fits_together(reader, argument) ? 0 : 1);
  }

  constexpr void assign_stages() {
    for (node_id id = 0; id < graph.size; ++id) {
      stage[id] = 0;
      if (inlined[id] > 0) continue;
      if (loops[id]) {
        move_home(id, own_spaces[id]);
        stage[id] = earliest(id);
        if (!reduces[id]) find_home(id);
      } else if (selected.roles[id] == role::call) {
        stage[id] = 1;
        move_behind_arguments(id);
      }
    }
  }
  constexpr void move_behind_arguments(node_id id) {
    if (selected.roles[id] == role::call) {
      const kernel_call& c = selected.calls[id];
      for (int i = 0; i < c.operand_count; ++i) raise(id, c.operands[i]);
      if (c.scale != no_node) raise(id, c.scale);
      if (c.addend != no_node) raise(id, c.addend);
    } else if (loops[id] && inlined[id] == 0) {
      for (int i = 0; i < graph.nodes[id].arity; ++i) raise(id, graph.nodes[id].arguments[i]);
    }
  }
  constexpr int earliest(node_id id) const {
    int result = 1;
    for (int i = 0; i < graph.nodes[id].arity; ++i) {
      const int after = earliest_after(id, graph.nodes[id].arguments[i]);
      if (after > result) result = after;
    }
    return result;
  }
  /// What is made of sums goes into the loop that sums, if that lets it start earlier.
  constexpr void find_home(node_id id) {
    for (int i = 0; i < graph.nodes[id].arity; ++i) {
      const node_id source = graph.nodes[id].arguments[i];
      if (homes[source] < 0 || given[source] == moment::entry || !(graph.nodes[source].extents == graph.nodes[id].extents)) continue;
      const int home = homes[id];
      move_home(id, homes[source]);
      if (const int start = earliest(id); start < stage[id])
        stage[id] = start;
      else
        move_home(id, home);
    }
  }
  constexpr void raise(node_id reader, node_id argument) {
    const int earliest = earliest_after(reader, argument);
    if (earliest > stage[reader]) stage[reader] = earliest;
  }

  /// Elementwise work moves to the stage of its first reader, into whose loop it may then go.
  constexpr void sink() {
    int latest[capacity]{};
    bool stays[capacity]{};
    for (node_id id = 0; id < graph.size; ++id) {
      latest[id] = selected.is_root[id] ? stage[id] : 1 << 20;
      stays[id] = loops[id] && belongs_to_arguments(id, stays);
    }
    for (node_id id = graph.size; id-- > 0;) {
      if (inlined[id] > 0) continue;
      if (loops[id]) {
        if (latest[id] < 1 << 20 && latest[id] > stage[id] && !stays[id]) stage[id] = latest[id];
        for (int i = 0; i < graph.nodes[id].arity; ++i) lower(latest, id, graph.nodes[id].arguments[i]);
      } else if (selected.roles[id] == role::call) {
        const kernel_call& c = selected.calls[id];
        for (int i = 0; i < c.operand_count; ++i) lower(latest, id, c.operands[i]);
        if (c.scale != no_node) lower(latest, id, c.scale);
        if (c.addend != no_node) lower(latest, id, c.addend);
      }
    }
  }
  /// A sum belongs into the loop that computes what is summed, and what is made of it stays with it.
  constexpr bool belongs_to_arguments(node_id id, const bool* stays) const {
    if (reduces[id]) return fits_together(id, graph.nodes[id].arguments[0]);
    for (int i = 0; i < graph.nodes[id].arity && !is_at_home(id); ++i)
      if (stays[sources[graph.nodes[id].arguments[i]]] && fits_together(id, graph.nodes[id].arguments[i])) return true;
    return false;
  }
  constexpr void lower(int* latest, node_id reader, node_id argument) {
    const node_id source = sources[argument];
    const int bound = stage[reader] - (fits_together(reader, argument) ? 0 : 1);
    if (bound < latest[source]) latest[source] = bound;
  }

  constexpr node_id leader(node_id id) const {
    while (unit[id] != id) id = unit[id];
    return id;
  }

  /// Joins nodes of one stage and space that feed each other or read the same memory. A node whose loop would grow too
  /// large starts later, and so does what depends on it.
  constexpr void join() {
    node_id last_reader[capacity]{};
    bool all_fit = true;
    for (node_id id = 0; id < graph.size; ++id) {
      unit[id] = id;
      last_reader[id] = no_node;
      next_in_unit[id] = no_node;
      last_in_unit[id] = id;
      size[id] = 1;
      for (int i = 0; loops[id] && i < graph.nodes[id].arity; ++i) size[id] += inlined[sources[graph.nodes[id].arguments[i]]];
      if (loops[id]) demands[id] = this->at_most(id, size[id]);
    }
    for (node_id id = 0; id < graph.size; ++id) {
      if (!all_fit) move_behind_arguments(id);
      if (!loops[id] || inlined[id] > 0 || join_arguments(id, last_reader)) continue;
      leave_unit(id);
      starts_late[id] = true;
      move_behind_arguments(id);
      all_fit = false;
    }
  }
  constexpr bool join_arguments(node_id id, node_id* last_reader) {
    for (int i = 0; i < graph.nodes[id].arity; ++i) {
      const node_id source = sources[graph.nodes[id].arguments[i]];
      if (fits_together(id, graph.nodes[id].arguments[i]) && stage[source] == stage[id]) {
        if (!unite(leader(source), leader(id))) return false;
      } else if (graph.nodes[source].code != op::number && is_at_home(id)) {
        const node_id reader = last_reader[source];
        if (reader != no_node && stage[reader] == stage[id] && homes[reader] == homes[id] && !graph.nodes[source].is_scalar())
          unite(leader(reader), leader(id));
        last_reader[source] = id;
      }
    }
    return true;
  }
  /// The last node so far leaves the unit that it has just joined.
  constexpr void leave_unit(node_id id) {
    if (unit[id] == id) return;
    const node_id first = leader(id);
    size[first] -= size[id];
    node_id before = first;
    while (next_in_unit[before] != id) before = next_in_unit[before];
    next_in_unit[before] = no_node;
    last_in_unit[first] = before;
    unit[id] = id;
  }

  constexpr bool unite(node_id a, node_id b) {
    if (a == b) return true;
    const int together = size[a] + size[b];
    if (together > loop_program::instruction_capacity) return false;
    loop_demand most = demands[a];
    most += demands[b];
    if (together > 5 && !most.fits()) {
      most = this->exactly(a, b);
      if (!most.fits()) return false;
    }
    const node_id first = a < b ? a : b, second = a < b ? b : a;
    unit[second] = first;
    size[first] = together;
    demands[first] = most;
    merge_lists(first, second);
    return true;
  }

  /// Both lists are sorted, and so is the joined one.
  constexpr void merge_lists(node_id first, node_id second) {
    if (second > last_in_unit[first]) {
      next_in_unit[last_in_unit[first]] = second;
      last_in_unit[first] = last_in_unit[second];
      return;
    }
    if (last_in_unit[second] > last_in_unit[first]) last_in_unit[first] = last_in_unit[second];
    node_id tail = first, left = next_in_unit[first], right = second;
    while (left != no_node && right != no_node) {
      node_id& smaller = left < right ? left : right;
      next_in_unit[tail] = smaller;
      tail = smaller;
      smaller = next_in_unit[smaller];
    }
    next_in_unit[tail] = left != no_node ? left : right;
  }

  /// Calls f(reader, source) for every value that a loop or a call reads, and with no_node for what the roots ask for.
  template <class F>
  constexpr void for_each_reader(F f) const {
    for (node_id id = 0; id < graph.size; ++id) {
      if (selected.is_root[id]) f(no_node, sources[id]);
      if (selected.roles[id] == role::call) {
        const kernel_call& c = selected.calls[id];
        for (int i = 0; i < c.operand_count; ++i) f(id, sources[c.operands[i]]);
        if (c.scale != no_node) f(id, sources[c.scale]);
        if (c.addend != no_node) f(id, sources[c.addend]);
      } else if (loops[id]) {
        for (int i = 0; i < graph.nodes[id].arity; ++i) f(id, sources[graph.nodes[id].arguments[i]]);
      }
    }
  }
  constexpr void note_readers() {
    for_each_reader([this](node_id reader, node_id source) {
      if (reader == no_node || !loops[reader] || unit[source] != unit[reader]) read_outside[source] = true;
    });
  }
};

}  // namespace ctgrad::detail
