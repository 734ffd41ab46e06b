// SPDX-License-Identifier: BSL-1.0
// Entries of elementwise ops against <cmath> in extended precision: off by no more than the running error says, which says no
// more than it must.
#include "support/catch.hpp"

#include <ctgrad/graph/evaluate_entry.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace {

using namespace ctgrad::detail;
using number = long double;

struct unary_case {
    op code;
    number (*exact)(number);
    double low = -5, high = 5;
};

number sigmoid(number x) { return 1 / (1 + std::exp(-x)); }

unary_case const unary_cases[] = {
    {op::negate, [](number x) { return -x; }},
    {op::exp, [](number x) { return std::exp(x); }, -30, 30},
    {op::log, [](number x) { return std::log(x); }, 1e-6, 100},
    {op::log1p, [](number x) { return std::log1p(x); }, -0.99, 20},
    {op::expm1, [](number x) { return std::expm1(x); }, -20, 20},
    {op::sqrt, [](number x) { return std::sqrt(x); }, 1e-6, 100},
    {op::square, [](number x) { return x * x; }, -1e5, 1e5},
    {op::reciprocal, [](number x) { return 1 / x; }, 1e-6, 100},
    {op::abs, [](number x) { return std::abs(x); }},
    {op::sign, [](number x) { return number((x > 0) - (x < 0)); }},
    {op::heaviside, [](number x) { return number(x > 0); }},
    {op::sin, [](number x) { return std::sin(x); }, -100, 100},
    {op::cos, [](number x) { return std::cos(x); }, -100, 100},
    {op::tan, [](number x) { return std::tan(x); }, -1.5, 1.5},
    {op::tanh, [](number x) { return std::tanh(x); }, -25, 25},
    {op::erf, [](number x) { return std::erf(x); }, -7, 7},
    {op::sigmoid, sigmoid, -40, 40},
    {op::swish, [](number x) { return x * sigmoid(x); }, -40, 40},
    {op::relu, [](number x) { return std::max(x, number(0)); }},
    {op::softplus, [](number x) { return std::log1p(std::exp(-std::abs(x))) + std::max(x, number(0)); }, -40, 40},
    {op::gelu, [](number x) { return x / 2 * (1 + std::erf(x / std::sqrt(number(2)))); }, -5, 40},
    {op::lgamma, [](number x) { return std::lgamma(x); }, 0.01, 50},
};

TEST_CASE("an entry is off by no more than its error, with an argument that is off itself", "[graph]") {
    std::mt19937_64 engine(1);
    for (unary_case const& function : unary_cases) {
        INFO(about(function.code).name);
        std::uniform_real_distribution<double> between(function.low, function.high);
        for (int i = 0; i < 500; ++i) {
            double const x = between(engine), error = i % 2 == 0 ? 0 : 8 * std::abs(x);
            // The argument that was meant lies within the error.
            number const meant = number(x) + (i % 4 == 1 ? 1 : -1) * number(error) * 0x1p-53L;
            approximation const y = evaluate_entry(function.code, {x, error});
            number const expected = function.exact(meant);
            CAPTURE(x, error, y.value, y.error);
            CHECK(std::abs(y.value - expected) <= number(y.error) * 0x1p-52L + 1e-300L);
            CHECK(y.error <= 1e4 * (1 + std::abs(y.value)) * (1 + std::abs(x)));
        }
    }
}

struct binary_case {
    op code;
    number (*exact)(number, number);
    double low = -5, high = 5;
};

binary_case const binary_cases[] = {
    {op::add, [](number a, number b) { return a + b; }},
    {op::subtract, [](number a, number b) { return a - b; }},
    {op::multiply, [](number a, number b) { return a * b; }},
    {op::divide, [](number a, number b) { return a / b; }},
    {op::power, [](number a, number b) { return std::pow(a, b); }, 0.1, 6},
    {op::maximum, [](number a, number b) { return std::max(a, b); }},
    {op::minimum, [](number a, number b) { return std::min(a, b); }},
    {op::huber, [](number a, number b) { return std::abs(a) <= b ? a * a / 2 : b * (std::abs(a) - b / 2); }, 0.1, 5},
    {op::less, [](number a, number b) { return number(a < b); }},
    {op::less_equal, [](number a, number b) { return number(a <= b); }},
};

TEST_CASE("an entry of two arguments is off by no more than its error", "[graph]") {
    std::mt19937_64 engine(2);
    for (binary_case const& function : binary_cases) {
        INFO(about(function.code).name);
        std::uniform_real_distribution<double> between(function.low, function.high);
        for (int i = 0; i < 500; ++i) {
            double const a = between(engine), b = between(engine);
            approximation const y = evaluate_entry(function.code, {a, 4 * std::abs(a)}, {b, 4 * std::abs(b)});
            number const expected = function.exact(number(a) * (1 + 0x1p-51L), number(b) * (1 - 0x1p-51L));
            CAPTURE(a, b, y.value, y.error);
            CHECK(std::abs(y.value - expected) <= number(y.error) * 0x1p-52L + 1e-300L);
        }
    }
}

TEST_CASE("ops that commute do", "[graph]") {
    std::mt19937_64 engine(3);
    std::uniform_real_distribution<double> between(-5, 5);
    for (op_entry const& entry : op_table)
        for (int i = 0; entry.commutes && i < 100; ++i) {
            double const a = between(engine), b = between(engine);
            CHECK(evaluate_entry(entry.code, {a, 1}, {b, 2}).value == evaluate_entry(entry.code, {b, 2}, {a, 1}).value);
        }
}

TEST_CASE("nothing is known of a step that rounding may have crossed", "[graph]") {
    for (op code : {op::sign, op::heaviside}) {
        CHECK(evaluate_entry(code, {1e-18, 1}).error >= 0x1p53);
        CHECK(evaluate_entry(code, {1e-3, 1}).error == 0);
    }
    CHECK(evaluate_entry(op::less, {1, 1}, {1, 0}).error >= 0x1p53);
    CHECK(evaluate_entry(op::less, {1, 0}, {1, 0}).error == 0);
}

TEST_CASE("NaN reaches every result", "[graph]") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (op_entry const& entry : op_table) {
        if (!is_elementwise(entry.code) || entry.code == op::call || entry.code == op::where) continue;
        INFO(entry.name);
        if (entry.arity == 1) CHECK(std::isnan(evaluate_entry(entry.code, {nan, 0}).value));
        if (entry.arity == 2 && entry.code != op::power) {
            CHECK(std::isnan(evaluate_entry(entry.code, {nan, 0}, {2, 0}).value));
            CHECK(std::isnan(evaluate_entry(entry.code, {2, 0}, {nan, 0}).value));
        }
    }
}

TEST_CASE("a user's function is called, and its error estimated", "[graph]") {
    user_function const cube{.name = "cube", .at = [](double x) { return x * x * x; }};
    for (double x : {-2., 0.3, 5.}) {
        approximation const y = evaluate_call(cube, {x, 4 * std::abs(x)});
        number const expected = std::pow(number(x) * (1 + 0x1p-51L), 3);
        CHECK(std::abs(y.value - expected) <= number(y.error) * 0x1p-52L);
        CHECK(y.error < 200 * std::abs(y.value));
    }
    CHECK(std::isnan(evaluate_call(cube, {std::nan(""), 0}).value));
}

} // namespace
