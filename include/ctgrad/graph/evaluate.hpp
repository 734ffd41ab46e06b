// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "elimination.hpp"
#include "evaluate_lines.hpp"
#include "evaluate_part.hpp"
#include "graph.hpp"

namespace ctgrad::detail {

/// where(condition, a, b); a condition that rounding may have changed tells little of the value.
constexpr approximation choose_entry(const approximation& condition, const approximation& a, const approximation& b) {
  if (elementary::is_nan(condition.value)) return condition;
  approximation y = condition.value != 0 ? a : b;
  if (condition.error > 0 && elementary::abs(condition.value) <= 0x1p-50 * condition.error)
    y.error = plus(y.error, times(0x1p53, elementary::abs(minus(a.value, b.value))));
  return y;
}

/// y = f(a) entry by entry; extents of one are stretched.
constexpr void evaluate_elementwise(op code, const small_matrix* a, const small_matrix& y) {
  const int arity = about(code).arity;
  for (int i = 0, place = 0; i < y.rows; ++i)
    for (int j = 0; j < y.columns; ++j, ++place) {
      const approximation first = a[0].at(a[0].stretched(i, j));
      if (arity == 1)
        y.set(place, evaluate_entry(code, first));
      else if (arity == 2)
        y.set(place, evaluate_entry(code, first, a[1].at(a[1].stretched(i, j))));
      else
        y.set(place, choose_entry(first, a[1].at(a[1].stretched(i, j)), a[2].at(a[2].stretched(i, j))));
    }
}

constexpr approximation add_up(const small_matrix& a, const lines& l, int line, bool squared = false) {
  approximation total;
  for (int i = 0; i < l.length; ++i) {
    const approximation entry = a.at(l.place(line, i));
    total = evaluate_entry(op::add, total, squared ? evaluate_entry(op::square, entry) : entry);
  }
  return total;
}

/// log(softmax) or softmax over each line.
constexpr void evaluate_softmax(const small_matrix& a, const lines& l, const small_matrix& y, bool logarithm) {
  for (int line = 0; line < l.count; ++line) {
    const approximation total = log_sum_exp(a, l, line);
    for (int i = 0; i < l.length; ++i) {
      const approximation difference = evaluate_entry(op::subtract, a.at(l.place(line, i)), total);
      y.set(l.place(line, i), logarithm ? difference : evaluate_entry(op::exp, difference));
    }
  }
}

/// -(the sum of T o log_softmax(Z)) / (the number of lines).
constexpr approximation cross_entropy(const small_matrix& z, const small_matrix& targets, const lines& l) {
  approximation sum;
  for (int line = 0; line < l.count; ++line) {
    const approximation total = log_sum_exp(z, l, line);
    for (int i = 0; i < l.length; ++i) {
      const approximation difference = evaluate_entry(op::subtract, total, z.at(l.place(line, i)));
      sum = evaluate_entry(op::add, sum, evaluate_entry(op::multiply, targets.at(l.place(line, i)), difference));
    }
  }
  return evaluate_entry(op::divide, sum, {static_cast<double>(l.count), 0});
}

/// -(the sum of the entries of log_softmax(Z) at the labels) / (the number of lines).
constexpr approximation label_cross_entropy(const small_matrix& z, const small_matrix& labels, const lines& l) {
  approximation sum;
  for (int line = 0; line < l.count; ++line) {
    const approximation labelled = z.at(l.place(line, static_cast<int>(labels.value[line] + 0.5) % l.length));
    sum = evaluate_entry(op::add, sum, evaluate_entry(op::subtract, log_sum_exp(z, l, line), labelled));
  }
  return evaluate_entry(op::divide, sum, {static_cast<double>(l.count), 0});
}

constexpr approximation inner_product(const small_matrix& a, const small_matrix& b) {
  approximation sum;
  for (int i = 0; i < a.size(); ++i) sum = evaluate_entry(op::add, sum, evaluate_entry(op::multiply, a.at(i), b.at(i)));
  return sum;
}

/// Y = A B.
constexpr void evaluate_product(const small_matrix& a, const small_matrix& b, const small_matrix& y) {
  const int depth = a.columns;
  const bool plain = largest_size(a.value, a.size()) < 1e100 && largest_size(b.value, b.size()) < 1e100 &&
                     largest_size(a.error, a.size()) < 1e100 && largest_size(b.error, b.size()) < 1e100;
  for (int i = 0; i < y.rows; ++i)
    for (int j = 0; j < y.columns; ++j) {
      double value = 0, error = 0;
      for (int k = 0, left = i * depth, right = j; k < depth; ++k, ++left, right += b.columns) {
        const double p = a.value[left], q = b.value[right];
        if (plain) {
          value += p * q;
          error += elementary::abs(p) * (b.error[right] + depth * elementary::abs(q)) + a.error[left] * elementary::abs(q);
        } else {
          value = plus(value, times(p, q));
          error = plus(error, plus(times(elementary::abs(p), plus(b.error[right], times(depth, elementary::abs(q)))),
                                   times(a.error[left], elementary::abs(q))));
        }
      }
      y.set(i * y.columns + j, {value, elementary::is_finite(value) ? error : 0});
    }
}

/// One node of a graph from its arguments, by definition and without regard to speed. `entry` is what a number or an
/// extent holds, `factor` how the first argument was factored. Every op has its line: compilers warn where one is missing.
constexpr void evaluate_op(op code, const small_matrix* arguments, const small_matrix& y, double entry = 0, op factor = op::number) {
  const small_matrix &a = arguments[0], &b = arguments[1];
  const int n = a.columns;
  if (is_elementwise(code) && code != op::call) return evaluate_elementwise(code, arguments, y);
  const auto for_each_row = [&](auto value) {
    for (int i = 0; i < a.rows; ++i) y.set(i, value(lines::rows(a), i));
  };
  const auto for_each_column = [&](auto value) {
    for (int j = 0; j < a.columns; ++j) y.set(j, value(lines::columns(a), j));
  };
  const auto quotient = [](const approximation& sum, int count) {
    return evaluate_entry(op::divide, sum, {static_cast<double>(count), 0});
  };
  const auto sum_of = [&](const lines& l, int line) { return add_up(a, l, line); };
  const auto mean_of = [&](const lines& l, int line) { return quotient(add_up(a, l, line), l.length); };
  const auto log_sum_exp_of = [&](const lines& l, int line) { return log_sum_exp(a, l, line); };
  const auto largest_of = [&](const lines& l, int line) { return extreme_entry(a, l, line, 1); };
  const auto smallest_of = [&](const lines& l, int line) { return extreme_entry(a, l, line, -1); };
  switch (code) {
    case op::number: case op::measure:
      for (int i = 0; i < y.size(); ++i) y.set(i, {entry, 0});
      return;
    case op::identity:
      for (int i = 0; i < y.size(); ++i) y.set(i, {i % (y.columns + 1) == 0 ? 1. : 0, 0});
      return;

    case op::transpose:
      for (int i = 0; i < y.size(); ++i) y.set(i, a.at(i % a.rows * n + i / a.rows));
      return;
    case op::block_transpose:
      for (int i = 0; i < y.size(); ++i) {
        const int block = y.columns * n, within = i % block;
        y.set(i, a.at(i - within + within % y.columns * n + within / y.columns));
      }
      return;
    case op::product: return evaluate_product(a, b, y);
    case op::outer: return evaluate_product(a, {b.value, b.error, 1, b.rows}, y);
    case op::inverse: return elimination(a).write_inverse(y);
    case op::solve: return elimination(a).write_solution(b, y);
    case op::det: return y.set(0, elimination(a).determinant());
    case op::cofactor: return elimination(a).write_cofactors(y);
    case op::cholesky: return write_cholesky(a, y);
    case op::logdet: return y.set(0, elimination(a).log_determinant());
    case op::cholesky_factor: return write_cholesky_factor(a, y);
    case op::factored_inverse: return elimination(unfactored(a, factor).whole).write_inverse(y);
    case op::factored_solve: return elimination(unfactored(a, factor).whole).write_solution(b, y);
    case op::factored_solve_transposed: return elimination(unfactored(a, factor).whole).write_solution(b, y, true);
    case op::factored_det: return y.set(0, elimination(unfactored(a, factor).whole).determinant());
    case op::factored_logdet: return y.set(0, elimination(unfactored(a, factor).whole).log_determinant());
    case op::factored_cofactor: return elimination(unfactored(a, factor).whole).write_cofactors(y);
    case op::trace: return y.set(0, add_up(a, {1, n, 0, n + 1}, 0));
    case op::reshape:
      if (a.size() != y.size()) break;  // named extents that do not fit at this point
      for (int i = 0; i < y.size(); ++i) y.set(i, a.at(i));
      return;
    case op::diag:
      for (int i = 0; i < y.size(); ++i) y.set(i, i % (y.columns + 1) == 0 ? a.at(i / y.columns) : approximation{});
      return;
    case op::diagonal:
      for (int i = 0; i < y.size(); ++i) y.set(i, a.at(i * (n + 1)));
      return;
    case op::add_diagonal:
      for (int i = 0; i < y.size(); ++i)
        y.set(i, i % (n + 1) == 0 ? evaluate_entry(op::add, a.at(i), b.at(b.size() == 1 ? 0 : i / n)) : a.at(i));
      return;
    case op::lower_part: case op::strictly_lower_part: case op::upper_part:
    case op::lower_factor: case op::upper_factor: case op::factored_lower:  // the other triangle is not read
      for (int i = 0; i < y.size(); ++i) {
        const int below = i / n - i % n;  // how far below the diagonal
        const bool upper = code == op::upper_part || code == op::upper_factor;
        const bool kept = upper ? below <= 0 : code == op::strictly_lower_part ? below > 0 : below >= 0;
        y.set(i, kept ? a.at(i) : approximation{});
      }
      return;
    case op::symmetric_factor: case op::lu_factor:  // these stand for the matrix itself
    case op::nonzero: case op::stop_gradient:
      for (int i = 0; i < y.size(); ++i) y.set(i, a.at(i));
      return;

    case op::sum: return y.set(0, add_up(a, lines::whole(a), 0));
    case op::row_sums: return for_each_row(sum_of);
    case op::column_sums: return for_each_column(sum_of);
    case op::mean: return y.set(0, mean_of(lines::whole(a), 0));
    case op::row_means: return for_each_row(mean_of);
    case op::column_means: return for_each_column(mean_of);
    case op::squared_norm: return y.set(0, add_up(a, lines::whole(a), 0, true));
    case op::norm: return y.set(0, evaluate_entry(op::sqrt, add_up(a, lines::whole(a), 0, true)));
    case op::dot: return y.set(0, inner_product(a, b));
    case op::count: return y.set(0, {static_cast<double>(a.size()), 0});
    case op::hadamard: return evaluate_elementwise(op::multiply, arguments, y);

    case op::logsumexp_columns: return for_each_column(log_sum_exp_of);
    case op::logsumexp_rows: return for_each_row(log_sum_exp_of);
    case op::row_max: return for_each_row(largest_of);
    case op::column_max: return for_each_column(largest_of);
    case op::row_min: return for_each_row(smallest_of);
    case op::column_min: return for_each_column(smallest_of);
    case op::max: return y.set(0, extreme_entry(a, lines::whole(a), 0, 1));
    case op::min: return y.set(0, extreme_entry(a, lines::whole(a), 0, -1));
    case op::row_max_mask: return mark_maxima(a, b, y, lines::rows(a));
    case op::column_max_mask: return mark_maxima(a, b, y, lines::columns(a));
    case op::entry_product: return y.set(0, multiply_up(a));
    case op::products_before: case op::products_after: return evaluate_products(a, y, code == op::products_after);
    case op::recurrence: case op::reverse_recurrence: return evaluate_recurrence(a, b, y, code == op::reverse_recurrence);
    case op::cumulative_sum:
      for (int i = 0; i < y.size(); ++i) y.set(i, add_up(a, {1, i + 1, 0, 1}, 0));
      return;
    case op::reverse_cumulative_sum:
      for (int i = 0; i < y.size(); ++i) y.set(i, add_up(a, {i, y.size() - i, 1, 1}, i));
      return;
    case op::cumulative_logsumexp:
      for (int i = 0; i < y.size(); ++i) y.set(i, log_sum_exp(a, {1, i + 1, 0, 1}, 0));
      return;
    case op::softmax: return evaluate_softmax(a, lines::columns(a), y, false);
    case op::softmax_rows: return evaluate_softmax(a, lines::rows(a), y, false);
    case op::log_softmax: return evaluate_softmax(a, lines::columns(a), y, true);
    case op::log_softmax_rows: return evaluate_softmax(a, lines::rows(a), y, true);
    case op::label_cross_entropy: return y.set(0, label_cross_entropy(a, b, lines::columns(a)));
    case op::label_cross_entropy_rows: return y.set(0, label_cross_entropy(a, b, lines::rows(a)));
    case op::symmetric_part:
      for (int i = 0; i < y.size(); ++i)
        y.set(i, evaluate_entry(op::multiply, {0.5, 0}, evaluate_entry(op::add, a.at(i), a.at(i % n * n + i / n))));
      return;
    case op::softmax_cross_entropy: return y.set(0, cross_entropy(a, b, lines::columns(a)));
    case op::softmax_cross_entropy_rows: return y.set(0, cross_entropy(a, b, lines::rows(a)));

    // elementwise, above
    case op::negate: case op::exp: case op::log: case op::log1p: case op::expm1: case op::sqrt: case op::square:
    case op::reciprocal: case op::abs: case op::sign: case op::heaviside: case op::sin: case op::cos: case op::tan:
    case op::tanh: case op::erf: case op::sigmoid: case op::swish: case op::relu: case op::softplus: case op::gelu: case op::finite:
    case op::lgamma: case op::digamma: case op::trigamma: case op::add: case op::subtract: case op::multiply: case op::divide:
    case op::power: case op::maximum: case op::minimum: case op::huber: case op::polygamma: case op::less: case op::less_equal: case op::where:
    // parts: evaluate_part
    case op::part: case op::place: case op::vertical: case op::horizontal: case op::block_diagonal:
    case op::cross: case op::gather_rows: case op::scatter_rows: case op::gather_columns: case op::scatter_columns: case op::pick: case op::unpick:
    case op::pick_rows: case op::unpick_rows:
    // given, or resolved while the graph is built
    case op::leaf: case op::call: case op::variable: case op::gradient: case op::vjp: case op::jvp: case op::hvp: case op::jacobian:
    case op::hessian: case op::substitute:
    case op::count_of_ops:
      break;
  }
  for (int i = 0; i < y.size(); ++i) y.set(i, {elementary::not_a_number, 0});
}

/// The values of all nodes of a graph at a point, which says `size_of(extent)` and fills leaves: `draw(leaf, matrix)`.
template <class Graph, class Point>
class evaluation {
 public:
  constexpr evaluation(const Graph& graph, const Point& point) : graph_(graph), memory_(2 * layout(point)) {
    for (node_id id = 0; id < graph.size; ++id) {
      const node& n = graph[id];
      const small_matrix y = (*this)[id];
      small_matrix arguments[3]{};
      for (int i = 0; i < n.arity; ++i) arguments[i] = (*this)[n.arguments[i]];
      if (n.code == op::leaf)
        point.draw(*n.leaf, y);
      else if (n.code == op::call)
        for (int k = 0; k < y.size(); ++k) y.set(k, evaluate_call(*n.leaf->function, arguments[0].at(k)));
      else if (is_part_op(n.code))
        evaluate_part(n.code, arguments, y, point.size_of(*n.from.row), point.size_of(*n.from.column));
      else
        evaluate_op(n.code, arguments, y, n.code == op::measure ? point.size_of(*n.measured) : n.value,
                    n.arity > 0 ? graph[n.arguments[0]].code : op::number);
    }
  }

  constexpr small_matrix operator[](node_id id) const {
    double* values = memory_.numbers + 2 * offsets_[id];
    return {values, values + rows_[id] * columns_[id], rows_[id], columns_[id]};
  }

 private:
  const Graph& graph_;
  int offsets_[Graph::capacity + 1]{};
  int rows_[Graph::capacity + 1]{}, columns_[Graph::capacity + 1]{};
  scratch memory_;

  constexpr int layout(const Point& point) {
    int total = 0;
    for (node_id id = 0; id < graph_.size; ++id) {
      rows_[id] = point.size_of(*graph_[id].extents.rows);
      columns_[id] = point.size_of(*graph_[id].extents.columns);
      offsets_[id] = total;
      total += rows_[id] * columns_[id];
    }
    return total;
  }
};

}  // namespace ctgrad::detail
