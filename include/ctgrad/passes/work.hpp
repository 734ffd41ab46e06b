// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../graph/sizes.hpp"
#include "plan.hpp"

namespace ctgrad::detail {

/// coefficient * the extents a, b, c: what one step costs in floating-point operations.
struct flop_count {
  double coefficient = 0;
  int extents[3] = {-1, -1, -1};  // of the plan; -1 for 1
};

template <class Plan>
constexpr flop_count flops_of(const Plan& plan, const step& s) {
  if (s.is_loop) {
    const loop_program& p = plan.programs[s.program];
    const loop_timing timing(p);
    const bool is_scalar = plan.extents[s.rows]->is_one() && plan.extents[s.columns]->is_one();
    int operations = 0;  // at each entry
    for (int i = p.first_instruction(); i < p.register_count(); ++i)
      operations += is_scalar || timing.moments[i] == moment::entry || is_reduction(p.of_register(i).code);
    return {static_cast<double>(operations), {s.rows, s.columns, -1}};
  }
  const storage& to = plan.storages[s.outputs[0]];
  switch (s.code) {
    case op::product: return {s.is_plain_product() ? 2. : 1., {to.rows, s.transposed[0] ? s.operand_rows[0] : s.operand_columns[0], to.columns}};
    case op::cholesky_factor: case op::symmetric_factor: return {1. / 3, {to.rows, to.rows, to.rows}};
    case op::lu_factor: return {2. / 3, {to.rows, to.rows, to.rows}};
    case op::factored_solve: case op::factored_solve_transposed: return {is_triangular_factor(s.factor_kind) ? 1. : 2., {to.rows, to.rows, to.columns}};
    case op::factored_inverse: case op::factored_cofactor:
      return {s.factor_kind == op::lu_factor ? 4. / 3 : is_triangular_factor(s.factor_kind) ? 1. / 3 : 2. / 3, {to.rows, to.rows, to.rows}};
    case op::factored_logdet: case op::factored_det: return {2, {s.operand_rows[0], -1, -1}};
    case op::row_max_mask: case op::column_max_mask: case op::entry_product:
    case op::products_before: case op::products_after: case op::cumulative_sum: case op::reverse_cumulative_sum:
      return {1, {s.operand_rows[0], s.operand_columns[0], -1}};
    case op::recurrence: case op::reverse_recurrence: return {2, {s.operand_rows[0], s.operand_columns[0], -1}};
    case op::cumulative_logsumexp: return {5, {s.operand_rows[0], -1, -1}};
    case op::add_diagonal: return {1, {to.rows, -1, -1}};
    default: return {};
  }
}

/// Calls use(entries of rows x columns) for each block of memory that a step reads or writes; extents of the plan.
template <class Plan, class Use>
constexpr void visit_memory(const Plan& plan, const step& s, Use use) {
  const auto use_storage = [&](int id) {
    if (id >= 0) use(plan.storages[id].rows, plan.storages[id].columns);
  };
  for (int i = 0; i < s.operand_count; ++i) use_storage(s.operands[i]);
  for (int i = 0; i < s.output_count; ++i) use_storage(s.outputs[i]);
  use_storage(s.scale);
  use_storage(s.addend);
}

/// Floating-point operations of one run, given a number for each name of an extent.
template <class Plan, class SizeOfName>
constexpr double operations_of(const Plan& plan, SizeOfName size_of_name) {
  double total = 0;
  for (int i = 0; i < plan.step_count; ++i) {
    const flop_count f = flops_of(plan, plan.steps[i]);
    double product = f.coefficient;
    for (int e : f.extents)
      if (e >= 0) product *= size_of(*plan.extents[e], size_of_name);
    total += product;
  }
  return total;
}

/// Entries that the steps of one run read and write; what a cache keeps counts again.
template <class Plan, class SizeOfName>
constexpr double entries_of(const Plan& plan, SizeOfName size_of_name) {
  double entries = 0;
  for (int i = 0; i < plan.step_count; ++i)
    visit_memory(plan, plan.steps[i], [&](int rows, int columns) {
      entries += size_of(*plan.extents[rows], size_of_name) * size_of(*plan.extents[columns], size_of_name);
    });
  return entries;
}

/// Which of several plans for the same results costs least: an entry moved counts as much as an operation, calling a
/// kernel as much as a hundred.
template <class SizeOfName, class... Plans>
constexpr int cheapest_plan(SizeOfName size_of_name, const Plans&... plans) {
  const double costs[] = {operations_of(plans, size_of_name) + entries_of(plans, size_of_name) + 100. * plans.step_count...};
  int best = 0;
  for (int i = 1; i < static_cast<int>(sizeof...(Plans)); ++i)
    if (costs[i] < costs[best]) best = i;
  return best;
}

}  // namespace ctgrad::detail
