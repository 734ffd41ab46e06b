// SPDX-License-Identifier: BSL-1.0
// Operations that choose: maximum and minimum, comparisons, where, sign and heaviside; and a gradient held
// back.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <limits>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column, reference::column_container, reference::container,
    reference::dense, reference::distance, reference::number, reference::random_operands,
    reference::tolerance;

constexpr auto a = vector<"a", "n">;
constexpr auto b = vector<"b", "n">;

TEST_CASE("maximum and minimum, a tie going to the first", "[operators]") {
    auto f =
        compile(maximum(a, b), minimum(a, b), grad(sum(maximum(a, b)), a, b), grad(sum(minimum(a, b)), a, b));
    auto [larger, smaller, larger_da, larger_db, smaller_da, smaller_db] =
        f(a = column_container<double>(column({1, 5, 2})), b = column_container<double>(column({3, 4, 2})));
    CHECK(distance(larger, column({3, 5, 2})) == 0);
    CHECK(distance(smaller, column({1, 4, 2})) == 0);
    CHECK(distance(larger_da, column({0, 1, 1})) == 0);
    CHECK(distance(larger_db, column({1, 0, 0})) == 0);
    CHECK(distance(smaller_da, column({1, 0, 1})) == 0);
    CHECK(distance(smaller_db, column({0, 1, 0})) == 0);
}

TEST_CASE("comparisons are 0 or 1", "[operators]") {
    auto f = compile(a<b, a <= b, a> b, a >= b, sign(a - b), heaviside(a - b), grad(sum(a < b), a));
    auto [less, less_equal, greater, greater_equal, signs, steps, slope] =
        f(a = column_container<double>(column({1, 5, 2})), b = column_container<double>(column({3, 4, 2})));
    CHECK(distance(less, column({1, 0, 0})) == 0);
    CHECK(distance(less_equal, column({1, 0, 1})) == 0);
    CHECK(distance(greater, column({0, 1, 0})) == 0);
    CHECK(distance(greater_equal, column({0, 1, 1})) == 0);
    CHECK(distance(signs, column({-1, 1, 0})) == 0);
    CHECK(distance(steps, column({0, 1, 0})) == 0);
    CHECK(distance(slope, dense(3, 1)) == 0);
}

TEST_CASE("the branch not taken contributes nothing, be it NaN", "[operators]") {
    constexpr auto safe_root = where(a > zeros<"n">, sqrt(a), b);
    auto f = compile(safe_root, grad(sum(safe_root), a, b));
    auto [value, da, db] =
        f(a = column_container<double>(column({4, -1, 0})), b = column_container<double>(column({7, 8, 9})));
    CHECK(distance(value, column({2, 8, 9})) == 0);
    CHECK(distance(da, column({0.25, 0, 0})) == 0);
    CHECK(distance(db, column({0, 1, 1})) == 0);
}

// The branch not taken has no finite value or slope; it is reached on several ways, twice derived, and through rows,
// columns and transposes.
TEMPLATE_TEST_CASE("the branch not taken contributes nothing on any way to it", "[operators]", float, double) {
    constexpr auto u = log(a);
    constexpr auto twice = sum(where(a > 0_c, u + hadamard(u, sqrt(a)), 0_c)) + sum(where(a <= 0_c, square(a), u));
    constexpr auto sinc = where(abs(a), sin(a) / a, 1_c);
    constexpr auto chosen_twice = where(a > 0_c, pow(a, 1.5_c), where(a < -1_c, log(-a - 1_c), 0_c));
    constexpr auto outer_sum = transpose(a) + b;  // a row and a column
    constexpr auto of_matrix = sum(where(outer_sum > 0_c, log(outer_sum), 0_c));
    auto f = compile(grad(twice, a), grad(sum(sinc), a), grad(sum(grad(sum(sinc), a)), a), grad(sum(chosen_twice), a),
                     grad(sum(grad(sum(chosen_twice), a)), a), grad(of_matrix, a, b), grad(sum(where(transpose(a) > 0_c, 1_c / transpose(a), 0_c)), a));
    dense const at = column({4, -1, 0, 1, -3}), other = column({0, 1, -4, 2, -1});
    auto [d_twice, d_sinc, dd_sinc, d_chosen, dd_chosen, da, db, d_row] =
        f(a = column_container<TestType>(at), b = column_container<TestType>(other));
    double const near = sizeof(TestType) == 4 ? 1e-5 : 1e-13;
    CHECK(distance(d_twice, map(at, [](number x) {
                       if (x <= 0) return 2 * x;
                       return 2 / x + 1 / std::sqrt(x) + std::log(x) / (2 * std::sqrt(x));
                   })) < near);
    CHECK(distance(d_sinc, map(at, [](number x) { return x == 0 ? 0 : std::cos(x) / x - std::sin(x) / (x * x); })) < near);
    CHECK(distance(dd_sinc, map(at, [](number x) {
                       return x == 0 ? 0 : -std::sin(x) / x - 2 * std::cos(x) / (x * x) + 2 * std::sin(x) / (x * x * x);
                   })) < near);
    CHECK(distance(d_chosen, map(at, [](number x) { return x > 0 ? std::sqrt(x) * 3 / 2 : x < -1 ? 1 / (x + 1) : 0; })) < near);
    CHECK(distance(dd_chosen, map(at, [](number x) { return x > 0 ? 3 / (4 * std::sqrt(x)) : x < -1 ? -1 / ((x + 1) * (x + 1)) : 0; })) < near);
    dense expected_a(5, 1), expected_b(5, 1);
    for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t j = 0; j < 5; ++j) {
            number const sum = at(j) + other(i);
            if (sum <= 0) continue;
            expected_a(j) += 1 / sum;
            expected_b(i) += 1 / sum;
        }
    CHECK(distance(da, expected_a) < near);
    CHECK(distance(db, expected_b) < near);
    CHECK(distance(d_row, map(at, [](number x) { return x > 0 ? -1 / (x * x) : 0; })) < near);
}

// Through products and sums 0 meets what it must not be multiplied by.
TEST_CASE("the branch not taken contributes nothing through products and sums", "[operators]") {
    constexpr auto A = matrix<"A", "n", "n">;
    constexpr auto B = matrix<"B", "n", "n">;
    constexpr auto s = scalar<"s">;
    constexpr auto whole = squared_norm(where(s > 0_c, A * log(a), b));
    constexpr auto by_columns = sum(where(transpose(b) > 0_c, A * sqrt(B), 0_c));
    constexpr auto by_rows = sum(where(b > 0_c, log(B) * A, 1_c));
    constexpr auto stretched = sum(where(b > 0_c, A + log(b), 0_c)) + sum(where(b > 0_c, logsumexp_rows(A / b), 0_c));
    auto f = compile(whole, grad(whole, A, a), by_columns, grad(by_columns, A, B), by_rows, grad(by_rows, A, B), stretched,
                     grad(stretched, A, b), grad(squared_norm(grad(by_columns, B)), B));
    dense left{{1, 2}, {3, 4}}, right{{4, 0}, {1, -1}}, at = column({0, -1}), chooser = column({2, 0});
    auto [value, dA, da, columns_value, columns_dA, columns_dB, rows_value, rows_dA, rows_dB, stretched_value, stretched_dA, db, twice] =
        f(A = container<double>(left), B = container<double>(right), a = column_container<double>(at),
          b = column_container<double>(chooser), s = -1.0);
    CHECK(value == 4);
    CHECK(distance(dA, dense(2, 2)) == 0);
    CHECK(distance(da, dense(2, 1)) == 0);
    // the first column of A sqrt(B)
    CHECK(columns_value == 14);
    CHECK(distance(columns_dA, dense{{2, 1}, {2, 1}}) == 0);
    CHECK(distance(columns_dB, dense{{1, 0}, {3, 0}}) == 0);
    CHECK(distance(twice, dense{{-0.25L, 0}, {-9, 0}}) < 1e-15);
    // of log(B) A the first row is infinite, the second not chosen
    CHECK(rows_value == -std::numeric_limits<double>::infinity());
    for (std::size_t j = 0; j < 2; ++j) CHECK(std::abs(rows_dA(0, j) - std::log(4.0)) < 1e-15);
    CHECK(rows_dB(0, 0) == 0.75);
    CHECK(rows_dB(1, 0) == 0);
    CHECK(rows_dB(1, 1) == 0);
    // the second row of A / b is infinite
    auto expected = [&] {
        number const by = chooser(0);
        return left(0, 0) + left(0, 1) + 2 * std::log(by) + std::log(std::exp(left(0, 0) / by) + std::exp(left(0, 1) / by));
    };
    CHECK(distance(stretched_value, expected()) < 1e-14);
    CHECK(distance(stretched_dA, central_difference(expected, left)) < 1e-10);
    CHECK(distance(db, central_difference(expected, chooser)) < 1e-10);
}

TEST_CASE("NaN is neither less nor greater, and chooses nothing", "[operators]") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
    auto f = compile(a < b, a >= b, where(a, b, 2_c), maximum(a, b), minimum(a, b), grad(sum(maximum(a, b)), a), relu(a));
    auto [less, greater_equal, chosen, larger, smaller, slope, positive] =
        f(a = xt::xtensor<double, 1>{nan, 1., infinity, -infinity}, b = xt::xtensor<double, 1>{1., nan, infinity, -infinity});
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(std::isnan(less(i)));
        CHECK(std::isnan(greater_equal(i)));
        CHECK(std::isnan(larger(i)));
        CHECK(std::isnan(smaller(i)));
        CHECK(std::isnan(slope(i)));
    }
    CHECK(std::isnan(chosen(0)));
    CHECK(std::isnan(chosen(1)));
    CHECK(std::isnan(positive(0)));
    CHECK(less(2) + less(3) == 0);
    CHECK(greater_equal(2) + greater_equal(3) == 2);
    CHECK(larger(2) == infinity);
    CHECK(smaller(3) == -infinity);
    CHECK(slope(2) + slope(3) == 2);
    CHECK(positive(3) == 0);
}

TEST_CASE("a scalar chooses between matrices", "[operators]") {
    constexpr auto threshold = scalar<"threshold">;
    constexpr auto chosen = where(threshold > 1_c, 2_c * a, square(b));
    auto f = compile(chosen, grad(sum(chosen), a, b));
    auto const first = column_container<double>(column({1, 2})),
               second = column_container<double>(column({3, 4}));
    auto [above, above_da, above_db] = f(a = first, b = second, threshold = 2);
    CHECK(distance(above, column({2, 4})) == 0);
    CHECK(distance(above_da, column({2, 2})) == 0);
    CHECK(distance(above_db, column({0, 0})) == 0);
    auto [below, below_da, below_db] = f(a = first, b = second, threshold = 1);
    CHECK(distance(below, column({9, 16})) == 0);
    CHECK(distance(below_da, column({0, 0})) == 0);
    CHECK(distance(below_db, column({6, 8})) == 0);
}

TEST_CASE("a gradient is held back and a leaf is replaced", "[operators]") {
    constexpr auto loss = dot(stop_gradient(square(a)), a);
    constexpr auto replaced = substitute(dot(a, a), a, b + b);
    auto f = compile(loss, grad(loss, a), replaced, grad(replaced, b));
    auto [value, da, replaced_value, db] =
        f(a = column_container<double>(column({1, 2})), b = column_container<double>(column({3, 4})));
    CHECK(value == 9);
    CHECK(distance(da, column({1, 4})) == 0);
    CHECK(replaced_value == 100);
    CHECK(distance(db, column({24, 32})) == 0);
}

// What is replaced is no leaf of the expression: nothing is bound to it.
TEST_CASE("a leaf that is replaced wherever it occurs is not bound", "[operators]") {
    xt::xtensor<double, 1> const values{3, 4};
    auto replaced = compile(substitute(dot(a, a), a, b + b));
    CHECK(replaced(b = values) == 100);
    auto occurs_elsewhere = compile(substitute(dot(a, a), a, b + b) + sum(a));
    CHECK(occurs_elsewhere(a = values, b = values) == 107);
    auto occurs_in_the_replacement = compile(substitute(dot(a, b), a, 2_c * a));
    CHECK(occurs_in_the_replacement(a = values, b = values) == 50);
    auto one_after_another = compile(substitute(substitute(dot(a, b), a, b), b, 3_c * ones<"n", 1>));
    CHECK(one_after_another(extent<"n"> = 2) == 18);
}

} // namespace
