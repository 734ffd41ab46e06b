// SPDX-License-Identifier: BSL-1.0
// Plans of so many steps that they are run from a list.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands;

constexpr auto W = matrix<"W", "n", "n">;
constexpr auto b = vector<"b", "n">;
constexpr auto x = vector<"x", "n">;

TEST_CASE("a plan of hundreds of steps", "[run]") {
    constexpr std::size_t depth = 40;
    constexpr auto last = unroll<depth>(x, [](auto h, auto) { return tanh(W * h + b); });
    auto f = compile(squared_norm(last), grad(squared_norm(last), W, b));
    static_assert(cost(f).calls("gemv") + cost(f).calls("loop") > 64);
    random_operands random(771);
    dense w = random.matrix(3, 3), shift = random.matrix(3, 1), start = random.matrix(3, 1);
    auto [value, dw, db] = f(x = column_container<double>(start), W = container<double>(w), b = column_container<double>(shift));
    auto expected = [&] {
        dense h = start;
        for (std::size_t i = 0; i < depth; ++i) h = map(w * h + shift, [](number z) { return std::tanh(z); });
        return sum(map(h, [](number z) { return z * z; }));
    };
    CHECK(distance(value, expected()) < 1e-12);
    CHECK(distance(dw, central_difference(expected, w)) < 1e-8);
    CHECK(distance(db, central_difference(expected, shift)) < 1e-8);
}

} // namespace
