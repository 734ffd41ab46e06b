// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <utility>

#include "../passes/plan.hpp"
#include "elementwise.hpp"
#include "row_source.hpp"

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

/// The code of one loop program: line by line, each swept as often as needed, vectorised along the columns.
template <class Plan, int Program, padding Padding, class T, class V = pack<T>>
struct fused_loop {
  static constexpr const loop_program& program = the_plan(Plan{}).programs[Program];
  static constexpr loop_timing timing{program};
  static constexpr int input_count = program.input_count, output_count = program.output_count;
  static constexpr int first_number = program.first_number(), first_instruction = program.first_instruction();
  static constexpr int register_count = program.register_count() > 0 ? program.register_count() : 1;
  static constexpr bool by_columns = program.along == loop_lines::columns;
  template <int Sweep>
  static constexpr loop_timing::needs needs = timing.needs_of(program, Sweep);

  // Copies of the pointers: as locals nothing stored through them can change them.
  using block = loop_block<T, input_count, output_count>;

  static void run(std::size_t rows, std::size_t columns, const T* const* in, T* const* out) { run_here(rows, columns, in, out); }
  [[gnu::always_inline]] static void run_here(std::size_t rows, std::size_t columns, const T* const* in, T* const* out) {
    const block b(rows, columns, in, out);
    V fixed[register_count];
    T totals[register_count];
    begin(b, fixed, totals);
    run_lines(b, fixed, totals);
    end(b, fixed, totals);
  }
  /// The same for a loop along rows; one operand may not be there yet.
  static void run_with(const row_source* source, std::size_t rows, std::size_t columns, const T* const* in, T* const* out) {
    const block whole(rows, columns, in, out);
    V fixed[register_count];
    T totals[register_count];
    begin(whole, fixed, totals);
    for (std::size_t i = 0, count = rows; i < rows; i += count) {
      if (source != nullptr) count = source->compute_from(i, rows);
      run_lines(source != nullptr ? whole.part(program, *source, i, count) : whole, fixed, totals);
    }
    end(whole, fixed, totals);
  }

 private:
  static constexpr std::size_t width = lane_count<V>;

  [[gnu::always_inline]] static void run_lines(block b, V* fixed, T* totals) {
    if constexpr (loop_timing::is_flat(program)) b.flatten();
    if constexpr (program.along == loop_lines::one) {
      run_line<false>(b, 0, 1, fixed, totals);
    } else if constexpr (by_columns) {
      std::size_t j = 0;
      if constexpr (!Padding.in_one_pack)
        for (; j + width <= b.columns; j += width) run_line<false>(b, j, width, fixed, totals);
      if constexpr (width > 1)
        if (j < b.columns) run_line<true>(b, j, b.columns - j, fixed, totals);
    } else {
      if constexpr (rows_together > 1)
        run_together(b, fixed);
      else
        for (std::size_t i = 0; i < b.rows; ++i) run_line<false>(b, i, 1, fixed, totals);
    }
  }

  template <const id_list& Ids, class F>
  [[gnu::always_inline]] static void for_each([[maybe_unused]] F f) {
    if constexpr (Ids.count > 0) visit<Ids>(f, std::make_index_sequence<Ids.count>{});
  }
  template <const id_list& Ids, class F, std::size_t... I>
  [[gnu::always_inline]] static void visit(F& f, std::index_sequence<I...>) {
    (f.template operator()<Ids.ids[I]>(), ...);
  }

  static constexpr const loop_program::instruction& of_register(int id) { return program.of_register(id); }
  static constexpr bool reduces(int id) { return id >= first_instruction && is_reduction(of_register(id).code); }
  /// Whether a sweep reduces what register `id` stands for.
  static constexpr bool reduces_in(int sweep, int id) { return reduces(id) && timing.sweeps[id] == sweep + 1; }
  static constexpr bool is_computed_at(int id, moment when) { return !reduces(id) && timing.moments[id] == when; }

  template <class Predicate>
  static constexpr id_list inputs_where(Predicate holds) {
    return {0, input_count, holds};
  }
  template <class Predicate>
  static constexpr id_list instructions_where(Predicate holds) {
    return {first_instruction, program.register_count(), holds};
  }
  template <class Predicate>
  static constexpr id_list outputs_where(Predicate holds) {
    return {0, output_count, [holds](int id) { return holds(program.outputs[id], timing.moments[program.outputs[id].value]); }};
  }
  using output = loop_program::output;

  // Before and after all lines, and in memory on the way.
  static constexpr id_list scalars = inputs_where([](int id) { return program.inputs[id] == access::scalar; });
  static constexpr id_list numbers{first_number, first_instruction, [](int) { return true; }};
  static constexpr id_list computed_once = instructions_where([](int id) { return is_computed_at(id, moment::once); });
  static constexpr id_list totalled = instructions_where([](int id) { return reduces(id) && timing.moments[id] == moment::end; });
  static constexpr id_list computed_at_end = instructions_where([](int id) { return is_computed_at(id, moment::end); });
  static constexpr id_list scalar_outputs = outputs_where([](const output& o, moment) { return o.form == access::scalar; });
  static constexpr id_list outputs_across = outputs_where([](const output&, moment when) { return when == moment::across; });
  // Of all lines.
  static constexpr id_list known_once{0, program.register_count(), [](int id) { return timing.moments[id] == moment::once; }};
  // Of a line.
  static constexpr id_list line_inputs = inputs_where([](int id) { return timing.moments[id] == moment::line; });
  static constexpr id_list line_outputs = outputs_where([](const output& o, moment when) {
    return when == moment::line && o.form != access::full && o.form != access::scalar;
  });
  template <int Sweep>
  static constexpr id_list computed_of_line = instructions_where([](int id) {
    return is_computed_at(id, moment::line) && timing.sweeps[id] == Sweep;
  });
  // Of an entry.
  template <int Sweep>
  static constexpr id_list read_in{0, first_instruction, [](int id) { return needs<Sweep>.of[id]; }};
  template <int Sweep>
  static constexpr id_list computed_in = instructions_where([](int id) { return needs<Sweep>.of[id]; });
  template <int Sweep>
  static constexpr id_list stored_in = outputs_where([](const output& o, moment) {
    return o.form == access::full && timing.sweeps[o.value] == Sweep;
  });
  template <int Sweep>
  static constexpr id_list joined_in = outputs_where([](const output& o, moment when) {
    return when == moment::across && reduces_in(Sweep, o.value);
  });
  template <int Sweep>
  static constexpr id_list reduced_in = instructions_where([](int id) {
    return reduces_in(Sweep, id) && timing.moments[id] != moment::across;
  });

  // A sum in one register waits for each addition; several registers hide the latency.
  static constexpr int unroll = [] {
    bool adds_up = false;
    for (int i = first_instruction; i < program.register_count(); ++i)
      adds_up = adds_up || (reduces(i) && timing.moments[i] != moment::across);
    return adds_up && !by_columns && timing.sweep_count == 1 && program.instruction_count <= 8 && !Padding.in_one_pack ? 4 : 1;
  }();
  static constexpr id_list copies{0, unroll, [](int) { return true; }};

  // Rows that share what they read, as those of an outer product do, or are added to each other go several at a time.
  static constexpr int rows_together = [] {
    bool shares = outputs_across.count > 0, reduces_rows = false;
    for (int i = 0; i < input_count; ++i) shares = shares || program.inputs[i] == access::row;
    for (int i = first_instruction; i < program.register_count(); ++i) reduces_rows = reduces_rows || (reduces(i) && timing.moments[i] != moment::across);
    return shares && !reduces_rows && line_outputs.count == 0 && program.along == loop_lines::rows && program.instruction_count <= 8 ? 4 : 1;
  }();

  template <int Register>
  [[gnu::always_inline]] static void compute(V* registers) {
    constexpr loop_program::instruction step = of_register(Register);
    if constexpr (step.code == op::call)  // the function stands where a number would
      registers[Register] = call_on_lanes<program.numbers[step.operands[1] - first_number], V>(registers[step.operands[0]]);
    else
      registers[Register] = elementwise<step.code, V>(registers[step.operands[0]], registers[step.operands[1]], registers[step.operands[2]]);
  }

  /// The same for what is one number: processors divide one faster than a pack.
  template <int Register>
  [[gnu::always_inline]] static void compute_number(V* registers) {
    constexpr loop_program::instruction step = of_register(Register);
    if constexpr (!by_columns && (step.code == op::divide || step.code == op::reciprocal))
      registers[Register] = V(elementwise<step.code, T>(first_lane(registers[step.operands[0]]), first_lane(registers[step.operands[1]]), T(0)));
    else
      compute<Register>(registers);
  }

  /// Scalars, and zeros for what is summed up on the way.
  [[gnu::always_inline]] static void begin([[maybe_unused]] const block& b, [[maybe_unused]] V* fixed, [[maybe_unused]] T* totals) {
    for_each<scalars>([&]<int Id>() __attribute__((always_inline)) { fixed[Id] = V(*b.in[Id]); });
    for_each<numbers>([&]<int Id>() __attribute__((always_inline)) {
      fixed[Id] = V(static_cast<T>(std::bit_cast<double>(program.numbers[Id - first_number])));
    });
    for_each<computed_once>([&]<int Id>() __attribute__((always_inline)) { compute_number<Id>(fixed); });
    for_each<totalled>([&]<int Id>() __attribute__((always_inline)) { totals[Id] = 0; });
    for_each<outputs_across>([&]<int I>() __attribute__((always_inline)) {
      std::fill(b.out[I], b.out[I] + (by_columns ? b.rows : b.columns), reduction<of_register(program.outputs[I].value).code, T>::neutral);
    });
  }

  /// What is known after all lines.
  [[gnu::always_inline]] static void end([[maybe_unused]] const block& b, [[maybe_unused]] V* fixed, [[maybe_unused]] const T* totals) {
    for_each<totalled>([&]<int Id>() __attribute__((always_inline)) { fixed[Id] = V(totals[Id]); });
    for_each<computed_at_end>([&]<int Id>() __attribute__((always_inline)) { compute_number<Id>(fixed); });
    for_each<scalar_outputs>([&]<int I>() __attribute__((always_inline)) {
      if constexpr (Padding.outputs[I])
        store(fixed[program.outputs[I].value], b.out[I]);
      else
        store_first(fixed[program.outputs[I].value], b.out[I], 1);
    });
  }

  /// The row `at`, or `count` columns from `at` on; `Partial` where these do not fill a vector.
  template <bool Partial>
  [[gnu::always_inline]] static void run_line(const block& b, std::size_t at, std::size_t count, V* fixed, T* totals) {
    for_each<line_inputs>([&]<int Id>() __attribute__((always_inline)) {
      fixed[Id] = by_columns ? load_line<Partial && !Padding.inputs[Id]>(b.in[Id] + at, count) : V(b.in[Id][at]);
    });
    compute_of_line<0>(fixed);
    run_sweeps<0, Partial>(b, at, count, fixed, totals);
    for_each<line_outputs>([&]<int I>() __attribute__((always_inline)) {
      if constexpr (by_columns && !Partial)
        store(fixed[program.outputs[I].value], b.out[I] + at);
      else
        store_first(fixed[program.outputs[I].value], b.out[I] + at, count);
    });
  }
  template <bool Partial>
  [[gnu::always_inline]] static V load_line(const T* from, std::size_t count) {
    if constexpr (Partial)
      return load_first<V>(from, count);
    else
      return load<V>(from);
  }

  /// All rows. Long ones that begin anywhere in a cache line are written one by one, and but for their ends line by line: a
  /// store to two of them takes more than twice as long.
  [[gnu::always_inline]] static void run_together(const block& b, const V* fixed) {
    constexpr bool writes = stored_in<0>.count > 0 && !Padding.in_one_pack;
    const bool aligns = writes && b.columns % width != 0 && b.columns >= 8 * width;
    const std::size_t together = aligns ? 0 : b.rows - b.rows % rows_together;
    for (std::size_t i = 0; i < together; i += rows_together) run_rows<rows_together>(b, i, 0, fixed);
    for (std::size_t i = together; i < b.rows; ++i) {
      const std::size_t place = reinterpret_cast<std::uintptr_t>(b.out[writes ? stored_in<0>.ids[0] : 0]) / sizeof(T) + i * b.columns;
      run_rows<1>(b, i, aligns ? (width - place % width) % width : 0, fixed);
    }
  }
  template <int Rows>
  static constexpr id_list of_rows{0, Rows, [](int) { return true; }};
  /// Some rows from row i on; the first `head` entries by themselves.
  template <int Rows>
  [[gnu::always_inline]] static void run_rows(const block& b, std::size_t i, std::size_t head, const V* fixed) {
    V lines[Rows][register_count];
    for_each<of_rows<Rows>>([&]<int Row>() __attribute__((always_inline)) {
      for_each<known_once>([&]<int Id>() __attribute__((always_inline)) { lines[Row][Id] = fixed[Id]; });
      for_each<line_inputs>([&]<int Id>() __attribute__((always_inline)) { lines[Row][Id] = V(b.in[Id][i + Row]); });
      compute_of_line<0>(lines[Row]);
    });
    std::size_t j = head;
    if constexpr (Rows == 1 && width > 1)
      if (head > 0) run_packs<true, Rows>(b, i, 0, head, lines);
    if constexpr (!Padding.in_one_pack)
      for (; j + width <= b.columns; j += width) run_packs<false, Rows>(b, i, j, width, lines);
    if constexpr (width > 1)
      if (j < b.columns) run_packs<true, Rows>(b, i, j, b.columns - j, lines);
  }
  template <bool Partial, int Rows>
  [[gnu::always_inline]] static void run_packs(const block& b, std::size_t i, std::size_t j, std::size_t count, const V (*lines)[register_count]) {
    V registers[Rows][register_count];
    const std::size_t place = i * b.columns + j;
    for_each<read_in<0>>([&]<int Id>() __attribute__((always_inline)) {
      if constexpr (timing.moments[Id] == moment::entry && program.inputs[Id] == access::row) {
        const V shared = in_register(load_line<Partial && !Padding.inputs[Id]>(b.in[Id] + j, count));
        for_each<of_rows<Rows>>([&]<int Row>() __attribute__((always_inline)) { registers[Row][Id] = shared; });
      } else {
        for_each<of_rows<Rows>>([&]<int Row>() __attribute__((always_inline)) {
          registers[Row][Id] = timing.moments[Id] == moment::entry ? load_line<Partial>(b.in[Id] + place + Row * b.columns, count) : lines[Row][Id];
        });
      }
    });
    for_each<of_rows<Rows>>([&]<int Row>() __attribute__((always_inline)) {
      for_each<computed_in<0>>([&]<int Id>() __attribute__((always_inline)) {
        if constexpr (timing.moments[Id] != moment::entry) registers[Row][Id] = lines[Row][Id];
        else compute<Id>(registers[Row]);
      });
    });
    for_each<of_rows<Rows>>([&]<int Row>() __attribute__((always_inline)) {
      for_each<stored_in<0>>([&]<int I>() __attribute__((always_inline)) {
        T* to = b.out[I] + place + Row * b.columns;
        if constexpr (Partial)
          store_first(registers[Row][program.outputs[I].value], to, count);
        else
          store(registers[Row][program.outputs[I].value], to);
      });
    });
    for_each<joined_in<0>>([&]<int I>() __attribute__((always_inline)) {
      constexpr const loop_program::instruction& step = of_register(program.outputs[I].value);
      V joined = registers[0][step.operands[0]];
      for_each<of_rows<Rows>>([&]<int Row>() __attribute__((always_inline)) {
        if constexpr (Row > 0) joined = reduction<step.code, V>::join(joined, registers[Row][step.operands[0]]);
      });
      join_across<step.code, Partial>(joined, b.out[I], i, j, count);
    });
  }

  /// What belongs to a line and is known after so many sweeps.
  template <int Sweep>
  [[gnu::always_inline]] static void compute_of_line([[maybe_unused]] V* fixed) {
    for_each<computed_of_line<Sweep>>([&]<int Id>() __attribute__((always_inline)) { compute_number<Id>(fixed); });
  }

  template <int Sweep, bool Partial>
  [[gnu::always_inline]] static void run_sweeps(const block& b, std::size_t at, std::size_t count, V* fixed, T* totals) {
    V results[unroll][register_count];
    for_each<reduced_in<Sweep>>([&]<int Id>() __attribute__((always_inline)) {
      for (int k = 0; k < unroll; ++k) results[k][Id] = V(reduction<of_register(Id).code, V>::neutral);
    });
    if constexpr (by_columns) {
      for (std::size_t i = 0; i < b.rows; ++i) run_pack<Sweep, Partial>(b, i, at, count, fixed, results[0]);
    } else {
      std::size_t j = 0;
      for (; !Padding.in_one_pack && j + unroll * width <= b.columns; j += unroll * width)
        for_each<copies>([&]<int K>() __attribute__((always_inline)) {
          run_pack<Sweep, false>(b, at, j + K * width, width, fixed, results[K]);
        });
      if constexpr (unroll > 1)
        for (; j + width <= b.columns; j += width) run_pack<Sweep, false>(b, at, j, width, fixed, results[0]);
      if constexpr (width > 1)
        if (j < b.columns) run_pack<Sweep, true>(b, at, j, b.columns - j, fixed, results[0]);
    }
    for_each<reduced_in<Sweep>>([&]<int Id>() __attribute__((always_inline)) {
      using joined = reduction<of_register(Id).code, V>;
      if (b.columns >= unroll * width)
        for (int k = 1; k < unroll; ++k) results[0][Id] = joined::join(results[0][Id], results[k][Id]);
      if constexpr (timing.moments[Id] == moment::end)
        totals[Id] += joined::of_pack(results[0][Id]);
      else
        fixed[Id] = by_columns ? results[0][Id] : joined::of_line(results[0][Id], b.columns);
    });
    compute_of_line<Sweep + 1>(fixed);
    if constexpr (Sweep + 1 < timing.sweep_count) run_sweeps<Sweep + 1, Partial>(b, at, count, fixed, totals);
  }

  /// One sweep's work on the entries (i, j), ..., (i, j + count - 1).
  template <int Sweep, bool Partial>
  [[gnu::always_inline]] static void run_pack(const block& b, std::size_t i, std::size_t j, std::size_t count, const V* fixed, V* results) {
    const std::size_t place = i * b.columns + j;
    V registers[register_count];
    for_each<read_in<Sweep>>([&]<int Id>() __attribute__((always_inline)) {
      if constexpr (timing.moments[Id] != moment::entry) registers[Id] = fixed[Id];
      else if constexpr (program.inputs[Id] == access::full) registers[Id] = load_line<Partial && !Padding.inputs[Id]>(b.in[Id] + place, count);
      else if constexpr (program.inputs[Id] == access::row) registers[Id] = load_line<Partial && !Padding.inputs[Id]>(b.in[Id] + j, count);
      else registers[Id] = V(b.in[Id][i]);
    });
    for_each<computed_in<Sweep>>([&]<int Id>() __attribute__((always_inline)) {
      if constexpr (needs<Sweep>.reads_back[Id])
        registers[Id] = load_line<Partial && !Padding.outputs[timing.stored[Id]]>(b.out[timing.stored[Id]] + place, count);
      else if constexpr (timing.moments[Id] != moment::entry) registers[Id] = fixed[Id];
      else compute<Id>(registers);
    });
    for_each<stored_in<Sweep>>([&]<int I>() __attribute__((always_inline)) {
      if constexpr (Partial && !Padding.outputs[I])
        store_first(registers[program.outputs[I].value], b.out[I] + place, count);
      else
        store(registers[program.outputs[I].value], b.out[I] + place);
    });
    for_each<joined_in<Sweep>>([&]<int I>() __attribute__((always_inline)) {
      constexpr const loop_program::instruction& step = of_register(program.outputs[I].value);
      join_across<step.code, Partial>(registers[step.operands[0]], b.out[I], i, j, count);
    });
    for_each<reduced_in<Sweep>>([&]<int Id>() __attribute__((always_inline)) {
      using joined = reduction<of_register(Id).code, V>;
      const V& value = registers[of_register(Id).operands[0]];
      // Of columns that fill no vector each lane is a line of its own, but for the sum of all.
      if constexpr (Partial && (!by_columns || timing.moments[Id] == moment::end)) {
        const V first = keep_first(value, count, joined::neutral);
        results[Id] = !by_columns && (Padding.in_one_pack || b.columns < width) ? first : joined::join(results[Id], first);
      } else {
        results[Id] = joined::join(results[Id], value);
      }
    });
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
