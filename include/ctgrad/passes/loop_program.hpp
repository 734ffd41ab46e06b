// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../expr/op.hpp"
#include "../expr/text.hpp"

namespace ctgrad::detail {

/// How an operand or a result of a fused loop over m x n lies against its entries.
enum class access : std::uint8_t {
  full,    // one entry for each (i, j)
  row,     // 1 x n: entry j
  column,  // m x 1: entry i
  scalar   // one entry for all
};

/// The lines of a loop: what belongs to a line, such as its sum, is there for all its entries in the next sweep over it.
enum class loop_lines : std::uint8_t {
  rows,     // one after the other
  columns,  // as many at a time as go into a vector
  one       // all entries are one line
};

/// A fused loop over m x n entries, as a small program on registers that serves as a template argument: loops of the
/// same form share one instantiation. Registers: first the inputs, then the numbers, then one for each instruction.
struct loop_program {
  static constexpr int input_capacity = 16, number_capacity = 12, instruction_capacity = 40, output_capacity = 12;
  static constexpr int register_capacity = input_capacity + number_capacity + instruction_capacity;

  /// An elementwise op of registers, or a reduction of one.
  struct instruction {
    op code = op::number;
    std::uint8_t operands[3]{};
    friend constexpr bool operator==(const instruction&, const instruction&) = default;
  };
  struct output {
    access form = access::full;
    std::uint8_t value = 0;
    friend constexpr bool operator==(const output&, const output&) = default;
  };

  std::uint8_t input_count = 0, number_count = 0, instruction_count = 0, output_count = 0;
  loop_lines along = loop_lines::rows;
  access inputs[input_capacity]{};
  std::uint64_t numbers[number_capacity]{};  // the bits of doubles: Clang 16 has no floating-point template arguments
  instruction instructions[instruction_capacity]{};
  output outputs[output_capacity]{};

  friend constexpr bool operator==(const loop_program&, const loop_program&) = default;

  constexpr int first_number() const { return input_count; }
  constexpr int first_instruction() const { return input_count + number_count; }
  constexpr int register_count() const { return first_instruction() + instruction_count; }
  constexpr const instruction& of_register(int id) const { return instructions[id - first_instruction()]; }

  constexpr std::uint64_t key() const {
    // In one word: mix itself does not tell (1, 0) from (0, 1).
    std::uint64_t state = mix(0, static_cast<std::uint64_t>(input_count) | static_cast<std::uint64_t>(number_count) << 8 |
                                     static_cast<std::uint64_t>(instruction_count) << 16 |
                                     static_cast<std::uint64_t>(output_count) << 24 | static_cast<std::uint64_t>(along) << 32);
    for (int i = 0; i < input_count; ++i) state = mix(state, static_cast<std::uint64_t>(inputs[i]));
    for (int i = 0; i < number_count; ++i) state = mix(state, numbers[i]);
    for (int i = 0; i < instruction_count; ++i) {
      const instruction& step = instructions[i];
      state = mix(state, static_cast<std::uint64_t>(step.code) | static_cast<std::uint64_t>(step.operands[0]) << 8 |
                             static_cast<std::uint64_t>(step.operands[1]) << 16 |
                             static_cast<std::uint64_t>(step.operands[2]) << 24);
    }
    for (int i = 0; i < output_count; ++i)
      state = mix(state, static_cast<std::uint64_t>(outputs[i].form) | static_cast<std::uint64_t>(outputs[i].value) << 8);
    return state;
  }
};

/// When a register of a loop has its value.
enum class moment : std::uint8_t {
  once,    // before all lines: scalars and numbers
  line,    // once for each line
  entry,   // at each entry, in one sweep or more
  across,  // sums across the lines, in memory only
  end      // after all lines
};

/// What follows from a loop program for the code that runs it.
struct loop_timing {
  moment moments[loop_program::register_capacity]{};
  // An entry can be computed first in this sweep; what belongs to a line is there after so many sweeps over it.
  std::uint8_t sweeps[loop_program::register_capacity]{};
  std::int8_t stored[loop_program::register_capacity]{};  // the output that keeps it entry by entry, or -1
  int sweep_count = 1;

  constexpr explicit loop_timing(const loop_program& p) {
    for (std::int8_t& output : stored) output = -1;
    for (int i = 0; i < p.output_count; ++i)
      if (p.outputs[i].form == access::full) stored[p.outputs[i].value] = static_cast<std::int8_t>(i);
    for (int i = 0; i < p.input_count; ++i) moments[i] = of_input(p.inputs[i], p.along);
    for (int i = p.first_instruction(); i < p.register_count(); ++i) {
      const loop_program::instruction& step = p.of_register(i);
      for (int j = 0; j < about(step.code).arity; ++j) {
        const int operand = step.operands[j];
        if (moments[operand] > moments[i]) moments[i] = moments[operand];
        if (sweeps[operand] > sweeps[i]) sweeps[i] = sweeps[operand];
      }
      if (is_reduction(step.code)) {
        if (sweeps[i] >= sweep_count) sweep_count = sweeps[i] + 1;
        moments[i] = of_reduction(step.code, p.along);
        ++sweeps[i];
      }
    }
    for (int i = 0; i < p.output_count; ++i)
      if (p.outputs[i].form == access::full && sweeps[p.outputs[i].value] >= sweep_count)
        sweep_count = sweeps[p.outputs[i].value] + 1;
  }

  static constexpr moment of_input(access form, loop_lines along) {
    if (form == access::scalar) return moment::once;
    return form == (along == loop_lines::columns ? access::row : access::column) ? moment::line : moment::entry;
  }
  static constexpr moment of_reduction(op code, loop_lines along) {
    if (along == loop_lines::one) return moment::line;
    if (code == op::sum) return moment::end;
    const bool by_columns = code == op::column_sums || code == op::column_max;
    return by_columns == (along == loop_lines::columns) ? moment::line : moment::across;
  }

  /// Which registers a sweep needs at each entry: what it stores or reduces, and what that is made of. What an earlier
  /// sweep has stored is read back, all else is computed again.
  struct needs {
    bool of[loop_program::register_capacity]{};
    bool reads_back[loop_program::register_capacity]{};
  };
  constexpr needs needs_of(const loop_program& p, int sweep) const {
    needs result;
    for (int i = 0; i < p.output_count; ++i)
      if (p.outputs[i].form == access::full && sweeps[p.outputs[i].value] == sweep) result.of[p.outputs[i].value] = true;
    for (int i = p.register_count(); i-- > 0;) {
      const bool is_instruction = i >= p.first_instruction();
      const bool reduces = is_instruction && is_reduction(p.of_register(i).code);
      if (reduces && sweeps[i] == sweep + 1) result.of[p.of_register(i).operands[0]] = true;
      if (reduces || !is_instruction || !result.of[i] || moments[i] != moment::entry) continue;
      result.reads_back[i] = stored[i] >= 0 && sweeps[i] < sweep;
      for (int j = 0; !result.reads_back[i] && j < about(p.of_register(i).code).arity; ++j)
        result.of[p.of_register(i).operands[j]] = true;
    }
    return result;
  }

  /// m x n entries are one run of m n: every operand is read entry by entry or is a scalar, and so is every result.
  static constexpr bool is_flat(const loop_program& p) {
    bool flat = p.along == loop_lines::rows;
    for (int i = 0; i < p.input_count; ++i) flat = flat && (p.inputs[i] == access::full || p.inputs[i] == access::scalar);
    for (int i = 0; i < p.instruction_count; ++i)
      flat = flat && (!is_reduction(p.instructions[i].code) || p.instructions[i].code == op::sum);
    return flat;
  }
};

/// What a loop does with some of its registers or results is written out for each, in this order.
struct id_list {
  std::uint8_t ids[loop_program::register_capacity]{};
  int count = 0;

  template <class Predicate>
  constexpr id_list(int first, int end, Predicate holds) {
    for (int id = first; id < end; ++id)
      if (holds(id)) ids[count++] = static_cast<std::uint8_t>(id);
  }
};

/// Which operands and results of a loop have room for whole packs behind the end of a line: what was written in part cannot
/// be read as a whole before it has reached the cache.
struct padding {
  bool inputs[loop_program::input_capacity]{}, outputs[loop_program::output_capacity]{};
  bool in_one_pack = false;  // every line is, in part or as a whole
};

}  // namespace ctgrad::detail
