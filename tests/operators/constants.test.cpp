// SPDX-License-Identifier: BSL-1.0
// Numbers in the type, extents as numbers, and constant matrices.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <limits>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::container, reference::dense, reference::distance,
    reference::random_operands, reference::tolerance;

constexpr auto s = scalar<"s">;

TEST_CASE("a literal is exactly the double that it denotes", "[operators]") {
    auto f = compile(s * 0.1_c, s * 1e-5_c, s * 3.141592653589793238462643_c, s * 123456789.123456789_c,
                     s * 1.7976931348623157e308_c, s * 2.2250738585072014e-308_c, s * 4.9e-324_c,
                     s * 9007199254740993_c, s * 7.2057594037927933e16_c, s * 0x1.8p1_c, s * 1'000_c,
                     s * 8.5e-5_c, s * 1e23_c);
    auto const results = f(s = 1.0);
    CHECK(std::get<0>(results) == 0.1);
    CHECK(std::get<1>(results) == 1e-5);
    CHECK(std::get<2>(results) == 3.141592653589793238462643);
    CHECK(std::get<3>(results) == 123456789.123456789);
    CHECK(std::get<4>(results) == std::numeric_limits<double>::max());
    CHECK(std::get<5>(results) == std::numeric_limits<double>::min());
    CHECK(std::get<6>(results) == std::numeric_limits<double>::denorm_min());
    CHECK(std::get<7>(results) == 9007199254740993.0);
    CHECK(std::get<8>(results) == 7.2057594037927933e16);
    CHECK(std::get<9>(results) == 3.0);
    CHECK(std::get<10>(results) == 1000.0);
    CHECK(std::get<11>(results) == 8.5e-5);
    CHECK(std::get<12>(results) == 1e23);
}

TEST_CASE("a number as template argument is the literal", "[operators]") {
    STATIC_REQUIRE(std::is_same_v<decltype(constant<0.5> * s), decltype(0.5_c * s)>);
    STATIC_REQUIRE(std::is_same_v<decltype(constant<2> * s), decltype(2_c * s)>);
    STATIC_REQUIRE(!std::is_same_v<decltype(constant<0.5> * s), decltype(0.25_c * s)>);
    auto f = compile(constant<0.1> * s, constant<-3> + s);
    auto [scaled, shifted] = f(s = 1.0);
    CHECK(scaled == 0.1);
    CHECK(shifted == -2);
}

TEST_CASE("constant matrices and extents", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto loss = squared_norm(A * ones<"n", "n"> - ones<"m", "n"> / extent<"m">) +
                          extent<"n"> * trace(transpose(A) * A + identity<"n">) + sum(zeros<"m", "n"> - A);
    random_operands random(151);
    dense a = random.matrix(3, 4);
    auto f = compile(A + ones<"m", "n">, A * identity<"n">, identity<"m"> * A, hadamard(A, zeros<"m", "n">),
                     extent<"m"> * A, identity<"m"> - 2_c * A * transpose(A), loss, grad(loss, A));
    auto [plus_one, right, left, none, scaled, shifted, value, dA] = f(A = container<double>(a));
    auto expected = [&] {
        return squared_norm(a * dense(4, 4, 1) - dense(3, 4, 1) / 3) +
               4 * trace(transpose(a) * a + reference::identity(4)) - sum(a);
    };
    CHECK(distance(plus_one, a + 1) < tolerance<double>);
    CHECK(distance(right, a) < tolerance<double>);
    CHECK(distance(left, a) < tolerance<double>);
    CHECK(distance(none, dense(3, 4)) == 0);
    CHECK(distance(scaled, 3 * a) < tolerance<double>);
    CHECK(distance(shifted, reference::identity(3) - 2 * a * transpose(a)) < tolerance<double>);
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<double>);
}

TEST_CASE("constant matrices of fixed extents", "[operators]") {
    constexpr auto A = matrix<"A", 3, 3>;
    auto f = compile(A + identity<3>, A * ones<3, 2>, A - zeros<3, 3>, extent<3> * A);
    random_operands random(152);
    dense const a = random.matrix(3, 3);
    auto [shifted, sums, same, scaled] = f(A = container<double>(a));
    CHECK(distance(shifted, a + reference::identity(3)) < tolerance<double>);
    CHECK(distance(sums, a * dense(3, 2, 1)) < tolerance<double>);
    CHECK(distance(same, a) == 0);
    CHECK(distance(scaled, 3 * a) < tolerance<double>);
}

TEST_CASE("the gradient with respect to an absent leaf is zero", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto B = matrix<"B", "p", "q">;
    auto f = compile(sum(A), grad(sum(A), A, B));
    auto [value, dA, dB] = f(A = container<double>(dense(2, 3, 1)), B = container<double>(dense(4, 5, 1)));
    CHECK(value == 6);
    CHECK(distance(dA, dense(2, 3, 1)) == 0);
    CHECK(distance(dB, dense(4, 5)) == 0);
}

TEST_CASE("the gradient with respect to a subexpression", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto gram = transpose(A) * A;
    constexpr auto loss = squared_norm(gram) + sum(gram) + squared_norm(A);
    random_operands random(153);
    dense const a = random.matrix(3, 4), value_of_gram = transpose(a) * a;
    auto f = compile(grad(loss, gram), grad(loss, transpose(A)));
    auto [by_gram, by_transpose] = f(A = container<double>(a));
    CHECK(distance(by_gram, 2 * value_of_gram + dense(4, 4, 1)) < tolerance<double>);
    // transpose(A) is a fresh variable T in T * A, and A is held fixed, in |A|^2 too.
    CHECK(distance(by_transpose, (2 * value_of_gram + dense(4, 4, 1)) * transpose(a)) < tolerance<double>);
}

} // namespace
