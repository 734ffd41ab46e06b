// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace ctgrad::detail {

/// Everything that can stand at a node of an expression or of a graph.
enum class op : std::uint8_t {
  // leaves and constants
  leaf, number, identity, measure,
  // stands for any value while a pass works, in no finished graph
  variable,
  // elementwise, one argument
  negate, exp, log, log1p, expm1, sqrt, square, reciprocal, abs, sign, heaviside, sin, cos, tan, tanh, erf,
  sigmoid, swish, relu, softplus, gelu, lgamma, digamma, trigamma,
  finite,  // 0 in place of infinity
  call,  // of a user's function
  // elementwise, two and three arguments
  add, subtract, multiply, divide, power, maximum, minimum, huber, polygamma, less, less_equal, where,
  // linear algebra
  transpose, product, inverse, solve, logdet, det, cofactor, cholesky, trace, diag, diagonal,
  // parts and assemblies, and their adjoints
  lower_part, strictly_lower_part, upper_part, reshape, block_transpose, part, place, vertical, horizontal, block_diagonal, cross,
  // by indices
  gather_rows, scatter_rows, gather_columns, scatter_columns, pick, unpick, pick_rows, unpick_rows,
  // reductions
  sum, row_sums, column_sums, norm, logsumexp_columns, logsumexp_rows, row_max, column_max, row_max_mask, column_max_mask,
  entry_product, products_before, products_after, recurrence, reverse_recurrence, cumulative_sum, reverse_cumulative_sum,
  cumulative_logsumexp,
  // defined by a formula of the others
  hadamard, mean, row_means, column_means, squared_norm, dot, outer, softmax, log_softmax, softmax_rows, log_softmax_rows,
  softmax_cross_entropy, softmax_cross_entropy_rows, max, min, row_min, column_min,
  label_cross_entropy, label_cross_entropy_rows, symmetric_part,
  count,
  // constants to every derivative
  stop_gradient,
  // what the planner makes of solves, determinants, inverses and added diagonals
  cholesky_factor, symmetric_factor, lu_factor, lower_factor, upper_factor, factored_solve, factored_solve_transposed,
  factored_inverse, factored_logdet, factored_det, factored_cofactor, factored_lower, nonzero, add_diagonal,
  // resolved while the graph is built
  gradient, vjp, jvp, hvp, jacobian, hessian, substitute,
  count_of_ops
};

inline constexpr int op_count = static_cast<int>(op::count_of_ops);

/// How the shape of a result follows from the shapes of its arguments.
enum class shape_rule : std::uint8_t {
  given,       // leaves and constants carry theirs, and so do ops that say what part or shape they are for
  broadcast,   // equal extents, or a 1 stretched
  transpose,   // m x n -> n x m
  product,     // m x k, k x n -> m x n
  solve,       // n x n, n x k -> n x k
  square,      // n x n -> n x n
  square_to_scalar,
  square_to_column,
  to_scalar,
  to_column,   // m x n -> m x 1
  to_row,      // m x n -> 1 x n
  column_to_square,
  column,      // n x 1 -> n x 1
  dot,         // two columns (or anything of equal shape) -> scalar
  outer,       // m x 1, n x 1 -> m x n
  vertical,    // m x k, n x k -> m+n x k
  horizontal,  // k x m, k x n -> k x m+n
  block_diagonal,
  cross,       // 3 x 1, 3 x 1 -> 3 x 1
  gather_rows,     // m x n, k indices -> k x n
  gather_columns,  // m x n, k indices -> m x k
  pick,            // m x n, n indices -> 1 x n
  pick_rows,       // m x n, m indices -> m x 1
  labels,          // m x n, n indices -> scalar
  labels_rows,     // m x n, m indices -> scalar
  same,        // that of the first argument; the others must equal it
  gradient,    // scalar, any -> that of the second
  vjp,         // any, any, that of the first -> that of the second
  jvp,         // any, any, that of the second -> that of the first
  hvp,         // scalar, any, that of the second -> that of the second
  substitute,
};

/// How an op is written.
enum class notation : std::uint8_t { call, infix, prefix, superscript };

struct op_entry {
  op code;
  const char* name;   // of the public function, or the sign
  std::uint8_t arity;
  shape_rule shape;
  notation style = notation::call;
  std::uint8_t precedence = 9;
  bool commutes = false;
};

/// The op table: one line an op.
inline constexpr op_entry op_table[] = {
    {op::leaf, "leaf", 0, shape_rule::given},
    {op::number, "number", 0, shape_rule::given},
    {op::identity, "identity", 0, shape_rule::given},
    {op::measure, "extent", 0, shape_rule::given},
    {op::variable, "variable", 0, shape_rule::given},

    {op::negate, "-", 1, shape_rule::broadcast, notation::prefix, 3},
    {op::exp, "exp", 1, shape_rule::broadcast},
    {op::log, "log", 1, shape_rule::broadcast},
    {op::log1p, "log1p", 1, shape_rule::broadcast},
    {op::expm1, "expm1", 1, shape_rule::broadcast},
    {op::sqrt, "sqrt", 1, shape_rule::broadcast},
    {op::square, "square", 1, shape_rule::broadcast},
    {op::reciprocal, "reciprocal", 1, shape_rule::broadcast},
    {op::abs, "abs", 1, shape_rule::broadcast},
    {op::sign, "sign", 1, shape_rule::broadcast},
    {op::heaviside, "heaviside", 1, shape_rule::broadcast},
    {op::sin, "sin", 1, shape_rule::broadcast},
    {op::cos, "cos", 1, shape_rule::broadcast},
    {op::tan, "tan", 1, shape_rule::broadcast},
    {op::tanh, "tanh", 1, shape_rule::broadcast},
    {op::erf, "erf", 1, shape_rule::broadcast},
    {op::sigmoid, "sigmoid", 1, shape_rule::broadcast},
    {op::swish, "swish", 1, shape_rule::broadcast},
    {op::relu, "relu", 1, shape_rule::broadcast},
    {op::softplus, "softplus", 1, shape_rule::broadcast},
    {op::gelu, "gelu", 1, shape_rule::broadcast},
    {op::lgamma, "lgamma", 1, shape_rule::broadcast},
    {op::digamma, "digamma", 1, shape_rule::broadcast},
    {op::trigamma, "trigamma", 1, shape_rule::broadcast},
    {op::finite, "finite", 1, shape_rule::broadcast},
    {op::call, "call", 1, shape_rule::broadcast},

    {op::add, "+", 2, shape_rule::broadcast, notation::infix, 2, true},
    {op::subtract, "-", 2, shape_rule::broadcast, notation::infix, 2},
    {op::multiply, "hadamard", 2, shape_rule::broadcast, notation::infix, 4, true},
    {op::divide, "/", 2, shape_rule::broadcast, notation::infix, 4},
    {op::power, "pow", 2, shape_rule::broadcast},
    {op::maximum, "maximum", 2, shape_rule::broadcast},
    {op::minimum, "minimum", 2, shape_rule::broadcast},
    {op::huber, "huber", 2, shape_rule::broadcast},
    {op::polygamma, "polygamma", 2, shape_rule::broadcast},
    {op::less, "<", 2, shape_rule::broadcast, notation::infix, 1},
    {op::less_equal, "<=", 2, shape_rule::broadcast, notation::infix, 1},
    {op::where, "where", 3, shape_rule::broadcast},

    {op::transpose, "transpose", 1, shape_rule::transpose, notation::superscript},
    {op::product, "*", 2, shape_rule::product, notation::infix, 5},
    {op::inverse, "inverse", 1, shape_rule::square, notation::superscript},
    {op::solve, "solve", 2, shape_rule::solve},
    {op::logdet, "logdet", 1, shape_rule::square_to_scalar},
    {op::det, "det", 1, shape_rule::square_to_scalar},
    {op::cofactor, "cofactor", 1, shape_rule::square},
    {op::cholesky, "cholesky", 1, shape_rule::square},
    {op::trace, "trace", 1, shape_rule::square_to_scalar},
    {op::diag, "diag", 1, shape_rule::column_to_square},
    {op::diagonal, "diagonal", 1, shape_rule::square_to_column},

    {op::lower_part, "lower_part", 1, shape_rule::same},
    {op::strictly_lower_part, "strictly_lower_part", 1, shape_rule::same},
    {op::upper_part, "upper_part", 1, shape_rule::same},
    {op::reshape, "reshape", 1, shape_rule::given},
    {op::block_transpose, "block_transpose", 1, shape_rule::given},  // p x q blocks below each other -> q x p blocks
    {op::part, "part", 1, shape_rule::given},
    {op::place, "place", 1, shape_rule::given},
    {op::vertical, "vertical", 2, shape_rule::vertical},
    {op::horizontal, "horizontal", 2, shape_rule::horizontal},
    {op::block_diagonal, "block_diagonal", 2, shape_rule::block_diagonal},
    {op::cross, "cross", 2, shape_rule::cross},

    {op::gather_rows, "rows", 2, shape_rule::gather_rows},
    {op::scatter_rows, "scatter_rows", 2, shape_rule::given},
    {op::gather_columns, "columns", 2, shape_rule::gather_columns},
    {op::scatter_columns, "scatter_columns", 2, shape_rule::given},
    {op::pick, "pick", 2, shape_rule::pick},
    {op::unpick, "unpick", 2, shape_rule::given},
    {op::pick_rows, "pick_rows", 2, shape_rule::pick_rows},
    {op::unpick_rows, "unpick_rows", 2, shape_rule::given},

    {op::sum, "sum", 1, shape_rule::to_scalar},
    {op::row_sums, "row_sums", 1, shape_rule::to_column},
    {op::column_sums, "column_sums", 1, shape_rule::to_row},
    {op::norm, "norm", 1, shape_rule::to_scalar},
    {op::logsumexp_columns, "logsumexp", 1, shape_rule::to_row},
    {op::logsumexp_rows, "logsumexp_rows", 1, shape_rule::to_column},
    {op::row_max, "row_max", 1, shape_rule::to_column},
    {op::column_max, "column_max", 1, shape_rule::to_row},
    {op::row_max_mask, "row_max_mask", 2, shape_rule::same},
    {op::column_max_mask, "column_max_mask", 2, shape_rule::same},
    {op::entry_product, "product", 1, shape_rule::to_scalar},
    {op::products_before, "products_before", 1, shape_rule::same},
    {op::products_after, "products_after", 1, shape_rule::same},
    {op::recurrence, "recurrence", 2, shape_rule::same},
    {op::reverse_recurrence, "reverse_recurrence", 2, shape_rule::same},
    {op::cumulative_sum, "cumulative_sum", 1, shape_rule::column},
    {op::reverse_cumulative_sum, "reverse_cumulative_sum", 1, shape_rule::column},
    {op::cumulative_logsumexp, "cumulative_logsumexp", 1, shape_rule::column},

    {op::hadamard, "hadamard", 2, shape_rule::broadcast},
    {op::mean, "mean", 1, shape_rule::to_scalar},
    {op::row_means, "row_means", 1, shape_rule::to_column},
    {op::column_means, "column_means", 1, shape_rule::to_row},
    {op::squared_norm, "squared_norm", 1, shape_rule::to_scalar},
    {op::dot, "dot", 2, shape_rule::dot},
    {op::outer, "outer", 2, shape_rule::outer},
    {op::softmax, "softmax", 1, shape_rule::same},
    {op::log_softmax, "log_softmax", 1, shape_rule::same},
    {op::softmax_rows, "softmax_rows", 1, shape_rule::same},
    {op::log_softmax_rows, "log_softmax_rows", 1, shape_rule::same},
    {op::softmax_cross_entropy, "softmax_cross_entropy", 2, shape_rule::dot},
    {op::softmax_cross_entropy_rows, "softmax_cross_entropy_rows", 2, shape_rule::dot},
    {op::max, "max", 1, shape_rule::to_scalar},
    {op::min, "min", 1, shape_rule::to_scalar},
    {op::row_min, "row_min", 1, shape_rule::to_column},
    {op::column_min, "column_min", 1, shape_rule::to_row},
    {op::label_cross_entropy, "softmax_cross_entropy", 2, shape_rule::labels},
    {op::label_cross_entropy_rows, "softmax_cross_entropy_rows", 2, shape_rule::labels_rows},
    {op::symmetric_part, "symmetric_part", 1, shape_rule::square},
    {op::count, "count", 1, shape_rule::to_scalar},

    {op::stop_gradient, "stop_gradient", 1, shape_rule::same},

    {op::cholesky_factor, "cholesky_factor", 1, shape_rule::square},
    {op::symmetric_factor, "symmetric_factor", 1, shape_rule::square},
    {op::lu_factor, "lu_factor", 1, shape_rule::square},
    {op::lower_factor, "lower_factor", 1, shape_rule::square},
    {op::upper_factor, "upper_factor", 1, shape_rule::square},
    {op::factored_solve, "factored_solve", 2, shape_rule::solve},
    {op::factored_solve_transposed, "factored_solve_transposed", 2, shape_rule::solve},
    {op::factored_inverse, "factored_inverse", 1, shape_rule::square},
    {op::factored_logdet, "factored_logdet", 1, shape_rule::square_to_scalar},
    {op::factored_det, "factored_det", 1, shape_rule::square_to_scalar},
    {op::factored_cofactor, "factored_cofactor", 2, shape_rule::solve},
    {op::factored_lower, "factored_lower", 1, shape_rule::square},
    {op::nonzero, "nonzero", 1, shape_rule::same},
    {op::add_diagonal, "add_diagonal", 2, shape_rule::same},

    {op::gradient, "grad", 2, shape_rule::gradient},
    {op::vjp, "vjp", 3, shape_rule::vjp},
    {op::jvp, "jvp", 3, shape_rule::jvp},
    {op::hvp, "hvp", 3, shape_rule::hvp},
    {op::jacobian, "jacobian", 2, shape_rule::given},
    {op::hessian, "hessian", 2, shape_rule::given},
    {op::substitute, "substitute", 3, shape_rule::substitute},
};

consteval bool table_is_complete() {
  int position = 0;
  for (const op_entry& entry : op_table)
    if (entry.code != static_cast<op>(position++)) return false;
  return position == op_count;
}
static_assert(table_is_complete(), "the op table lists every op once, in the order of the enumeration");

constexpr const op_entry& about(op code) { return op_table[static_cast<int>(code)]; }

/// One value for each entry, alone of its row, column and neighbours.
constexpr bool is_elementwise(op code) { return code >= op::negate && code <= op::where; }
/// Elementwise ops that take no longer than a division.
constexpr bool is_arithmetic(op code) {
  return code == op::negate || (code >= op::sqrt && code <= op::heaviside) || code == op::relu || code == op::finite ||
         (code >= op::add && code <= op::divide) || code == op::maximum || code == op::minimum ||
         (code >= op::less && code <= op::where);
}
/// Elementwise ops whose result is no more work than reading it from memory.
constexpr bool is_cheap(op code) { return is_arithmetic(code) && code != op::sqrt && code != op::reciprocal && code != op::divide; }
/// Sums and maxima that are part of a loop over the entries.
constexpr bool is_reduction(op code) {
  return code == op::sum || code == op::row_sums || code == op::column_sums || code == op::row_max || code == op::column_max;
}
constexpr bool is_factor(op code) { return code >= op::cholesky_factor && code <= op::lu_factor; }
/// For what a factor, or a triangle, stands for.
constexpr bool is_solve_by_factor(op code) { return code == op::factored_solve || code == op::factored_solve_transposed; }
/// A triangular matrix is its own factor: the same memory.
constexpr bool is_triangular_factor(op code) { return code == op::lower_factor || code == op::upper_factor; }
constexpr bool is_planned(op code) { return (code >= op::cholesky_factor && code <= op::add_diagonal) || code == op::finite; }
constexpr bool carries_shape(op code) { return about(code).arity > 0 && about(code).shape == shape_rule::given; }
constexpr bool is_derivative(op code) { return code >= op::gradient && code <= op::hessian; }
constexpr bool is_part_op(op code) { return code >= op::part && code <= op::unpick_rows; }
/// Its second argument is a leaf of indices.
constexpr bool takes_indices(op code) {
  return (code >= op::gather_rows && code <= op::unpick_rows) || code == op::label_cross_entropy ||
         code == op::label_cross_entropy_rows;
}
constexpr bool is_assembly(op code) { return code >= op::vertical && code <= op::block_diagonal; }
constexpr bool is_constant(op code) { return code <= op::measure && code != op::leaf; }

}  // namespace ctgrad::detail
