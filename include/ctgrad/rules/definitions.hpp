// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "gradients.hpp"

namespace ctgrad::detail {

/// An op that stands for a formula of others.
struct definition_rule {
  formula defined;
  formula meaning;
};

/// What a leaf of a declared structure stands for: the part of its container that lies in the structure. So nothing else
/// is read, and gradients are zero elsewhere.
struct structure_rule {
  structure form;
  formula meaning;
};

namespace letters {

inline constexpr structure_rule structures[] = {
    {structure::diagonal_matrix,  diag(diagonal(A))},
    {structure::lower_triangular, lower_part(A)},
    {structure::upper_triangular, upper_part(A)},
};

inline constexpr definition_rule definitions[] = {
    {operation(op::hadamard, A, B), A % B},
    {count(A),                      rows(A) % columns(A)},
    {mean(A),                       sum(A) / (rows(A) % columns(A))},
    {row_means(A),                  row_sums(A) / columns(A)},
    {column_means(A),               column_sums(A) / rows(A)},
    {squared_norm(A),               sum(square(A))},
    {max(A),                        column_max(row_max(A))},
    {min(A),                        -column_max(row_max(-A))},
    {row_min(A),                    -row_max(-A)},
    {column_min(A),                 -column_max(-A)},
    {dot(A, B),                     sum(A % B)},
    {outer(A, B),                   A * t(B)},
    {softmax(A),                    exp(A - logsumexp_columns(A))},
    {log_softmax(A),                A - logsumexp_columns(A)},
    {softmax_rows(A),               exp(A - logsumexp_rows(A))},
    {log_softmax_rows(A),           A - logsumexp_rows(A)},
    {label_cross_entropy(A, B),      sum(logsumexp_columns(A) - pick(A, B)) / columns(A)},
    {label_cross_entropy_rows(A, B), sum(logsumexp_rows(A) - pick_rows(A, B)) / rows(A)},
    {symmetric_part(A),             0.5 % (A + t(A))},
    {softmax_cross_entropy(A, B),      -sum(B % (A - logsumexp_columns(A))) / columns(A)},
    {softmax_cross_entropy_rows(A, B), -sum(B % (A - logsumexp_rows(A))) / rows(A)},
    {hvp(A, B, C),                  jvp(grad(A, B), B, C)},
};

}  // namespace letters

using letters::definitions;
using letters::structures;

struct definition_index {
  int of[op_count]{};
  bool complete = true;

  consteval definition_index() {
    for (int& place : of) place = -1;
    int place = 0;
    for (const definition_rule& rule : definitions) of[static_cast<int>(rule.defined.root())] = place++;
    for (int code = 0; code < op_count; ++code)
      if (is_defined_by_formula(static_cast<op>(code)) != (of[code] >= 0)) complete = false;
  }
};
inline constexpr definition_index definition_of;
static_assert(definition_of.complete, "every op that stands for a formula has its line in the table of definitions");

}  // namespace ctgrad::detail
