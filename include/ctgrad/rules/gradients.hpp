// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "letters.hpp"

namespace ctgrad::detail {

/// How a derivative flows back through an op: d loss / d argument, from y (the result) and g = d loss / d y.
struct gradient_rule {
  formula result;
  formula derivative[3];
};

namespace letters {

inline constexpr double two_over_root_pi = 1.1283791670955126;
inline constexpr double root_half = 0.7071067811865476;
inline constexpr double one_over_root_two_pi = 0.3989422804014327;

/// For cumulative_logsumexp: e^(y_(i-1) - y_i), at most 1 (and unused at i = 0). -inf - -inf would be NaN.
inline constexpr formula finite_y = maximum(y, -3e38);
inline constexpr formula decay_of_y = exp(minimum(recurrence(zeros(y), finite_y) - finite_y, 0.0));

/// Of factors that e^(-A^2) or a sigmoid outweighs: beyond these limits that is 0, and 0 times infinity would be NaN.
/// 100 and 1000 to the eye, but numbers that nobody writes: by them formulas know what they need not mention.
inline constexpr double limit_of_A = 100.00000000000001, limit_of_y = 1000.0000000000001;
inline constexpr formula limited_A = maximum(-limit_of_A, minimum(limit_of_A, A));
inline constexpr formula limited_y = minimum(limit_of_y, y);

/// The rules of calculus. Where an argument was broadcast, the derivative is summed back to its shape afterwards.
inline constexpr gradient_rule gradients[] = {
    // y                    d loss / d first argument                     d second             d third
    {-A,                    {-g}},
    {exp(A),                {g % y}},
    {log(A),                {g / A}},
    {log1p(A),              {g / (1 + A)}},
    {expm1(A),              {g % (y + 1)}},
    {sqrt(A),               {0.5 * g / y}},
    {square(A),             {2 * g % A}},
    {reciprocal(A),         {-g % square(y)}},
    {abs(A),                {g % sign(A)}},
    {sign(A),               {none}},
    {heaviside(A),          {none}},
    {sin(A),                {g % cos(A)}},
    {cos(A),                {-g % sin(A)}},
    {tan(A),                {g % (1 + square(y))}},
    {tanh(A),               {g % (1 - square(y))}},
    {erf(A),                {two_over_root_pi * g % exp(-square(limited_A))}},
    {sigmoid(A),            {g % y % (1 - y)}},
    {swish(A),              {g % (sigmoid(A) + limited_y % (1 - sigmoid(A)))}},
    {relu(A),               {g % heaviside(A)}},
    {softplus(A),           {g % sigmoid(A)}},
    {gelu(A),               {g % (0.5 * (1 + erf(root_half * A)) + one_over_root_two_pi * limited_A % exp(-0.5 * square(limited_A)))}},
    {lgamma(A),             {g % digamma(A)}},
    {digamma(A),            {g % trigamma(A)}},
    {trigamma(A),           {g % polygamma(2, A)}},
    {call(A),               {g % slope(y)}},

    {A + B,                 {g,                                           g}},
    {A - B,                 {g,                                           -g}},
    {A % B,                 {g % B,                                       g % A}},
    {A / B,                 {g / B,                                       -g % y / B}},
    // at 0: 0^0 = 1 has slope 0, and so has 0^B for B >= 0 in B
    {pow(A, B),             {where(B, g % B % pow(A, B - 1), zeros(y)),   where(abs(A) + (B < 0), g % y % log(A), zeros(y))}},
    {maximum(A, B),         {g % (B <= A),                                g % (A < B)}},
    {minimum(A, B),         {g % (A <= B),                                g % (B < A)}},
    {huber(A, B),           {g % maximum(minimum(A, B), -B),              g % relu(abs(A) - B)}},
    {polygamma(A, B),       {none,                                        g % polygamma(A + 1, B)}},
    {A < B,                 {none,                                        none}},
    {A <= B,                {none,                                        none}},
    {where(A, B, C),        {none,                                        where(A, g, zeros(g)), where(A, zeros(g), g)}},

    {t(A),                  {t(g)}},
    {A * B,                 {g * t(B),                                    t(A) * g}},
    {inverse(A),            {-(t(y) * g * t(y))}},
    {solve(A, B),           {-(solve(t(A), g) * t(y)),                    solve(t(A), g)}},
    {logdet(A),             {g % t(inverse(A))}},
    {det(A),                {g % cofactor(A)}},
    {cofactor(A),           {sum(g % y) * t(inverse(A)) - y * t(g) * t(inverse(A))}},
    // of symmetric A: L^-T S L^-1 / 2, where S is the lower part of L^T g, mirrored
    {cholesky(A),           {0.5 * solve(t(y), t(solve(t(y), lower_part(t(y) * g) + t(strictly_lower_part(t(y) * g)))))}},
    {trace(A),              {g % identity(A)}},
    {diag(A),               {diagonal(g)}},
    {diagonal(A),           {diag(g)}},
    {lower_part(A),         {lower_part(g)}},
    {strictly_lower_part(A), {strictly_lower_part(g)}},
    {upper_part(A),         {upper_part(g)}},

    {reshape(A),            {reshape(g, A)}},
    {block_transpose(A),    {block_transpose(g, A)}},
    {part(A),               {place(g, A, corner::kept)}},
    {place(A),              {part(g, A, corner::kept)}},
    {vertical(A, B),        {part(g, A, corner::origin),                  part(g, B, corner::below)}},
    {horizontal(A, B),      {part(g, A, corner::origin),                  part(g, B, corner::beside)}},
    {block_diagonal(A, B),  {part(g, A, corner::origin),                  part(g, B, corner::diagonal)}},
    {cross(A, B),           {cross(B, g),                                 cross(g, A)}},

    {gather_rows(A, B),     {scatter_rows(g, B, A),                       none}},   // repeated indices add up
    {scatter_rows(A, B),    {gather_rows(g, B),                           none}},
    {gather_columns(A, B),  {scatter_columns(g, B, A),                    none}},
    {scatter_columns(A, B), {gather_columns(g, B),                        none}},
    {pick(A, B),            {unpick(g, B, A),                             none}},
    {unpick(A, B),          {pick(g, B),                                  none}},
    {pick_rows(A, B),       {unpick_rows(g, B, A),                        none}},
    {unpick_rows(A, B),     {pick_rows(g, B),                             none}},

    {sum(A),                {g % ones(A)}},
    {row_sums(A),           {g % ones(A)}},
    {column_sums(A),        {g % ones(A)}},
    {norm(A),               {g % A / (y + (y <= 0.0))}},                  // 0 at 0: divides by 1 there
    {logsumexp_columns(A),  {g % exp(A - y)}},
    {logsumexp_rows(A),     {g % exp(A - y)}},
    {row_max(A),            {g % row_max_mask(A, y)}},                    // 1 at the first largest entry
    {column_max(A),         {g % column_max_mask(A, y)}},
    {row_max_mask(A, B),    {none,                                        none}},
    {column_max_mask(A, B), {none,                                        none}},
    {entry_product(A),      {g % (products_before(A) % products_after(A))}},  // of the others: right at zeros too
    {products_before(A),    {y % reverse_recurrence(A, g)}},
    {products_after(A),     {y % recurrence(A, g)}},
    {recurrence(A, B),      {y % reverse_recurrence(A, g),                reverse_recurrence(A, g)}},
    {reverse_recurrence(A, B), {y % recurrence(A, g),                     recurrence(A, g)}},
    {cumulative_sum(A),     {reverse_cumulative_sum(g)}},
    {reverse_cumulative_sum(A), {cumulative_sum(g)}},
    {cumulative_logsumexp(A), {exp(A - finite_y) % (g + reverse_recurrence(decay_of_y, decay_of_y % g))}},

    {stop_gradient(A),      {none}},
};

/// The rule of products where 0 in g makes 0, whatever it is multiplied by: what only zeros would be multiplied by is left out.
inline constexpr gradient_rule guarded_product = {
    A * B, {g * t(where(column_sums(abs(g)), B, zeros(B))), t(where(row_sums(abs(g)), A, zeros(A))) * g}};

}  // namespace letters

using letters::gradients, letters::guarded_product;

/// Functions that are infinite or NaN at some finite arguments.
constexpr bool is_partial(op code) {
  switch (code) {
    case op::exp: case op::log: case op::log1p: case op::expm1: case op::sqrt: case op::reciprocal: case op::tan: case op::lgamma:
    case op::digamma: case op::trigamma: case op::call: case op::divide: case op::power: case op::polygamma: return true;
    default: return false;
  }
}

/// Ops that the passes replace before derivatives are taken.
constexpr bool is_defined_by_formula(op code) { return (code >= op::hadamard && code <= op::count) || code == op::hvp; }

struct gradient_index {
  int of[op_count]{};  // the rule's place in the table, or -1
  bool complete = true;

  consteval gradient_index() {
    for (int& place : of) place = -1;
    int place = 0;
    for (const gradient_rule& rule : gradients) of[static_cast<int>(rule.result.root())] = place++;
    for (int code = 0; code < op_count; ++code) {
      const op c = static_cast<op>(code);
      const bool needs_rule = about(c).arity > 0 && !is_defined_by_formula(c) && !is_planned(c) && !is_derivative(c) && c != op::substitute;
      if (needs_rule && of[code] < 0) complete = false;
    }
  }
};
inline constexpr gradient_index gradient_of;
static_assert(gradient_of.complete, "every op has its line in the table of gradients");

}  // namespace ctgrad::detail
