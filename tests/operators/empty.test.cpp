// SPDX-License-Identifier: BSL-1.0
// Matrices with an extent of 0.
#include "support/catch.hpp"
#include "support/compare.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace {

using namespace ctgrad;
using reference::container, reference::dense, reference::distance;

TEST_CASE("reductions of nothing", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    auto f = compile(sum(A), mean(A), norm(A), squared_norm(A), row_sums(A), column_sums(A), row_means(A), logsumexp(A),
                     logsumexp_rows(A), softmax(A), grad(norm(A) + sum(softmax(A)), A));
    for (auto const [m, n] : {std::array{0, 3}, std::array{2, 0}, std::array{0, 0}}) {
        auto [total, average, length, squares, of_rows, of_columns, row_averages, of_exp, of_exp_rows, probabilities, slope] =
            f(A = container<double>(dense(m, n)));
        CHECK(total == 0);
        CHECK(std::isnan(average));
        CHECK(length == 0);
        CHECK(squares == 0);
        CHECK(distance(of_rows, dense(m, 1)) == 0);
        CHECK(distance(of_columns, dense(1, n)) == 0);
        CHECK(row_averages.size() == static_cast<std::size_t>(m));
        CHECK(distance(of_exp, dense(1, n, -infinity)) == 0);
        CHECK(distance(of_exp_rows, dense(m, 1, -infinity)) == 0);
        CHECK(probabilities.size() + slope.size() == 0);
    }
}

TEST_CASE("entry by entry, and products, of nothing", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto b = vector<"b", "m">;
    constexpr auto c = matrix<"c", 1, "n">;
    auto f = compile(relu(A + b) * transpose(A), transpose(A) * A, grad(sum(exp(A + b - c)), A, b, c), sum(where(A < b, A, b)));
    for (auto const [m, n] : {std::array{0, 3}, std::array{2, 0}, std::array{0, 0}}) {
        auto [outer, inner, dA, db, dc, chosen] = f(A = container<double>(dense(m, n)), b = container<double>(dense(m, 1)),
                                                    c = container<double>(dense(1, n)));
        CHECK(distance(outer, dense(m, m)) == 0);
        CHECK(distance(inner, dense(n, n)) == 0);
        CHECK(dA.size() == 0);
        CHECK(distance(db, dense(m, 1)) == 0);
        CHECK(distance(dc, dense(1, n)) == 0);
        CHECK(chosen == 0);
    }
}

} // namespace
