// SPDX-License-Identifier: BSL-1.0
// Equal types are equal expressions, and other expressions have other types.
#include "support/catch.hpp"

#include <ctgrad/expr/derivatives.hpp>

#include <set>
#include <type_traits>
#include <utility>

namespace {

using namespace ctgrad;
using namespace ctgrad::detail;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "m", "n">;
constexpr auto S = matrix<"S", "n", "n">;

template <digest First, digest Second>
constexpr bool same(expr<First>, expr<Second>) {
    return First == Second;
}

TEST_CASE("what is written alike is one type", "[expr]") {
    static_assert(std::is_same_v<decltype(A + B), decltype(A + B)>);
    static_assert(same(matrix<"A", "m", "n">, A) && same(matrix<"A", "q+p", 3>, matrix<"A", "p+q", "3">));
    static_assert(same(exp(A * transpose(B)), exp(A * transpose(B))));
    static_assert(same(0.5_c * A, constant<0.5> * A) && same(1_c, ones<1, 1>));
}

TEST_CASE("what is written otherwise is another type", "[expr]") {
    static_assert(!same(A + B, B + A) && !same(A - B, B - A) && !same(A + B, A - B));
    static_assert(!same(A, matrix<"A", "n", "m">) && !same(A, matrix<"A", "m", "k">) && !same(A, B));
    static_assert(!same(S, matrix<"S", "n", "n", symmetric>) && !same(matrix<"S", "n", "n", spd>, matrix<"S", "n", "n", symmetric>));
    static_assert(!same(vector<"v", "n">, indices<"v", "n">) && !same(scalar<"v">, vector<"v", "n">));
    static_assert(!same(rows<0, 2>(A), rows<1, 2>(A)) && !same(rows<0, 2>(A), rows<0, 3>(A)));
    static_assert(!same(reshape<2, 6>(matrix<"C", 3, 4>), reshape<6, 2>(matrix<"C", 3, 4>)));
    static_assert(!same(ctgrad::extent<"m">, ctgrad::extent<"n">) && !same(identity<"m">, identity<"n">));
    static_assert(!same(1_c, 1.0000000000000002_c));
}

TEST_CASE("digests depend on the words and on their order", "[expr]") {
    std::set<digest> seen;
    std::size_t count = 0;
    for (std::uint64_t first = 0; first < 60; ++first)
        for (std::uint64_t second = 0; second < 60; ++second) {
            seen.insert(with(with(digest{}, first), second));
            ++count;
        }
    CHECK(seen.size() == count);
}

template <int Levels, digest Key>
constexpr auto doubled(expr<Key> e) {
    if constexpr (Levels == 0)
        return e;
    else
        return doubled<Levels - 1>(e + e);
}

TEST_CASE("a shared subexpression stands once", "[expr]") {
    constexpr auto many = doubled<60>(A);  // 2^60 terms
    source const* node = &definition(many);
    int levels = 0;
    for (; node->code == op::add; node = node->arguments[0], ++levels)
        CHECK(node->arguments[0] == node->arguments[1]);
    CHECK(levels == 60);
    CHECK(node == &definition(A));
}

TEST_CASE("a leaf binds what stands at the right", "[expr]") {
    int numbers = 3;
    auto lent = A = numbers;
    lent.container = 4;
    CHECK(numbers == 4);  // an lvalue is not copied
    static_assert(std::is_same_v<decltype(lent), binding<decltype(A)::key, int&>>);
    static_assert(std::is_same_v<decltype(A = 5), binding<decltype(A)::key, int>>);
    static_assert(is_expr<std::remove_const_t<decltype(A)>> && !is_expr<int> && !is_expr<decltype(lent)>);
}

TEST_CASE("numbers that stand for a user's function are in [1, 2)", "[expr]") {
    for (char const* name : {"a", "mish", "another name", ""}) {
        double const code = std::bit_cast<double>(user_function::code_of(name));
        CHECK((code >= 1 && code < 2));
    }
    static_assert(user_function::code_of("f") != user_function::code_of("g"));
}

} // namespace
