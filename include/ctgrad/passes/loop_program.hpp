// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../expr/op.hpp"
#include "../expr/text.hpp"

namespace ctgrad::detail {

/// How a fused loop over m x n reads an operand.
enum class access : std::uint8_t {
  full,    // one entry for each (i, j)
  row,     // 1 x n: entry j
  column,  // m x 1: entry i
  scalar   // one entry for all
};

/// What a fused loop does with a value.
enum class emission : std::uint8_t { store, sum, row_sums, column_sums };

/// A fused elementwise loop over m x n entries, as a small program on registers that serves as a template argument:
/// loops of the same form share one instantiation. Registers: first the inputs, then the numbers, then one for each
/// instruction.
struct loop_program {
  static constexpr int input_capacity = 16, number_capacity = 12, instruction_capacity = 40, output_capacity = 12;

  struct instruction {
    op code = op::number;
    std::uint8_t operands[3]{};
    friend constexpr bool operator==(const instruction&, const instruction&) = default;
  };
  struct output {
    emission kind = emission::store;
    std::uint8_t value = 0;
    friend constexpr bool operator==(const output&, const output&) = default;
  };

  std::uint8_t input_count = 0, number_count = 0, instruction_count = 0, output_count = 0;
  access inputs[input_capacity]{};
  std::uint64_t numbers[number_capacity]{};  // the bits of doubles: Clang 16 has no floating-point template arguments
  instruction instructions[instruction_capacity]{};
  output outputs[output_capacity]{};

  friend constexpr bool operator==(const loop_program&, const loop_program&) = default;

  constexpr int first_number() const { return input_count; }
  constexpr int first_instruction() const { return input_count + number_count; }

  constexpr std::uint64_t key() const {
    // In one word: mix itself does not tell (1, 0) from (0, 1).
    std::uint64_t state = mix(0, static_cast<std::uint64_t>(input_count) | static_cast<std::uint64_t>(number_count) << 8 |
                                     static_cast<std::uint64_t>(instruction_count) << 16 |
                                     static_cast<std::uint64_t>(output_count) << 24);
    for (int i = 0; i < input_count; ++i) state = mix(state, static_cast<std::uint64_t>(inputs[i]));
    for (int i = 0; i < number_count; ++i) state = mix(state, numbers[i]);
    for (int i = 0; i < instruction_count; ++i) {
      const instruction& step = instructions[i];
      state = mix(state, static_cast<std::uint64_t>(step.code) | static_cast<std::uint64_t>(step.operands[0]) << 8 |
                             static_cast<std::uint64_t>(step.operands[1]) << 16 |
                             static_cast<std::uint64_t>(step.operands[2]) << 24);
    }
    for (int i = 0; i < output_count; ++i)
      state = mix(state, static_cast<std::uint64_t>(outputs[i].kind) | static_cast<std::uint64_t>(outputs[i].value) << 8);
    return state;
  }

  /// Every operand is read entry by entry or is a scalar, and nothing is summed by rows or columns: m x n entries are
  /// one run of m n.
  constexpr bool is_flat() const {
    for (int i = 0; i < input_count; ++i)
      if (inputs[i] == access::row || inputs[i] == access::column) return false;
    for (int i = 0; i < output_count; ++i)
      if (outputs[i].kind == emission::row_sums || outputs[i].kind == emission::column_sums) return false;
    return true;
  }
};

}  // namespace ctgrad::detail
