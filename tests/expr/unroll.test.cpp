// SPDX-License-Identifier: BSL-1.0
// Steps are taken in their order, whatever the state is.
#include "support/catch.hpp"

#include <ctgrad/expr/unroll.hpp>

#include <array>
#include <tuple>

namespace {

using ctgrad::unroll;

TEST_CASE("steps come in order, each with its number", "[expr]") {
    constexpr auto digits = [](auto state, auto i) { return 10 * state + long(i()); };
    static_assert(unroll<0>(7L, digits) == 7);
    static_assert(unroll<1>(7L, digits) == 70);
    static_assert(unroll<7>(9L, digits) == 90123456);
    static_assert(unroll<200>(0L, [](auto state, auto i) { return state + long(i()); }) == 199 * 200 / 2);
}

TEST_CASE("the state may have another type after each step", "[expr]") {
    constexpr auto longer = [](auto state, auto i) {
        std::array<int, i() + 1> result{};
        for (std::size_t k = 0; k < i(); ++k) result[k] = state[k];
        result[i()] = int(i() * i());
        return result;
    };
    constexpr auto squares = unroll<5>(std::array<int, 0>{}, longer);
    static_assert(squares == std::array{0, 1, 4, 9, 16});
    constexpr auto fibonacci = unroll<10>(std::tuple(0, 1), [](auto pair, auto) {
        auto [last, next] = pair;
        return std::tuple(next, last + next);
    });
    static_assert(std::get<0>(fibonacci) == 55);
    CHECK(squares.size() == 5);
}

} // namespace
