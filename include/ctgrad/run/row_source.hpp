// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>

#include "../passes/plan.hpp"

namespace ctgrad::detail {

/// An operand of a loop whose rows are computed some at a time, while the loop runs: it reads them before they leave the cache.
struct row_source {
  int operand = 0;
  std::size_t rows_at_a_time = 1;
  bool keeps_rows = true;  // all are in memory in the end; otherwise each time the first ones are overwritten
  const void* product = nullptr;
  void (*compute)(const void* product, std::size_t first, std::size_t count) = nullptr;

  /// Computes the next of so many rows; returns how many.
  std::size_t compute_from(std::size_t first, std::size_t rows) const {
    const std::size_t count = std::min(rows_at_a_time, rows - first);
    compute(product, first, count);
    return count;
  }
};

/// Where the operands and results of a loop over rows x columns entries are.
template <class T, int Inputs, int Outputs>
struct loop_block {
  const T* in[Inputs > 0 ? Inputs : 1];
  T* out[Outputs > 0 ? Outputs : 1];
  std::size_t rows, columns;

  constexpr loop_block(std::size_t m, std::size_t n, const T* const* operands, T* const* results) : rows(m), columns(n) {
    for (int i = 0; i < Inputs; ++i) in[i] = operands[i];
    for (int i = 0; i < Outputs; ++i) out[i] = results[i];
  }

  /// One row of all entries.
  constexpr void flatten() {
    columns *= rows;
    rows = columns > 0 ? 1 : 0;
  }
  /// `count` rows from row `first` on, of which one operand comes from `source`.
  constexpr loop_block part(const loop_program& program, const row_source& source, std::size_t first, std::size_t count) const {
    const auto skipped = [&](access form) { return form == access::full ? first * columns : form == access::column ? first : 0; };
    loop_block result = *this;
    result.rows = count;
    for (int i = 0; i < Inputs; ++i)
      if (i != source.operand || source.keeps_rows) result.in[i] += skipped(program.inputs[i]);
    for (int i = 0; i < Outputs; ++i) result.out[i] += skipped(program.outputs[i].form);
    return result;
  }
};

/// Which operand of the loop after step i is the product of two matrices that step i computes, which the loop reads row by row; -1 if
/// there is no such product and loop.
template <class Plan>
constexpr int operand_from_product(int i) {
  constexpr const auto& plan = the_plan(Plan{});
  if (i < 0 || i + 1 >= plan.step_count) return -1;
  const step &product = plan.steps[i], &loop = plan.steps[i + 1];
  if (!product.is_plain_product() || !loop.is_loop) return -1;
  const storage& result = plan.storages[product.outputs[0]];
  if (plan.extents[result.columns]->is_one() || plan.extents[result.rows]->is_one() || result.where == place::inside) return -1;
  const loop_program& program = plan.programs[loop.program];
  if (program.along != loop_lines::rows || loop.rows != result.rows || loop.columns != result.columns) return -1;
  int found = -1;
  for (int j = 0; j < loop.operand_count; ++j) {
    const storage& operand = plan.storages[loop.operands[j]];
    if (operand.where == place::inside && operand.index == product.outputs[0]) return -1;
    if (loop.operands[j] != product.outputs[0]) continue;
    if (found >= 0 || program.inputs[j] != access::full) return -1;
    found = j;
  }
  return found;
}

/// Whether nothing but the loop after step i reads what that computes.
template <class Plan>
constexpr bool is_for_loop_alone(int i) {
  constexpr const auto& plan = the_plan(Plan{});
  const int product = plan.steps[i].outputs[0];
  if (plan.storages[product].where != place::workspace) return false;
  const auto is_it = [&](int id) { return id >= 0 && (id == product || (plan.storages[id].where == place::inside && plan.storages[id].index == product)); };
  for (int j = i + 2; j < plan.step_count; ++j) {
    const step& s = plan.steps[j];
    for (int k = 0; k < s.operand_count; ++k)
      if (is_it(s.operands[k])) return false;
    if (is_it(s.scale) || is_it(s.addend)) return false;
  }
  return true;
}

/// Whether a loop of the same form as step `kind` may take rows as they are computed.
template <class Plan>
constexpr bool takes_rows(int kind) {
  constexpr const auto& plan = the_plan(Plan{});
  for (int i = kind; i < plan.step_count; ++i)
    if (plan.steps[i].kind == kind && operand_from_product<Plan>(i - 1) >= 0) return true;
  return false;
}

}  // namespace ctgrad::detail
