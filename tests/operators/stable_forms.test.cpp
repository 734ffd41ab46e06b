// SPDX-License-Identifier: BSL-1.0
// Formulas that overflow or divide 0 by 0 as written, and do not as computed: value, gradient and second derivative.
#include "support/catch.hpp"
#include "support/compare.hpp"

#include <cmath>

namespace {

using namespace ctgrad;
using reference::column, reference::column_container, reference::container, reference::dense, reference::distance, reference::number;

number sigmoid_at(number x) { return reference::sigmoid(x); }
number softplus_at(number x) { return std::max(x, number(0)) + std::log1p(std::exp(-std::abs(x))); }
number sigmoid_slope(number x) { return sigmoid_at(x) * sigmoid_at(-x); }

constexpr auto x = vector<"x", "n">;
constexpr auto Z = matrix<"Z", "k", "n">;

TEMPLATE_TEST_CASE("logarithms of sigmoids and of 1 + exp", "[operators]", float, double) {
    auto const slope = [](auto f) { return grad(sum(f), x); };
    constexpr auto log_sigmoid = log(sigmoid(x));
    constexpr auto by_hand = log(1_c / (1_c + exp(-x)));
    constexpr auto log_rest = log(1_c - sigmoid(x));
    constexpr auto logistic = log(1_c + exp(-x));
    auto f = compile(log_sigmoid, slope(log_sigmoid), grad(sum(slope(log_sigmoid)), x), by_hand, slope(by_hand), log_rest,
                     slope(log_rest), logistic, slope(logistic), exp(x) / (exp(x) + 1_c), slope(exp(x) / (1_c + exp(x))));
    dense const at = column({-1e4, -1e3, -50, -1, 0, 1, 50, 1e3, 1e4});
    auto [value, first, second, hand_value, hand_slope, rest_value, rest_slope, logistic_value, logistic_slope, sigmoid_value,
          sigmoid_first] = f(x = column_container<TestType>(at));
    double const tolerance = sizeof(TestType) == 4 ? 1e-6 : 1e-14;
    dense const minus = map(at, [](number z) { return -z; });
    CHECK(distance(value, map(at, [](number z) { return -softplus_at(-z); })) < tolerance);
    CHECK(distance(first, map(minus, sigmoid_at)) < tolerance);
    CHECK(distance(second, map(at, [](number z) { return -sigmoid_slope(z); })) < tolerance);
    CHECK(distance(hand_value, map(at, [](number z) { return -softplus_at(-z); })) < tolerance);
    CHECK(distance(hand_slope, map(minus, sigmoid_at)) < tolerance);
    CHECK(distance(rest_value, map(at, [](number z) { return -softplus_at(z); })) < tolerance);
    CHECK(distance(rest_slope, map(at, [](number z) { return -sigmoid_at(z); })) < tolerance);
    CHECK(distance(logistic_value, map(minus, softplus_at)) < tolerance);
    CHECK(distance(logistic_slope, map(minus, [](number z) { return -sigmoid_at(z); })) < tolerance);
    CHECK(distance(sigmoid_value, map(at, sigmoid_at)) < tolerance);
    CHECK(distance(sigmoid_first, map(at, sigmoid_slope)) < tolerance);
}

TEST_CASE("softmax and its logarithm written by hand", "[operators]") {
    constexpr auto p = exp(Z) / column_sums(exp(Z));
    constexpr auto q = exp(x) / sum(exp(x));
    constexpr auto T = matrix<"T", "k", "n">;
    constexpr auto entropy = -sum(hadamard(T, log(softmax(Z))));
    constexpr auto total = log(sum(exp(Z)));
    auto f = compile(p, grad(sum(hadamard(T, p)), Z), q, log(sum(exp(x))), grad(log(sum(exp(x))), x), log(mean(exp(x))),
                     grad(log(mean(exp(x))), x), entropy, grad(entropy, Z), grad(-sum(hadamard(T, log(p))), Z), total,
                     grad(total, Z), log(sum(exp(transpose(x)))));
    dense const z{{1e4, -1e4, 0.5}, {-1e4, 1e3, 1}, {9999, 1e3, 2}}, t{{1, 0, 0.25}, {0, 0.5, 0.5}, {0, 0.5, 0.25}};
    dense const at = column({1e4, -1e4, 9999});
    auto [value, slope, vector_value, lse, lse_slope, mean_value, mean_slope, entropy_value, entropy_slope, entropy_by_hand,
          total_value, total_slope, row_value] =
        f(Z = container<double>(z), T = container<double>(t), x = column_container<double>(at));
    dense const expected = softmax(z), expected_vector = softmax(at);
    CHECK(distance(value, expected) < 1e-12);
    CHECK(distance(slope, hadamard(expected, t - column_sums(hadamard(expected, t)))) < 1e-12);
    CHECK(distance(vector_value, expected_vector) < 1e-12);
    number const top = 1e4 + std::log1p(std::exp(number(-1)));
    CHECK(std::abs(lse - top) < 1e-11);
    CHECK(std::abs(row_value - top) < 1e-11);
    CHECK(distance(lse_slope, expected_vector) < 1e-12);
    CHECK(std::abs(mean_value - (top - std::log(number(3)))) < 1e-11);
    CHECK(distance(mean_slope, expected_vector) < 1e-12);
    CHECK(std::abs(entropy_value + dot(t, log_softmax(z))) < 1e-10);
    CHECK(distance(entropy_slope, hadamard(expected, column_sums(t)) - t) < 1e-12);
    CHECK(distance(entropy_by_hand, hadamard(expected, column_sums(t)) - t) < 1e-12);
    CHECK(std::abs(total_value - top) < 1e-11);
    CHECK(std::abs(total_slope(0, 0) - 1 / (1 + std::exp(number(-1)))) < 1e-12);
}

TEST_CASE("roots of sums of squares have slope 0 at 0", "[operators]") {
    auto f = compile(grad(sqrt(sum(square(x))), x), grad(sqrt(dot(x, x)), x), grad(sqrt(transpose(x) * x), x),
                     grad(sum(sqrt(square(x))), x));
    auto [by_sum, by_dot, by_product, of_entries] = f(x = xt::xtensor<double, 1>{0., 0.});
    CHECK(distance(by_sum, column({0, 0})) == 0);
    CHECK(distance(by_dot, column({0, 0})) == 0);
    CHECK(distance(by_product, column({0, 0})) == 0);
    CHECK(distance(of_entries, column({0, 0})) == 0);
}

TEST_CASE("lengths of rows and columns have slope 0 where they are 0", "[operators]") {
    constexpr auto lengths = sum(sqrt(row_sums(square(Z)))) + sum(sqrt(column_sums(hadamard(Z, Z))));
    auto f = compile(sqrt(row_sums(square(Z))), grad(lengths, Z));
    auto [value, slope] = f(Z = xt::xtensor<double, 2>{{3, 0, 4}, {0, 0, 0}});
    CHECK(distance(value, column({5, 0})) == 0);
    CHECK(distance(slope, {{1.6L, 0, 1.8L}, {0, 0, 0}}) < 1e-15);
    auto [spoilt, of_nan] = f(Z = xt::xtensor<double, 2>{{std::nan(""), 0, 4}, {0, 3, 4}});
    CHECK(std::isnan(spoilt(0)));
    CHECK(spoilt(1) == 5);
    CHECK(std::isnan(of_nan(0, 0)));
}

TEST_CASE("a subexpression by which a derivative is taken stays", "[operators]") {
    constexpr auto s = sigmoid(x);
    constexpr auto e = exp(x);
    auto f = compile(grad(sum(log(s)), s), grad(log(sum(e)), e), grad(log(sum(e)), sum(e)), grad(sum(log(s)), x));
    auto [by_sigmoid, by_exp, by_sum, by_x] = f(x = xt::xtensor<double, 1>{0., 1.});
    number const one = std::exp(number(1));
    CHECK(distance(by_sigmoid, column({2, 1 + 1 / one})) < 1e-14);
    CHECK(distance(by_exp, column({1 / (1 + one), 1 / (1 + one)})) < 1e-14);
    CHECK(std::abs(by_sum - 1 / (1 + one)) < 1e-14);
    CHECK(distance(by_x, column({0.5, 1 / (1 + one)})) < 1e-14);
}

} // namespace
