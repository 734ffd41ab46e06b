// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <type_traits>

#include "storages.hpp"
#include "unit_order.hpp"

namespace ctgrad::detail {

/// Turns units into steps in the order of their stages, and values into storages. `Passes` holds what the earlier passes
/// made of the expressions.
template <class Plan, class Passes>
struct scheduling : storage_assignment<std::remove_cvref_t<decltype(Passes::ordered)>, Plan> {
  using graph_type = std::remove_cvref_t<decltype(Passes::ordered)>;
  using base = storage_assignment<graph_type, Plan>;
  using base::capacity, base::result;

  constexpr explicit scheduling(const graph_type& g) : base(g, Passes::selected) {
    list_leaves(Passes::written);
    give_results();
    list_arrays(Passes::roots);
    give_in_place();
    unit_count = unit_order<graph_type>{g, Passes::selected, fused}.sort(units);
  }
  constexpr void visit(int place) {
    if (place < unit_count) emit_unit(units[place]);
  }
  constexpr scheduling& finish() {
    copy_results();
    list_checks(Passes::expanded);
    list_index_checks(Passes::derived);
    return *this;
  }
  constexpr const Plan& finished() const { return result; }

 private:
  using base::graph, base::selected, base::storage_of, base::extent_id, base::new_storage, base::storage_inside, base::storage_for,
      base::place_of_piece, base::is_computed, base::list_leaves, base::list_checks, base::list_index_checks, base::give_results,
      base::give_in_place, base::list_arrays;
  static constexpr const auto& fused = Passes::fused;
  node_id units[capacity]{};
  int unit_count = 0;
  std::uint64_t program_keys[Plan::program_capacity + 1]{};
  int kinds[Plan::step_capacity + 1]{}, kind_count = 0;  // the first step of each form

  /// The storage that an operand is read from.
  constexpr short operand(node_id id) {
    id = fused.memory_of(id);
    const node& n = graph.nodes[id];
    if (selected.roles[id] == role::alias) return storage_of_part(id);
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

  constexpr short storage_of_part(node_id id) {
    if (storage_of[id] < 0) {
      const node_id whole = graph.nodes[id].arguments[0];
      const short other = operand(whole);
      storage_of[id] = storage_inside(other, graph.nodes[id].from, graph.nodes[id].extents, extent_id(graph.nodes[whole].extents.columns));
    }
    return static_cast<short>(storage_of[id]);
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

  constexpr void emit_unit(node_id id) {
    if (selected.roles[id] == role::call)
      emit_call(id);
    else
      emit_loop(id);
  }

  /// A step for each piece that is not computed in its place, and for what no piece covers.
  constexpr void emit_assembly(node_id id) {
    const op code = graph.nodes[id].code;
    for (int i = 0; i < 2; ++i) emit_piece(id, code, graph.nodes[id].arguments[i], place_of_piece(id, i));
    if (code != op::block_diagonal) return;
    const shape first = graph.nodes[graph.nodes[id].arguments[0]].extents, second = graph.nodes[graph.nodes[id].arguments[1]].extents;
    push_rectangle(id, code, no_node, {&zero_extent, first.columns}, {first.rows, second.columns});
    push_rectangle(id, code, no_node, {first.rows, &zero_extent}, {second.rows, first.columns});
  }
  constexpr void emit_piece(node_id id, op code, node_id piece, const position& from) {
    const storage there = result.storages[operand(piece)];
    const bool is_there = there.where == place::inside && there.index == storage_for(id) &&
                          there.first_row == extent_id(from.row) && there.first_column == extent_id(from.column);
    if (!is_there) push_rectangle(id, code, piece, from, graph.nodes[piece].extents);
  }
  constexpr void push_rectangle(node_id id, op code, node_id piece, const position& from, const shape& extents) {
    step s;
    s.code = code;
    s.node = id;
    s.output_count = 1;
    s.outputs[0] = static_cast<short>(storage_for(id));
    if (piece != no_node) s.operands[s.operand_count++] = operand(piece);
    set_rectangle(s, from, extents);
    push(s);
  }
  constexpr void set_rectangle(step& s, const position& from, const shape& extents) {
    s.rows = extent_id(extents.rows);
    s.columns = extent_id(extents.columns);
    s.first_row = extent_id(from.row);
    s.first_column = extent_id(from.column);
  }

  constexpr void emit_call(node_id id) {
    const kernel_call& c = selected.calls[id];
    if (is_assembly(c.code)) return emit_assembly(id);
    if (c.tiles) return emit_piece(id, op::vertical, c.operands[0], c.from);
    step s;
    s.code = c.code;
    s.factor_kind = c.factor_kind;
    s.node = id;
    s.factor = c.factor;
    for (int i = 0; i < c.operand_count; ++i) {
      s.operands[s.operand_count++] = operand(c.operands[i]);
      s.operand_rows[i] = extent_id(graph.nodes[c.operands[i]].extents.rows);
      s.operand_columns[i] = extent_id(graph.nodes[c.operands[i]].extents.columns);
      s.transposed[i] = c.transposed[i];
      s.triangles[i] = c.triangles[i];
    }
    s.part = c.part;
    s.is_symmetric = is_symmetric_product(id);
    if (c.scale != no_node) s.scale = operand(c.scale);
    if (c.addend != no_node) s.addend = operand(c.addend), s.addend_factor = c.addend_factor;
    s.output_count = 1;
    s.outputs[0] = static_cast<short>(storage_for(id));
    if (c.code == op::part) set_rectangle(s, c.from, graph.nodes[id].extents);
    if (c.code == op::place) set_rectangle(s, c.from, graph.nodes[c.operands[0]].extents);
    if (needs_scratch(c.code)) s.scratch = new_storage(place::workspace, 0, graph.nodes[id].extents);
    if (c.code == op::factored_cofactor) result.storages[s.scratch].has_pivots = true;
    push(s);
  }
  constexpr bool is_symmetric_product(node_id id) const {
    const kernel_call& c = selected.calls[id];
    if (c.code != op::product || c.part != structure::none || graph.nodes[id].is_scalar()) return false;
    const bool is_gram = c.operands[0] == c.operands[1] && c.transposed[0] != c.transposed[1] && c.addend == no_node;
    return is_gram || (graph.nodes[id].properties & symmetric_value) != 0;
  }
  static constexpr bool needs_scratch(op code) {
    return is_solve_by_factor(code) || code == op::factored_inverse || code == op::factored_cofactor;
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
    node_id inlined[loop_program::instruction_capacity]{};
    int inlined_count = 0;

    constexpr bool knows_inlined(node_id id) const {
      for (int i = 0; i < inlined_count; ++i)
        if (inlined[i] == id) return true;
      return false;
    }
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
    constexpr int number_register(double value) { return program.first_number() + add_number(value); }
    constexpr int find_computed(node_id id) const {
      for (int i = 0; i < program.instruction_count; ++i)
        if (computed[i] == id) return i;
      return -1;
    }
  };

  constexpr access how_read(node_id argument, const shape& space) const {
    const shape own = graph.nodes[argument].extents;
    if (own.is_scalar()) return access::scalar;
    if (own == space) return access::full;
    // vectors run along one row, whichever way they stand
    if (space.is_row() && own.transposed() == space) return access::full;
    return own.is_row() ? access::row : access::column;
  }

  constexpr void emit_loop(node_id unit) {
    loop_builder loop;
    const shape space = fused.space_of_unit(unit);
    loop.program.along = fused.lines_of_unit(unit);
    for (node_id id = unit; id != no_node; id = fused.next_in_unit[id]) {
      const node& n = graph.nodes[id];
      if (n.is_number()) loop.add_number(n.value);
      if (n.code == op::call) loop.add_number(std::bit_cast<double>(n.leaf->function->code));
      for (int i = 0; i < n.arity; ++i) add_operand(loop, n.arguments[i], unit, space);
    }
    step s;
    s.is_loop = true;
    s.node = unit;
    s.rows = extent_id(space.rows);
    s.columns = extent_id(space.columns);
    for (int i = 0; i < loop.inlined_count; ++i) add_instruction(loop, loop.inlined[i], unit, space);
    for (node_id id = unit; id != no_node; id = fused.next_in_unit[id]) {
      if (!graph.nodes[id].is_number()) add_instruction(loop, id, unit, space);
      if (fused.read_outside[id] || storage_of[id] >= 0) add_output(s, loop, id, register_of(loop, id, unit, space), how_read(id, space));
    }
    keep_between_sweeps(s, loop);
    for (int i = 0; i < loop.program.input_count; ++i) s.operands[s.operand_count++] = operand(loop.inputs[i]);
    s.program = program_id(loop.program);
    push(s);
  }

  /// Registers are numbered once all inputs and numbers are known, and scalars that the loop computes for itself.
  constexpr void add_operand(loop_builder& loop, node_id argument, node_id unit, const shape& space) {
    const node_id source = fused.source_of(argument);
    if (fused.is_member(source, unit)) return;
    if (fused.inlined[source] > 0) {
      if (loop.knows_inlined(source)) return;
      for (int i = 0; i < graph.nodes[source].arity; ++i) add_operand(loop, graph.nodes[source].arguments[i], unit, space);
      loop.inlined[loop.inlined_count++] = source;
    } else if (is_number_at_hand(source)) {
      loop.add_number(graph.nodes[source].value);
    } else {
      loop.add_input(fused.memory_of(argument), how_read(argument, space));
    }
  }
  constexpr bool is_number_at_hand(node_id id) const { return graph.nodes[id].is_number() && selected.roles[id] == role::at_hand; }

  constexpr int register_of(loop_builder& loop, node_id argument, node_id unit, const shape& space) const {
    const node_id source = fused.source_of(argument);
    const bool is_computed_here = fused.is_member(source, unit) || fused.inlined[source] > 0;
    if (graph.nodes[source].is_number() && (is_computed_here || is_number_at_hand(source))) return loop.number_register(graph.nodes[source].value);
    if (is_computed_here) return loop.program.first_instruction() + loop.find_computed(source);
    return loop.add_input(fused.memory_of(argument), how_read(argument, space));
  }

  constexpr void add_instruction(loop_builder& loop, node_id id, node_id unit, const shape& space) const {
    const node& n = graph.nodes[id];
    loop_program::instruction added{n.code};
    for (int i = 0; i < n.arity; ++i) added.operands[i] = static_cast<std::uint8_t>(register_of(loop, n.arguments[i], unit, space));
    if (n.code == op::call)
      added.operands[1] = static_cast<std::uint8_t>(loop.number_register(std::bit_cast<double>(n.leaf->function->code)));
    if (n.code == op::column_max && space.is_row()) added.code = op::row_max;  // vectors all run along one row
    loop.computed[loop.program.instruction_count] = id;
    loop.program.instructions[loop.program.instruction_count++] = added;
  }

  /// Outputs stand in the order in which they are computed.
  constexpr void add_output(step& s, loop_builder& loop, node_id id, int value, access form) {
    int place = loop.program.output_count++;
    for (; place > 0 && loop.program.outputs[place - 1].value > value; --place) {
      loop.program.outputs[place] = loop.program.outputs[place - 1];
      s.outputs[place] = s.outputs[place - 1];
    }
    loop.program.outputs[place] = {form, static_cast<std::uint8_t>(value)};
    s.outputs[place] = static_cast<short>(storage_for(id));
    ++s.output_count;
  }

  /// What one sweep over a line computes at some length and a later one needs again goes through memory.
  constexpr void keep_between_sweeps(step& s, loop_builder& loop) {
    if (!has_reduction(loop.program)) return;
    for (int sweep = 1; sweep < loop_program::instruction_capacity; ++sweep) {
      const loop_timing timing(loop.program);
      if (sweep >= timing.sweep_count) return;
      const loop_timing::needs needs = timing.needs_of(loop.program, sweep);
      int kept = -1;
      for (int i = loop.program.instruction_count; i-- > 0 && kept < 0;) {
        const int id = loop.program.first_instruction() + i;
        const bool is_again = needs.of[id] && !needs.reads_back[id] && timing.moments[id] == moment::entry && timing.sweeps[id] < sweep;
        if (is_again && !is_cheap(loop.program.instructions[i].code)) kept = i;
      }
      if (kept < 0) continue;
      if (loop.program.output_count == loop_program::output_capacity) return;
      add_output(s, loop, loop.computed[kept], loop.program.first_instruction() + kept, access::full);
      --sweep;  // what that was made of may not be needed any more
    }
  }
  static constexpr bool has_reduction(const loop_program& p) {
    for (int i = 0; i < p.instruction_count; ++i)
      if (is_reduction(p.instructions[i].code)) return true;
    return false;
  }

  /// Roots that are leaves, numbers, transposes, or the same as another root.
  constexpr void copy_results() {
    for (int i = 0; i < graph_type::root_count; ++i) {
      const node_id root = graph.roots[i];
      const int held = storage_of[this->reshaped(root)];
      if (storage_of[root] == result.results[i]) continue;
      if (held >= 0 && result.storages[held].where == place::inside && result.storages[held].index == result.results[i]) continue;
      step s;
      s.node = root;
      s.is_loop = true;
      s.rows = extent_id(graph.nodes[root].extents.rows);
      s.columns = extent_id(graph.nodes[root].extents.columns);
      loop_program p;
      if (graph.nodes[root].is_number() && selected.roles[root] == role::at_hand) {
        p.number_count = 1;
        p.numbers[0] = std::bit_cast<std::uint64_t>(graph.nodes[root].value);
      } else {
        p.input_count = 1;
        p.inputs[0] = graph.nodes[root].is_scalar() ? access::scalar : access::full;
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

}  // namespace ctgrad::detail
