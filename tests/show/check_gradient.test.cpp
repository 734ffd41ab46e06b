// SPDX-License-Identifier: BSL-1.0
// Gradients of compiled functions against central differences: right ones pass, wrong ones are found.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <sstream>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::distance, reference::random_operands;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto b = vector<"b", "m">;

TEMPLATE_TEST_CASE("right gradients pass", "[show]", float, double) {
    using T = TestType;
    random_operands random(21);
    constexpr auto alpha = scalar<"alpha", positive>;
    constexpr auto loss = alpha * squared_norm(tanh(W * x + b)) + log(alpha) + mean(exp(0.1_c * W));
    auto f = compile(loss, grad(loss, W, b, x, alpha));
    auto const weights = container<T>(random.matrix(3, 4));
    auto const found = check_gradient(f, x = column_container<T>(random.column(4)), W = weights,
                                      b = container<T>(random.column(3)), alpha = 1e-3);
    CHECK(found < (std::is_same_v<T, float> ? 1e-5 : 1e-9));
    CHECK(found.entries == 12 + 4 + 3 + 1);
    CHECK(distance(weights, random_operands(21).matrix(3, 4)) == 0);  // as it was
}

TEST_CASE("a wrong gradient is found, and where", "[show]") {
    random_operands random(22);
    constexpr auto c = vector<"c", "m">;
    // What the gradient does not know of: one entry alone.
    constexpr auto loss = squared_norm(W * x) + dot(c, stop_gradient(W) * x);
    auto f = compile(loss, grad(loss, x), grad(loss, W));
    auto const direction = reference::column({0, 0.01L, 0});
    auto const found = check_gradient(f, W = container<double>(random.matrix(3, 2)), x = xt::xtensor<double, 1>{1, 0},
                                      c = column_container<double>(direction));
    CHECK(found > 1e-3);
    CHECK(found.leaf == "W");
    CHECK(found.row == 1);
    CHECK(found.column == 0);
    CHECK(std::abs(found.difference - found.gradient - 0.01) < 1e-9);
    std::ostringstream text;
    text << found;
    CHECK(text.str().find("d / d W(1, 0) is ") != std::string::npos);
}

TEST_CASE("leaves with a declared structure vary within it", "[show]") {
    random_operands random(23);
    constexpr auto K = matrix<"K", "n", "n", spd>;
    constexpr auto S = matrix<"S", "n", "n", symmetric>;
    constexpr auto loss = logdet(K) + dot(x, solve(K, x)) + squared_norm(S * x) + trace(S * K);
    auto const found = check_gradient(compile(loss, grad(loss, K, S, x)),
                                      K = container<double>(random.symmetric_positive_definite(4)),
                                      S = container<double>(random.symmetric(4)), x = column_container<double>(random.column(4)));
    CHECK(found < 1e-8);
    CHECK(found.entries == 10 + 10 + 4);
}

TEST_CASE("the step suits each entry", "[show]") {
    constexpr auto v = vector<"v", "n">;
    constexpr auto loss = sum(log(v)) + sum(square(v));
    auto f = compile(loss, grad(loss, v));
    CHECK(check_gradient(f, v = xt::xtensor<double, 1>{1e-4, 1, 1e3}) < 1e-7);
    constexpr auto nearly_singular = logdet(matrix<"K", "n", "n", spd>);
    CHECK(check_gradient(compile(nearly_singular, grad(nearly_singular, matrix<"K", "n", "n", spd>)),
                         matrix<"K", "n", "n", spd> = xt::xtensor<double, 2>{{1, 0.999}, {0.999, 1}}) < 1e-7);
}

TEST_CASE("views, fixed containers, rows and gradients that are zero", "[show]") {
    random_operands random(24);
    constexpr auto row = matrix<"row", 1, 3>;
    constexpr auto M = matrix<"M", 2, 3>;
    constexpr auto loss = sum(hadamard(M, row)) + 0_c * trace(transpose(row) * row);
    auto f = compile(grad(loss, M), loss, grad(loss, row), grad(loss, vector<"z", "k">));
    auto const large = container<double>(random.matrix(4, 6));
    xt::xtensor_fixed<double, xt::xshape<3>> const fixed{1, 2, 3};
    auto const found = check_gradient(f, M = xt::view(large, xt::range(0, 4, 2), xt::range(1, 4)), row = fixed,
                                      vector<"z", "k"> = xt::xtensor<double, 1>{1, 2});
    CHECK(found < 1e-9);
    CHECK(found.entries == 6 + 3 + 2);
}

} // namespace
