// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "identities.hpp"

namespace ctgrad::detail {

namespace letters {

/// What overflows, underflows or divides 0 by 0 as written, and does not otherwise. Applied before derivatives are
/// taken: the derivative of what overflows would overflow too.
inline constexpr identity_rule stable_forms[] = {
    {log(exp(A)),                 A},
    {log(sum(exp(u))),            logsumexp_columns(u)},
    {log(sum(exp(v))),            logsumexp_rows(v)},
    {log(sum(exp(A))),            logsumexp_rows(logsumexp_columns(A))},
    {log(column_sums(exp(A))),    logsumexp_columns(A)},
    {log(row_sums(exp(A))),       logsumexp_rows(A)},
    {log(sum(exp(u)) / s),        logsumexp_columns(u) - log(s)},
    {exp(u) / sum(exp(u)),        exp(u - logsumexp_columns(u))},
    {exp(v) / sum(exp(v)),        exp(v - logsumexp_rows(v))},
    {exp(A) / column_sums(exp(A)), exp(A - logsumexp_columns(A))},
    {exp(A) / row_sums(exp(A)),   exp(A - logsumexp_rows(A))},

    {log(abs(det(A))),            logdet(A)},
    {log(det(A)),                 logdet(A)},
    {det(diag(A)),                entry_product(A)},
    {log(abs(entry_product(A))),  sum(log(abs(A)))},
    {log(entry_product(A)),       sum(log(abs(A)))},

    {log(1 + exp(A)),             softplus(A)},
    {log1p(exp(A)),               softplus(A)},
    {1 / (1 + exp(-A)),           sigmoid(A)},
    {1 / (1 + exp(A)),            sigmoid(-A)},
    {reciprocal(1 + exp(-A)),     sigmoid(A)},
    {reciprocal(1 + exp(A)),      sigmoid(-A)},
    {exp(A) / (1 + exp(A)),       sigmoid(A)},
    {log(sigmoid(A)),             -softplus(-A)},
    {log(1 - sigmoid(A)),         -softplus(A)},
    {log1p(-sigmoid(A)),          -softplus(A)},
    {A / (1 + exp(-A)),           swish(A)},
    {A % sigmoid(A),              swish(A)},

    // slope 0 at 0
    {sqrt(sum(square(A))),        norm(A)},
    {sqrt(sum(A % A)),            norm(A)},
    {sqrt(t(u) * u),              norm(u)},
    {sqrt(square(A)),             abs(A)},
    {sqrt(row_sums(square(A))),   where(row_sums(square(A)), sqrt(row_sums(square(A))), 0)},
    {sqrt(row_sums(A % A)),       where(row_sums(A % A), sqrt(row_sums(A % A)), 0)},
    {sqrt(column_sums(square(A))), where(column_sums(square(A)), sqrt(column_sums(square(A))), 0)},
    {sqrt(column_sums(A % A)),    where(column_sums(A % A), sqrt(column_sums(A % A)), 0)},
};

}  // namespace letters

using letters::stable_forms;

inline constexpr rules_by_op stable_by_op{stable_forms};

}  // namespace ctgrad::detail
