// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "loop_program.hpp"
#include "select.hpp"

namespace ctgrad::detail {

/// How much a loop reads, computes and writes.
struct loop_demand {
  int inputs = 0, numbers = 0, instructions = 0, outputs = 0;

  constexpr loop_demand& operator+=(const loop_demand& other) {
    inputs += other.inputs, numbers += other.numbers, instructions += other.instructions, outputs += other.outputs;
    return *this;
  }
  constexpr bool fits() const {
    return inputs <= loop_program::input_capacity && numbers <= loop_program::number_capacity &&
           instructions <= loop_program::instruction_capacity && outputs <= loop_program::output_capacity;
  }
};

/// Counts what loops need of the room that a loop program has.
template <class Graph>
struct demands_of_loops {
  static constexpr int capacity = Graph::capacity;
  const Graph& graph;
  const selection<Graph>& selected;
  node_id sources[capacity]{};       // behind aliases
  node_id next_in_unit[capacity]{};  // no_node at the end
  int inlined[capacity]{};           // so many instructions make this scalar in each loop that reads it; 0 for all others
  int readers[capacity]{};

  /// No less than what a node by itself needs: it takes less time to say.
  constexpr loop_demand at_most(node_id id, int instructions) const {
    loop_demand most{0, graph.nodes[id].is_number() || graph.nodes[id].code == op::call, instructions, 1};
    for (int i = 0; i < graph.nodes[id].arity; ++i) {
      const node_id source = sources[graph.nodes[id].arguments[i]];
      const int operands = inlined[source] > 0 ? 3 * inlined[source] : 1;
      most.inputs += operands;
      if (inlined[source] > 0 || graph.nodes[source].is_number()) most.numbers += operands;
    }
    return most;
  }

  /// What the members of two loops need together.
  constexpr loop_demand exactly(node_id a, node_id b) {
    const auto for_each_member = [&](auto f) {
      for (int half = 0; half < 2; ++half)
        for (node_id id = half == 0 ? a : b; id != no_node; id = next_in_unit[id]) f(id);
    };
    reading r;
    ++count_;
    for_each_member([&](node_id id) { inner_readers_[id] = 0, counted_in_[id] = count_; });
    for_each_member([&](node_id id) {
      ++(graph.nodes[id].is_number() ? r.demand.numbers : r.demand.instructions);
      if (graph.nodes[id].code == op::call) ++r.demand.numbers;
      for (int i = 0; i < graph.nodes[id].arity; ++i) {
        const node_id source = sources[graph.nodes[id].arguments[i]];
        if (counted_in_[source] == count_)
          ++inner_readers_[source];
        else
          note_read(r, graph.nodes[id].arguments[i]);
      }
    });
    for_each_member([&](node_id id) { r.demand.outputs += readers[id] > inner_readers_[id]; });
    return r.demand;
  }

  int inner_readers_[capacity]{};
  int counted_in_[capacity]{}, count_ = 0;  // the last time that a node's loop was counted

  struct reading {
    loop_demand demand;
    node_id read[3 * loop_program::instruction_capacity]{};
    int count = 0;
  };
  constexpr void note_read(reading& r, node_id argument) const {
    for (int i = 0; i < r.count; ++i)
      if (r.read[i] == argument) return;
    r.read[r.count++] = argument;
    const node_id source = sources[argument];
    if (inlined[source] > 0) {
      ++r.demand.instructions;
      for (int i = 0; i < graph.nodes[source].arity; ++i) note_read(r, graph.nodes[source].arguments[i]);
    } else if (graph.nodes[source].is_number() && selected.roles[source] == role::at_hand) {
      ++r.demand.numbers;
    } else {
      ++r.demand.inputs;
    }
  }
};

}  // namespace ctgrad::detail
