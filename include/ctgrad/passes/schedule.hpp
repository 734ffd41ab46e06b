// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fuse.hpp"
#include "plan.hpp"

namespace ctgrad::detail {

/// Turns units into steps in the order of their stages, and values into storages.
template <class Graph, class Plan, class Written, class Expanded>
struct scheduling {
  static constexpr int capacity = Graph::capacity;

  constexpr scheduling(const Graph& g, const selection<Graph>& s, const fusion<Graph>& f, const Written& written,
                       const Expanded& expanded, const source* const* roots)
      : graph(g), selected(s), fused(f) {
    for (int& storage : storage_of) storage = -1;
    result.failure = g.failure;
    list_leaves(written);
    give_results();
    list_arrays(roots);
    give_in_place();
    node_id units[capacity]{};
    const int unit_count = sort_units(units);
    for (int i = 0; i < unit_count; ++i) emit_unit(units[i]);
    copy_results();
    list_checks(expanded);
  }

  Plan result{};

 private:
  const Graph& graph;
  const selection<Graph>& selected;
  const fusion<Graph>& fused;
  int storage_of[capacity]{};
  std::uint64_t program_keys[Plan::program_capacity + 1]{};
  int kinds[Plan::step_capacity + 1]{}, kind_count = 0;  // the first step of each form

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
    return static_cast<short>(result.storage_count++);
  }

  /// Every leaf that the user wrote is bound, also one that simplification made superfluous.
  constexpr void list_leaves(const Written& written) {
    for (node_id id = 0; id < written.size; ++id)
      if (written[id].code == op::leaf) {
        result.leaf_rows[result.leaf_count] = extent_id(written[id].extents.rows);
        result.leaf_columns[result.leaf_count] = extent_id(written[id].extents.columns);
        result.leaves[result.leaf_count++] = written[id].leaf;
      }
    int index = 0;
    for (node_id id = 0; id < graph.size; ++id) {
      if (graph[id].code != op::leaf) continue;
      // Both lists keep the order in which the leaves were first met, mostly.
      for (int tried = 0; !(result.leaves[index]->key == graph[id].leaf->key) && tried < result.leaf_count; ++tried)
        index = (index + 1) % result.leaf_count;
      storage_of[id] = new_storage(place::input, index, graph[id].extents);
    }
  }

  constexpr void list_checks(const Expanded& expanded) {
    for (node_id id = 0; Plan::check_capacity > 0 && id < expanded.size; ++id) {
      if (!needs_check(expanded, id)) continue;
      const node& n = expanded[id];
      const shape& whole = expanded[n.arguments[0]].extents;
      result.checks[result.check_count++] = {n.code, extent_id(n.extents.rows), extent_id(n.extents.columns),
                                             extent_id(n.from.row), extent_id(n.from.column), extent_id(whole.rows),
                                             extent_id(whole.columns), id};
    }
  }

  constexpr bool is_computed(node_id id) const {
    return selected.roles[id] == role::call || selected.roles[id] == role::loop;
  }

  /// What a root asks for is computed where the caller wants it.
  constexpr void give_results() {
    for (int i = 0; i < Graph::root_count; ++i) {
      const node_id root = graph.roots[i];
      result.result_shapes[i] = graph[root].extents;
      result.results[i] = new_storage(place::result, i, graph[root].extents);
      if (is_computed(root) && storage_of[root] < 0) storage_of[root] = result.results[i];
    }
  }

  /// In the graph everything is a matrix; how a result is shaped stands where it was written.
  constexpr void list_arrays(const source* const* roots) {
    for (int i = 0; i < Graph::root_count; ++i) {
      if (roots[i]->array == nullptr) continue;
      result.result_arrays[i].rank = roots[i]->array->rank;
      for (int j = 0; j < roots[i]->array->rank; ++j) result.result_arrays[i].extents[j] = extent_id(roots[i]->array->extents[j]);
    }
  }

  /// A value that only one call reads, and that the call may overwrite, is computed where the call's result goes.
  constexpr void give_in_place() {
    for (node_id id = graph.size; id-- > 0;) {
      if (selected.roles[id] != role::call) continue;
      const kernel_call& c = selected.calls[id];
      node_id base = c.addend;
      if (is_factor(c.code) || c.code == op::add_diagonal) base = c.operands[0];
      if (c.code == op::factored_solve || c.code == op::factored_solve_transposed) base = c.operands[1];
      if (base == no_node || !is_computed(base) || selected.uses[base] != 1 || storage_of[base] >= 0) continue;
      if (!(graph[base].extents == graph[id].extents)) continue;
      storage_of[base] = storage_for(id);
    }
  }

  constexpr int storage_for(node_id id) {
    if (storage_of[id] < 0) {
      storage_of[id] = new_storage(place::workspace, 0, graph[id].extents);
      result.storages[storage_of[id]].has_pivots = is_factor(graph[id].code);
    }
    return storage_of[id];
  }

  /// The storage that an operand is read from.
  constexpr short operand(node_id id) {
    id = fused.source_of(id);
    const node& n = graph[id];
    if (n.code == op::measure && storage_of[id] < 0)
      storage_of[id] = new_storage(place::measure, extent_id(n.measured), n.extents);
    if (n.code == op::number && selected.roles[id] == role::at_hand && storage_of[id] < 0) {
      // A number that a call reads from memory: a loop writes it there.
      step fill;
      fill.is_loop = true;
      fill.code = op::number;
      fill.output_count = 1;
      storage_of[id] = new_storage(place::workspace, 0, n.extents);
      fill.outputs[0] = static_cast<short>(storage_of[id]);
      fill.rows = extent_id(n.extents.rows);
      fill.columns = extent_id(n.extents.columns);
      loop_program p;
      p.number_count = 1;
      p.numbers[0] = std::bit_cast<std::uint64_t>(n.value);
      p.output_count = 1;
      fill.program = program_id(p);
      fill.node = id;
      push(fill);
    }
    return static_cast<short>(storage_for(id));
  }

  constexpr void push(const step& s) {
    if (result.step_count == Plan::step_capacity) {
      result.failure = trouble::out_of_capacity;
      return;
    }
    step& added = result.steps[result.step_count];
    added = s;
    int kind = 0;
    while (kind < kind_count && !result.steps[kinds[kind]].has_form_of(s)) ++kind;
    if (kind == kind_count) kinds[kind_count++] = result.step_count;
    added.kind = kinds[kind];
    ++result.step_count;
  }

  constexpr int sort_units(node_id* units) const {
    int last_stage = 0, count = 0;
    for (node_id id = 0; id < graph.size; ++id)
      if (fused.stage[id] > last_stage) last_stage = fused.stage[id];
    int first_of[capacity + 2]{};  // counting sort by stage; capacity bounds the stages
    for (node_id id = 0; id < graph.size; ++id)
      if (is_unit(id)) ++first_of[fused.stage[id] + 1], ++count;
    for (int stage = 0; stage <= last_stage; ++stage) first_of[stage + 1] += first_of[stage];
    for (node_id id = 0; id < graph.size; ++id)
      if (is_unit(id)) units[first_of[fused.stage[id]]++] = id;
    return count;
  }
  constexpr bool is_unit(node_id id) const { return is_computed(id) && fused.unit[id] == id; }

  constexpr void emit_unit(node_id id) {
    if (selected.roles[id] == role::call)
      emit_call(id);
    else
      emit_loop(id);
  }

  constexpr void emit_call(node_id id) {
    const kernel_call& c = selected.calls[id];
    step s;
    s.code = c.code;
    s.factor_kind = c.factor_kind;
    s.node = id;
    s.factor = c.factor;
    for (int i = 0; i < c.operand_count; ++i) {
      s.operands[s.operand_count++] = operand(c.operands[i]);
      s.operand_rows[i] = extent_id(graph[c.operands[i]].extents.rows);
      s.operand_columns[i] = extent_id(graph[c.operands[i]].extents.columns);
      s.transposed[i] = c.transposed[i];
    }
    if (c.scale != no_node) s.scale = operand(c.scale);
    if (c.addend != no_node) s.addend = operand(c.addend);
    s.output_count = 1;
    s.outputs[0] = static_cast<short>(storage_for(id));
    if (needs_scratch(c.code)) s.scratch = new_storage(place::workspace, 0, graph[id].extents);
    if (c.code == op::factored_cofactor) result.storages[s.scratch].has_pivots = true;
    push(s);
  }
  static constexpr bool needs_scratch(op code) {
    return code == op::factored_solve || code == op::factored_solve_transposed || code == op::factored_inverse ||
           code == op::factored_cofactor;
  }

  constexpr short program_id(const loop_program& p) {
    const std::uint64_t key = p.key();
    for (int i = 0; i < result.program_count; ++i)
      if (program_keys[i] == key) return static_cast<short>(i);
    if (result.program_count == Plan::program_capacity) {
      result.failure = trouble::out_of_capacity;
      return 0;
    }
    program_keys[result.program_count] = key;
    result.programs[result.program_count] = p;
    return static_cast<short>(result.program_count++);
  }

  /// Collects inputs and numbers first, since registers are numbered after them.
  struct loop_builder {
    loop_program program{};
    node_id inputs[loop_program::input_capacity]{};
    node_id numbers[loop_program::number_capacity]{};
    node_id computed[loop_program::instruction_capacity]{};

    constexpr int add_input(node_id id, access how) {
      for (int i = 0; i < program.input_count; ++i)
        if (inputs[i] == id && program.inputs[i] == how) return i;
      inputs[program.input_count] = id;
      program.inputs[program.input_count] = how;
      return program.input_count++;
    }
    constexpr int add_number(double value) {
      const std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
      for (int i = 0; i < program.number_count; ++i)
        if (program.numbers[i] == bits) return i;
      program.numbers[program.number_count] = bits;
      return program.number_count++;
    }
    constexpr int find_computed(node_id id) const {
      for (int i = 0; i < program.instruction_count; ++i)
        if (computed[i] == id) return i;
      return -1;
    }
  };

  constexpr access how_read(node_id argument, const shape& space) const {
    const shape own = graph[argument].extents;
    if (own.is_scalar()) return access::scalar;
    if (own == space) return access::full;
    // vectors run along one row, whichever way they stand
    if (space.is_row() && own.transposed() == space) return access::full;
    return own.is_row() ? access::row : access::column;
  }

  constexpr bool is_member(node_id id, node_id unit) const {
    return selected.roles[id] == role::loop && fused.unit[id] == unit;
  }

  constexpr void emit_loop(node_id unit) {
    loop_builder loop;
    const shape space = fused.space(unit);
    node_id members[loop_program::instruction_capacity + loop_program::output_capacity]{};
    int member_count = 0;
    for (node_id id = unit; id != no_node; id = fused.next_in_unit[id]) members[member_count++] = id;
    for (int i = 0; i < member_count; ++i) {
      const node& n = graph[members[i]];
      if (n.is_number()) loop.add_number(n.value);
      if (n.code == op::call) loop.add_number(std::bit_cast<double>(n.leaf->function->code));
      for (int j = 0; j < n.arity; ++j) {
        const node_id source = fused.source_of(n.arguments[j]);
        if (is_member(source, unit) && !fused.is_reduction(source)) continue;
        if (graph[source].is_number() && selected.roles[source] == role::at_hand)
          loop.add_number(graph[source].value);
        else
          loop.add_input(source, how_read(n.arguments[j], space));
      }
    }
    step s;
    s.is_loop = true;
    s.node = unit;
    s.rows = extent_id(space.rows);
    s.columns = extent_id(space.columns);
    for (int i = 0; i < member_count; ++i) {
      const node_id id = members[i];
      const node& n = graph[id];
      std::uint8_t registers[3]{};
      for (int j = 0; j < n.arity; ++j) registers[j] = static_cast<std::uint8_t>(register_of(loop, n.arguments[j], unit, space));
      std::uint8_t value = registers[0];
      if (n.is_number()) {
        value = static_cast<std::uint8_t>(loop.program.first_number() + loop.add_number(n.value));
      } else if (!fused.is_reduction(id)) {
        if (n.code == op::call)
          registers[1] = static_cast<std::uint8_t>(loop.program.first_number() +
                                                   loop.add_number(std::bit_cast<double>(n.leaf->function->code)));
        loop.computed[loop.program.instruction_count] = id;
        loop.program.instructions[loop.program.instruction_count] = {n.code, {registers[0], registers[1], registers[2]}};
        value = static_cast<std::uint8_t>(loop.program.first_instruction() + loop.program.instruction_count++);
      }
      if (fused.is_reduction(id) || (fused.read_outside[id] || storage_of[id] >= 0)) {
        const emission kind = n.code == op::sum           ? emission::sum
                              : n.code == op::row_sums    ? emission::row_sums
                              : n.code == op::column_sums ? emission::column_sums
                                                          : emission::store;
        loop.program.outputs[loop.program.output_count++] = {kind, value};
        s.outputs[s.output_count++] = static_cast<short>(storage_for(id));
      }
    }
    for (int i = 0; i < loop.program.input_count; ++i) s.operands[s.operand_count++] = operand(loop.inputs[i]);
    s.program = program_id(loop.program);
    push(s);
  }

  constexpr int register_of(loop_builder& loop, node_id argument, node_id unit, const shape& space) const {
    const node_id source = fused.source_of(argument);
    if (is_member(source, unit) && !fused.is_reduction(source)) {
      if (graph[source].is_number()) return loop.program.first_number() + loop.add_number(graph[source].value);
      return loop.program.first_instruction() + loop.find_computed(source);
    }
    if (graph[source].is_number() && selected.roles[source] == role::at_hand)
      return loop.program.first_number() + loop.add_number(graph[source].value);
    return loop.add_input(source, how_read(argument, space));
  }

  /// Roots that are leaves, numbers, transposes, or the same as another root.
  constexpr void copy_results() {
    for (int i = 0; i < Graph::root_count; ++i) {
      const node_id root = graph.roots[i];
      if (storage_of[root] == result.results[i]) continue;
      step s;
      s.node = root;
      s.is_loop = true;
      s.rows = extent_id(graph[root].extents.rows);
      s.columns = extent_id(graph[root].extents.columns);
      loop_program p;
      if (graph[root].is_number() && selected.roles[root] == role::at_hand) {
        p.number_count = 1;
        p.numbers[0] = std::bit_cast<std::uint64_t>(graph[root].value);
      } else {
        p.input_count = 1;
        p.inputs[0] = graph[root].is_scalar() ? access::scalar : access::full;
        s.operands[s.operand_count++] = operand(root);
      }
      p.output_count = 1;
      s.program = program_id(p);
      s.output_count = 1;
      s.outputs[0] = result.results[i];
      push(s);
    }
  }
};

/// The plan of a graph: kernels selected, loops fused, steps in order.
template <class Plan, class Graph, class Written, class Expanded>
constexpr Plan schedule(const Graph& g, const Written& written, const Expanded& expanded, const source* const* roots) {
  const selection<Graph> selected(g);
  const fusion<Graph> fused(g, selected);
  return scheduling<Graph, Plan, Written, Expanded>(g, selected, fused, written, expanded, roots).result;
}

}  // namespace ctgrad::detail
