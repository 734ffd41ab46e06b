// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pattern.hpp"

namespace ctgrad::detail {

/// before = after, in exact arithmetic. Applied only where both have the same shape, so that an identity may
/// hold for some shapes alone: `row_sums(A) = A` for a column.
struct identity_rule {
  pattern before;
  formula after;
};

namespace letters {

/// The identities that the simplifier applies from left to right.
inline constexpr identity_rule identities[] = {
    {stop_gradient(A),            A},

    // signs and numbers
    {-A,                          -1 % A},
    {A - B % k,                   A + (-1 % k) % B},
    {A + -1 % B,                  A - B},
    {-1 % A + B,                  B - A},
    {A + 0,                       A},
    {A - 0,                       A},
    {0 - A,                       -1 % A},
    {1 % A,                       A},
    {A / 1,                       A},
    {A / k,                       (1 / entry(k)) % A},
    {1 / A,                       reciprocal(A)},
    {A + A,                       2 % A},
    {A + k % A,                   (entry(k) + 1) % A},
    {k % A + l % A,               (entry(k) + entry(l)) % A},
    {k % (l % A),                 (k % l) % A},
    {pow(A, 1),                   A},
    {pow(A, 2),                   square(A)},
    {pow(A, 3),                   A % square(A)},
    {pow(A, -1),                  reciprocal(A)},
    {pow(A, 0),                   ones(A)},
    {A % A,                       square(A)},
    {square(sqrt(A)),             A},
    {sqrt(square(A)),             abs(A)},
    {reciprocal(reciprocal(A)),   A},

    // scalars are gathered in front
    {r % (s % M),                 (r % s) % M},
    {M % (s % N),                 s % (M % N)},
    {I / s,                       reciprocal(s) % I},
    {(M / s) * N,                 (M * N) / s},
    {M * (N / s),                 (M * N) / s},
    {sum(M / s),                  sum(M) / s},
    {trace(M / s),                trace(M) / s},
    {t(M / s),                    t(M) / s},
    {(s % M) * N,                 s % (M * N)},
    {M * (s % N),                 s % (M * N)},
    {t(s % M),                    s % t(M)},
    {sum(s % M),                  s % sum(M)},
    {row_sums(s % M),             s % row_sums(M)},
    {column_sums(s % M),          s % column_sums(M)},
    {trace(s % M),                s % trace(M)},
    {diagonal(s % M),             s % diagonal(M)},
    {diag(s % M),                 s % diag(M)},

    // a broadcast is no work of its own
    {(A % 1) % B,                 A % B},
    {(A % 1) + B,                 A + B},
    {(A % 1) - B,                 A - B},
    {B - (A % 1),                 B - A},
    {(A % 1) / B,                 A / B},
    {B / (A % 1),                 B / A},

    // transposes move towards the leaves
    {t(t(A)),                     A},
    {t(s),                        s},
    {t(S),                        S},
    {t(A * B),                    t(B) * t(A)},
    {t(A * B + C * D),            t(B) * t(A) + t(D) * t(C)},
    {t(A * B - C * D),            t(B) * t(A) - t(D) * t(C)},
    {t(s % (A * B) + M),          s % (t(B) * t(A)) + t(M)},
    {t(s % t(A) + M),             s % A + t(M)},
    {t(t(A) + B),                 A + t(B)},
    {t(t(A) - B),                 A - t(B)},
    {t(A - t(B)),                 t(A) - B},
    {t(A) + t(B),                 t(A + B)},
    {t(A) - t(B),                 t(A - B)},
    {t(A) % t(B),                 t(A % B)},
    {t(row_sums(t(A))),           column_sums(A)},
    {row_sums(t(A)),              t(column_sums(A))},
    {column_sums(t(A)),           t(row_sums(A))},
    {sum(t(A)),                   sum(A)},
    {trace(t(A)),                 trace(A)},
    {diagonal(t(A)),              diagonal(A)},
    {inverse(t(A)),               t(inverse(A))},
    {logdet(t(A)),                logdet(A)},

    // sums
    {sum(row_sums(A)),            sum(A)},
    {sum(column_sums(A)),         sum(A)},
    {sum(diag(A)),                sum(A)},
    {sum(A),                      A},
    {row_sums(A),                 A},
    {column_sums(A),              A},
    {row_sums(v),                 sum(v)},
    {column_sums(u),              sum(u)},
    {row_max(A),                  A},
    {column_max(A),               A},
    {row_max(t(A)),               t(column_max(A))},
    {column_max(t(A)),            t(row_max(A))},
    {entry_product(r),            r},
    {sum(l),                      entry(l) % (rows(l) % columns(l))},
    {A * l,                       entry(l) % row_sums(A)},
    {l * A,                       entry(l) % column_sums(A)},
    {sum(A % I),                  trace(A)},
    {A % I,                       diag(diagonal(A))},

    // traces and diagonals
    {trace(A * B),                sum(A % t(B))},
    {trace(A + B),                trace(A) + trace(B)},
    {trace(A - B),                trace(A) - trace(B)},
    {trace(diag(A)),              sum(A)},
    {trace(I),                    rows(I)},
    {trace(A),                    A},
    {diagonal(diag(A)),           A},
    {diagonal(A * B),             row_sums(A % t(B))},

    // parts and assemblies
    {reshape(A),                  A},
    {reshape(reshape(A)),         reshape(A, y)},
    {sum(reshape(A)),             sum(A)},

    // identities and inverses
    {A * I,                       A},
    {I * A,                       A},
    {inverse(I),                  I},
    {inverse(inverse(A)),         A},
    {inverse(s),                  reciprocal(s)},
    {solve(s, A),                 A / s},
    {solve(inverse(A), B),        A * B},
    {solve(A, I),                 inverse(A)},
    {logdet(inverse(A)),          -1 % logdet(A)},
    {logdet(s),                   log(abs(s))},
    {logdet(I),                   0},

    // the branch not taken contributes 0 to a derivative, be it NaN: the choice comes last
    {where(A, B, 0) % C,          where(A, B % C, 0)},
    {where(A, 0, B) % C,          where(A, 0, B % C)},
    {where(A, B, 0) / C,          where(A, B / C, 0)},
    {where(A, 0, B) / C,          where(A, 0, B / C)},
    {where(A, B, 0) + where(A, C, 0),  where(A, B + C, 0)},
    {where(A, B, 0) + where(A, 0, C),  where(A, B, C)},
    {where(A, 0, B) + where(A, 0, C),  where(A, 0, B + C)},
    {(where(A, B, 0) + C) % D,    where(A, B % D, 0) + C % D},
    {(where(A, 0, B) + C) % D,    where(A, 0, B % D) + C % D},
    {(where(A, B, 0) - C) % D,    where(A, B % D, 0) - C % D},
    {(where(A, 0, B) - C) % D,    where(A, 0, B % D) - C % D},
    {(where(A, B, 0) + C) / D,    where(A, B / D, 0) + C / D},
    {(where(A, 0, B) + C) / D,    where(A, 0, B / D) + C / D},
    {(where(A, B, 0) - C) / D,    where(A, B / D, 0) - C / D},
    {(where(A, 0, B) - C) / D,    where(A, 0, B / D) - C / D},
    {t(where(A, B, C)),           where(t(A), t(B), t(C))},
    {where(c, A, B),              A},

    // without overflow
    {log(column_sums(exp(A))),    logsumexp_columns(A)},
    {log(row_sums(exp(A))),       logsumexp_rows(A)},
    {log(sum(exp(u))),            logsumexp_columns(u)},
    {log(sum(exp(t(u)))),         logsumexp_columns(u)},
    {log(exp(A)),                 A},
    {log(1 + A),                  log1p(A)},
};

/// For the simplifier alone. Products are kept leaning to the left, so that equal chains are equal nodes whatever their brackets were.
inline constexpr identity_rule normal_forms[] = {
    {A * (B * C),                 A * B * C},
    {sum(diagonal(A)),            trace(A)},
};

/// What the kernels compute: applied once the order of the products is settled.
inline constexpr identity_rule kernel_forms[] = {
    // one factorisation serves solves, determinants and inverses
    {solve(P, M),                 factored_solve(cholesky_factor(P), M)},
    {inverse(P),                  factored_inverse(cholesky_factor(P))},
    {logdet(P),                   factored_logdet(cholesky_factor(P))},
    {solve(S, M),                 factored_solve(symmetric_factor(S), M)},
    {inverse(S),                  factored_inverse(symmetric_factor(S))},
    {logdet(S),                   factored_logdet(symmetric_factor(S))},
    {solve(t(A), M),              factored_solve_transposed(lu_factor(A), M)},
    {solve(A, M),                 factored_solve(lu_factor(A), M)},
    {inverse(A),                  factored_inverse(lu_factor(A))},
    {logdet(A),                   factored_logdet(lu_factor(A))},
    {factored_inverse(A) * M,     factored_solve(A, M)},
    {t(factored_inverse(A)) * M,  factored_solve_transposed(A, M)},
    {M * factored_inverse(A),     t(factored_solve_transposed(A, t(M)))},
    {M * t(factored_inverse(A)),  t(factored_solve(A, t(M)))},
    {factored_solve_transposed(cholesky_factor(A), M),  factored_solve(cholesky_factor(A), M)},
    {factored_solve_transposed(symmetric_factor(A), M), factored_solve(symmetric_factor(A), M)},

    // products of vectors are elementwise
    {v * u,                       sum(t(v) % u)},
    {u * v,                       u % v},

    // last, when nothing is multiplied by the 0 any more
    {where(0, A, B),              B},

    // what shares its expensive part with its derivative
    {swish(A),                    A % sigmoid(A)},
    {norm(A),                     sqrt(sum(square(A)))},

    // only the diagonal changes
    {M + s % I,                   add_diagonal(M, s)},
    {M - s % I,                   add_diagonal(M, -1 % s)},
    {M + I,                       add_diagonal(M, 1)},
    {M - I,                       add_diagonal(M, -1)},
    {M + diag(u),                 add_diagonal(M, u)},
    {M - diag(u),                 add_diagonal(M, -1 % u)},
    {trace(A),                    sum(diagonal(A))},
};

/// What a result is known to be when its arguments are what the letters say.
struct property_rule {
  pattern before;
  property known;
};

/// Elementwise ops of symmetric arguments are symmetric without a line of their own.
inline constexpr property_rule property_rules[] = {
    {A + t(A),          symmetric_value},
    {t(A) % A,          symmetric_value},
    {Q + U,             semidefinite},
    {P + Q,             definite},
    {p % Q,             semidefinite},
    {p % P,             definite},
    {Q / p,             semidefinite},
    {P / p,             definite},
    {inverse(P),        definite},
    {inverse(S),        symmetric_value},
    {diag(A),           symmetric_value},
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

}  // namespace letters

using letters::property_rules;

template <int First, int Second>
struct identity_table {
  static constexpr int count = First + Second;
  identity_rule rules[count]{};

  consteval identity_table(const identity_rule (&first)[First], const identity_rule (&second)[Second]) {
    for (int i = 0; i < First; ++i) rules[i] = first[i];
    for (int i = 0; i < Second; ++i) rules[First + i] = second[i];
  }
};

/// Towards the normal form that the planner starts from.
inline constexpr identity_table normalising{letters::identities, letters::normal_forms};
/// Towards kernels.
inline constexpr identity_table kernelising{letters::identities, letters::kernel_forms};

inline constexpr rules_by_op normalising_by_op{normalising.rules};
inline constexpr rules_by_op kernelising_by_op{kernelising.rules};
inline constexpr rules_by_op properties_by_op{property_rules};

}  // namespace ctgrad::detail
