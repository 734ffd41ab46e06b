// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

#include "../graph/print.hpp"
#include "blas.hpp"
#include "errors.hpp"
#include "loop.hpp"

namespace ctgrad::detail {

/// What the steps of a plan work on: where each storage is, and how long each extent.
template <class Plan, class T>
struct context {
  static constexpr const auto& plan = the_plan(Plan{});
  T* pointers[plan.storage_count > 0 ? plan.storage_count : 1]{};
  long sizes[plan.extent_count > 0 ? plan.extent_count : 1]{};

  /// A number while compiling where the extent is fixed.
  template <int Extent>
  [[gnu::always_inline]] long size() const {
    if constexpr (plan.extents[Extent]->is_number())
      return plan.extents[Extent]->number();
    else
      return sizes[Extent];
  }
  template <int Storage>
  [[gnu::always_inline]] long rows() const {
    return size<plan.storages[Storage].rows>();
  }
  template <int Storage>
  [[gnu::always_inline]] long columns() const {
    return size<plan.storages[Storage].columns>();
  }
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

/// log(sum of exp) over each column: the maximum first, so that nothing overflows; two sweeps along the rows.
template <class T>
void logsumexp_columns(const T* z, T* result, long rows, long columns) {
  using V = pack<T>;
  using std::abs, std::exp, std::log;
  constexpr long width = static_cast<long>(pack_size<T>);
  const auto run = [&](long j, auto load_at, auto store_at) {
    V top(-std::numeric_limits<T>::infinity());
    for (long i = 0; i < rows; ++i) top = elementwise<op::maximum, V>(load_at(z + i * columns + j), top, top);
    // Of infinite entries only the differences matter: inf - inf would be NaN.
    const V shift = choose(abs(top) <= V(std::numeric_limits<T>::max()), top, choose(is_nan(top), top, V(T(0))));
    V total(T(0));
    for (long i = 0; i < rows; ++i) total += exp(load_at(z + i * columns + j) - shift);
    store_at(V(shift + log(total)), result + j);
  };
  long j = 0;
  for (; j + width <= columns; j += width)
    run(j, [](const T* p) { return load<V>(p); }, [](const V& v, T* p) { store(v, p); });
  if (j < columns) {
    const std::size_t rest = static_cast<std::size_t>(columns - j);
    run(j, [&](const T* p) { return load_first<V>(p, rest); }, [&](const V& v, T* p) { store_first(v, p, rest); });
  }
}

/// log(sum of exp) over each row.
template <class T>
void logsumexp_rows(const T* z, T* result, long rows, long columns) {
  using V = pack<T>;
  using std::exp;
  constexpr std::size_t width = pack_size<T>;
  for (long i = 0; i < rows; ++i) {
    const T* row = z + i * columns;
    T top = -std::numeric_limits<T>::infinity();
    bool is_nan = false;
    for (long j = 0; j < columns; ++j) {
      is_nan = is_nan || row[j] != row[j];
      top = row[j] > top ? row[j] : top;
    }
    if (is_nan) {
      result[i] = std::numeric_limits<T>::quiet_NaN();
      continue;
    }
    const T shift = std::abs(top) <= std::numeric_limits<T>::max() ? top : T(0);
    V total(T(0));
    std::size_t j = 0;
    const std::size_t count = static_cast<std::size_t>(columns);
    for (; j + width <= count; j += width) total += exp(V(load<V>(row + j) - V(shift)));
    if (j < count) total += keep_first(V(exp(V(load_first<V>(row + j, count - j) - V(shift)))), count - j);
    result[i] = shift + std::log(sum_of(total));
  }
}

/// One step of a plan, all its decisions made while compiling.
template <class Plan, int Index, class T>
struct kernel {
  using state = context<Plan, T>;
  static constexpr const auto& plan = the_plan(Plan{});
  static constexpr const step& s = plan.steps[Index];
  static constexpr int output = s.outputs[0], first = s.operands[0], second = s.operands[1];

  template <int Operand>
  [[gnu::always_inline]] static long operand_rows(const state& c) {
    return c.template size<s.operand_rows[Operand]>();
  }
  template <int Operand>
  [[gnu::always_inline]] static long operand_columns(const state& c) {
    return c.template size<s.operand_columns[Operand]>();
  }

  static void run(state& c) {
    if constexpr (s.is_loop) run_loop(c);
    else if constexpr (s.code == op::product) multiply(c);
    else if constexpr (s.code == op::transpose)
      transpose_matrix<T>(c.pointers[first], c.pointers[output], operand_rows<0>(c), operand_columns<0>(c));
    else if constexpr (s.code == op::identity || s.code == op::diag || s.code == op::add_diagonal) set_diagonal(c);
    else if constexpr (s.code == op::diagonal) {
      const long n = operand_rows<0>(c);
      for (long i = 0; i < n; ++i) c.pointers[output][i] = c.pointers[first][i * n + i];
    } else if constexpr (is_factor(s.code)) factorise(c);
    else if constexpr (s.code == op::factored_solve || s.code == op::factored_solve_transposed) solve(c);
    else if constexpr (s.code == op::factored_inverse) invert(c);
    else if constexpr (s.code == op::factored_logdet) take_logdet(c);
    else if constexpr (s.code == op::logsumexp_columns && plan.extents[s.operand_columns[0]]->is_one())
      logsumexp_rows<T>(c.pointers[first], c.pointers[output], 1, operand_rows<0>(c));
    else if constexpr (s.code == op::logsumexp_columns)
      logsumexp_columns<T>(c.pointers[first], c.pointers[output], operand_rows<0>(c),
                           operand_columns<0>(c));
    else if constexpr (s.code == op::logsumexp_rows)
      logsumexp_rows<T>(c.pointers[first], c.pointers[output], operand_rows<0>(c), operand_columns<0>(c));
    else static_assert(s.is_loop, "no kernel for this op");
  }

 private:
  static void run_loop(state& c) {
    const T* in[s.operand_count > 0 ? s.operand_count : 1];
    T* out[s.output_count > 0 ? s.output_count : 1];
    for (int i = 0; i < s.operand_count; ++i) in[i] = c.pointers[s.operands[i]];
    for (int i = 0; i < s.output_count; ++i) out[i] = c.pointers[s.outputs[i]];
    fused_loop<Plan, s.program, T>::run(static_cast<std::size_t>(c.template size<s.rows>()),
                                        static_cast<std::size_t>(c.template size<s.columns>()), in, out);
  }

  static T alpha(const state& c) {
    if constexpr (s.scale >= 0)
      return static_cast<T>(s.factor) * *c.pointers[s.scale];
    else
      return static_cast<T>(s.factor);
  }

  static void multiply(state& c) {
    const long m = c.template rows<output>(), n = c.template columns<output>();
    const long k = s.transposed[0] ? operand_rows<0>(c) : operand_columns<0>(c);
    T* to = c.pointers[output];
    T beta = 0;
    if constexpr (s.addend >= 0) {
      copy_entries<T>(c.pointers[s.addend], to, m * n);
      beta = 1;
    }
    if (m == 0 || n == 0) return;
    if (k == 0) {
      if (beta == 0) std::fill(to, to + m * n, T(0));
      return;
    }
    if constexpr (plan.extents[plan.storages[output].columns]->is_one())
      gemv<T>(s.transposed[0], operand_rows<0>(c), operand_columns<0>(c), alpha(c), c.pointers[first],
              c.pointers[second], beta, to);
    else if constexpr (plan.extents[plan.storages[output].rows]->is_one())
      gemv<T>(!s.transposed[1], operand_rows<1>(c), operand_columns<1>(c), alpha(c), c.pointers[second],
              c.pointers[first], beta, to);
    else
      gemm<T>(s.transposed[0], s.transposed[1], m, n, k, alpha(c), c.pointers[first], c.pointers[second], beta, to);
  }

  /// The identity, diag(v), A + s I and A + diag(v).
  static void set_diagonal(state& c) {
    const long n = c.template rows<output>();
    T* to = c.pointers[output];
    if constexpr (s.code == op::add_diagonal)
      copy_entries<T>(c.pointers[first], to, n * n);
    else
      std::fill(to, to + n * n, T(0));
    if constexpr (s.code == op::identity) {
      for (long i = 0; i < n; ++i) to[i * n + i] = 1;
    } else {
      constexpr int added = s.code == op::diag ? first : second;
      constexpr bool is_scalar = plan.extents[plan.storages[added].rows]->is_one();
      const T* from = c.pointers[added];
      for (long i = 0; i < n; ++i) to[i * n + i] += from[is_scalar ? 0 : i];
    }
  }

  // A factor keeps n pivots after its n x n entries, and after those whether it is by LU.
  static int* pivots(T* factor, long n) { return reinterpret_cast<int*>(factor + n * n); }
  static bool is_lu(const T* factor, long n) {
    if constexpr (s.factor_kind == op::symmetric_factor)
      return factor[n * n + n] != 0;
    else
      return s.factor_kind == op::lu_factor;
  }

  [[noreturn, gnu::cold]] static void fail() {
    static constexpr auto& graph = the_graph(Plan{});
    static constexpr auto expression = [] {
      text_buffer<160> text;
      print_node(text, graph, graph[s.node].arguments[0]);
      return text;
    }();
    if constexpr (s.code == op::cholesky_factor)
      throw not_positive_definite(std::string("ctgrad: the matrix is not positive definite: ") + expression.c_str());
    else
      throw singular_matrix(std::string("ctgrad: the matrix is singular: ") + expression.c_str());
  }

  static void factorise(state& c) {
    const long n = c.template rows<output>();
    T* to = c.pointers[output];
    copy_entries<T>(c.pointers[first], to, n * n);
    if constexpr (s.code == op::cholesky_factor) {
      if (!factor_cholesky<T>(n, to)) fail();
    } else if constexpr (s.code == op::lu_factor) {
      if (!factor_lu<T>(n, to, pivots(to, n))) fail();
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
      if (!factor_lu<T>(n, to, pivots(to, n))) fail();
    }
  }

  static void solve(state& c) {
    const long n = c.template rows<output>(), k = c.template columns<output>();
    T* factor = c.pointers[first];
    T* x = c.pointers[output];
    if (n == 0 || k == 0) return;
    if (!is_lu(factor, n)) {
      copy_entries<T>(c.pointers[second], x, n * k);
      solve_upper<T>(true, n, k, factor, x);
      solve_upper<T>(false, n, k, factor, x);
      return;
    }
    constexpr bool transposed = s.code == op::factored_solve_transposed;
    if (k == 1) {
      copy_entries<T>(c.pointers[second], x, n);
      solve_lu<T>(transposed, n, 1, factor, pivots(factor, n), x);
      return;
    }
    T* by_columns = c.pointers[s.scratch];
    transpose_matrix<T>(c.pointers[second], by_columns, n, k);
    solve_lu<T>(transposed, n, k, factor, pivots(factor, n), by_columns);
    transpose_matrix<T>(by_columns, x, k, n);
  }

  static void invert(state& c) {
    const long n = c.template rows<output>();
    T* factor = c.pointers[first];
    T* to = c.pointers[output];
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

  static void take_logdet(state& c) {
    const long n = operand_rows<0>(c);
    const T* factor = c.pointers[first];
    T total = 0;
    for (long i = 0; i < n; ++i) total += std::log(std::abs(factor[i * n + i]));
    *c.pointers[output] = is_lu(factor, n) ? total : 2 * total;
  }
};

/// A step on its own: of long plans the compilers would make functions of many thousand instructions otherwise, at a
/// price that grows faster than they do.
template <class Plan, int Index, class T>
[[gnu::noinline]] void run_apart(context<Plan, T>& c) {
  kernel<Plan, Index, T>::run(c);
}
template <class Plan, int Index, class T>
void run_step(context<Plan, T>& c) {
  if constexpr (the_plan(Plan{}).step_count > 64)
    run_apart<Plan, Index, T>(c);
  else
    kernel<Plan, Index, T>::run(c);
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
