// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

#include "../graph/print.hpp"
#include "blas.hpp"
#include "errors.hpp"
#include "lines.hpp"
#include "loop.hpp"

namespace ctgrad::detail {

/// What the steps of a plan work on: where each storage is, and how long each extent.
template <class Plan, class T>
struct context {
  static constexpr const auto& plan = the_plan(Plan{});
  T* pointers[plan.storage_count > 0 ? plan.storage_count : 1]{};
  long sizes[plan.extent_count > 0 ? plan.extent_count : 1]{};

  /// A number while compiling where the extent is fixed and the step is known.
  [[gnu::always_inline]] long size(int extent) const {
    return plan.extents[extent]->is_number() ? plan.extents[extent]->number() : sizes[extent];
  }
  [[gnu::always_inline]] long rows(int storage) const { return size(plan.storages[storage].rows); }
  [[gnu::always_inline]] long columns(int storage) const { return size(plan.storages[storage].columns); }
  static constexpr bool is_one(int extent) { return plan.extents[extent]->is_one(); }
};

template <class T>
void copy_entries(const T* from, T* to, long count) {
  if (from != to) std::copy(from, from + count, to);
}

/// to := from^T for a rows x columns matrix, in blocks that stay in the cache.
template <class T>
void transpose_matrix(const T* from, T* to, long rows, long columns) {
  constexpr long block = 16;
  for (long i0 = 0; i0 < rows; i0 += block)
    for (long j0 = 0; j0 < columns; j0 += block)
      for (long i = i0; i < std::min(i0 + block, rows); ++i)
        for (long j = j0; j < std::min(j0 + block, columns); ++j) to[j * rows + i] = from[i * columns + j];
}

/// The code of the steps of one kind, those of the same form as step `Kind`. What they work on comes with the step.
template <class Plan, int Kind, class T>
struct kernel {
  using state = context<Plan, T>;
  static constexpr const auto& plan = the_plan(Plan{});
  static constexpr const step& form = plan.steps[Kind];

  [[gnu::always_inline]] static void run(state& c, const step& s) {
    if constexpr (form.is_loop) run_loop(c, s);
    else if constexpr (form.code == op::product) multiply(c, s);
    else if constexpr (form.code == op::transpose)
      transpose_matrix<T>(c.pointers[s.operands[0]], c.pointers[s.outputs[0]], c.size(s.operand_rows[0]), c.size(s.operand_columns[0]));
    else if constexpr (form.code == op::identity || form.code == op::diag || form.code == op::add_diagonal) set_diagonal(c, s);
    else if constexpr (form.code == op::diagonal) {
      const long n = c.size(s.operand_rows[0]);
      for (long i = 0; i < n; ++i) c.pointers[s.outputs[0]][i] = c.pointers[s.operands[0]][i * n + i];
    } else if constexpr (is_factor(form.code)) factorise(c, s);
    else if constexpr (form.code == op::factored_solve || form.code == op::factored_solve_transposed) solve(c, s);
    else if constexpr (form.code == op::factored_inverse) invert(c, s);
    else if constexpr (form.code == op::factored_logdet) take_logdet(c, s);
    else if constexpr (runs_along_lines(form.code))
      run_along_lines<form.code, T>(c.pointers[s.operands[0]], c.pointers[s.operands[form.operand_count - 1]],
                                    c.pointers[s.outputs[0]], c.size(s.operand_rows[0]), c.size(s.operand_columns[0]));
    else static_assert(form.is_loop, "no kernel for this op");
  }

 private:
  [[gnu::always_inline]] static void run_loop(state& c, const step& s) {
    const T* in[form.operand_count > 0 ? form.operand_count : 1];
    T* out[form.output_count > 0 ? form.output_count : 1];
    for (int i = 0; i < form.operand_count; ++i) in[i] = c.pointers[s.operands[i]];
    for (int i = 0; i < form.output_count; ++i) out[i] = c.pointers[s.outputs[i]];
    fused_loop<Plan, form.program, T>::run(static_cast<std::size_t>(c.size(s.rows)),
                                        static_cast<std::size_t>(c.size(s.columns)), in, out);
  }

  [[gnu::always_inline]] static T alpha(const state& c, const step& s) {
    if constexpr (form.scale >= 0)
      return static_cast<T>(s.factor) * *c.pointers[s.scale];
    else
      return static_cast<T>(s.factor);
  }

  [[gnu::always_inline]] static void multiply(state& c, const step& s) {
    const long m = c.rows(s.outputs[0]), n = c.columns(s.outputs[0]);
    const long k = form.transposed[0] ? c.size(s.operand_rows[0]) : c.size(s.operand_columns[0]);
    T* to = c.pointers[s.outputs[0]];
    T beta = 0;
    if constexpr (form.addend >= 0) {
      copy_entries<T>(c.pointers[s.addend], to, m * n);
      beta = 1;
    }
    if (m == 0 || n == 0) return;
    if (k == 0) {
      if (beta == 0) std::fill(to, to + m * n, T(0));
      return;
    }
    if (state::is_one(plan.storages[s.outputs[0]].columns))
      gemv<T>(form.transposed[0], c.size(s.operand_rows[0]), c.size(s.operand_columns[0]), alpha(c, s), c.pointers[s.operands[0]],
              c.pointers[s.operands[1]], beta, to);
    else if (state::is_one(plan.storages[s.outputs[0]].rows))
      gemv<T>(!form.transposed[1], c.size(s.operand_rows[1]), c.size(s.operand_columns[1]), alpha(c, s), c.pointers[s.operands[1]],
              c.pointers[s.operands[0]], beta, to);
    else
      gemm<T>(form.transposed[0], form.transposed[1], m, n, k, alpha(c, s), c.pointers[s.operands[0]], c.pointers[s.operands[1]], beta, to);
  }

  /// The identity, diag(v), A + s I and A + diag(v).
  [[gnu::always_inline]] static void set_diagonal(state& c, const step& s) {
    const long n = c.rows(s.outputs[0]);
    T* to = c.pointers[s.outputs[0]];
    if constexpr (form.code == op::add_diagonal)
      copy_entries<T>(c.pointers[s.operands[0]], to, n * n);
    else
      std::fill(to, to + n * n, T(0));
    if constexpr (form.code == op::identity) {
      for (long i = 0; i < n; ++i) to[i * n + i] = 1;
    } else {
      const int added = s.operands[form.code == op::diag ? 0 : 1];
      const bool is_scalar = state::is_one(plan.storages[added].rows);
      const T* from = c.pointers[added];
      for (long i = 0; i < n; ++i) to[i * n + i] += from[is_scalar ? 0 : i];
    }
  }

  // A factor keeps n pivots after its n x n entries, and after those whether it is by LU.
  static int* pivots(T* factor, long n) { return reinterpret_cast<int*>(factor + n * n); }
  static bool is_lu(const T* factor, long n) {
    if constexpr (form.factor_kind == op::symmetric_factor)
      return factor[n * n + n] != 0;
    else
      return form.factor_kind == op::lu_factor;
  }

  [[noreturn, gnu::cold]] static void fail(const step& s) {
    const auto& graph = the_graph(Plan{});
    text_buffer<160> expression;
    print_node(expression, graph, graph[s.node].arguments[0]);
    if constexpr (form.code == op::cholesky_factor)
      throw not_positive_definite(std::string("ctgrad: the matrix is not positive definite: ") + expression.c_str());
    else
      throw singular_matrix(std::string("ctgrad: the matrix is singular: ") + expression.c_str());
  }

  static void factorise(state& c, const step& s) {
    const long n = c.rows(s.outputs[0]);
    T* to = c.pointers[s.outputs[0]];
    copy_entries<T>(c.pointers[s.operands[0]], to, n * n);
    if constexpr (form.code == op::cholesky_factor) {
      if (!factor_cholesky<T>(n, to)) fail(s);
    } else if constexpr (form.code == op::lu_factor) {
      if (!factor_lu<T>(n, to, pivots(to, n))) fail(s);
    } else {
      // Cholesky works on the upper triangle and the diagonal: with the diagonal kept, the matrix can be restored.
      T* diagonal = to + n * n;
      for (long i = 0; i < n; ++i) diagonal[i] = to[i * n + i];
      diagonal[n] = 0;
      if (factor_cholesky<T>(n, to)) return;
      for (long i = 0; i < n; ++i) {
        to[i * n + i] = diagonal[i];
        for (long j = i + 1; j < n; ++j) to[i * n + j] = to[j * n + i];
      }
      diagonal[n] = 1;
      if (!factor_lu<T>(n, to, pivots(to, n))) fail(s);
    }
  }

  static void solve(state& c, const step& s) {
    const long n = c.rows(s.outputs[0]), k = c.columns(s.outputs[0]);
    T* factor = c.pointers[s.operands[0]];
    T* x = c.pointers[s.outputs[0]];
    if (n == 0 || k == 0) return;
    if (!is_lu(factor, n)) {
      copy_entries<T>(c.pointers[s.operands[1]], x, n * k);
      solve_upper<T>(true, n, k, factor, x);
      solve_upper<T>(false, n, k, factor, x);
      return;
    }
    constexpr bool transposed = form.code == op::factored_solve_transposed;
    if (k == 1) {
      copy_entries<T>(c.pointers[s.operands[1]], x, n);
      solve_lu<T>(transposed, n, 1, factor, pivots(factor, n), x);
      return;
    }
    T* by_columns = c.pointers[s.scratch];
    transpose_matrix<T>(c.pointers[s.operands[1]], by_columns, n, k);
    solve_lu<T>(transposed, n, k, factor, pivots(factor, n), by_columns);
    transpose_matrix<T>(by_columns, x, k, n);
  }

  static void invert(state& c, const step& s) {
    const long n = c.rows(s.outputs[0]);
    T* factor = c.pointers[s.operands[0]];
    T* to = c.pointers[s.outputs[0]];
    if (n == 0) return;
    copy_entries<T>(factor, to, n * n);
    if (is_lu(factor, n)) {
      invert_lu<T>(n, to, pivots(factor, n), c.pointers[s.scratch], n * n);
    } else {
      invert_cholesky<T>(n, to);
      for (long i = 0; i < n; ++i)
        for (long j = 0; j < i; ++j) to[i * n + j] = to[j * n + i];
    }
  }

  static void take_logdet(state& c, const step& s) {
    const long n = c.size(s.operand_rows[0]);
    const T* factor = c.pointers[s.operands[0]];
    T total = 0;
    for (long i = 0; i < n; ++i) total += std::log(std::abs(factor[i * n + i]));
    *c.pointers[s.outputs[0]] = is_lu(factor, n) ? total : 2 * total;
  }
};

/// A step on its own: of long plans the compilers would make functions of many thousand instructions otherwise, at a
/// price that grows faster than they do.
template <class Plan, int Kind, class T>
[[gnu::noinline]] void run_apart(context<Plan, T>& c, const step& s) {
  kernel<Plan, Kind, T>::run(c, s);
}
template <class Plan, int Index, class T>
[[gnu::always_inline]] inline void run_step(context<Plan, T>& c) {
  constexpr const step& s = the_plan(Plan{}).steps[Index];
  if constexpr (the_plan(Plan{}).step_count > 64)
    run_apart<Plan, s.kind, T>(c, s);
  else
    kernel<Plan, s.kind, T>::run(c, s);
}

/// Runs the steps one after the other. In chunks: compilers limit the operands of one fold.
template <class Plan, class T, int First = 0>
void run_steps(context<Plan, T>& c) {
  constexpr int count = the_plan(Plan{}).step_count, chunk = 64;
  constexpr int here = count - First < chunk ? count - First : chunk;
  [&]<int... I>(std::integer_sequence<int, I...>) {
    (run_step<Plan, First + I, T>(c), ...);
  }(std::make_integer_sequence<int, here>{});
  if constexpr (First + here < count) run_steps<Plan, T, First + here>(c);
}

}  // namespace ctgrad::detail
