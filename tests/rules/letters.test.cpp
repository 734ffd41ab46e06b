// SPDX-License-Identifier: BSL-1.0
// The functions that rules are written in: each makes its own op.
#include "support/catch.hpp"

#include <ctgrad/rules/letters.hpp>

namespace {

using namespace ctgrad::detail;
using letters::A, letters::B, letters::C;

void check_function(op code, formula const& f) {
    INFO(about(code).name);
    CHECK(f.root() == code);
    CHECK(f.count == about(code).arity + 1);
    for (int i = 0; i < f.count - 1; ++i) CHECK(f.tokens[i].variable == i);  // the arguments in their order
}

#define ONE(name) check_function(op::name, letters::name(A));
#define TWO(name) check_function(op::name, letters::name(A, B));

TEST_CASE("functions of rules make the ops of their names", "[rules]") {
    ONE(exp) ONE(log) ONE(log1p) ONE(expm1) ONE(sqrt) ONE(square) ONE(reciprocal) ONE(abs) ONE(sign) ONE(heaviside) ONE(sin) ONE(cos)
    ONE(tan) ONE(tanh) ONE(erf) ONE(sigmoid) ONE(swish) ONE(relu) ONE(softplus) ONE(gelu) ONE(lgamma) ONE(digamma) ONE(trigamma) ONE(finite) ONE(call)
    ONE(inverse) ONE(logdet) ONE(det) ONE(cofactor) ONE(cholesky) ONE(trace) ONE(diag) ONE(diagonal) ONE(reshape) ONE(block_transpose)
    ONE(lower_part) ONE(strictly_lower_part) ONE(upper_part) ONE(symmetric_part) ONE(part) ONE(place)
    ONE(sum) ONE(row_sums) ONE(column_sums) ONE(norm) ONE(logsumexp_columns) ONE(logsumexp_rows) ONE(row_max) ONE(column_max)
    ONE(entry_product) ONE(products_before) ONE(products_after) ONE(cumulative_sum) ONE(reverse_cumulative_sum) ONE(cumulative_logsumexp)
    ONE(max) ONE(min) ONE(row_min) ONE(column_min) ONE(mean) ONE(row_means) ONE(column_means) ONE(squared_norm)
    ONE(softmax) ONE(log_softmax) ONE(softmax_rows) ONE(log_softmax_rows) ONE(count) ONE(stop_gradient)
    ONE(cholesky_factor) ONE(symmetric_factor) ONE(lu_factor) ONE(lower_factor) ONE(upper_factor)
    ONE(factored_inverse) ONE(factored_logdet) ONE(factored_det) ONE(factored_lower) ONE(nonzero)
    TWO(vertical) TWO(horizontal) TWO(block_diagonal) TWO(cross) TWO(gather_rows) TWO(gather_columns) TWO(pick) TWO(pick_rows)
    TWO(scatter_rows) TWO(scatter_columns) TWO(unpick) TWO(unpick_rows) TWO(label_cross_entropy) TWO(label_cross_entropy_rows)
    TWO(maximum) TWO(minimum) TWO(huber) TWO(polygamma) TWO(row_max_mask) TWO(column_max_mask) TWO(recurrence) TWO(reverse_recurrence)
    TWO(solve) TWO(add_diagonal) TWO(factored_solve) TWO(factored_solve_transposed) TWO(factored_cofactor) TWO(dot) TWO(outer)
    TWO(softmax_cross_entropy) TWO(softmax_cross_entropy_rows)
    check_function(op::power, letters::pow(A, B));
    check_function(op::gradient, letters::grad(A, B));
    check_function(op::where, letters::where(A, B, C));
    check_function(op::jvp, letters::jvp(A, B, C));
    check_function(op::hvp, letters::hvp(A, B, C));
}

TEST_CASE("functions that carry a shape take it from the last argument", "[rules]") {
    formula const placed = letters::place(A, B, corner::below);
    token const& last = placed.tokens[placed.count - 1];
    CHECK((last.kind == token_kind::shaped && last.code == op::place && last.from == corner::below));
    for (formula const& f : {letters::scatter_rows(A, B, C), letters::scatter_columns(A, B, C), letters::unpick(A, B, C), letters::unpick_rows(A, B, C)}) {
        CHECK(f.count == 4);
        CHECK(f.tokens[3].kind == token_kind::shaped);
        CHECK(f.tokens[2].variable == 2);
    }
}

} // namespace
