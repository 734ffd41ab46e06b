// SPDX-License-Identifier: BSL-1.0
// Shapes at the call: a shape_error names the leaf, the extent and both sizes; extents that no leaf carries
// are bound.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <exception>
#include <tuple>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance,
    reference::random_operands, reference::tolerance;

xt::xtensor<double, 2> matrix_of(std::size_t rows, std::size_t columns) {
    return container<double>(dense(rows, columns, 1));
}
xt::xtensor<double, 1> column_of(std::size_t rows) {
    return column_container<double>(dense(rows, 1, 1));
}

TEST_CASE("named extents that do not agree", "[call]") {
    constexpr auto W = matrix<"weights", "outputs", "inputs">;
    constexpr auto x = vector<"sample", "inputs">;
    auto f = compile(W * x);
    auto const message = message_of<shape_error>([&] { f(W = matrix_of(31, 57), x = column_of(43)); });
    INFO(message);
    CHECK(mentions(message, "sample"));
    CHECK(mentions(message, "inputs"));
    CHECK(mentions(message, "57"));
    CHECK(mentions(message, "43"));
    // Whichever comes first in the call.
    CHECK_THROWS_AS(f(x = column_of(43), W = matrix_of(31, 57)), shape_error);
    // An extent of 1 is no exception.
    CHECK_THROWS_AS(f(x = column_of(1), W = matrix_of(31, 57)), shape_error);
    CHECK_THROWS_AS(f(x = column_of(57), W = matrix_of(31, 1)), shape_error);
    CHECK(distance(f(W = matrix_of(2, 3), x = column_of(3)), dense(2, 1, 3)) == 0);
}

TEST_CASE("a square leaf bound to what is not square", "[call]") {
    constexpr auto K = matrix<"covariance", "points", "points">;
    auto f = compile(trace(K));
    auto const message = message_of<shape_error>([&] { f(K = matrix_of(37, 41)); });
    INFO(message);
    CHECK(mentions(message, "covariance"));
    CHECK(mentions(message, "points"));
    CHECK(mentions(message, "37"));
    CHECK(mentions(message, "41"));
}

TEST_CASE("a fixed extent bound to another size", "[call]") {
    constexpr auto W = matrix<"weights", 64, "inputs">;
    constexpr auto row = matrix<"slopes", 1, "inputs">;
    auto f = compile(W + row);
    auto const message = message_of<shape_error>([&] { f(W = matrix_of(63, 5), row = matrix_of(1, 5)); });
    INFO(message);
    CHECK(mentions(message, "weights"));
    CHECK(mentions(message, "64"));
    CHECK(mentions(message, "63"));
    auto const row_message = message_of<shape_error>([&] { f(W = matrix_of(64, 5), row = matrix_of(3, 5)); });
    INFO(row_message);
    CHECK(mentions(row_message, "slopes"));
    CHECK(mentions(row_message, "3"));
}

TEST_CASE("the errors are standard exceptions", "[call]") {
    STATIC_REQUIRE(std::is_base_of_v<std::exception, shape_error>);
    STATIC_REQUIRE(std::is_base_of_v<std::exception, alias_error>);
    STATIC_REQUIRE(std::is_base_of_v<std::exception, singular_matrix>);
    STATIC_REQUIRE(std::is_base_of_v<std::exception, not_positive_definite>);
}

TEST_CASE("an extent that no leaf carries is bound", "[call]") {
    constexpr auto K = matrix<"K", "N", "N", spd>;
    constexpr auto loss = -0.5_c * extent<"D"> * logdet(K);
    auto f = compile(loss, grad(loss, K));
    dense const k{{2, 0}, {0, 8}};
    auto [value, dK] = f(K = container<double>(k), extent<"D"> = 12);
    CHECK(distance(value, -6 * std::log(reference::number(16))) < tolerance<double>);
    CHECK(distance(dK, {{-3, 0}, {0, -0.75}}) < tolerance<double>);
    std::size_t const dimensions = 2;
    std::tie(value, dK) = f(extent<"D"> = dimensions, K = container<double>(k));
    CHECK(distance(value, -std::log(reference::number(16))) < tolerance<double>);
}

TEST_CASE("an extent that only constants carry is bound", "[call]") {
    constexpr auto x = vector<"x", "n">;
    auto f = compile(ones<"m", "n"> * x);
    CHECK(distance(f(x = column_of(3), extent<"m"> = 4), dense(4, 1, 3)) == 0);
    CHECK(distance(f(x = column_of(2), extent<"m"> = 1), dense(1, 1, 2)) == 0);
}

TEST_CASE("sizes may change from call to call", "[call]") {
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);
    auto f = compile(grad(loss, W));
    random_operands random(251);
    for (auto [m, n] : {std::pair{3, 5}, {30, 50}, {1, 1}, {3, 5}, {2, 90}, {90, 2}}) {
        dense const w = random.matrix(m, n), v = random.column(n), r = transpose(w) * w * v - v;
        CHECK(distance(f(W = container<double>(w), x = column_container<double>(v)),
                       w * (r * transpose(v) + v * transpose(r))) < tolerance<double>);
    }
}

// Each of the matrices has extents of its own: more names than most programs have.
TEST_CASE("sixty-eight named extents", "[call]") {
    constexpr auto leaves = std::tuple{
        matrix<"A0", "r0", "c0">, matrix<"A1", "r1", "c1">, matrix<"A2", "r2", "c2">,
        matrix<"A3", "r3", "c3">, matrix<"A4", "r4", "c4">, matrix<"A5", "r5", "c5">,
        matrix<"A6", "r6", "c6">, matrix<"A7", "r7", "c7">, matrix<"A8", "r8", "c8">,
        matrix<"A9", "r9", "c9">, matrix<"A10", "r10", "c10">, matrix<"A11", "r11", "c11">,
        matrix<"A12", "r12", "c12">, matrix<"A13", "r13", "c13">, matrix<"A14", "r14", "c14">,
        matrix<"A15", "r15", "c15">, matrix<"A16", "r16", "c16">, matrix<"A17", "r17", "c17">,
        matrix<"A18", "r18", "c18">, matrix<"A19", "r19", "c19">, matrix<"A20", "r20", "c20">,
        matrix<"A21", "r21", "c21">, matrix<"A22", "r22", "c22">, matrix<"A23", "r23", "c23">,
        matrix<"A24", "r24", "c24">, matrix<"A25", "r25", "c25">, matrix<"A26", "r26", "c26">,
        matrix<"A27", "r27", "c27">, matrix<"A28", "r28", "c28">, matrix<"A29", "r29", "c29">,
        matrix<"A30", "r30", "c30">, matrix<"A31", "r31", "c31">, matrix<"A32", "r32", "c32">,
        matrix<"A33", "r33", "c33">};
    std::apply(
        [](auto... A) {
            auto f = compile((sum(A) + ...));
            auto const ones_of = [](std::size_t rows, std::size_t columns) { return xt::xtensor<double, 2>(xt::ones<double>({rows, columns})); };
            std::size_t place = 0, expected = 0;
            auto const next = [&] {
                ++place;
                expected += place * (place % 3 + 1);
                return ones_of(place, place % 3 + 1);
            };
            double const value = f((A = next())...);
            CHECK(value == static_cast<double>(expected));
        },
        leaves);
}

} // namespace
