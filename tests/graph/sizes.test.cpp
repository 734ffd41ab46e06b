// SPDX-License-Identifier: BSL-1.0
// Sizes of extents, given one for each name, and which of two extents is taken to be much smaller.
#include "support/catch.hpp"

#include <ctgrad/graph/sizes.hpp>

namespace {

using namespace ctgrad::detail;

constexpr std::uint64_t m = hash("m");

TEST_CASE("the size of an extent is that of its polynomial", "[graph]") {
    constexpr auto size = [](std::uint64_t key) { return key == m ? 3. : 10.; };
    static_assert(size_of(extent_of<7>, size) == 7 && size_of(zero_extent, size) == 0);
    static_assert(size_of(extent_of<"m">, size) == 3 && size_of(extent_of<"2*m*n+m+1">, size) == 64);
}

TEST_CASE("what is assumed to be small is smaller than most, and numbers are what they are", "[graph]") {
    static_assert(is_much_smaller<m>(extent_of<"m">, extent_of<"n">) && !is_much_smaller<m>(extent_of<"n">, extent_of<"m">));
    static_assert(!is_much_smaller<0>(extent_of<"m">, extent_of<"n">) && !is_much_smaller<m>(extent_of<"k">, extent_of<"n">));
    static_assert(is_much_smaller<0>(extent_of<2>, extent_of<4>) && !is_much_smaller<0>(extent_of<3>, extent_of<4>));
    static_assert(is_much_smaller<0>(extent_of<2>, extent_of<"n">) && is_much_smaller<0>(extent_of<"n">, extent_of<"n+n">));
    CHECK(size_of_small * 2 <= size_of_most);
}

} // namespace
