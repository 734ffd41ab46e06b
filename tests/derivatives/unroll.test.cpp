// SPDX-License-Identifier: BSL-1.0
// Steps repeated while compiling.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cstddef>
#include <type_traits>
#include <utility>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

constexpr auto W = matrix<"W", "h", "h">;
constexpr auto U = matrix<"U", "n", "h">;
constexpr auto x = vector<"x", "h">;

TEST_CASE("unrolled steps are the steps written out", "[derivatives]") {
    constexpr auto step = [](auto h, auto i) { return tanh(W * h) + constant<static_cast<double>(i())> * x; };
    STATIC_REQUIRE(std::is_same_v<decltype(unroll<3>(x, step)),
                                  decltype(tanh(W * (tanh(W * (tanh(W * x) + 0_c * x)) + 1_c * x)) + 2_c * x)>);
    STATIC_REQUIRE(std::is_same_v<decltype(unroll<1>(x, step)), decltype(tanh(W * x) + 0_c * x)>);
    STATIC_REQUIRE(std::is_same_v<std::remove_const_t<decltype(x)>, decltype(unroll<0>(x, step))>);
}

TEST_CASE("the state may change its shape, and be several expressions", "[derivatives]") {
    constexpr auto encode = [](auto h, auto i) {
        if constexpr (i() == 0)
            return U * h;
        else
            return transpose(U) * h;
    };
    STATIC_REQUIRE(std::is_same_v<decltype(unroll<2>(x, encode)), decltype(transpose(U) * (U * x))>);
    constexpr auto leapfrog = [](auto state, auto) {
        auto [position, velocity] = state;
        return std::pair(position + velocity, velocity - position);
    };
    constexpr auto last = unroll<2>(std::pair(x, W * x), leapfrog);
    STATIC_REQUIRE(std::is_same_v<std::remove_const_t<decltype(last.first)>, decltype(x + W * x + (W * x - x))>);
}

TEST_CASE("the gradient goes through unrolled steps", "[derivatives]") {
    constexpr auto last = unroll<20>(x, [](auto h, auto) { return tanh(W * h + x); });
    constexpr auto loss = squared_norm(U * last);
    random_operands random(311);
    dense w = random.matrix(3, 3), start = random.column(3);
    dense const u = random.matrix(2, 3);
    auto f = compile(loss, grad(loss, W, x));
    auto [value, dW, dx] = f(W = container<double>(w), U = container<double>(u), x = column_container<double>(start));
    auto expected = [&] {
        dense h = start;
        for (int i = 0; i < 20; ++i)
            h = map(w * h + start, [](number z) { return std::tanh(z); });
        return squared_norm(u * h);
    };
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dW, central_difference(expected, w)) < tolerance<double>);
    CHECK(distance(dx, central_difference(expected, start)) < tolerance<double>);
}

} // namespace
