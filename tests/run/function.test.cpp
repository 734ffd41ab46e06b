// SPDX-License-Identifier: BSL-1.0
// Calls: in any order of the arguments, with other sizes than before, into storage or not; tests/call has the details.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

#include <type_traits>

namespace {

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto image = W * x;
constexpr auto loss = 0.5_c * squared_norm(image);

TEST_CASE("results come in the order asked, whatever the order of the arguments", "[run]") {
    xt::xtensor<double, 2> const w = {{1, 2, 3}, {4, 5, 6}};
    xt::xtensor<double, 1> const v = {1, 0, -1};
    auto f = compile(image, loss, grad(loss, W));
    auto [y, value, dW] = f(W = w, x = v);
    CHECK((y == xt::xtensor<double, 1>{-2, -2}));
    CHECK(value == 4);
    CHECK((dW == xt::xtensor<double, 2>{{-2, 0, 2}, {-2, 0, 2}}));
    xt::xtensor<double, 1> other_y;
    double other_value = 0;
    xt::xtensor<double, 2> other_dW;
    f(into(other_y, other_value, other_dW), x = v, W = w);
    CHECK((other_y == y && other_value == value && other_dW == dW));
    static_assert(std::is_same_v<decltype(value), double> && decltype(f)::result_count == 3);
    // Other sizes, in float.
    auto [z, half, slope] = f(x = xt::xtensor<float, 1>{2}, W = xt::xtensor<float, 2>{{3}, {4}});
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(half)>, float>);
    CHECK((z == xt::xtensor<float, 1>{6, 8}));
    CHECK(half == 50);
    CHECK((slope == xt::xtensor<float, 2>{{12}, {16}}));
    auto copy = f;
    CHECK(std::get<1>(copy(W = w, x = v)) == 4);
}

} // namespace
