// SPDX-License-Identifier: BSL-1.0
// Kernels along rows, along columns and through all entries against the evaluator, for shapes on both sides of the widths of
// vectors, with ties, infinities and NaN.
#include "support/catch.hpp"
#include "support/small_matrices.hpp"

#include <ctgrad/run/lines.hpp>

#include <cmath>
#include <limits>
#include <random>

namespace {

using namespace small_matrices;

template <op Code, class T>
void check_kernel(matrix const& a, matrix const& b) {
    int rows = a.rows, columns = a.columns;
    switch (about(Code).shape) {
    case shape_rule::to_scalar: rows = columns = 1; break;
    case shape_rule::to_row: rows = 1; break;
    case shape_rule::to_column: columns = 1; break;
    default: break;
    }
    matrix const expected = evaluated(Code, a, b, rows, columns);
    std::vector<T> const first(a.value.begin(), a.value.end()), second(b.value.begin(), b.value.end());
    std::vector<T> got(expected.value.size() + 1, T(-99));
    run_along_lines<Code, T>(first.data(), second.data(), got.data(), a.rows, a.columns);
    INFO(about(Code).name << " of " << a.rows << " x " << a.columns);
    CHECK(got.back() == T(-99));  // nothing behind the result is written
    double const tolerance = std::is_same_v<T, float> ? 1e-4 : 1e-12;
    for (std::size_t i = 0; i < expected.value.size(); ++i) {
        double const x = expected.value[i], y = static_cast<double>(got[i]);
        CAPTURE(i, x, y);
        if (std::isnan(x))
            CHECK(std::isnan(y));
        else if (std::isinf(x))
            CHECK(y == x);
        else
            CHECK(std::abs(y - x) <= tolerance * (1 + std::abs(x)));
    }
}

template <class T>
void check_all(matrix const& a, matrix const& second) {
    check_kernel<op::row_max_mask, T>(a, evaluated(op::row_max, a, a.rows, 1));
    check_kernel<op::column_max_mask, T>(a, evaluated(op::column_max, a, 1, a.columns));
    check_kernel<op::entry_product, T>(a, a);
    check_kernel<op::products_before, T>(a, a);
    check_kernel<op::products_after, T>(a, a);
    check_kernel<op::recurrence, T>(a, second);
    check_kernel<op::reverse_recurrence, T>(a, second);
    if (a.columns != 1) return;
    check_kernel<op::cumulative_sum, T>(a, a);
    check_kernel<op::reverse_cumulative_sum, T>(a, a);
    check_kernel<op::cumulative_logsumexp, T>(a, a);
}

TEMPLATE_TEST_CASE("kernels along lines compute what the evaluator says", "[run]", float, double) {
    std::mt19937 engine(1);
    // Quarters, so that entries tie and floats are exact.
    auto const draw = [&](int rows, int columns) {
        matrix a(rows, columns);
        for (double& entry : a.value) entry = (static_cast<double>(engine() % 9) - 4) / 4;
        return a;
    };
    for (int rows : {1, 2, 5, 17})
        for (int columns : {1, 3, 8, 21}) check_all<TestType>(draw(rows, columns), draw(rows, columns));
}

TEMPLATE_TEST_CASE("infinities and NaN go where they belong", "[run]", float, double) {
    constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    for (double special : {inf, -inf, nan})
        for (int place : {0, 7, 19}) {
            matrix a(2, 10, std::vector<double>(20, 0.5)), column(20, 1, std::vector<double>(20, 0.5));
            a.value[std::size_t(place)] = column.value[std::size_t(place)] = special;
            for (matrix const& m : {a, column}) {
                check_kernel<op::row_max_mask, TestType>(m, evaluated(op::row_max, m, m.rows, 1));
                check_kernel<op::column_max_mask, TestType>(m, evaluated(op::column_max, m, 1, m.columns));
            }
            if (special != inf) check_kernel<op::cumulative_logsumexp, TestType>(column, column);
        }
}

TEST_CASE("of no entries the product is 1", "[run]") {
    double result = 5;
    run_along_lines<op::entry_product, double>(nullptr, nullptr, &result, 0, 1);
    CHECK(result == 1);
}

TEST_CASE("ops along lines are known", "[run]") {
    CHECK(runs_along_lines(op::row_max_mask));
    CHECK(runs_along_lines(op::cumulative_logsumexp));
    CHECK_FALSE(runs_along_lines(op::norm));
    CHECK_FALSE(runs_along_lines(op::row_max));  // part of a loop
    CHECK_FALSE(runs_along_lines(op::hadamard));
}

} // namespace
