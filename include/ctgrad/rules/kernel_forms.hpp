// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "low_rank.hpp"

namespace ctgrad::detail {

namespace letters {

/// What the kernels compute: applied once the order of the products is settled.
inline constexpr identity_rule kernel_forms[] = {
    // a diagonal matrix scales the factor that costs least
    {diag(A) * B,                 A % B},
    {B * diag(A),                 B % t(A)},
    {solve(diag(A), M),           M / nonzero(A)},
    {inverse(diag(A)),            diag(reciprocal(nonzero(A)))},
    {logdet(diag(A)),             sum(log(abs(nonzero(A))))},

    // a triangular matrix is its own factor, of which the other triangle is not read
    {solve(t(L), M),              factored_solve_transposed(lower_factor(L), M)},
    {solve(L, M),                 factored_solve(lower_factor(L), M)},
    {solve(t(R), M),              factored_solve_transposed(upper_factor(R), M)},
    {solve(R, M),                 factored_solve(upper_factor(R), M)},
    {inverse(L),                  factored_inverse(lower_factor(L))},
    {inverse(R),                  factored_inverse(upper_factor(R))},
    {diagonal(factored_inverse(lower_factor(A))), reciprocal(nonzero(diagonal(A)))},
    {diagonal(factored_inverse(upper_factor(A))), reciprocal(nonzero(diagonal(A)))},
    {logdet(L),                   factored_logdet(lower_factor(L))},
    {logdet(R),                   factored_logdet(upper_factor(R))},
    {det(L),                      entry_product(diagonal(L))},
    {det(R),                      entry_product(diagonal(R))},
    {lower_factor(lower_part(A)), lower_factor(A)},
    {upper_factor(upper_part(A)), upper_factor(A)},

    // one factorisation serves solves, determinants and inverses
    {cholesky(A),                 factored_lower(cholesky_factor(A))},
    {diagonal(factored_lower(A)), diagonal(A)},
    {factored_solve(lower_factor(factored_lower(A)), M), factored_solve_transposed(upper_factor(A), M)},
    {factored_solve_transposed(lower_factor(factored_lower(A)), M), factored_solve(upper_factor(A), M)},
    {factored_logdet(lower_factor(factored_lower(A))), factored_logdet(upper_factor(A))},
    {det(P),                      factored_det(cholesky_factor(P))},
    {det(S),                      factored_det(symmetric_factor(S))},
    {det(A),                      factored_det(lu_factor(A))},
    {cofactor(P),                 factored_cofactor(cholesky_factor(P), P)},
    {cofactor(S),                 factored_cofactor(symmetric_factor(S), S)},
    {cofactor(A),                 factored_cofactor(lu_factor(A), A)},
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
    {factored_solve(A, s % M),    s % factored_solve(A, M)},
    {factored_solve_transposed(A, s % M), s % factored_solve_transposed(A, M)},

    // of a diagonal nothing else is formed
    {diagonal(A + B),             diagonal(A) + diagonal(B)},
    {diagonal(A - B),             diagonal(A) - diagonal(B)},
    {diagonal(A * B),             row_sums(A % t(B))},

    // products of vectors are elementwise
    {v * u,                       sum(t(v) % u)},
    {u * v,                       u % v},

    // last, when nothing is multiplied by the 0 any more
    {where(0, A, B),              B},

    // what shares its expensive part with its derivative; at -1000 the sigmoid is 0, whatever it is multiplied by
    {swish(A),                    maximum(-1000, A) % sigmoid(A)},
    {norm(A),                     sqrt(sum(square(A)))},
    {logsumexp_columns(A),        finite(column_max(A)) + log(column_sums(exp(A - finite(column_max(A)))))},
    {logsumexp_rows(A),           finite(row_max(A)) + log(row_sums(exp(A - finite(row_max(A)))))},
    {exp(A - (finite(B) + log(C))), exp(A - finite(B)) % reciprocal(C)},

    // only the diagonal changes
    {M + s % I,                   add_diagonal(M, s)},
    {M - s % I,                   add_diagonal(M, -1 % s)},
    {M + I,                       add_diagonal(M, 1)},
    {M - I,                       add_diagonal(M, -1)},
    {M + diag(u),                 add_diagonal(M, u)},
    {M - diag(u),                 add_diagonal(M, -1 % u)},
    {trace(A),                    sum(diagonal(A))},
};

}  // namespace letters

/// Towards kernels.
inline constexpr identity_table kernelising{letters::identities, letters::kernel_forms, letters::low_rank.rules};
inline constexpr rules_by_op kernelising_by_op{kernelising.rules};

}  // namespace ctgrad::detail
