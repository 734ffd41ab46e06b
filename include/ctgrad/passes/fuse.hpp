// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "loop_program.hpp"
#include "select.hpp"

namespace ctgrad::detail {

/// Groups elementwise nodes and reductions into loops. Every node gets a stage: later than what it needs, but equal to
/// it where both fit into one loop; so units ordered by stage never wait for each other in a circle.
template <class Graph>
struct fusion {
  static constexpr int capacity = Graph::capacity;
  int stage[capacity]{};
  node_id unit[capacity]{};         // the first node of the loop or call that computes this one
  node_id next_in_unit[capacity]{};  // no_node at the end
  bool read_outside[capacity]{};    // something but its own loop reads it

  constexpr fusion(const Graph& g, const selection<Graph>& s) : graph(g), selected(s) {
    look_through_aliases();
    number_spaces();
    count_readers();
    for (bool settled = false; !settled;) {
      assign_stages();
      sink();
      settled = join();
    }
    for (node_id id = 0; id < g.size; ++id) unit[id] = leader(id);
    note_readers();
  }

  constexpr bool is_loop(node_id id) const { return selected.roles[id] == role::loop; }
  constexpr bool is_reduction(node_id id) const {
    const op code = graph[id].code;
    return code == op::sum || code == op::row_sums || code == op::column_sums;
  }
  /// The extents that the loop of a node runs over; vectors all run along one row.
  constexpr shape space(node_id id) const {
    const shape own = is_reduction(id) ? graph[graph[id].arguments[0]].extents : graph[id].extents;
    return own.is_column() ? own.transposed() : own;
  }
  /// The node that computes what an argument reads.
  constexpr node_id source_of(node_id id) const { return sources[id]; }
  /// The node whose memory an argument reads from the first entry on.
  constexpr node_id memory_of(node_id id) const {
    while (selected.roles[id] == role::alias && graph[id].code != op::part) id = graph[id].arguments[0];
    return id;
  }

 private:
  const Graph& graph;
  const selection<Graph>& selected;
  bool starts_late[capacity]{};  // does not fit into the loop of its arguments
  int size[capacity]{};
  int readers[capacity]{}, inner_readers[capacity]{};
  // The same questions come up many times: their answers are noted once.
  node_id sources[capacity]{};   // behind aliases
  node_id in_loop[capacity]{};   // the node of a loop that writes these entries in this order, or no_node
  int space_numbers[capacity]{};

  constexpr void look_through_aliases() {
    for (node_id id = 0; id < graph.size; ++id) {
      const bool is_alias = selected.roles[id] == role::alias;
      const node_id aliased = graph[id].arguments[0];
      sources[id] = is_alias ? sources[aliased] : id;
      in_loop[id] = no_node;
      if (is_alias && graph[id].code == op::transpose) in_loop[id] = in_loop[aliased];
      if (is_loop(id) && !is_reduction(id)) in_loop[id] = id;
    }
  }
  constexpr void number_spaces() {
    node_id firsts[capacity]{};
    int count = 0;
    for (node_id id = 0; id < graph.size; ++id) {
      if (!is_loop(id)) continue;
      const shape own = space(id);
      int number = 0;
      while (number < count && !(space(firsts[number]) == own)) ++number;
      if (number == count) firsts[count++] = id;
      space_numbers[id] = number;
    }
  }

  /// Whether `reader` can stand in the loop that computes its argument: it reads entry by entry what that writes.
  constexpr bool fits_together(node_id reader, node_id argument) const {
    return in_loop[argument] != no_node && space_numbers[reader] == space_numbers[in_loop[argument]];
  }

  constexpr int earliest_after(node_id reader, node_id argument) const {
    if (selected.roles[argument] == role::flag || selected.roles[argument] == role::absorbed)
      return earliest_after(reader, graph[argument].arguments[0]);
    const node_id source = source_of(argument);
    if (selected.roles[source] == role::at_hand) return 1;
    const bool joins = is_loop(reader) && fits_together(reader, argument) && !starts_late[reader];
    return stage[source] + (joins ? 0 : 1);
  }

  constexpr void assign_stages() {
    for (node_id id = 0; id < graph.size; ++id) {
      stage[id] = 0;
      if (is_loop(id)) {
        stage[id] = 1;
        for (int i = 0; i < graph[id].arity; ++i) raise(id, graph[id].arguments[i]);
      } else if (selected.roles[id] == role::call) {
        stage[id] = 1;
        const kernel_call& c = selected.calls[id];
        for (int i = 0; i < c.operand_count; ++i) raise(id, c.operands[i]);
        if (c.scale != no_node) raise(id, c.scale);
        if (c.addend != no_node) raise(id, c.addend);
      }
    }
  }
  constexpr void raise(node_id reader, node_id argument) {
    const int earliest = earliest_after(reader, argument);
    if (earliest > stage[reader]) stage[reader] = earliest;
  }

  /// Elementwise work moves to the stage of its first reader, into whose loop it may then go.
  constexpr void sink() {
    int latest[capacity]{};
    for (node_id id = 0; id < graph.size; ++id) latest[id] = selected.is_root[id] ? stage[id] : 1 << 20;
    for (node_id id = graph.size; id-- > 0;) {
      if (is_loop(id)) {
        if (latest[id] < 1 << 20 && latest[id] > stage[id] && !stays(id)) stage[id] = latest[id];
        for (int i = 0; i < graph[id].arity; ++i) lower(latest, id, graph[id].arguments[i]);
      } else if (selected.roles[id] == role::call) {
        const kernel_call& c = selected.calls[id];
        for (int i = 0; i < c.operand_count; ++i) lower(latest, id, c.operands[i]);
        if (c.scale != no_node) lower(latest, id, c.scale);
        if (c.addend != no_node) lower(latest, id, c.addend);
      }
    }
  }
  /// A sum belongs into the loop that computes what is summed.
  constexpr bool stays(node_id id) const { return is_reduction(id) && fits_together(id, graph[id].arguments[0]); }
  constexpr void lower(int* latest, node_id reader, node_id argument) {
    const node_id source = source_of(argument);
    const bool joins = is_loop(reader) && fits_together(reader, argument) && !starts_late[reader];
    const int bound = stage[reader] - (joins ? 0 : 1);
    if (bound < latest[source]) latest[source] = bound;
  }

  constexpr node_id leader(node_id id) const {
    while (unit[id] != id) id = unit[id];
    return id;
  }

  /// Joins nodes of one stage and space that feed each other or read the same memory. False if a node has to start
  /// later because its loop would grow too large.
  constexpr bool join() {
    node_id last_reader[capacity]{};
    for (node_id id = 0; id < graph.size; ++id) {
      unit[id] = id;
      last_reader[id] = no_node;
      next_in_unit[id] = no_node;
      size[id] = 1;
    }
    for (node_id id = 0; id < graph.size; ++id) {
      if (!is_loop(id)) continue;
      for (int i = 0; i < graph[id].arity; ++i) {
        const node_id source = source_of(graph[id].arguments[i]);
        if (fits_together(id, graph[id].arguments[i]) && stage[source] == stage[id]) {
          if (!unite(leader(source), leader(id))) {
            starts_late[id] = true;
            return false;
          }
        } else if (graph[source].code != op::number) {
          const node_id reader = last_reader[source];
          if (reader != no_node && stage[reader] == stage[id] && space_numbers[reader] == space_numbers[id] && !graph[source].is_scalar())
            unite(leader(reader), leader(id));
          last_reader[source] = id;
        }
      }
    }
    return true;
  }

  constexpr bool unite(node_id a, node_id b) {
    if (a == b) return true;
    if (size[a] + size[b] > 5 && !fits_capacity(a, b)) return false;
    const node_id first = a < b ? a : b, second = a < b ? b : a;
    unit[second] = first;
    size[first] += size[second];
    merge_lists(first, second);
    return true;
  }

  /// Both lists are sorted, and so is the joined one.
  constexpr void merge_lists(node_id first, node_id second) {
    node_id tail = first, left = next_in_unit[first], right = second;
    while (left != no_node && right != no_node) {
      node_id& smaller = left < right ? left : right;
      next_in_unit[tail] = smaller;
      tail = smaller;
      smaller = next_in_unit[smaller];
    }
    next_in_unit[tail] = left != no_node ? left : right;
  }

  /// Counts what the joined loop would read and compute.
  constexpr bool fits_capacity(node_id a, node_id b) {
    if (size[a] + size[b] > loop_program::instruction_capacity) return false;
    for (int half = 0; half < 2; ++half)
      for (node_id id = half == 0 ? a : b; id != no_node; id = next_in_unit[id]) inner_readers[id] = 0;
    node_id read[3 * loop_program::instruction_capacity]{};
    int read_count = 0, output_count = 0, number_count = 0, function_count = 0;
    for (int half = 0; half < 2; ++half)
      for (node_id id = half == 0 ? a : b; id != no_node; id = next_in_unit[id]) {
        if (graph[id].code == op::call) ++function_count;
        for (int i = 0; i < graph[id].arity; ++i) {
          const node_id source = source_of(graph[id].arguments[i]);
          const node_id theirs = is_loop(source) ? leader(source) : no_node;
          if (theirs == a || theirs == b) {
            if (!is_reduction(source)) ++inner_readers[source];
            continue;
          }
          bool known = false;
          for (int j = 0; j < read_count && !known; ++j) known = read[j] == graph[id].arguments[i];
          if (known) continue;
          read[read_count++] = graph[id].arguments[i];
          if (graph[source].is_number() && selected.roles[source] == role::at_hand) ++number_count;
        }
      }
    for (int half = 0; half < 2; ++half)
      for (node_id id = half == 0 ? a : b; id != no_node; id = next_in_unit[id])
        if (is_reduction(id) || readers[id] > inner_readers[id]) ++output_count;
    return read_count - number_count <= loop_program::input_capacity && number_count + function_count <= loop_program::number_capacity &&
           output_count <= loop_program::output_capacity;
  }

  /// Calls f(reader, source) for every value that a loop or a call reads, and with no_node for what the roots ask for.
  template <class F>
  constexpr void for_each_reader(F f) const {
    for (node_id id = 0; id < graph.size; ++id) {
      if (selected.is_root[id]) f(no_node, source_of(id));
      if (selected.roles[id] == role::call) {
        const kernel_call& c = selected.calls[id];
        for (int i = 0; i < c.operand_count; ++i) f(id, source_of(c.operands[i]));
        if (c.scale != no_node) f(id, source_of(c.scale));
        if (c.addend != no_node) f(id, source_of(c.addend));
      } else if (is_loop(id)) {
        for (int i = 0; i < graph[id].arity; ++i) f(id, source_of(graph[id].arguments[i]));
      }
    }
  }
  constexpr void count_readers() {
    for_each_reader([this](node_id, node_id source) { ++readers[source]; });
  }
  constexpr void note_readers() {
    for_each_reader([this](node_id reader, node_id source) {
      if (reader == no_node || !is_loop(reader) || is_reduction(source) || unit[source] != unit[reader])
        read_outside[source] = true;
    });
  }
};

}  // namespace ctgrad::detail
