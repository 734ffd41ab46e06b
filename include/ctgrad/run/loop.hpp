// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
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

/// How a loop reduces, for one entry or a pack of them.
template <op Code, class V>
struct reduction {
  using T = lane<V>;
  static constexpr bool is_sum = Code == op::sum || Code == op::row_sums || Code == op::column_sums;
  static constexpr T neutral = is_sum ? T(0) : -std::numeric_limits<T>::infinity();

  [[gnu::always_inline]] static V join(const V& a, const V& b) {
    if constexpr (is_sum)
      return a + b;
    else
      return elementwise<op::maximum, V>(b, a, a);
  }
  /// Of the first `count` entries.
  [[gnu::always_inline]] static V join_first(const V& a, const V& b, std::size_t count) {
    return join(a, keep_first(b, count, neutral));
  }
  [[gnu::always_inline]] static T of_pack(const V& v) {
    if constexpr (is_sum)
      return sum_of(v);
    else
      return fold_lanes(v, [](T a, T b) { return elementwise<op::maximum, T>(b, a, a); });
  }
};

/// The code of one loop program: line by line, each swept as often as needed, vectorised along the columns.
template <class Plan, int Program, class T>
struct fused_loop {
  static constexpr const loop_program& program = the_plan(Plan{}).programs[Program];
  static constexpr loop_timing timing{program};
  static constexpr int input_count = program.input_count, output_count = program.output_count;
  static constexpr int first_number = program.first_number(), first_instruction = program.first_instruction();
  static constexpr int register_count = program.register_count() > 0 ? program.register_count() : 1;
  static constexpr bool by_columns = program.along == loop_lines::columns;
  using inputs = std::make_index_sequence<input_count>;
  using numbers = std::make_index_sequence<program.number_count>;
  using instructions = std::make_index_sequence<program.instruction_count>;
  using outputs = std::make_index_sequence<output_count>;
  template <int Sweep>
  static constexpr loop_timing::needs needs = timing.needs_of(program, Sweep);

  // Copies of the pointers: as locals nothing stored through them can change them.
  struct block {
    const T* in[input_count > 0 ? input_count : 1];
    T* out[output_count > 0 ? output_count : 1];
    std::size_t rows, columns;
  };

  static void run(std::size_t rows, std::size_t columns, const T* const* in, T* const* out) {
    block b;
    for (int i = 0; i < input_count; ++i) b.in[i] = in[i];
    for (int i = 0; i < output_count; ++i) b.out[i] = out[i];
    if constexpr (loop_timing::is_flat(program)) {
      columns *= rows;
      rows = columns > 0 ? 1 : 0;
    }
    b.rows = rows;
    b.columns = columns;
    V fixed[register_count];
    T totals[register_count];
    begin(b, fixed, totals);
    if constexpr (program.along == loop_lines::one) {
      run_line<false>(b, 0, 1, fixed, totals);
    } else if constexpr (by_columns) {
      std::size_t j = 0;
      for (; j + width <= columns; j += width) run_line<false>(b, j, width, fixed, totals);
      if constexpr (width > 1)
        if (j < columns) run_line<true>(b, j, columns - j, fixed, totals);
    } else {
      for (std::size_t i = 0; i < rows; ++i) run_line<false>(b, i, 1, fixed, totals);
    }
    end(b, fixed, totals);
  }

 private:
  using V = pack<T>;
  static constexpr std::size_t width = pack_size<T>;

  template <class F, std::size_t... I>
  [[gnu::always_inline]] static void for_each([[maybe_unused]] F f, std::index_sequence<I...>) {
    (f.template operator()<static_cast<int>(I)>(), ...);
  }

  static constexpr const loop_program::instruction& of_register(int id) { return program.of_register(id); }
  static constexpr bool reduces(int id) { return is_reduction(of_register(id).code); }
  /// Whether a sweep reduces what register `id` stands for.
  static constexpr bool reduces_in(int sweep, int id) { return reduces(id) && timing.sweeps[id] == sweep + 1; }
  static constexpr bool is_computed_at(int id, moment when) { return !reduces(id) && timing.moments[id] == when; }

  // Most loops have nothing but entries: what is not there shall cost the compiler nothing.
  static constexpr bool any_instruction(moment when) {
    for (int i = first_instruction; i < program.register_count(); ++i)
      if (timing.moments[i] == when) return true;
    return false;
  }
  static constexpr bool any_reduction = [] {
    for (int i = first_instruction; i < program.register_count(); ++i)
      if (reduces(i)) return true;
    return false;
  }();

  // A sum in one register waits for each addition; several registers hide the latency.
  static constexpr std::size_t unroll = [] {
    bool adds_up = false;
    for (int i = first_instruction; i < program.register_count(); ++i)
      adds_up = adds_up || (reduces(i) && timing.moments[i] != moment::across);
    return adds_up && !by_columns && timing.sweep_count == 1 && program.instruction_count <= 8 ? 4 : 1;
  }();

  template <int Register>
  [[gnu::always_inline]] static void compute(V* registers) {
    constexpr loop_program::instruction step = of_register(Register);
    if constexpr (step.code == op::call)  // the function stands where a number would
      registers[Register] = call_on_lanes<program.numbers[step.operands[1] - first_number], V>(registers[step.operands[0]]);
    else
      registers[Register] = elementwise<step.code, V>(registers[step.operands[0]], registers[step.operands[1]], registers[step.operands[2]]);
  }

  /// Scalars, and zeros for what is summed up on the way.
  [[gnu::always_inline]] static void begin(const block& b, V* fixed, T* totals) {
    for_each([&]<int I>() __attribute__((always_inline)) { if constexpr (program.inputs[I] == access::scalar) fixed[I] = V(*b.in[I]); }, inputs{});
    for_each([&]<int I>() __attribute__((always_inline)) {
      fixed[first_number + I] = V(static_cast<T>(std::bit_cast<double>(program.numbers[I])));
    }, numbers{});
    if constexpr (any_instruction(moment::once) || any_instruction(moment::end))
      for_each([&]<int I>() __attribute__((always_inline)) {
        constexpr int id = first_instruction + I;
        if constexpr (is_computed_at(id, moment::once)) compute<id>(fixed);
        if constexpr (reduces(id)) totals[id] = 0;
      }, instructions{});
    if constexpr (any_instruction(moment::across))
      for_each([&]<int I>() __attribute__((always_inline)) {
        if constexpr (timing.moments[program.outputs[I].value] == moment::across)
          std::fill(b.out[I], b.out[I] + (by_columns ? b.rows : b.columns), reduction<of_register(program.outputs[I].value).code, T>::neutral);
      }, outputs{});
  }

  /// What is known after all lines.
  [[gnu::always_inline]] static void end(const block& b, V* fixed, const T* totals) {
    if constexpr (any_instruction(moment::end))
      for_each([&]<int I>() __attribute__((always_inline)) {
        constexpr int id = first_instruction + I;
        if constexpr (reduces(id) && timing.moments[id] == moment::end) fixed[id] = V(totals[id]);
        if constexpr (is_computed_at(id, moment::end)) compute<id>(fixed);
      }, instructions{});
    for_each([&]<int I>() __attribute__((always_inline)) {
      if constexpr (program.outputs[I].form == access::scalar) store_first(fixed[program.outputs[I].value], b.out[I], 1);
    }, outputs{});
  }

  /// The row `at`, or `count` columns from `at` on; `Partial` where these do not fill a vector.
  template <bool Partial>
  [[gnu::always_inline]] static void run_line(const block& b, std::size_t at, std::size_t count, V* fixed, T* totals) {
    for_each([&]<int I>() __attribute__((always_inline)) {
      if constexpr (timing.moments[I] == moment::line) fixed[I] = by_columns ? load_line<Partial>(b.in[I] + at, count) : V(b.in[I][at]);
    }, inputs{});
    compute_of_line<0>(fixed);
    run_sweeps<0, Partial>(b, at, count, fixed, totals);
    if constexpr (any_instruction(moment::line))
      for_each([&]<int I>() __attribute__((always_inline)) {
        constexpr loop_program::output o = program.outputs[I];
        if constexpr (timing.moments[o.value] == moment::line && o.form != access::full && o.form != access::scalar) {
          if constexpr (by_columns && !Partial)
            store(fixed[o.value], b.out[I] + at);
          else
            store_first(fixed[o.value], b.out[I] + at, count);
        }
      }, outputs{});
  }
  template <bool Partial>
  [[gnu::always_inline]] static V load_line(const T* from, std::size_t count) {
    if constexpr (Partial)
      return load_first<V>(from, count);
    else
      return load<V>(from);
  }

  /// What belongs to a line and is known after so many sweeps.
  template <int Sweep>
  [[gnu::always_inline]] static void compute_of_line([[maybe_unused]] V* fixed) {
    if constexpr (any_instruction(moment::line))
      for_each([&]<int I>() __attribute__((always_inline)) {
        constexpr int id = first_instruction + I;
        if constexpr (is_computed_at(id, moment::line) && timing.sweeps[id] == Sweep) compute<id>(fixed);
      }, instructions{});
  }

  template <int Sweep, bool Partial>
  [[gnu::always_inline]] static void run_sweeps(const block& b, std::size_t at, std::size_t count, V* fixed, T* totals) {
    V results[unroll][register_count];
    if constexpr (any_reduction)
      for (std::size_t k = 0; k < unroll; ++k)
        for_each([&]<int I>() __attribute__((always_inline)) {
          constexpr int id = first_instruction + I;
          if constexpr (reduces_in(Sweep, id)) results[k][id] = V(reduction<of_register(id).code, V>::neutral);
        }, instructions{});
    if constexpr (by_columns) {
      for (std::size_t i = 0; i < b.rows; ++i) run_pack<Sweep, Partial>(b, i, at, count, fixed, results[0]);
    } else {
      std::size_t j = 0;
      for (; j + unroll * width <= b.columns; j += unroll * width)
        for_each([&]<int K>() __attribute__((always_inline)) {
          run_pack<Sweep, false>(b, at, j + K * width, width, fixed, results[K]);
        }, std::make_index_sequence<unroll>{});
      if constexpr (unroll > 1)
        for (; j + width <= b.columns; j += width) run_pack<Sweep, false>(b, at, j, width, fixed, results[0]);
      if constexpr (width > 1)
        if (j < b.columns) run_pack<Sweep, true>(b, at, j, b.columns - j, fixed, results[0]);
    }
    if constexpr (any_reduction)
      for_each([&]<int I>() __attribute__((always_inline)) {
        constexpr int id = first_instruction + I;
        if constexpr (reduces_in(Sweep, id) && timing.moments[id] != moment::across) {
          using joined = reduction<of_register(id).code, V>;
          for (std::size_t k = 1; k < unroll; ++k) results[0][id] = joined::join(results[0][id], results[k][id]);
          if constexpr (timing.moments[id] == moment::end)
            totals[id] += joined::of_pack(results[0][id]);
          else
            fixed[id] = by_columns ? results[0][id] : V(joined::of_pack(results[0][id]));
        }
      }, instructions{});
    compute_of_line<Sweep + 1>(fixed);
    if constexpr (Sweep + 1 < timing.sweep_count) run_sweeps<Sweep + 1, Partial>(b, at, count, fixed, totals);
  }

  /// One sweep's work on the entries (i, j), ..., (i, j + count - 1).
  template <int Sweep, bool Partial>
  [[gnu::always_inline]] static void run_pack(const block& b, std::size_t i, std::size_t j, std::size_t count, const V* fixed, V* results) {
    constexpr const loop_timing::needs& needed = needs<Sweep>;
    const std::size_t place = i * b.columns + j;
    V registers[register_count];
    for_each([&]<int I>() __attribute__((always_inline)) {
      if constexpr (needed.of[I]) {
        if constexpr (timing.moments[I] != moment::entry) registers[I] = fixed[I];
        else if constexpr (program.inputs[I] == access::full) registers[I] = load_line<Partial>(b.in[I] + place, count);
        else if constexpr (program.inputs[I] == access::row) registers[I] = load_line<Partial>(b.in[I] + j, count);
        else registers[I] = V(b.in[I][i]);
      }
    }, inputs{});
    for_each([&]<int I>() __attribute__((always_inline)) {
      if constexpr (needed.of[first_number + I]) registers[first_number + I] = fixed[first_number + I];
    }, numbers{});
    for_each([&]<int I>() __attribute__((always_inline)) {
      constexpr int id = first_instruction + I;
      if constexpr (needed.reads_back[id]) registers[id] = load_line<Partial>(b.out[timing.stored[id]] + place, count);
      else if constexpr (needed.of[id] && timing.moments[id] != moment::entry) registers[id] = fixed[id];
      else if constexpr (needed.of[id]) compute<id>(registers);
    }, instructions{});
    for_each([&]<int I>() __attribute__((always_inline)) {
      constexpr loop_program::output o = program.outputs[I];
      if constexpr (o.form == access::full && timing.sweeps[o.value] == Sweep) {
        if constexpr (Partial)
          store_first(registers[o.value], b.out[I] + place, count);
        else
          store(registers[o.value], b.out[I] + place);
      } else if constexpr (timing.moments[o.value] == moment::across && reduces_in(Sweep, o.value)) {
        join_across<of_register(o.value).code, Partial>(registers[of_register(o.value).operands[0]], b.out[I], i, j, count);
      }
    }, outputs{});
    if constexpr (any_reduction)
      for_each([&]<int I>() __attribute__((always_inline)) {
        constexpr int id = first_instruction + I;
        if constexpr (reduces_in(Sweep, id) && timing.moments[id] != moment::across) {
          using joined = reduction<of_register(id).code, V>;
          const V& value = registers[of_register(id).operands[0]];
          // Of columns that fill no vector each lane is a line of its own, but for the sum of all.
          if constexpr (Partial && (!by_columns || timing.moments[id] == moment::end))
            results[id] = joined::join_first(results[id], value, count);
          else
            results[id] = joined::join(results[id], value);
        }
      }, instructions{});
  }

  /// What is reduced in memory, for each column or row that crosses the lines.
  template <op Code, bool Partial>
  [[gnu::always_inline]] static void join_across(const V& value, T* results, std::size_t i, std::size_t j, std::size_t count) {
    using joined = reduction<Code, V>;
    if constexpr (by_columns)
      results[i] = reduction<Code, T>::join(results[i], joined::of_pack(Partial ? keep_first(value, count, joined::neutral) : value));
    else if constexpr (Partial)
      store_first(joined::join(load_first<V>(results + j, count), value), results + j, count);
    else
      store(joined::join(load<V>(results + j), value), results + j);
  }
};

}  // namespace ctgrad::detail
