// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include "../passes/plan.hpp"
#include "elementwise.hpp"

namespace ctgrad::detail {

/// Stands for a plan in the names of what is instantiated for it; `the_plan` gives its value.
template <digest Key>
struct plan_key {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-template-friend"
#endif
  friend constexpr auto& the_plan(plan_key<Key>);
  friend constexpr auto& the_graph(plan_key<Key>);
  friend constexpr auto& the_expressions(plan_key<Key>);
  friend constexpr auto& the_checked_graph(plan_key<Key>);
  friend constexpr assumption the_assumption(plan_key<Key>);
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
};

/// The code of one loop program: a single pass over m x n entries, vectorised along the columns.
template <class Plan, int Program, class T>
struct fused_loop {
  static constexpr const loop_program& program = the_plan(Plan{}).programs[Program];
  static constexpr int input_count = program.input_count, output_count = program.output_count;
  static constexpr int first_number = program.first_number(), first_instruction = program.first_instruction();
  static constexpr int register_count = first_instruction + program.instruction_count;
  using inputs = std::make_index_sequence<input_count>;
  using outputs = std::make_index_sequence<output_count>;

  static constexpr bool reduces() {
    for (int i = 0; i < output_count; ++i)
      if (program.outputs[i].kind == emission::sum || program.outputs[i].kind == emission::row_sums) return true;
    return false;
  }
  // A sum in one register waits for each addition; several registers hide the latency.
  static constexpr std::size_t unroll = reduces() && program.instruction_count <= 8 ? 4 : 1;

  // Copies of the pointers: as locals nothing stored through them can change them.
  struct pointers {
    const T* in[input_count > 0 ? input_count : 1];
    T* out[output_count > 0 ? output_count : 1];
  };

  static void run(std::size_t rows, std::size_t columns, const T* const* in, T* const* out) {
    pointers p;
    for (int i = 0; i < input_count; ++i) p.in[i] = in[i];
    for (int i = 0; i < output_count; ++i) p.out[i] = out[i];
    if constexpr (program.is_flat()) {
      columns *= rows;
      rows = columns > 0 ? 1 : 0;
    }
    clear(p, rows, columns, outputs{});
    T sums[output_count > 0 ? output_count : 1] = {};
    for (std::size_t i = 0; i < rows; ++i) run_row(p, i, columns, sums);
    finish(p, sums, outputs{});
  }

 private:
  using V = pack<T>;
  static constexpr std::size_t width = pack_size<T>;

  template <std::size_t... I>
  static void clear([[maybe_unused]] const pointers& p, [[maybe_unused]] std::size_t rows, [[maybe_unused]] std::size_t columns,
                    std::index_sequence<I...>) {
    (clear_one<I>(p, rows, columns), ...);
  }
  template <std::size_t I>
  static void clear_one([[maybe_unused]] const pointers& p, [[maybe_unused]] std::size_t rows, [[maybe_unused]] std::size_t columns) {
    if constexpr (program.outputs[I].kind == emission::column_sums)
      for (std::size_t j = 0; j < columns; ++j) p.out[I][j] = 0;
    if constexpr (program.outputs[I].kind == emission::row_sums)
      if (columns == 0)
        for (std::size_t i = 0; i < rows; ++i) p.out[I][i] = 0;
  }

  static void run_row(const pointers& p, std::size_t i, std::size_t columns, T* sums) {
    V fixed[first_instruction > 0 ? first_instruction : 1];
    load_fixed(fixed, p, i, inputs{});
    load_numbers(fixed, std::make_index_sequence<static_cast<std::size_t>(program.number_count)>{});
    V accumulators[unroll][output_count > 0 ? output_count : 1];
    for (auto& row : accumulators)
      for (V& accumulator : row) accumulator = V(T(0));
    std::size_t j = 0;
    for (; j + unroll * width <= columns; j += unroll * width)
      run_packs(p, i, j, columns, fixed, accumulators, std::make_index_sequence<unroll>{});
    if constexpr (unroll > 1)
      for (; j + width <= columns; j += width) run_pack<false>(p, i, j, columns, width, fixed, accumulators[0]);
    if (j < columns) run_pack<true>(p, i, j, columns, columns - j, fixed, accumulators[0]);
    for (std::size_t k = 1; k < unroll; ++k)
      for (int o = 0; o < output_count; ++o) accumulators[0][o] += accumulators[k][o];
    emit_sums(p, i, accumulators[0], sums, outputs{});
  }

  template <std::size_t... K>
  [[gnu::always_inline]] static void run_packs(const pointers& p, std::size_t i, std::size_t j, std::size_t columns, const V* fixed,
                        V (&accumulators)[unroll][output_count > 0 ? output_count : 1], std::index_sequence<K...>) {
    (run_pack<false>(p, i, j + K * width, columns, width, fixed, accumulators[K]), ...);
  }

  template <std::size_t... I>
  static void load_fixed([[maybe_unused]] V* fixed, [[maybe_unused]] const pointers& p, [[maybe_unused]] std::size_t i, std::index_sequence<I...>) {
    ((program.inputs[I] == access::column   ? void(fixed[I] = V(p.in[I][i]))
      : program.inputs[I] == access::scalar ? void(fixed[I] = V(*p.in[I]))
                                            : void()),
     ...);
  }
  template <std::size_t... I>
  static void load_numbers([[maybe_unused]] V* fixed, std::index_sequence<I...>) {
    ((fixed[first_number + I] = V(static_cast<T>(std::bit_cast<double>(program.numbers[I])))), ...);
  }

  template <std::size_t I, bool Partial>
  [[gnu::always_inline]] static V load_input([[maybe_unused]] const pointers& p, [[maybe_unused]] std::size_t i, [[maybe_unused]] std::size_t j,
                                              [[maybe_unused]] std::size_t columns, [[maybe_unused]] std::size_t count,
                                              [[maybe_unused]] const V* fixed) {
    if constexpr (program.inputs[I] == access::full || program.inputs[I] == access::row) {
      const T* from = p.in[I] + (program.inputs[I] == access::full ? i * columns + j : j);
      if constexpr (Partial)
        return load_first<V>(from, count);
      else
        return load<V>(from);
    } else {
      return fixed[I];
    }
  }

  template <bool Partial>
  [[gnu::always_inline]] static void run_pack(const pointers& p, std::size_t i, std::size_t j, std::size_t columns, std::size_t count,
                       const V* fixed, V* accumulators) {
    V registers[register_count > 0 ? register_count : 1];
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((registers[I] = load_input<I, Partial>(p, i, j, columns, count, fixed)), ...);
    }(inputs{});
    for (int k = first_number; k < first_instruction; ++k) registers[k] = fixed[k];
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((registers[first_instruction + I] = compute<program.instructions[I]>(registers)), ...);
    }(std::make_index_sequence<static_cast<std::size_t>(program.instruction_count)>{});
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (emit<I, Partial>(p, i, j, columns, count, registers, accumulators), ...);
    }(outputs{});
  }

  template <loop_program::instruction Instruction>
  [[gnu::always_inline]] static V compute(const V* registers) {
    if constexpr (Instruction.code == op::call)  // the function stands where a number would
      return call_on_lanes<program.numbers[Instruction.operands[1] - first_number], V>(registers[Instruction.operands[0]]);
    else
      return elementwise<Instruction.code, V>(registers[Instruction.operands[0]], registers[Instruction.operands[1]],
                                            registers[Instruction.operands[2]]);
  }

  template <std::size_t I, bool Partial>
  [[gnu::always_inline]] static void emit([[maybe_unused]] const pointers& p, [[maybe_unused]] std::size_t i, [[maybe_unused]] std::size_t j,
                                           [[maybe_unused]] std::size_t columns, [[maybe_unused]] std::size_t count,
                                           const V* registers, [[maybe_unused]] V* accumulators) {
    constexpr loop_program::output o = program.outputs[I];
    const V& value = registers[o.value];
    if constexpr (o.kind == emission::store) {
      T* to = p.out[I] + i * columns + j;
      if constexpr (Partial)
        store_first(value, to, count);
      else
        store(value, to);
    } else if constexpr (o.kind == emission::column_sums) {
      T* to = p.out[I] + j;
      if constexpr (Partial)
        store_first(V(load_first<V>(to, count) + value), to, count);
      else
        store(V(load<V>(to) + value), to);
    } else if constexpr (Partial) {
      accumulators[I] += keep_first(value, count);
    } else {
      accumulators[I] += value;
    }
  }

  template <std::size_t... I>
  static void emit_sums([[maybe_unused]] const pointers& p, [[maybe_unused]] std::size_t i,
                        [[maybe_unused]] const V* accumulators, [[maybe_unused]] T* sums, std::index_sequence<I...>) {
    ((program.outputs[I].kind == emission::row_sums ? void(p.out[I][i] = sum_of(accumulators[I]))
      : program.outputs[I].kind == emission::sum    ? void(sums[I] += sum_of(accumulators[I]))
                                                    : void()),
     ...);
  }
  template <std::size_t... I>
  static void finish([[maybe_unused]] const pointers& p, [[maybe_unused]] const T* sums, std::index_sequence<I...>) {
    ((program.outputs[I].kind == emission::sum ? void(*p.out[I] = sums[I]) : void()), ...);
  }
};

}  // namespace ctgrad::detail
