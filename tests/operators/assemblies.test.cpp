// SPDX-License-Identifier: BSL-1.0
// Matrices put together from others: one below the other, side by side, along the diagonal.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <array>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::assembled, reference::distance, reference::number, reference::random_operands, reference::tolerance;

number sine(number x) {
    return std::sin(x);
}

template <class T>
void assemblies_agree(auto A, auto B, auto x, int p, int q, int n) {
    random_operands random(431);
    dense a = random.matrix(p, n), b = random.matrix(q, n), v = random.column(n);
    auto const tall = vertical(A, sin(B), transpose(x), A);
    auto const wide = horizontal(transpose(A), x, transpose(B));
    auto const blocks = block_diagonal(A, transpose(x) * x, B);
    auto const loss = squared_norm(tall * x) + sum(exp(wide)) + sum(sin(blocks)) + squared_norm(vertical(A * x, exp(B * x), sum(x)));
    auto f = compile(tall, wide, blocks, blocks * vertical(x, 2_c, x), loss, grad(loss, A, B, x));
    auto [tall_value, wide_value, blocks_value, product, value, dA, dB, dx] =
        f(A = container<T>(a), B = container<T>(b), x = column_container<T>(v));

    auto tall_of = [&] { return assembled({a, map(b, sine), transpose(v), a}, true, false); };
    auto wide_of = [&] { return assembled({transpose(a), v, transpose(b)}, false, true); };
    auto blocks_of = [&] { return assembled({a, transpose(v) * v, b}, true, true); };
    auto exponential = [](number z) { return std::exp(z); };
    auto expected = [&] {
        return squared_norm(tall_of() * v) + sum(map(wide_of(), exponential)) + sum(map(blocks_of(), sine)) +
               squared_norm(assembled({a * v, map(b * v, exponential), dense(sum(v))}, true, false));
    };
    CHECK(distance(tall_value, tall_of()) < tolerance<T>);
    CHECK(distance(wide_value, wide_of()) == 0);
    CHECK(distance(blocks_value, blocks_of()) < tolerance<T>);
    CHECK(distance(product, blocks_of() * assembled({v, dense(2), v}, true, false)) < tolerance<T>);
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<T>);
    CHECK(distance(dB, central_difference(expected, b)) < tolerance<T>);
    CHECK(distance(dx, central_difference(expected, v)) < tolerance<T>);
}

TEMPLATE_TEST_CASE("matrices from pieces", "[operators]", float, double) {
    auto const [p, q, n] = GENERATE(std::array{2, 3, 4}, std::array{1, 1, 3}, std::array{3, 2, 1}, std::array{0, 2, 3});
    assemblies_agree<TestType>(matrix<"A", "p", "n">, matrix<"B", "q", "n">, vector<"x", "n">, p, q, n);
}

TEST_CASE("matrices from pieces of fixed extents", "[operators]") {
    assemblies_agree<double>(matrix<"A", 2, 4>, matrix<"B", 3, 4>, vector<"x", 4>, 2, 3, 4);
}

TEST_CASE("assemblies are differentiated twice", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto x = vector<"x", "m+n">;
    constexpr auto K = vertical(horizontal(zeros<"m", "m">, A), horizontal(transpose(A), zeros<"n", "n">));
    constexpr auto loss = transpose(x) * K * K * x;
    auto f = compile(grad(loss, A), grad(sum(square(grad(loss, A))), x), grad(loss, K));
    random_operands random(434);
    dense a = random.matrix(2, 3), v = random.column(5);
    auto [first, second, by_whole] = f(A = container<double>(a), x = column_container<double>(v));
    auto k = [&] {
        return assembled({assembled({dense(2, 2), a}, false, true), assembled({transpose(a), dense(3, 3)}, false, true)}, true, false);
    };
    // d/dK of x' K K x is x (K x)' + (K' x) x'.
    auto whole = [&] { return v * transpose(k() * v) + transpose(k()) * v * transpose(v); };
    auto gradient = [&] {
        dense const g = whole();
        dense result(2, 3);
        for (std::size_t i = 0; i < 2; ++i)
            for (std::size_t j = 0; j < 3; ++j) result(i, j) = g(i, 2 + j) + g(2 + j, i);
        return result;
    };
    CHECK(distance(by_whole, whole()) < 1e-12);
    CHECK(distance(first, gradient()) < 1e-12);
    CHECK(distance(second, central_difference([&] { return squared_norm(gradient()); }, v)) < 1e-9);
}

} // namespace
