// SPDX-License-Identifier: BSL-1.0
// Jacobians of columns by columns.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <cstddef>
#include <tuple>
#include <utility>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance,
    reference::random_operands;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;

dense columns_of(auto const& result) {
    dense copy(result.shape(0), 1);
    for (std::size_t i = 0; i < copy.rows(); ++i)
        copy(i) = result(i);
    return copy;
}

// Each column of a Jacobian against differences.
template <class... Functions>
void agree(dense const& a, dense const& w, dense const& at, Functions... functions) {
    auto values = compile(functions...);
    auto jacobians = compile(jacobian(functions, x)...);
    auto const at_x = [&](auto& f, dense const& place) {
        return f(A = container<double>(a), W = container<double>(w), x = column_container<double>(place));
    };
    auto const results = at_x(jacobians, at);
    double const h = 1e-3;
    for (std::size_t j = 0; j < at.rows(); ++j) {
        dense step(at.rows(), 1);
        step(j) = h;
        auto const far = at_x(values, at + 2 * step), near = at_x(values, at + step), before = at_x(values, at - step),
                   far_before = at_x(values, at - 2 * step);
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (
                [&] {
                    INFO("function " << I << ", column " << j);
                    auto const& result = std::get<I>(results);
                    dense const expected = (8 * (columns_of(std::get<I>(near)) - columns_of(std::get<I>(before))) -
                                            (columns_of(std::get<I>(far)) - columns_of(std::get<I>(far_before)))) /
                                           (12 * h);
                    REQUIRE(result.shape(0) == expected.rows());
                    REQUIRE(result.shape(1) == at.rows());
                    dense column(expected.rows(), 1);
                    for (std::size_t i = 0; i < expected.rows(); ++i)
                        column(i) = result(i, j);
                    CHECK(distance(column_container<double>(column), expected) < 1e-8);
                }(),
                ...);
        }(std::index_sequence_for<Functions...>{});
    }
}

TEST_CASE("Jacobians of columns", "[derivatives]") {
    random_operands random(331);
    agree(random.well_conditioned(3), random.matrix(2, 3), random.column(3), tanh(W * sigmoid(A * x)), x / norm(x),
          softmax(x) - log_softmax(A * x), solve(A, hadamard(x, x)) + logdet(A) * x,
          (x - mean(x)) / sqrt(mean(square(x - mean(x))) + 0.1_c), A * x * sum(x) + dot(x, A * x) * x);
}

TEST_CASE("Jacobians through matrices", "[derivatives]") {
    random_operands random(332);
    agree(random.well_conditioned(3), random.matrix(2, 3), random.column(3), row_sums(tanh(A + x)),
          transpose(column_sums(hadamard(A, transpose(A) * x * transpose(x)))), diagonal(x * transpose(x) * A),
          W * (diag(x) * A + x) * x, solve(A + x * transpose(x), x), inverse(A + diag(x)) * x,
          trace(A * diag(x)) * x, row_sums(softmax_rows(x + transpose(x))));
}

} // namespace
