// SPDX-License-Identifier: BSL-1.0
// The largest and smallest entries of matrices, rows and columns: ties, NaN, infinities, empty extents.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace {

using namespace ctgrad;
using reference::column, reference::container, reference::dense, reference::distance, reference::number,
    reference::random_operands;

constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

// The extreme entry of each line (all entries, a row, a column) and the slopes of its first occurrence.
struct extremes {
    dense values, mask;

    extremes(dense const& a, bool by_row, bool by_column, int sign)
        : values(by_row ? a.rows() : 1, by_column ? a.columns() : 1, -sign * infinity), mask(a.rows(), a.columns()) {
        std::vector<long> first(values.entries().size(), -1);
        for (std::size_t i = 0; i < a.rows(); ++i)
            for (std::size_t j = 0; j < a.columns(); ++j) {
                std::size_t const line = (by_row ? i : 0) * values.columns() + (by_column ? j : 0);
                if (first[line] >= 0 && sign * a(i, j) <= sign * values.entries()[line]) continue;
                values.entries()[line] = a(i, j);
                first[line] = static_cast<long>(i * a.columns() + j);
            }
        for (long place : first)
            if (place >= 0) mask.entries()[static_cast<std::size_t>(place)] = 1;
    }
};

template <class T>
void extrema_agree(auto A, auto u, auto v, dense const& a, dense const& left, dense const& right) {
    auto const loss = square(max(A)) + 2_c * min(A) + sum(hadamard(u, square(row_max(A)))) + sum(hadamard(u, row_min(A))) +
                      sum(hadamard(v, column_max(A))) + sum(hadamard(v, exp(column_min(A))));
    auto f = compile(max(A), min(A), row_max(A), row_min(A), column_max(A), column_min(A), grad(loss, A), grad(max(A), A));
    auto [largest, smallest, of_rows, low_of_rows, of_columns, low_of_columns, slope, slope_of_max] =
        f(A = container<T>(a), u = container<T>(left), v = container<T>(right));
    extremes const top(a, false, false, 1), bottom(a, false, false, -1), row_top(a, true, false, 1),
        row_bottom(a, true, false, -1), column_top(a, false, true, 1), column_bottom(a, false, true, -1);
    CHECK(distance(largest, top.values) == 0);
    CHECK(distance(smallest, bottom.values) == 0);
    CHECK(distance(of_rows, row_top.values) == 0);
    CHECK(distance(low_of_rows, row_bottom.values) == 0);
    CHECK(distance(of_columns, column_top.values) == 0);
    CHECK(distance(low_of_columns, column_bottom.values) == 0);
    CHECK(distance(slope_of_max, top.mask) == 0);
    dense const expected = 2 * top.values * top.mask + 2 * bottom.mask +
                           hadamard(2 * hadamard(left, row_top.values), row_top.mask) + hadamard(left, row_bottom.mask) +
                           hadamard(right, column_top.mask) +
                           hadamard(hadamard(right, map(column_bottom.values, [](number x) { return std::exp(x); })),
                                    column_bottom.mask);
    CHECK(distance(slope, expected) < 1e-6);
}

TEMPLATE_TEST_CASE("the largest and smallest entries; a tie goes to the first", "[operators]", float, double) {
    random_operands random(151);
    auto const [m, n] =
        GENERATE(std::array{3, 5}, std::array{1, 4}, std::array{17, 1}, std::array{1, 1}, std::array{21, 70});
    // Rounded: ties abound.
    dense a = map(random.matrix(m, n), [](number x) { return std::round(2 * x); });
    extrema_agree<TestType>(matrix<"A", "m", "n">, matrix<"u", "m", 1>, matrix<"v", 1, "n">, a, random.column(m), random.matrix(1, n));
}

TEST_CASE("the largest and smallest entries with fixed extents", "[operators]") {
    random_operands random(152);
    extrema_agree<double>(matrix<"A", 3, 5>, matrix<"u", 3, 1>, matrix<"v", 1, 5>, random.matrix(3, 5), random.column(3),
                          random.matrix(1, 5));
}

TEST_CASE("extrema of NaN, of infinities and of nothing", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    auto f = compile(max(A), min(A), row_max(A), column_max(A), row_min(A), grad(sum(row_max(A)), A), grad(sum(column_max(A)), A));
    xt::xtensor<double, 2> a{{1, nan, 3, 0, 0, 0, 0, 0, 0, 0}, {-infinity, 5, infinity, 0, 0, 0, 0, 0, 0, 0}};
    auto [largest, smallest, of_rows, of_columns, low_of_rows, row_slope, column_slope] = f(A = a);
    CHECK(std::isnan(largest));
    CHECK(std::isnan(smallest));
    CHECK(std::isnan(of_rows(0)));
    CHECK(of_rows(1) == infinity);
    CHECK(low_of_rows(1) == -infinity);
    CHECK(of_columns(0, 0) == 1);
    CHECK(std::isnan(of_columns(0, 1)));
    CHECK(std::isnan(row_slope(0, 1)));
    CHECK(row_slope(1, 2) == 1);
    CHECK(row_slope(1, 1) == 0);
    CHECK(std::isnan(column_slope(1, 1)));
    CHECK(column_slope(0, 0) == 1);
    CHECK(column_slope(1, 3) == 0);

    for (auto const [m, n] : {std::array{0, 0}, std::array{2, 0}, std::array{0, 3}}) {
        auto const empty = xt::xtensor<double, 2>::from_shape({static_cast<std::size_t>(m), static_cast<std::size_t>(n)});
        auto [top, bottom, by_row, by_column, low_by_row, d_row, d_column] = f(A = empty);
        CHECK(top == -infinity);
        CHECK(bottom == infinity);
        CHECK(distance(by_row, dense(m, 1, -infinity)) == 0);
        CHECK(distance(by_column, dense(1, n, -infinity)) == 0);
        CHECK(distance(low_by_row, dense(m, 1, infinity)) == 0);
        CHECK(d_row.size() == 0);
        CHECK(d_column.size() == 0);
    }
}

TEST_CASE("a maximum in an expression that is derived twice", "[operators]") {
    constexpr auto x = vector<"x", "n">;
    constexpr auto t = vector<"t", "n">;
    constexpr auto hinge = square(max(hadamard(t, square(x)))) ;
    auto f = compile(grad(hinge, x), grad(sum(grad(hinge, x)), x));
    auto [slope, second] = f(x = xt::xtensor<double, 1>{1., -2., 3.}, t = xt::xtensor<double, 1>{5., 4., 1.});
    // (4 x^2)^2 at x = -2: 64 x^3 and 192 x^2.
    CHECK(distance(slope, column({0, -512, 0})) == 0);
    CHECK(distance(second, column({0, 768, 0})) == 0);
}

} // namespace
