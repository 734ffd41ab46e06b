// SPDX-License-Identifier: BSL-1.0
// Parts, assemblies and other shapes of the same entries.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/parts.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "p", "n">;
constexpr auto C = matrix<"C", "m", "k">;
constexpr auto F = matrix<"F", 3, 4>;
constexpr auto v = vector<"v", "n">;
constexpr auto u = vector<"u", 3>;
constexpr auto y = indices<"y", "k">;
constexpr auto z = indices<"z", "n">;

TEST_CASE("parts and assemblies are written as they are printed", "[expr]") {
    CHECK_SPELLING("1 x 1", element<1, 2>(A));
    CHECK_SPELLING("1 x 1", element<2>(v));
    CHECK_SPELLING("2 x n", rows<1, 2>(A));
    CHECK_SPELLING("m x 3", columns<0, 3>(A));
    CHECK_SPELLING("k x n", rows(A, y));
    CHECK_SPELLING("m x k", columns(A, y));
    CHECK_SPELLING("1 x n", pick(A, z));
    CHECK_SPELLING("m+p x n", vertical(A, B));
    CHECK_SPELLING("m x k+n", horizontal(A, C));
    CHECK_SPELLING("m+p x 2*n", block_diagonal(A, B));
    CHECK_SPELLING("3 x 3", symmetric_part(rows<0, 3>(columns<0, 3>(F))));
    CHECK_SPELLING("3 x 1", cross(u, u));
    CHECK_SPELLING("2 x 6", reshape<2, 6>(F));
    CHECK_SPELLING("m*n x 1", vec(A));
    CHECK_SPELLING("12 x 1", vec(F));
}

TEST_CASE("parts begin where they say", "[expr]") {
    constexpr auto first_of = [](auto e) { return definition(e).from; };
    static_assert(*first_of(element<1, 2>(A)).row == extent_of<1> && *first_of(element<1, 2>(A)).column == extent_of<2>);
    static_assert(*first_of(rows<1, 2>(A)).row == extent_of<1> && *first_of(rows<1, 2>(A)).column == zero_extent);
    static_assert(*first_of(columns<1, 2>(A)).row == zero_extent && *first_of(columns<1, 2>(A)).column == extent_of<1>);
    // of a column and of a row
    static_assert(std::is_same_v<decltype(element<2>(v)), decltype(element<2, 0>(v))>);
    static_assert(std::is_same_v<decltype(element<2>(rows<0, 1>(F))), decltype(element<0, 2>(rows<0, 1>(F)))>);
}

TEST_CASE("several pieces are joined from the left", "[expr]") {
    static_assert(std::is_same_v<decltype(vertical(A, B, A)), decltype(vertical(vertical(A, B), A))>);
    static_assert(std::is_same_v<decltype(horizontal(A, C, A)), decltype(horizontal(horizontal(A, C), A))>);
    static_assert(std::is_same_v<std::remove_const_t<decltype(A)>, decltype(block_diagonal(A))>);
}

TEST_CASE("what is known to reach outside is told from what only a call can tell", "[expr]") {
    static_assert(reaches_beyond(extent_of<2>, extent_of<2>, extent_of<3>));
    static_assert(!reaches_beyond(extent_of<2>, extent_of<1>, extent_of<3>));
    static_assert(reaches_beyond(extent_of<0>, extent_of<"n+1">, extent_of<"n">));
    static_assert(!reaches_beyond(extent_of<0>, extent_of<"n">, extent_of<"n">));
    static_assert(!reaches_beyond(extent_of<5>, extent_of<1>, extent_of<"n">), "a call compares them");
}

TEST_CASE("what has no parts says why", "[expr]") {
    static_assert(not_a_matrix<decltype(A)::key>.length == 0 && not_a_matrix<decltype(y)::key>.length > 0);
}

} // namespace
