// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "letters.hpp"

namespace ctgrad::detail {

/// How an op is applied to many values at once. Only what is linear in an argument is ever asked for: the rules of reverse
/// mode, in g.
enum class batching : std::uint8_t {
  unknown,
  by_rows,     // a row of the result needs that row of the argument alone: the values below each other are one matrix
  by_formula,  // as the formula of other ops
  by_formula_of_columns,  // the same, row by row as one column
};

struct batching_rule {
  formula applied;
  batching how;
  formula meaning{};
};

namespace letters {

inline constexpr formula square_ones = ones(identity(A));
// Moves every entry of a column down by one: adding up, undone, takes from each entry the one before it.
inline constexpr formula shift = identity(A) - inverse(lower_part(square_ones));

/// Beside elementwise ops, products, and those that only move entries. y is anything of the shape of the result.
inline constexpr batching_rule batching_rules[] = {
    {row_sums(A),    batching::by_rows},
    {gather_columns(A, B), batching::by_rows},
    {scatter_columns(A, B), batching::by_rows},

    {column_sums(A), batching::by_formula, t(row_sums(t(A)))},
    {sum(A),         batching::by_formula, row_sums(column_sums(A))},
    {solve(A, B),    batching::by_formula, inverse(A) * B},
    {trace(A),       batching::by_formula, sum(A % identity(A))},
    {diagonal(A),    batching::by_formula, row_sums(A % identity(A))},
    {diag(A),        batching::by_formula, A % identity(A)},
    {lower_part(A),  batching::by_formula, A % lower_part(ones(A))},
    {strictly_lower_part(A), batching::by_formula, A % strictly_lower_part(ones(A))},
    {upper_part(A),  batching::by_formula, A % upper_part(ones(A))},
    {gather_rows(A, B),  batching::by_formula, t(gather_columns(t(A), B))},
    {scatter_rows(A, B), batching::by_formula, t(scatter_columns(t(A), B, t(y)))},
    {pick(A, B),         batching::by_formula, column_sums(A % unpick(ones(column_sums(A)), B, A))},
    {unpick(A, B),       batching::by_formula, A % unpick(ones(A), B, y)},
    {pick_rows(A, B),    batching::by_formula, row_sums(A % unpick_rows(ones(row_sums(A)), B, A))},
    {unpick_rows(A, B),  batching::by_formula, A % unpick_rows(ones(A), B, y)},
    {cumulative_sum(A), batching::by_formula, lower_part(square_ones) * A},
    {reverse_cumulative_sum(A), batching::by_formula, upper_part(square_ones) * A},
    // (I - S diag(a)) y = S b, with the shift S
    {recurrence(A, B), batching::by_formula_of_columns, inverse(identity(A) - shift % t(A)) * (shift * B)},
    {reverse_recurrence(A, B), batching::by_formula_of_columns, inverse(identity(A) - t(shift) % t(A)) * (t(shift) * B)},
};

}  // namespace letters

using letters::batching_rules;

struct batching_index {
  int of[op_count]{};

  consteval batching_index() {
    for (int& place : of) place = -1;
    int place = 0;
    for (const batching_rule& rule : batching_rules) of[static_cast<int>(rule.applied.root())] = place++;
  }
};
inline constexpr batching_index batching_of;

}  // namespace ctgrad::detail
