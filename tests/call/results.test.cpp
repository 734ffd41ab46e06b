// SPDX-License-Identifier: BSL-1.0
// What a call returns: types, order, and how several results unpack.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <xtensor/xfixed.hpp>

#include <tuple>
#include <type_traits>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance,
    reference::random_operands, reference::tolerance;

TEMPLATE_TEST_CASE("results of named extents", "[call]", float, double) {
    using T = TestType;
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto x = vector<"x", "n">;
    auto f = compile(W * x, W + W, transpose(x) + transpose(x), sum(W), transpose(x) * x);
    dense const w{{1, 2, 3}, {4, 5, 6}}, v = reference::column({1, 0, -1});
    auto results = f(W = container<T>(w), x = column_container<T>(v));
    STATIC_REQUIRE(std::is_same_v<decltype(results),
                                  std::tuple<xt::xtensor<T, 1>, xt::xtensor<T, 2>, xt::xtensor<T, 2>, T, T>>);
    CHECK(distance(std::get<0>(results), reference::column({-2, -2})) == 0);
    CHECK(distance(std::get<1>(results), 2 * w) == 0);
    CHECK(distance(std::get<2>(results), {{2, 0, -2}}) == 0);
    CHECK(std::get<3>(results) == 21);
    CHECK(std::get<4>(results) == 2);
    auto [image, doubled, row, total, square_length] = f(W = container<T>(w), x = column_container<T>(v));
    CHECK((image == std::get<0>(results)));
    CHECK((doubled == std::get<1>(results)));
    CHECK((row == std::get<2>(results)));
    CHECK(total == std::get<3>(results));
    CHECK(square_length == std::get<4>(results));
}

TEST_CASE("one result comes as itself", "[call]") {
    constexpr auto x = vector<"x", "n">;
    auto const sample = column_container<double>(reference::column({3, 4}));
    auto total = compile(squared_norm(x));
    STATIC_REQUIRE(std::is_same_v<decltype(total(x = sample)), double>);
    CHECK(total(x = sample) == 25);
    auto gradient = compile(grad(squared_norm(x), x));
    STATIC_REQUIRE(std::is_same_v<decltype(gradient(x = sample)), xt::xtensor<double, 1>>);
    CHECK(distance(gradient(x = sample), reference::column({6, 8})) == 0);
}

TEST_CASE("results of fixed extents", "[call]") {
    constexpr auto W = matrix<"W", 3, 4>;
    constexpr auto x = vector<"x", 4>;
    constexpr auto M = matrix<"M", 3, "n">;
    auto f = compile(W * x, 2_c * W, transpose(x) / 2_c, M + M);
    random_operands random(211);
    dense const w = random.matrix(3, 4), v = random.column(4), m = random.matrix(3, 2);
    auto [image, doubled, row, mixed] =
        f(W = container<double>(w), x = column_container<double>(v), M = container<double>(m));
    STATIC_REQUIRE(std::is_same_v<decltype(image), xt::xtensor_fixed<double, xt::xshape<3>>>);
    STATIC_REQUIRE(std::is_same_v<decltype(doubled), xt::xtensor_fixed<double, xt::xshape<3, 4>>>);
    STATIC_REQUIRE(std::is_same_v<decltype(row), xt::xtensor_fixed<double, xt::xshape<1, 4>>>);
    STATIC_REQUIRE(std::is_same_v<decltype(mixed), xt::xtensor<double, 2>>);
    CHECK(distance(image, w * v) < tolerance<double>);
    CHECK(distance(doubled, 2 * w) == 0);
    CHECK(distance(row, transpose(v) / 2) == 0);
    CHECK(distance(mixed, 2 * m) == 0);
}

TEST_CASE("results above four KiB are not of fixed shape", "[call]") {
    constexpr auto A = matrix<"A", 16, 32>;
    constexpr auto B = matrix<"B", 16, 33>;
    auto f = compile(2_c * A, 2_c * B);
    random_operands random(212);
    dense const a = random.matrix(16, 32), b = random.matrix(16, 33);
    auto [small, large] = f(A = container<double>(a), B = container<double>(b));
    STATIC_REQUIRE(std::is_same_v<decltype(small), xt::xtensor_fixed<double, xt::xshape<16, 32>>>);
    STATIC_REQUIRE(std::is_same_v<decltype(large), xt::xtensor<double, 2>>);
    CHECK(distance(small, 2 * a) == 0);
    CHECK(distance(large, 2 * b) == 0);
    // Half as large in float, so that both fit.
    auto [small_float, large_float] = f(A = container<float>(a), B = container<float>(b));
    STATIC_REQUIRE(std::is_same_v<decltype(large_float), xt::xtensor_fixed<float, xt::xshape<16, 33>>>);
    CHECK(distance(small_float, 2 * a) == 0);
    CHECK(distance(large_float, 2 * b) == 0);
}

TEST_CASE("value_and_grad is the value and the flattened gradients", "[call]") {
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto loss = 0.5_c * squared_norm(W * x);
    random_operands random(213);
    dense const w = random.matrix(2, 3), v = random.column(3);
    auto f = value_and_grad(loss, W, x);
    STATIC_REQUIRE(std::is_same_v<decltype(f), decltype(compile(loss, grad(loss, W, x)))>);
    auto [value, dW, dx] = f(W = container<double>(w), x = column_container<double>(v));
    CHECK(distance(value, squared_norm(w * v) / 2) < tolerance<double>);
    CHECK(distance(dW, w * v * transpose(v)) < tolerance<double>);
    CHECK(distance(dx, transpose(w) * w * v) < tolerance<double>);
}

TEST_CASE("the same expression and a bare leaf as results", "[call]") {
    constexpr auto W = matrix<"W", "m", "n">;
    auto f = compile(W, sum(W), W, sum(W));
    dense const w{{1, 2}, {3, 4}};
    auto [first, first_sum, second, second_sum] = f(W = container<double>(w));
    CHECK(distance(first, w) == 0);
    CHECK(distance(second, w) == 0);
    CHECK(first_sum == 10);
    CHECK(second_sum == 10);
}

TEST_CASE("a result that is another one beside a result that is zero", "[call]") {
    constexpr auto x = vector<"x", "n">;
    auto f = compile(exp(x), grad(sum(sign(x)), x), grad(sum(exp(x)), x));
    auto [value, zero, slope] = f(x = xt::xtensor<double, 1>{0., 0.});
    CHECK(distance(value, reference::column({1, 1})) == 0);
    CHECK(distance(zero, reference::column({0, 0})) == 0);
    CHECK(distance(slope, reference::column({1, 1})) == 0);
}

} // namespace
