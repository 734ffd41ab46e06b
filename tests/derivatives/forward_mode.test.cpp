// SPDX-License-Identifier: BSL-1.0
// Forward mode, op by op: derived from the rules of reverse mode, it must agree with differences and with reverse mode.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <cstddef>
#include <tuple>
#include <utility>

namespace {

using namespace ctgrad;
using reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

template <class T>
dense as_dense(T const& result) {
    if constexpr (std::is_arithmetic_v<T>) {
        return dense(result);
    } else if constexpr (std::tuple_size_v<typename T::shape_type> == 1) {
        dense copy(result.shape(0), 1);
        for (std::size_t i = 0; i < copy.rows(); ++i)
            copy(i) = result(i);
        return copy;
    } else {
        dense copy(result.shape(0), result.shape(1));
        for (std::size_t i = 0; i < copy.rows(); ++i)
            for (std::size_t j = 0; j < copy.columns(); ++j)
                copy(i, j) = result(i, j);
        return copy;
    }
}

// For functions of a square A: J dA against differences along dA, and u'(J dA) = (J'u)' dA with u = the value itself.
template <class... Functions>
void agree_along(dense const& a, dense const& direction, Functions... functions) {
    constexpr auto A = matrix<"A", "n", "n">;
    constexpr auto dA = matrix<"dA", "n", "n">;
    auto values = compile(functions...);
    auto changes = compile(jvp(functions, A, dA)...);
    auto pulled = compile(vjp(functions, A, functions)...);
    auto const at = [&](number step) { return values(A = container<double>(a + step * direction)); };
    double const h = 1e-3;
    auto const value = at(0), far = at(2 * h), near = at(h), before = at(-h), far_before = at(-2 * h);
    auto const forward = changes(A = container<double>(a), dA = container<double>(direction));
    auto const reverse = pulled(A = container<double>(a));
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (
            [&] {
                INFO("function " << I);
                dense const expected = (8 * (as_dense(std::get<I>(near)) - as_dense(std::get<I>(before))) -
                                        (as_dense(std::get<I>(far)) - as_dense(std::get<I>(far_before)))) /
                                       (12 * h);
                CHECK(distance(std::get<I>(forward), expected) < 1e-8);
                number const u_J_dA = reference::dot(as_dense(std::get<I>(value)), as_dense(std::get<I>(forward)));
                CHECK(distance(static_cast<double>(u_J_dA), reference::dot(as_dense(std::get<I>(reverse)), direction)) <
                      tolerance<double>);
            }(),
            ...);
    }(std::index_sequence_for<Functions...>{});
}

constexpr auto A = matrix<"A", "n", "n">;

TEST_CASE("forward mode of linear algebra", "[derivatives]") {
    random_operands random(321);
    agree_along(random.well_conditioned(3), random.matrix(3, 3), A * transpose(A) * A + logdet(A) * A,
                inverse(A) + mean(A) * A, solve(A, transpose(A)) + A / norm(A),
                trace(A * A) * identity<"n"> + diag(diagonal(A)) * A, sum(A) * row_sums(A) + diagonal(A),
                column_sums(A) * A, A + row_sums(A) - column_sums(A), A);
}

TEST_CASE("forward mode of elementwise functions", "[derivatives]") {
    random_operands random(322);
    agree_along(random.positive(3, 3), random.matrix(3, 3), -exp(A) + log(A) + log1p(A) + expm1(A) + sqrt(A),
                square(A) + reciprocal(A) + abs(A) + sin(A) + cos(A), tan(A) + tanh(A) + erf(A) + sigmoid(A),
                swish(A) + relu(A) + softplus(A) + gelu(A), pow(A, 2.5_c) + pow(A, A),
                maximum(A, 0.5_c) + minimum(A, 0.5_c * transpose(A)) + where(A < 0.5_c, A, 2_c * A));
}

TEST_CASE("forward mode of what is normalised", "[derivatives]") {
    random_operands random(323);
    agree_along(random.matrix(3, 3), random.matrix(3, 3), softmax(A) + log_softmax_rows(A),
                log_softmax(A) + softmax_rows(A), logsumexp(A), logsumexp_rows(A),
                softmax_cross_entropy(A, A) + softmax_cross_entropy_rows(A, A));
}

} // namespace
