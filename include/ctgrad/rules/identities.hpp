// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "properties.hpp"

namespace ctgrad::detail {

/// before = after, in exact arithmetic. Applied only where both have the same shape, so that an identity may
/// hold for some shapes alone: `row_sums(A) = A` for a column.
struct identity_rule {
  pattern before;
  formula after;
  corner where = corner::anywhere;  // of a part: it has to begin there
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
    {A / c,                       (1 / entry(c)) % A},
    {1 / A,                       reciprocal(A)},
    {k % A + l % A,               (entry(k) + entry(l)) % A},
    {A + A,                       2 % A},
    {A + k % A,                   (entry(k) + 1) % A},
    {k % (l % A),                 (k % l) % A},
    {pow(A, 1),                   A},
    {pow(A, 2),                   square(A)},
    {pow(A, 3),                   A % square(A)},
    {pow(A, 4),                   square(square(A))},
    {pow(A, -1),                  reciprocal(A)},
    {pow(A, -2),                  reciprocal(square(A))},
    {pow(A, 0.5),                 sqrt(A)},
    {pow(A, -0.5),                reciprocal(sqrt(A))},
    {pow(A, 1.5),                 A % sqrt(A)},
    {pow(A, 2.5),                 square(A) % sqrt(A)},
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
    {row_sums(t(A)),              t(column_sums(A))},
    {column_sums(t(A)),           t(row_sums(A))},
    {sum(t(A)),                   sum(A)},
    {trace(t(A)),                 trace(A)},
    {diagonal(t(A)),              diagonal(A)},
    {inverse(t(A)),               t(inverse(A))},
    {logdet(t(A)),                logdet(A)},
    {det(t(A)),                   det(A)},
    {cofactor(t(A)),              t(cofactor(A))},

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
    {A * l,                       (entry(l) % row_sums(A)) % ones(y)},
    {l * A,                       (entry(l) % column_sums(A)) % ones(y)},
    {sum(A * B),                  column_sums(A) * row_sums(B)},
    {row_sums(A * B),             A * row_sums(B)},
    {column_sums(A * B),          column_sums(A) * B},
    {sum(u % v),                  sum(u) % sum(v)},
    {row_sums(u % v),             u % sum(v)},
    {column_sums(u % v),          sum(u) % v},
    {sum(square(u % v)),          sum(square(u)) % sum(square(v))},
    {sum(square(u * v)),          sum(square(u)) % sum(square(v))},
    {A % I,                       diag(diagonal(A))},

    // traces and diagonals
    {trace(A + s),                trace(A) + rows(A) % s},
    {trace(A - s),                trace(A) - rows(A) % s},
    {trace(s - A),                rows(A) % s - trace(A)},
    {trace(M + N),                trace(M) + trace(N)},
    {trace(M - N),                trace(M) - trace(N)},
    {trace(diag(A)),              sum(A)},
    {trace(I),                    rows(I)},
    {trace(A),                    A},
    {diagonal(diag(A)),           A},
    {diagonal(s),                 s},
    {diag(s),                     s},
    {diagonal(u % N),             u % diagonal(N)},
    {diagonal(v % N),             t(v) % diagonal(N)},
    {diagonal(M % N),             diagonal(M) % diagonal(N)},

    // triangular and orthogonal matrices
    {lower_part(s),               s},
    {upper_part(s),               s},
    {lower_part(diag(A)),         diag(A)},
    {upper_part(diag(A)),         diag(A)},
    {lower_part(L),               L},
    {upper_part(R),               R},
    {lower_part(R),               diag(diagonal(R))},
    {upper_part(L),               diag(diagonal(L))},
    {lower_part(s % A),           s % lower_part(A)},
    {upper_part(s % A),           s % upper_part(A)},
    {lower_part(R + E),           diag(diagonal(R)) + lower_part(E)},
    {lower_part(R - E),           diag(diagonal(R)) - lower_part(E)},
    {lower_part(E - R),           lower_part(E) - diag(diagonal(R))},
    {upper_part(L + E),           diag(diagonal(L)) + upper_part(E)},
    {upper_part(L - E),           diag(diagonal(L)) - upper_part(E)},
    {upper_part(E - L),           upper_part(E) - diag(diagonal(L))},
    {diagonal(lower_part(A)),     diagonal(A)},
    {diagonal(upper_part(A)),     diagonal(A)},
    {inverse(O),                  t(O)},
    {solve(O, A),                 t(O) * A},
    {logdet(O),                   0},

    {cofactor(diag(A)),           diag(products_before(A) % products_after(A))},
    {diagonal(cofactor(L)),       products_before(diagonal(L)) % products_after(diagonal(L))},
    {diagonal(cofactor(R)),       products_before(diagonal(R)) % products_after(diagonal(R))},
    {t(E) * cofactor(E),          det(E) % identity(E)},
    {cofactor(E) * t(E),          det(E) % identity(E)},
    {det(diag(A)),                entry_product(A)},
    {det(s % I),                  pow(s, rows(I))},
    {cofactor(s % I),             pow(s, rows(I) - 1) % I},

    // products with triangular matrices are taken apart: no factorisation for those
    {logdet(L * E),               logdet(L) + logdet(E)},
    {logdet(R * E),               logdet(R) + logdet(E)},
    {logdet(E * L),               logdet(E) + logdet(L)},
    {logdet(E * R),               logdet(E) + logdet(R)},
    {det(L * E),                  det(L) % det(E)},
    {det(R * E),                  det(R) % det(E)},
    {det(E * L),                  det(E) % det(L)},
    {det(E * R),                  det(E) % det(R)},
    {inverse(L * E),              inverse(E) * inverse(L)},
    {inverse(R * E),              inverse(E) * inverse(R)},
    {inverse(E * L),              inverse(L) * inverse(E)},
    {inverse(E * R),              inverse(R) * inverse(E)},
    {solve(L * E, B),             solve(E, solve(L, B))},
    {solve(R * E, B),             solve(E, solve(R, B))},
    {solve(E * L, B),             solve(L, solve(E, B))},
    {solve(E * R, B),             solve(R, solve(E, B))},

    // parts and assemblies
    {reshape(A),                  A},
    {reshape(reshape(A)),         reshape(A, y)},
    {sum(reshape(A)),             sum(A)},
    {reshape(s % M),              s % reshape(M, y)},
    {gather_rows(s % M, B),       s % gather_rows(M, B)},
    {gather_columns(s % M, B),    s % gather_columns(M, B)},
    {pick(s % M, B),              s % pick(M, B)},
    {pick_rows(s % M, B),         s % pick_rows(M, B)},
    {part(A),                     A},
    {place(A),                    A},
    {part(place(A)),              A,                                 corner::inner},
    {part(vertical(A, B)),        A,                                 corner::origin},
    {part(vertical(A, B)),        B,                                 corner::below},
    {part(horizontal(A, B)),      A,                                 corner::origin},
    {part(horizontal(A, B)),      B,                                 corner::beside},
    {part(block_diagonal(A, B)),  A,                                 corner::origin},
    {part(block_diagonal(A, B)),  B,                                 corner::diagonal},
    {part(t(A)),                  t(part(A, t(y), corner::turned))},
    {part(s % M),                 s % part(M, y, corner::kept)},
    {s % place(M),                place(s % M, y, corner::inner)},
    {sum(place(A)),               sum(A)},
    {sum(vertical(A, B)),         sum(A) + sum(B)},
    {sum(horizontal(A, B)),       sum(A) + sum(B)},
    {sum(block_diagonal(A, B)),   sum(A) + sum(B)},
    {gather_rows(k, B),           entry(k) % ones(y)},
    {gather_columns(k, B),        entry(k) % ones(y)},
    {pick(k, B),                  entry(k) % ones(y)},
    {pick_rows(k, B),             entry(k) % ones(y)},
    {scatter_rows(0, B),          zeros(y)},
    {scatter_columns(0, B),       zeros(y)},
    {unpick(0, B),                zeros(y)},
    {unpick_rows(0, B),           zeros(y)},
    {block_transpose(block_transpose(A)), A},
    {sum(block_transpose(A)),     sum(A)},

    // diagonal matrices stay columns
    {u % I,                       diag(u)},
    {v % I,                       diag(t(v))},
    {where(v, I, 0),              diag(where(t(v), 1, 0))},
    {where(v, 0, I),              diag(where(t(v), 0, 1))},
    {diag(A) * diag(B),           diag(A % B)},
    {diag(A) % s,                 diag(A % s)},
    {diag(A) % M,                 diag(A % t(M))},
    {diag(A) % M,                 diag(A % M)},
    {diag(A) % M,                 diag(A % diagonal(M))},
    {diag(A) / M,                 diag(A / t(M))},
    {diag(A) / M,                 diag(A / M)},
    {diag(A) / s,                 diag(A / s)},
    {row_sums(I),                 ones(y)},
    {column_sums(I),              ones(y)},
    {diagonal(I),                 ones(y)},
    {sum(I),                      rows(I)},
    {where(M, diag(A), 0),        diag(where(t(M), A, 0))},
    {where(M, 0, diag(A)),        diag(where(t(M), 0, A))},
    {diag(A) + diag(B),           diag(A + B)},
    {diag(A) - diag(B),           diag(A - B)},
    {diag(A) + s % I,             diag(A + s)},
    {diag(A) - s % I,             diag(A - s)},
    {diag(A) + I,                 diag(A + 1)},
    {diag(A) - I,                 diag(A - 1)},
    {I - diag(A),                 diag(1 - A)},
    {square(diag(A)),             diag(square(A))},
    {row_sums(diag(A)),           A},
    {column_sums(diag(A)),        t(A)},

    // identities and inverses
    {A * I,                       A},
    {I * A,                       A},
    {inverse(I),                  I},
    {inverse(inverse(A)),         A},
    {inverse(E) * E,              identity(E)},
    {E * inverse(E),              identity(E)},
    {B * inverse(E) * E,          B},
    {B * E * inverse(E),          B},
    {solve(E, E),                 identity(E)},
    {solve(E, E * B),             B},
    {E * solve(E, B),             B},
    {inverse(s),                  reciprocal(s)},
    {solve(s, A),                 A / s},
    {solve(inverse(A), B),        A * B},
    {solve(A, I),                 inverse(A)},
    {logdet(inverse(A)),          -1 % logdet(A)},
    {logdet(s),                   log(abs(s))},
    {inverse(s % I),              reciprocal(s) % I},
    {solve(s % I, A),             A / s},
    {logdet(s % I),               rows(I) % log(abs(s))},
    {det(s),                      s},
    {det(I),                      1},
    {cofactor(s),                 1},
    {cholesky(I),                 I},

    {reciprocal(abs(A)) % sign(A), reciprocal(A)},
    {(B / abs(A)) % sign(A),      B / A},

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

    {log(exp(A)),                 A},
    {log(1 + A),                  log1p(A)},
};

/// For the simplifier alone. Products are kept leaning to the left, so that equal chains are equal nodes whatever their brackets were.
inline constexpr identity_rule normal_forms[] = {
    {A * (B * C),                 A * B * C},
    {sum(diagonal(A)),            trace(A)},

    // without overflow; the kernels take it apart again, in another way
    {log(column_sums(exp(A))),    logsumexp_columns(A)},
    {log(row_sums(exp(A))),       logsumexp_rows(A)},
    {log(sum(exp(u))),            logsumexp_columns(u)},
    {log(sum(exp(t(u)))),         logsumexp_columns(u)},
};

}  // namespace letters

/// Several tables as one.
template <int... Counts>
struct identity_table {
  static constexpr int count = (Counts + ...);
  identity_rule rules[count]{};

  consteval identity_table(const identity_rule (&... tables)[Counts]) {
    int filled = 0;
    const auto append = [&](const identity_rule* table, int size) {
      for (int i = 0; i < size; ++i) rules[filled++] = table[i];
    };
    (append(tables, Counts), ...);
  }
};

/// Towards the normal form that the planner starts from.
inline constexpr identity_table normalising{letters::identities, letters::normal_forms};

inline constexpr rules_by_op normalising_by_op{normalising.rules};

}  // namespace ctgrad::detail
