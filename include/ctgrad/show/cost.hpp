// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../run/compile.hpp"

namespace ctgrad::detail {

/// What a kernel is called: the BLAS or LAPACK routine where it is one.
template <class Plan>
constexpr const char* kernel_name(const Plan& plan, const step& s) {
  if (s.is_loop) return "loop";
  switch (s.code) {
    case op::product: {
      const storage& to = plan.storages[s.outputs[0]];
      return plan.extents[to.columns]->is_one() || plan.extents[to.rows]->is_one() ? "gemv" : "gemm";
    }
    case op::cholesky_factor: case op::symmetric_factor: return "potrf";
    case op::lu_factor: return "getrf";
    case op::factored_solve: case op::factored_solve_transposed: return s.factor_kind == op::lu_factor ? "getrs" : "trsm";
    case op::factored_inverse: return s.factor_kind == op::lu_factor ? "getri" : is_triangular_factor(s.factor_kind) ? "trtri" : "potri";
    case op::part: return "copy";
    case op::vertical: case op::horizontal: case op::block_diagonal: return s.operand_count > 0 ? "copy" : "fill";
    default: return about(s.code).name;
  }
}

/// coefficient * the extents a, b, c: what one step costs in floating-point operations.
struct flop_count {
  double coefficient = 0;
  int extents[3] = {-1, -1, -1};  // of the plan; -1 for 1
};

template <class Plan>
constexpr flop_count flops_of(const Plan& plan, const step& s) {
  if (s.is_loop) {
    const loop_program& p = plan.programs[s.program];
    int sums = 0;
    for (int i = 0; i < p.output_count; ++i) sums += p.outputs[i].kind != emission::store;
    return {static_cast<double>(p.instruction_count + sums), {s.rows, s.columns, -1}};
  }
  const storage& to = plan.storages[s.outputs[0]];
  switch (s.code) {
    case op::product: return {2, {to.rows, s.transposed[0] ? s.operand_rows[0] : s.operand_columns[0], to.columns}};
    case op::cholesky_factor: case op::symmetric_factor: return {1. / 3, {to.rows, to.rows, to.rows}};
    case op::lu_factor: return {2. / 3, {to.rows, to.rows, to.rows}};
    case op::factored_solve: case op::factored_solve_transposed: return {is_triangular_factor(s.factor_kind) ? 1. : 2., {to.rows, to.rows, to.columns}};
    case op::factored_inverse: case op::factored_cofactor:
      return {s.factor_kind == op::lu_factor ? 4. / 3 : is_triangular_factor(s.factor_kind) ? 1. / 3 : 2. / 3, {to.rows, to.rows, to.rows}};
    case op::factored_logdet: case op::factored_det: return {2, {s.operand_rows[0], -1, -1}};
    case op::logsumexp_columns: case op::logsumexp_rows: return {3, {s.operand_rows[0], s.operand_columns[0], -1}};
    case op::row_max: case op::column_max: case op::row_max_mask: case op::column_max_mask: case op::entry_product:
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

/// The cost of a plan as numbers, while compiling. Sizes are those of the named extents, in the order in which the
/// leaves, as the expressions first mention them, name them.
template <class Plan>
struct plan_cost {
  static constexpr const auto& plan = the_plan(Plan{});

  /// How many steps call the kernel: "gemm", "gemv", "potrf", "trsm", ..., "loop".
  static constexpr int calls(const char* kernel) {
    int count = 0;
    for (int i = 0; i < plan.step_count; ++i) count += compare(kernel_name(plan, plan.steps[i]), kernel) == 0;
    return count;
  }

  /// Floating-point operations of one call with these sizes.
  template <class... Sizes>
  static constexpr double flops(Sizes... sizes) {
    const long values[] = {static_cast<long>(sizes)..., 0};
    static_assert(sizeof...(Sizes) == names_of_plan<Plan>.count, "ctgrad: cost needs a size for each named extent");
    double total = 0;
    for (int i = 0; i < plan.step_count; ++i) {
      const flop_count f = flops_of(plan, plan.steps[i]);
      double product = f.coefficient;
      for (int e : f.extents)
        if (e >= 0) product *= static_cast<double>(evaluate(*plan.extents[e], values));
      total += product;
    }
    return total;
  }

  /// Bytes that the steps of one call read and write with these sizes, in doubles; what a cache keeps counts again.
  template <class... Sizes>
  static constexpr double bytes(Sizes... sizes) {
    const long values[] = {static_cast<long>(sizes)..., 0};
    static_assert(sizeof...(Sizes) == names_of_plan<Plan>.count, "ctgrad: cost needs a size for each named extent");
    double entries = 0;
    for (int i = 0; i < plan.step_count; ++i)
      visit_memory(plan, plan.steps[i], [&](int rows, int columns) {
        entries += static_cast<double>(evaluate(*plan.extents[rows], values)) * static_cast<double>(evaluate(*plan.extents[columns], values));
      });
    return 8 * entries;
  }

  /// Entries of the workspace with these sizes.
  template <class... Sizes>
  static constexpr long workspace(Sizes... sizes) {
    const long values[] = {static_cast<long>(sizes)..., 0};
    static_assert(sizeof...(Sizes) == names_of_plan<Plan>.count, "ctgrad: cost needs a size for each named extent");
    long total = 0;
    for (int i = 0; i < plan.buffer_count; ++i) {
      const long n = evaluate(*plan.extents[plan.buffers[i].rows], values);
      total += n * evaluate(*plan.extents[plan.buffers[i].columns], values) + (plan.buffers[i].has_pivots ? n + 1 : 0);
    }
    return total;
  }

 private:
  static constexpr long evaluate(const extent& e, const long* values) {
    long total = 0;
    for (int i = 0; i < e.count; ++i) {
      long term = e.terms[i].coefficient;
      for (int j = 0; j < e.terms[i].degree; ++j) term *= values[names_of_plan<Plan>.find(e.terms[i].factors[j].key)];
      total += term;
    }
    return total;
  }
};

}  // namespace ctgrad::detail

namespace ctgrad {

/// What a compiled function costs, for a static_assert: `cost(f).calls("gemm")`, `.flops(sizes...)`, `.bytes(sizes...)`,
/// `.workspace(sizes...)`.
template <class Plan>
constexpr detail::plan_cost<Plan> cost(const detail::function<Plan>&) {
  return {};
}

}  // namespace ctgrad
