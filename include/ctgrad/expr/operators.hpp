// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "leaves.hpp"
#include "refused.hpp"

namespace ctgrad::detail {

constexpr message describe_misfit(op code, const source* const* arguments, const char* reason) {
  message text;
  text << about(code).name << ": " << reason;
  for (int i = 0; i < about(code).arity; ++i) print_operand(text, *arguments[i]);
  return text;
}

/// The array that an op gives where some of its arguments are arrays, or why it takes none.
struct inferred_array {
  const array_shape* value = &no_array;
  const char* problem = nullptr;
};

constexpr inferred_array infer_array(op code, const source* const* arguments, int arity) {
  inferred_array result;
  for (int i = 0; i < arity; ++i) {
    const array_shape* array = arguments[i]->array;
    if (array->rank == 0) continue;
    switch (code) {
      case op::sum: case op::squared_norm: continue;
      case op::add: case op::subtract: case op::multiply: case op::negate: break;
      case op::divide: case op::substitute: case op::stop_gradient:
        if (i == 0) break;
        [[fallthrough]];
      default: return {&no_array, "an array of rank 3 or 4 goes into sum, squared_norm, hadamard, +, - and scaling alone"};
    }
    if (result.value->rank > 0 && !(*result.value == *array)) return {&no_array, "the arrays have different shapes"};
    result.value = array;
  }
  for (int i = 0; result.value->rank > 0 && is_elementwise(code) && i < arity; ++i)
    if (arguments[i]->array->rank == 0 && !arguments[i]->extents.is_scalar()) return {&no_array, "an array goes with an array or with a scalar"};
  return result;
}

/// Indices only point: no function but those made for them takes a leaf of indices.
constexpr const char* misuse_of_indices(op code, const source* const* arguments) {
  for (int i = 0; i < about(code).arity; ++i) {
    const bool are_indices = arguments[i]->form == structure::indices, wanted = takes_indices(code) && i == 1;
    if (code == op::substitute && i > 0 && are_indices && arguments[3 - i]->form == structure::indices) continue;
    if (are_indices && !wanted)
      return code == op::gradient ? "indices are never differentiated" : "indices are no numbers to compute with";
    if (wanted && !are_indices) return "the second argument must be a leaf of indices";
  }
  return nullptr;
}

/// A node made of others, or why there is none.
struct application_outcome {
  source node;
  const char* problem = nullptr;
};

/// Why the arguments of an op are of a kind that it does not take, or nothing; finds the array that it gives.
constexpr const char* kind_problem(op code, source& node) {
  if (const char* misuse = misuse_of_indices(code, node.arguments)) return misuse;
  const inferred_array array = infer_array(code, node.arguments, node.arity);
  node.array = array.value;
  return array.problem;
}

/// Checks the shapes; `sums` are the extents of what an assembly puts together.
constexpr application_outcome apply_to(op code, std::initializer_list<const source*> arguments, const shape& sums = {}) {
  application_outcome result{{.code = code}};
  source& node = result.node;
  node.key = digest{static_cast<std::uint64_t>(code)};
  shape shapes[3];
  bool are_matrices = !takes_indices(code);
  for (const source* argument : arguments) {
    node.key = with(node.key, argument->key);
    shapes[node.arity] = argument->extents;
    are_matrices = are_matrices && argument->form != structure::indices && argument->array->rank == 0;
    node.arguments[node.arity++] = argument;
  }
  if (!are_matrices) result.problem = kind_problem(code, node);
  if (result.problem != nullptr) return result;
  const inferred_shape inferred = infer_shape(code, shapes);
  result.problem = inferred.problem;
  node.extents = inferred.value;
  if (inferred.adds_rows) node.extents.rows = sums.rows;
  if (inferred.adds_columns) node.extents.columns = sums.columns;
  if (node.extents.rows->too_long || node.extents.columns->too_long) result.problem = "the sum of the extents is too long";
  return result;
}

template <const application_outcome& Outcome>
inline constexpr message misfit = describe_misfit(Outcome.node.code, Outcome.node.arguments, Outcome.problem);

/// The expression Code(Arguments...): attaches the definition to the digest.
template <op Code, digest... Arguments>
struct application {
  static constexpr application_outcome outcome = apply_to(Code, {&source_of<Arguments>...});
  friend constexpr const source& definition(expr<outcome.node.key>) { return outcome.node; }
};

template <op Code, digest... Arguments>
constexpr auto apply(expr<Arguments>...) {
  using result = application<Code, Arguments...>;
  if constexpr (result::outcome.problem != nullptr)
    static_assert(decltype(the_problem<misfit<result::outcome>>)::none, "ctgrad: the operands do not fit");
  return expr<result::outcome.node.key>{};
}

template <digest Key>
inline constexpr bool are_indices = source_of<Key>.are_indices();

/// A product with a scalar is a scaling.
template <digest A, digest B>
inline constexpr op product_op = source_of<A>.extents.is_scalar() || source_of<B>.extents.is_scalar() ? op::multiply : op::product;

/// A + B, elementwise. A scalar is broadcast over anything, a column over each column, a row over each row, a column and a
/// row make a matrix; what does not fit is an error while compiling.
///
/// The slope goes to both, summed over what was broadcast. m n operations, in the loop of what surrounds it.
///
///     W * X + b  // a bias for each column
template <digest A, digest B>
constexpr auto operator+(expr<A> a, expr<B> b) {
  return apply<op::add>(a, b);
}
/// A - B, elementwise, with the broadcasts of a sum.
///
///     X - row_means(X)
template <digest A, digest B>
constexpr auto operator-(expr<A> a, expr<B> b) {
  return apply<op::subtract>(a, b);
}
/// -A, of any shape.
///
///     exp(-square(x))
template <digest A>
constexpr auto operator-(expr<A> a) {
  return apply<op::negate>(a);
}
/// The matrix product of m x k and k x n; scaling where one side is 1 x 1. Other inner extents are an error while compiling.
///
/// With g the slope of the result, that of A is g B^T and that of B is A^T g. 2 m k n operations; products of more than two
/// factors are computed in the order that costs least at the sizes of a call, whatever the brackets, and transposes, scales
/// and sums of products are parts of one call of BLAS.
///
///     transpose(W) * W * x
template <digest A, digest B>
constexpr auto operator*(expr<A> a, expr<B> b) {
  return apply<product_op<A, B>>(a, b);
}
/// A / B: division by a scalar, or elementwise with the broadcasts of a sum. To solve equations write solve(B, A).
///
/// d / da = 1 / b, d / db = -a / b^2; a / 0 is infinite, 0 / 0 NaN.
///
///     P / column_sums(P)
template <digest A, digest B>
constexpr auto operator/(expr<A> a, expr<B> b) {
  return apply<op::divide>(a, b);
}
/// A < B: 1 where it holds and 0 where not, elementwise with the broadcasts of a sum; NaN where one of both is NaN. The
/// derivative of a comparison is 0.
///
///     where(x < 0_c, 0_c, sqrt(x))
template <digest A, digest B>
constexpr auto operator<(expr<A> a, expr<B> b) {
  return apply<op::less>(a, b);
}
/// A <= B: 1 where it holds and 0 where not, as A < B.
///
///     mean(abs(x) <= 1_c)
template <digest A, digest B>
constexpr auto operator<=(expr<A> a, expr<B> b) {
  return apply<op::less_equal>(a, b);
}
/// A > B, which is B < A.
///
///     where(x > y, x, y)
template <digest A, digest B>
constexpr auto operator>(expr<A> a, expr<B> b) {
  return apply<op::less>(b, a);
}
/// A >= B, which is B <= A.
///
///     sum(x >= 0_c)
template <digest A, digest B>
constexpr auto operator>=(expr<A> a, expr<B> b) {
  return apply<op::less_equal>(b, a);
}

}  // namespace ctgrad::detail
