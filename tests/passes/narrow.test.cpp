// SPDX-License-Identifier: BSL-1.0
// Where only a part is asked for, nothing else is computed; where the whole is needed too, it is computed once.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::random_operands;

constexpr auto A = matrix<"A", "m", "k">;
constexpr auto B = matrix<"B", "k", "n">;
constexpr auto C = matrix<"C", "n", "m">;
constexpr auto x = vector<"x", "k">;
constexpr auto b = vector<"b", "m">;

TEST_CASE("a part of a product is a product of parts", "[passes]") {
    constexpr auto entry = element<1, 2>(A * B);
    constexpr auto hidden = element<1>(tanh(A * x + b));
    constexpr auto row = rows<0, 1>(A * B * C);
    constexpr auto loss = entry * hidden + sum(columns<1, 1>(exp(C * (A * B)))) + sum(square(row));
    constexpr auto affine = hadamard(A * x + b, exp(b));
    // each alone: a product that is needed in several places is computed as a whole
    CHECK(cost(compile(entry)).calls("gemm") + cost(compile(entry)).calls("gemv") == 0);
    CHECK(cost(compile(row)).calls("gemm") == 0);
    CHECK(cost(compile(row)).calls("gemv") == 2);
    CHECK(cost(compile(columns<0, 1>(A * B))).calls("gemv") == 1);
    CHECK(cost(compile(hidden, grad(hidden, A))).calls("gemv") == 0);
    CHECK(cost(compile(element<2>(affine))).workspace(20, 20) < 10);
    auto f = compile(entry, hidden);
    auto g = compile(row, columns<0, 1>(A * B));
    auto h = compile(element<2>(affine));
    auto gradients = compile(loss, grad(loss, A, B, C, x, b));
    random_operands random(461);
    dense a = random.matrix(3, 4), right = random.matrix(4, 5), c = random.matrix(5, 3), v = random.column(4), bias = random.column(3);
    auto [of_entry, of_hidden] = f(A = container<double>(a), B = container<double>(right), x = column_container<double>(v),
                                   b = column_container<double>(bias));
    auto [of_row, of_column] = g(A = container<double>(a), B = container<double>(right), C = container<double>(c));
    auto const of_affine = h(A = container<double>(a), x = column_container<double>(v), b = column_container<double>(bias));
    CHECK(distance(of_entry, (a * right)(1, 2)) < 1e-14);
    CHECK(distance(of_hidden, std::tanh((a * v + bias)(1))) < 1e-14);
    for (std::size_t j = 0; j < 3; ++j)
        CHECK(std::abs(of_row(0, j) - (a * right * c)(0, j)) < 1e-14);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(std::abs(of_column(i) - (a * right)(i, 0)) < 1e-14);
    CHECK(distance(of_affine, (a * v + bias)(2) * std::exp(bias(2))) < 1e-14);
    auto expected = [&] {
        dense const product = a * right, chain = product * c, exponents = c * product;
        reference::number total = product(1, 2) * std::tanh((a * v + bias)(1));
        for (std::size_t i = 0; i < 3; ++i)
            total += chain(0, i) * chain(0, i);
        for (std::size_t i = 0; i < 5; ++i)
            total += std::exp(exponents(i, 1));
        return total;
    };
    auto [value, dA, dB, dC, dx, db] = gradients(A = container<double>(a), B = container<double>(right), C = container<double>(c),
                                                 x = column_container<double>(v), b = column_container<double>(bias));
    CHECK(distance(value, expected()) < 1e-13);
    CHECK(distance(dA, central_difference(expected, a)) < 1e-10);
    CHECK(distance(dB, central_difference(expected, right)) < 1e-10);
    CHECK(distance(dC, central_difference(expected, c)) < 1e-10);
    CHECK(distance(dx, central_difference(expected, v)) < 1e-10);
    CHECK(distance(db, central_difference(expected, bias)) < 1e-10);
}

TEST_CASE("what is needed as a whole is computed once, and so is what a derivative is taken by", "[passes]") {
    auto whole = compile(A * B, element<0, 1>(A * B));
    static_assert(cost(whole).calls("gemm") == 1 && cost(whole).calls("gemv") == 0);
    constexpr auto product = A * B;
    constexpr auto corner = rows<0, 1>(product);
    auto f = compile(grad(element<0, 1>(product), product), grad(sum(square(corner)), corner));
    random_operands random(462);
    dense const a = random.matrix(2, 3), right = random.matrix(3, 2);
    auto [by_product, by_corner] = f(A = container<double>(a), B = container<double>(right));
    CHECK(distance(by_product, dense{{0, 1}, {0, 0}}) == 0);
    dense const expected = a * right;
    for (std::size_t j = 0; j < 2; ++j)
        CHECK(std::abs(by_corner(0, j) - 2 * expected(0, j)) < 1e-14);
}

TEST_CASE("a part of a product that is not there is a shape_error", "[passes]") {
    auto f = compile(element<3, 0>(A * B));
    auto const message = message_of<shape_error>([&] { f(A = container<double>(dense(3, 2)), B = container<double>(dense(2, 2))); });
    INFO(message);
    CHECK(mentions(message, "A"));
    CHECK(mentions(message, "from row 3"));
}

} // namespace
