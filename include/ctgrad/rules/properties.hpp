// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pattern.hpp"

namespace ctgrad::detail {

namespace letters {

/// What a result is known to be when its arguments are what the letters say.
struct property_rule {
  pattern before;
  property known;
};

inline constexpr property_rule property_rules[] = {
    {A + t(A),          symmetric_value},
    {t(A) % A,          symmetric_value},
    {S + A + t(A),      symmetric_value},
    {S - A - t(A),      symmetric_value},
    {S + t(A) + A,      symmetric_value},
    {S - t(A) - A,      symmetric_value},
    {Q + U,             semidefinite},
    {P + Q,             definite},
    {w % Q,             semidefinite},
    {w % P,             definite},
    {Q / w,             semidefinite},
    {P / w,             definite},
    {inverse(P),        definite},
    {inverse(S),        symmetric_value},
    {diag(A),           diagonal_value},
    {lower_part(A),     lower_value},
    {strictly_lower_part(A), lower_value},
    {upper_part(A),     upper_value},
    {cholesky(A),       lower_value},
    {cofactor(L),       upper_value},
    {cofactor(R),       lower_value},
    {t(L),              upper_value},
    {t(R),              lower_value},
    {t(O),              orthogonal_value},
    {s % L,             lower_value},
    {s % R,             upper_value},
    {L / s,             lower_value},
    {R / s,             upper_value},
    {diag(p),           definite},
    {add_diagonal(Q, p), definite},
    {add_diagonal(S, A), symmetric_value},
    {exp(A),            positive_entries},
    {sigmoid(A),        positive_entries},
    {softplus(A),       positive_entries},
    {reciprocal(p),     positive_entries},
    {sqrt(p),           positive_entries},
    {square(p),         positive_entries},
    {pow(p, A),         positive_entries},
    {p + q,             positive_entries},
    {p % q,             positive_entries},
    {p / q,             positive_entries},
    {t(p),              positive_entries},
    {sum(p),            positive_entries},
    {row_sums(p),       positive_entries},
    {column_sums(p),    positive_entries},
    {row_max(p),        positive_entries},
    {column_max(p),     positive_entries},
    {cumulative_sum(p), positive_entries},
};

/// What a result is when all of its arguments are.
struct closure_rule {
  op code;
  unsigned of_all;
};

/// Elementwise ops of symmetric arguments are symmetric without a line of their own.
inline constexpr closure_rule closure_rules[] = {
    {op::negate,   triangular},
    {op::add,      triangular},
    {op::subtract, triangular},
    {op::multiply, definite | triangular},  // Schur's product theorem; 0 times what is infinite is not 0
    {op::square,   definite},
    {op::exp,      semidefinite},
    {op::product,  triangular | orthogonal_value},
    {op::inverse,  triangular},
    {op::block_diagonal, definite | triangular | orthogonal_value},
};

}  // namespace letters

using letters::property_rules;

struct closure_index {
  unsigned of_all[op_count]{};

  consteval closure_index() {
    for (int code = 0; code < op_count; ++code)
      if (is_elementwise(static_cast<op>(code))) of_all[code] = symmetric_value;
    for (const letters::closure_rule& rule : letters::closure_rules) of_all[static_cast<int>(rule.code)] |= rule.of_all;
  }
};
inline constexpr closure_index closed_under;

inline constexpr rules_by_op properties_by_op{property_rules};

/// Whether one value is known to be the transpose of the other.
template <class Graph>
constexpr bool are_transposes(const Graph& g, node_id a, node_id b) {
  if (g[a].code == op::transpose && g[a].arguments[0] == b) return true;
  if (g[b].code == op::transpose && g[b].arguments[0] == a) return true;
  return a == b && (g[a].properties & symmetric_value) != 0;
}

}  // namespace ctgrad::detail
