// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

#include "../graph/print.hpp"
#include "both_ways.hpp"
#include "errors.hpp"
#include "factors.hpp"
#include "lines.hpp"
#include "loop.hpp"
#include "parts.hpp"
#include "tiny_plans.hpp"
#include "triangular.hpp"

namespace ctgrad::detail {

/// What the steps of a plan work on: where each storage is, and how long each extent.
template <class Plan, class T>
struct context {
  static constexpr const auto& plan = the_plan(Plan{});
  T* pointers[plan.storage_count > 0 ? plan.storage_count : 1]{};
  long sizes[plan.extent_count > 0 ? plan.extent_count : 1]{};

  /// A number while compiling where the extent is fixed and the step is known.
  [[gnu::always_inline]] long size(int extent) const {
    if (plan.extents[extent]->is_number()) return plan.extents[extent]->number();
    if (is_in_packs<Plan> && (sizes[extent] < 1 || sizes[extent] > static_cast<long>(pack_size<T>))) __builtin_unreachable();
    return sizes[extent];
  }
  [[gnu::always_inline]] long rows(int storage) const { return size(plan.storages[storage].rows); }
  [[gnu::always_inline]] long columns(int storage) const { return size(plan.storages[storage].columns); }
  static constexpr bool is_one(int extent) { return plan.extents[extent]->is_one(); }
};

/// What a product is multiplied by.
template <class Plan, class T>
[[gnu::always_inline]] inline T alpha_of(const context<Plan, T>& c, const step& s) {
  return s.scale >= 0 ? static_cast<T>(s.factor) * *c.pointers[s.scale] : static_cast<T>(s.factor);
}

/// What is multiplied by the values that a product is added to.
template <class T>
[[gnu::always_inline]] inline T beta_of(const step& s) {
  return s.addend >= 0 ? static_cast<T>(s.addend_factor) : T(0);
}

/// Of long plans the code is short instead of specialised.
template <class Plan>
inline constexpr bool is_long_plan = the_plan(Plan{}).step_count > 64;

/// What the products of one kind are: only these are compiled.
struct product_shapes {
  bool columns = false, rows = false, matrices = false, symmetric = false, parts = false, triangular = false;
};

/// The first step of each kind, which of those each step is of, and what they multiply. All products of a long plan are of one kind.
template <class Plan>
struct step_kinds {
  static constexpr const auto& plan = the_plan(Plan{});
  int first[plan.step_count > 0 ? plan.step_count : 1]{}, number[plan.step_count > 0 ? plan.step_count : 1]{};
  product_shapes products[plan.step_count > 0 ? plan.step_count : 1]{};  // of each kind
  int count = 0;

  constexpr step_kinds() {
    int first_product = -1;
    for (int i = 0; i < plan.step_count; ++i) {
      const step& s = plan.steps[i];
      const bool is_product = !s.is_loop && s.code == op::product;
      if (is_product && first_product < 0) first_product = i;
      const int kind = is_product && is_long_plan<Plan> ? first_product : s.kind;
      if (kind == i) {
        number[i] = count;
        first[count++] = i;
      } else {
        number[i] = number[kind];
      }
      if (is_product) note(s, products[number[i]]);
    }
  }

 private:
  static constexpr void note(const step& s, product_shapes& shapes) {
    const storage& result = plan.storages[s.outputs[0]];
    if (plan.extents[result.columns]->is_one()) shapes.columns = true;
    else if (plan.extents[result.rows]->is_one()) shapes.rows = true;
    else shapes.matrices = true;
    if (s.is_symmetric) shapes.symmetric = true;
    if (s.part != structure::none) shapes.parts = true;
    if (s.triangular_operand() >= 0) shapes.triangular = true;
  }
};
template <class Plan>
inline constexpr step_kinds<Plan> kinds_of_steps{};

/// The code of the steps of one kind, those of the same form as step `Kind`. What they work on comes with the step.
template <class Plan, int Kind, class T>
struct kernel {
  using state = context<Plan, T>;
  static constexpr const auto& plan = the_plan(Plan{});
  static constexpr const step& form = plan.steps[Kind];
  using V = pack_of_plan<Plan, T>;

  /// `source`, if any, has an operand of a loop.
  [[gnu::always_inline]] static void run(state& c, const step& s, [[maybe_unused]] const row_source* source = nullptr) {
    if constexpr (form.is_loop) run_loop(c, s, source);
    else if constexpr (form.code == op::product) multiply(c, s);
    else if constexpr (form.code == op::transpose)
      transpose_matrix<T>(c.pointers[s.operands[0]], c.pointers[s.outputs[0]], c.size(s.operand_rows[0]), c.size(s.operand_columns[0]));
    else if constexpr (form.code == op::block_transpose) transpose_blocks(c, s);
    else if constexpr (form.code == op::identity || form.code == op::diag || form.code == op::add_diagonal) set_diagonal(c, s);
    else if constexpr (form.code == op::diagonal) {
      const long n = c.size(s.operand_rows[0]);
      for (long i = 0; i < n; ++i) c.pointers[s.outputs[0]][i] = c.pointers[s.operands[0]][i * n + i];
    } else if constexpr (is_factor(form.code)) factorise(c, s);
    else if constexpr (form.code >= op::factored_solve && form.code <= op::factored_lower) use_factor(c, s);
    else if constexpr (form.code == op::nonzero) check_nonzero(c, s);
    else if constexpr (form.code >= op::lower_part && form.code <= op::upper_part) take_part(c, s);
    else if constexpr (runs_along_lines(form.code))
      run_along_lines<form.code, T>(c.pointers[s.operands[0]], c.pointers[s.operands[form.operand_count - 1]],
                                    c.pointers[s.outputs[0]], c.size(s.operand_rows[0]), c.size(s.operand_columns[0]));
    else if constexpr (is_part_op(form.code)) run_part(c, s);
    else static_assert(form.is_loop, "no kernel for this op");
  }

 private:
  /// Whether an operand or a result of all these steps is a value of its own in the workspace: whole packs reach beyond its
  /// last entry without harm.
  static constexpr bool is_padded(int operand) {
    return for_all_steps([operand](const step& s) { return s.operands[operand]; });
  }
  static constexpr bool is_padded_output(int output) {
    return for_all_steps([output](const step& s) { return s.outputs[output]; });
  }
  static constexpr bool has_room(int storage) {
    return plan.storages[storage].where == place::workspace || local_layout_of<Plan, T>.offset[storage] >= 0;
  }
  template <class Choose>
  static constexpr bool for_all_steps(Choose storage_of) {
    bool padded = !is_long_plan<Plan> && pack_size<T> > 1;
    for (int i = Kind; padded && i < plan.step_count; ++i)
      if (i == Kind || (plan.steps[i].kind == Kind && !is_tiny<Plan>)) padded = padded && has_room(storage_of(plan.steps[i]));
    return padded;
  }
  /// The padded operands and results of a loop that runs along one line of each.
  static constexpr padding padding_of_loop() {
    padding result;
    const loop_program& program = plan.programs[form.program];
    result.in_one_pack = is_in_packs<Plan> && (!loop_timing::is_flat(program) || state::is_one(form.rows) || state::is_one(form.columns));
    const bool is_line = program.along == loop_lines::one || loop_timing::is_flat(program) || state::is_one(form.rows);
    for (int i = 0; i < form.operand_count; ++i)
      result.inputs[i] = (program.inputs[i] == access::row || (program.inputs[i] == access::full && is_line)) && is_padded(i);
    for (int i = 0; i < form.output_count; ++i) 
      result.outputs[i] = (program.outputs[i].form == access::scalar || (program.outputs[i].form == access::full && is_line)) && is_padded_output(i);
    return result;
  }

  [[gnu::always_inline]] static void run_loop(state& c, const step& s, const row_source* source) {
    const T* in[form.operand_count > 0 ? form.operand_count : 1];
    T* out[form.output_count > 0 ? form.output_count : 1];
    for (int i = 0; i < form.operand_count; ++i) in[i] = c.pointers[s.operands[i]];
    for (int i = 0; i < form.output_count; ++i) out[i] = c.pointers[s.outputs[i]];
    using loop = fused_loop<typename whole_plan<Plan>::type, form.program, padding_of_loop(), T, V>;
    const std::size_t rows = static_cast<std::size_t>(c.size(s.rows)), columns = static_cast<std::size_t>(c.size(s.columns));
    if constexpr (is_tiny<Plan>)
      loop::run_here(rows, columns, in, out);
    else if constexpr (!is_long_plan<Plan> && takes_rows<Plan>(Kind))
      loop::run_with(source, rows, columns, in, out);
    else
      loop::run(rows, columns, in, out);
  }

  [[gnu::always_inline]] static void run_part(state& c, const step& s) {
    const T* from = s.operand_count > 0 ? c.pointers[s.operands[0]] : nullptr;
    T* to = c.pointers[s.outputs[0]];
    const long m = c.rows(s.outputs[0]), n = c.columns(s.outputs[0]);
    const long rows = c.size(s.operand_rows[0]), columns = c.size(s.operand_columns[0]);
    if constexpr (is_assembly(form.code)) {
      assemble(c, s);
    } else if constexpr (form.code == op::part) {
      if (m == 0 || n == 0) return;
      copy_rectangle<T>(from + c.size(s.first_row) * columns + c.size(s.first_column), columns, to, n, m, n);
    } else if constexpr (form.code == op::cross) {
      cross_product<T>(from, c.pointers[s.operands[1]], to);
    } else if constexpr (form.code == op::gather_rows || form.code == op::gather_columns || form.code == op::pick || form.code == op::pick_rows) {
      gather<form.code, T>(from, indices(c, s), to, columns, m, n);
    } else {
      if constexpr (form.addend >= 0)
        copy_entries<T>(c.pointers[s.addend], to, m * n);
      else
        std::fill(to, to + m * n, T(0));
      if (m == 0 || n == 0) return;
      if constexpr (form.code == op::place)
        add_rectangle<T>(static_cast<T>(s.factor), from, to + c.size(s.first_row) * n + c.size(s.first_column), n, rows, columns);
      else
        scatter<form.code, T>(static_cast<T>(s.factor), from, indices(c, s), to, n, rows, columns);
    }
  }

  /// A piece of an assembly that is not where it belongs, or zeros where there is none.
  [[gnu::always_inline]] static void assemble(state& c, const step& s) {
    const long stride = c.size(plan.storages[s.outputs[0]].stride), m = c.size(s.rows), n = c.size(s.columns);
    if (m == 0 || n == 0) return;
    T* to = c.pointers[s.outputs[0]] + c.size(s.first_row) * stride + c.size(s.first_column);
    if (s.operand_count == 0)
      fill_rectangle<T>(to, stride, m, n);
    else
      copy_rectangle<T>(c.pointers[s.operands[0]], n, to, stride, m, n);
  }

  [[gnu::always_inline]] static const index* indices(const state& c, const step& s) {
    return reinterpret_cast<const index*>(c.pointers[s.operands[1]]);
  }

  /// What a step says of a product is known while compiling but in long plans.
  [[gnu::always_inline]] static void multiply(state& c, const step& s) {
    constexpr product_shapes shapes = kinds_of_steps<Plan>.products[kinds_of_steps<Plan>.number[Kind]];
    const long m = c.rows(s.outputs[0]), n = c.columns(s.outputs[0]);
    const long k = s.transposed[0] ? c.size(s.operand_rows[0]) : c.size(s.operand_columns[0]);
    const T alpha = alpha_of(c, s), beta = beta_of<T>(s);
    const T *a = c.pointers[s.operands[0]], *b = c.pointers[s.operands[1]];
    T* const to = c.pointers[s.outputs[0]];
    if (m == 0 || n == 0) return;
    if (k == 0) {
      for (long i = 0; i < m * n; ++i) to[i] = s.addend >= 0 ? beta * c.pointers[s.addend][i] : T(0);
      return;
    }
    const T* const added = s.addend >= 0 ? c.pointers[s.addend] : to;
    if constexpr (shapes.symmetric)
      if (s.is_symmetric && pays_triangle<T>(m, k))
        return multiply_symmetric<T>(s.transposed[0], s.transposed[1], m, k, alpha, a, b, beta, added, to);
    if constexpr (shapes.parts) {
      if (s.part == structure::lower_triangular)
        return multiply_part<T, structure::lower_triangular>(s.transposed[0], s.transposed[1], m, k, alpha, a, b, to);
      if (s.part == structure::upper_triangular)
        return multiply_part<T, structure::upper_triangular>(s.transposed[0], s.transposed[1], m, k, alpha, a, b, to);
    }
    const bool is_column = state::is_one(plan.storages[s.outputs[0]].columns), is_row = !is_column && state::is_one(plan.storages[s.outputs[0]].rows);
    if (is_column || is_row) copy_entries<T>(added, to, m * n);  // gemv adds to what is there
    alignas(64) [[maybe_unused]] T whole[shapes.triangular ? triangular_matrix<T>::entries_of_short : 1];
    if constexpr (shapes.triangular)
      if (s.triangular_operand() >= 0) {
        const int side = s.triangular_operand();
        const T*& triangle = side == 0 ? a : b;
        const triangular_matrix<T> r{s.triangles[side] == structure::upper_triangular, s.transposed[side], c.size(s.operand_rows[side]), triangle};
        if (!r.is_short(is_column || is_row)) {
          if (is_column || is_row) return r.multiply_vector(side == 1, alpha, side == 0 ? b : a, beta, to);
          return side == 0 ? r.multiply_from_left(s.transposed[1], n, alpha, b, to) : r.multiply_from_right(s.transposed[0], m, alpha, a, to);
        }
        r.write(whole);
        triangle = whole;
      }
    if constexpr (shapes.columns)
      if (is_column)
        return gemv<T, whole_vectors{is_padded(1), is_padded_output(0), is_in_packs<Plan>}, V>(s.transposed[0], c.size(s.operand_rows[0]), c.size(s.operand_columns[0]),
                                                                         alpha, a, b, beta, to);
    if constexpr (shapes.rows)
      if (is_row)
        return gemv<T, whole_vectors{is_padded(0), is_padded_output(0), is_in_packs<Plan>}, V>(!s.transposed[1], c.size(s.operand_rows[1]), c.size(s.operand_columns[1]),
                                                                         alpha, b, a, beta, to);
    if constexpr (shapes.matrices) gemm<T>(s.transposed[0], s.transposed[1], m, n, k, alpha, a, b, beta, added, to);
  }

  /// Blocks of p x q below each other become blocks of q x p.
  static void transpose_blocks(state& c, const step& s) {
    const long rows = c.size(s.operand_rows[0]), q = c.size(s.operand_columns[0]), p = c.columns(s.outputs[0]);
    for (long i = 0; p > 0 && i < rows; i += p)
      transpose_matrix<T>(c.pointers[s.operands[0]] + i * q, c.pointers[s.outputs[0]] + i * q, p, q);
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
      const bool is_scalar = state::is_one(plan.storages[added].rows) && state::is_one(plan.storages[added].columns);
      const T* from = c.pointers[added];
      for (long i = 0; i < n; ++i) to[i * n + i] += from[is_scalar ? 0 : i];
    }
  }

  [[noreturn, gnu::cold]] static void fail(const step& s) {
    const auto& graph = the_graph(Plan{});
    text_buffer<160> expression;
    const node_id id = graph[s.node].arguments[0];
    const bool is_vector = form.code == op::nonzero && graph[id].code != op::diagonal;
    if (is_vector) expression << "diag(";
    print_node(expression, graph, is_factor(form.code) || is_vector ? id : graph[id].arguments[0]);
    if (is_vector) expression << ')';
    if constexpr (form.code == op::cholesky_factor)
      throw not_positive_definite(std::string("ctgrad: the matrix is not positive definite: ") + expression.c_str());
    else
      throw singular_matrix(std::string("ctgrad: the matrix is singular: ") + expression.c_str());
  }

  static void factorise(state& c, const step& s) {
    const long n = c.rows(s.outputs[0]);
    copy_entries<T>(c.pointers[s.operands[0]], c.pointers[s.outputs[0]], n * n);
    if (!factored<form.code, T>{c.pointers[s.outputs[0]], n}.factorise()) fail(s);
  }

  /// Solves, inverses and determinants of what the first operand stands for.
  static void use_factor(state& c, const step& s) {
    const factored<form.factor_kind, T> factor{c.pointers[s.operands[0]], c.size(s.operand_rows[0])};
    T* to = c.pointers[s.outputs[0]];
    [[maybe_unused]] T* scratch = s.scratch >= 0 ? c.pointers[s.scratch] : nullptr;
    bool done = true;
    if constexpr (form.code == op::factored_logdet) done = factor.logdet(*to);
    else if constexpr (form.code == op::factored_det) *to = factor.det().times(T(1));
    else if constexpr (form.code == op::factored_cofactor) factor.cofactors(c.pointers[s.operands[1]], to, scratch);
    else if constexpr (form.code == op::factored_inverse) done = factor.invert(to, scratch);
    else if constexpr (form.code == op::factored_lower) factor.write_lower(to);
    else done = factor.solve(form.code == op::factored_solve_transposed, s.transposed[1], c.columns(s.outputs[0]), c.pointers[s.operands[1]], to, scratch);
    if (!done) fail(s);
  }

  /// Passes the diagonal of a diagonal matrix on: a zero makes the matrix singular.
  static void check_nonzero(state& c, const step& s) {
    const long n = c.size(s.operand_rows[0]);
    const T* from = c.pointers[s.operands[0]];
    for (long i = 0; i < n; ++i)
      if (from[i] == 0) fail(s);
    copy_entries<T>(from, c.pointers[s.outputs[0]], n);
  }

  static void take_part(state& c, const step& s) {
    copy_part<T>(c.pointers[s.operands[0]], c.pointers[s.outputs[0]], c.size(s.operand_rows[0]), c.size(s.operand_columns[0]), [](long i, long j) {
      return form.code == op::lower_part ? j <= i : form.code == op::upper_part ? i <= j : j < i;
    });
  }
};

}  // namespace ctgrad::detail
