// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "formula.hpp"

/// The functions of the op table, for use in formulas of the rule tables.
namespace ctgrad::detail::letters {

constexpr formula exp(const formula& a) { return operation(op::exp, a); }
constexpr formula log(const formula& a) { return operation(op::log, a); }
constexpr formula log1p(const formula& a) { return operation(op::log1p, a); }
constexpr formula expm1(const formula& a) { return operation(op::expm1, a); }
constexpr formula sqrt(const formula& a) { return operation(op::sqrt, a); }
constexpr formula square(const formula& a) { return operation(op::square, a); }
constexpr formula reciprocal(const formula& a) { return operation(op::reciprocal, a); }
constexpr formula abs(const formula& a) { return operation(op::abs, a); }
constexpr formula sign(const formula& a) { return operation(op::sign, a); }
constexpr formula heaviside(const formula& a) { return operation(op::heaviside, a); }
constexpr formula sin(const formula& a) { return operation(op::sin, a); }
constexpr formula cos(const formula& a) { return operation(op::cos, a); }
constexpr formula tan(const formula& a) { return operation(op::tan, a); }
constexpr formula tanh(const formula& a) { return operation(op::tanh, a); }
constexpr formula erf(const formula& a) { return operation(op::erf, a); }
constexpr formula sigmoid(const formula& a) { return operation(op::sigmoid, a); }
constexpr formula swish(const formula& a) { return operation(op::swish, a); }
constexpr formula relu(const formula& a) { return operation(op::relu, a); }
constexpr formula softplus(const formula& a) { return operation(op::softplus, a); }
constexpr formula gelu(const formula& a) { return operation(op::gelu, a); }
constexpr formula lgamma(const formula& a) { return operation(op::lgamma, a); }
constexpr formula digamma(const formula& a) { return operation(op::digamma, a); }
constexpr formula trigamma(const formula& a) { return operation(op::trigamma, a); }
constexpr formula finite(const formula& a) { return operation(op::finite, a); }
constexpr formula call(const formula& a) { return operation(op::call, a); }
constexpr formula inverse(const formula& a) { return operation(op::inverse, a); }
constexpr formula logdet(const formula& a) { return operation(op::logdet, a); }
constexpr formula det(const formula& a) { return operation(op::det, a); }
constexpr formula cofactor(const formula& a) { return operation(op::cofactor, a); }
constexpr formula cholesky(const formula& a) { return operation(op::cholesky, a); }
constexpr formula trace(const formula& a) { return operation(op::trace, a); }
constexpr formula diag(const formula& a) { return operation(op::diag, a); }
constexpr formula diagonal(const formula& a) { return operation(op::diagonal, a); }
constexpr formula reshape(const formula& a) { return operation(op::reshape, a); }
constexpr formula block_transpose(const formula& a) { return operation(op::block_transpose, a); }
constexpr formula block_transpose(const formula& a, const formula& like) { return shaped_operation(op::block_transpose, a, like); }
constexpr formula reshape(const formula& a, const formula& like) { return shaped_operation(op::reshape, a, like); }
constexpr formula lower_part(const formula& a) { return operation(op::lower_part, a); }
constexpr formula strictly_lower_part(const formula& a) { return operation(op::strictly_lower_part, a); }
constexpr formula upper_part(const formula& a) { return operation(op::upper_part, a); }
constexpr formula symmetric_part(const formula& a) { return operation(op::symmetric_part, a); }
constexpr formula part(const formula& a) { return operation(op::part, a); }
constexpr formula place(const formula& a) { return operation(op::place, a); }
constexpr formula part(const formula& a, const formula& like, corner from) { return shaped_operation(op::part, a, like, from); }
constexpr formula place(const formula& a, const formula& like, corner from) { return shaped_operation(op::place, a, like, from); }
constexpr formula vertical(const formula& a, const formula& b) { return operation(op::vertical, a, b); }
constexpr formula horizontal(const formula& a, const formula& b) { return operation(op::horizontal, a, b); }
constexpr formula block_diagonal(const formula& a, const formula& b) { return operation(op::block_diagonal, a, b); }
constexpr formula cross(const formula& a, const formula& b) { return operation(op::cross, a, b); }
constexpr formula gather_rows(const formula& a, const formula& b) { return operation(op::gather_rows, a, b); }
constexpr formula gather_columns(const formula& a, const formula& b) { return operation(op::gather_columns, a, b); }
constexpr formula pick(const formula& a, const formula& b) { return operation(op::pick, a, b); }
constexpr formula pick_rows(const formula& a, const formula& b) { return operation(op::pick_rows, a, b); }
constexpr formula scatter_rows(const formula& a, const formula& b) { return operation(op::scatter_rows, a, b); }
constexpr formula scatter_columns(const formula& a, const formula& b) { return operation(op::scatter_columns, a, b); }
constexpr formula unpick(const formula& a, const formula& b) { return operation(op::unpick, a, b); }
constexpr formula unpick_rows(const formula& a, const formula& b) { return operation(op::unpick_rows, a, b); }
constexpr formula label_cross_entropy(const formula& a, const formula& b) { return operation(op::label_cross_entropy, a, b); }
constexpr formula label_cross_entropy_rows(const formula& a, const formula& b) { return operation(op::label_cross_entropy_rows, a, b); }
constexpr formula scatter_rows(const formula& a, const formula& b, const formula& like) { return shaped_operation(op::scatter_rows, a, b, like); }
constexpr formula scatter_columns(const formula& a, const formula& b, const formula& like) { return shaped_operation(op::scatter_columns, a, b, like); }
constexpr formula unpick(const formula& a, const formula& b, const formula& like) { return shaped_operation(op::unpick, a, b, like); }
constexpr formula unpick_rows(const formula& a, const formula& b, const formula& like) { return shaped_operation(op::unpick_rows, a, b, like); }
constexpr formula sum(const formula& a) { return operation(op::sum, a); }
constexpr formula row_sums(const formula& a) { return operation(op::row_sums, a); }
constexpr formula column_sums(const formula& a) { return operation(op::column_sums, a); }
constexpr formula norm(const formula& a) { return operation(op::norm, a); }
constexpr formula logsumexp_columns(const formula& a) { return operation(op::logsumexp_columns, a); }
constexpr formula logsumexp_rows(const formula& a) { return operation(op::logsumexp_rows, a); }
constexpr formula row_max(const formula& a) { return operation(op::row_max, a); }
constexpr formula column_max(const formula& a) { return operation(op::column_max, a); }
constexpr formula entry_product(const formula& a) { return operation(op::entry_product, a); }
constexpr formula products_before(const formula& a) { return operation(op::products_before, a); }
constexpr formula products_after(const formula& a) { return operation(op::products_after, a); }
constexpr formula cumulative_sum(const formula& a) { return operation(op::cumulative_sum, a); }
constexpr formula reverse_cumulative_sum(const formula& a) { return operation(op::reverse_cumulative_sum, a); }
constexpr formula cumulative_logsumexp(const formula& a) { return operation(op::cumulative_logsumexp, a); }
constexpr formula max(const formula& a) { return operation(op::max, a); }
constexpr formula min(const formula& a) { return operation(op::min, a); }
constexpr formula row_min(const formula& a) { return operation(op::row_min, a); }
constexpr formula column_min(const formula& a) { return operation(op::column_min, a); }
constexpr formula mean(const formula& a) { return operation(op::mean, a); }
constexpr formula row_means(const formula& a) { return operation(op::row_means, a); }
constexpr formula column_means(const formula& a) { return operation(op::column_means, a); }
constexpr formula squared_norm(const formula& a) { return operation(op::squared_norm, a); }
constexpr formula softmax(const formula& a) { return operation(op::softmax, a); }
constexpr formula log_softmax(const formula& a) { return operation(op::log_softmax, a); }
constexpr formula softmax_rows(const formula& a) { return operation(op::softmax_rows, a); }
constexpr formula log_softmax_rows(const formula& a) { return operation(op::log_softmax_rows, a); }
constexpr formula count(const formula& a) { return operation(op::count, a); }
constexpr formula stop_gradient(const formula& a) { return operation(op::stop_gradient, a); }
constexpr formula cholesky_factor(const formula& a) { return operation(op::cholesky_factor, a); }
constexpr formula symmetric_factor(const formula& a) { return operation(op::symmetric_factor, a); }
constexpr formula lu_factor(const formula& a) { return operation(op::lu_factor, a); }
constexpr formula lower_factor(const formula& a) { return operation(op::lower_factor, a); }
constexpr formula upper_factor(const formula& a) { return operation(op::upper_factor, a); }
constexpr formula factored_inverse(const formula& a) { return operation(op::factored_inverse, a); }
constexpr formula factored_logdet(const formula& a) { return operation(op::factored_logdet, a); }
constexpr formula factored_det(const formula& a) { return operation(op::factored_det, a); }
constexpr formula factored_lower(const formula& a) { return operation(op::factored_lower, a); }
constexpr formula nonzero(const formula& a) { return operation(op::nonzero, a); }

constexpr formula maximum(const formula& a, const formula& b) { return operation(op::maximum, a, b); }
constexpr formula minimum(const formula& a, const formula& b) { return operation(op::minimum, a, b); }
constexpr formula huber(const formula& a, const formula& b) { return operation(op::huber, a, b); }
constexpr formula polygamma(const formula& a, const formula& b) { return operation(op::polygamma, a, b); }
constexpr formula row_max_mask(const formula& a, const formula& b) { return operation(op::row_max_mask, a, b); }
constexpr formula column_max_mask(const formula& a, const formula& b) { return operation(op::column_max_mask, a, b); }
constexpr formula recurrence(const formula& a, const formula& b) { return operation(op::recurrence, a, b); }
constexpr formula reverse_recurrence(const formula& a, const formula& b) { return operation(op::reverse_recurrence, a, b); }
constexpr formula solve(const formula& a, const formula& b) { return operation(op::solve, a, b); }
constexpr formula add_diagonal(const formula& a, const formula& b) { return operation(op::add_diagonal, a, b); }
constexpr formula factored_solve(const formula& a, const formula& b) { return operation(op::factored_solve, a, b); }
constexpr formula factored_solve_transposed(const formula& a, const formula& b) { return operation(op::factored_solve_transposed, a, b); }
constexpr formula factored_cofactor(const formula& a, const formula& b) { return operation(op::factored_cofactor, a, b); }
constexpr formula dot(const formula& a, const formula& b) { return operation(op::dot, a, b); }
constexpr formula outer(const formula& a, const formula& b) { return operation(op::outer, a, b); }
constexpr formula softmax_cross_entropy(const formula& a, const formula& b) { return operation(op::softmax_cross_entropy, a, b); }
constexpr formula softmax_cross_entropy_rows(const formula& a, const formula& b) { return operation(op::softmax_cross_entropy_rows, a, b); }
constexpr formula pow(const formula& a, const formula& b) { return operation(op::power, a, b); }
constexpr formula grad(const formula& f, const formula& a) { return operation(op::gradient, f, a); }
constexpr formula jvp(const formula& y, const formula& a, const formula& da) { return operation(op::jvp, y, a, da); }
constexpr formula hvp(const formula& f, const formula& a, const formula& da) { return operation(op::hvp, f, a, da); }
constexpr formula where(const formula& c, const formula& a, const formula& b) { return operation(op::where, c, a, b); }

}  // namespace ctgrad::detail::letters
