// SPDX-License-Identifier: BSL-1.0
// Reshaping: the same entries, row by row, in another shape.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <array>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands, reference::tolerance;

dense reshaped(dense const& a, std::size_t rows, std::size_t columns) {
    dense result(rows, columns);
    result.entries() = a.entries();
    return result;
}

number exponential(number x) {
    return std::exp(x);
}

template <class T>
void reshapes_agree(auto A, auto B, auto turned, int m, int n) {
    random_operands random(411);
    dense a = random.matrix(m, n), b = random.matrix(n, m);
    auto const in_products = transpose(turned(A * B * A)) * B;
    auto const loss = sum(turned(A) * A) + squared_norm(exp(vec(A)) + vec(B));
    auto f = compile(turned(A), vec(A + A), in_products, loss, grad(loss, A, B), grad(squared_norm(grad(loss, A)), A),
                     grad(sum(square(vec(A)) + vec(A)), vec(A)));
    auto [plain, column, product, value, dA, dB, second, by_part] = f(A = container<T>(a), B = container<T>(b));

    auto expected = [&] {
        return sum(reshaped(a, n, m) * a) +
               squared_norm(map(reshaped(a, m * n, 1), exponential) + reshaped(b, m * n, 1));
    };
    CHECK(distance(plain, reshaped(a, n, m)) == 0);
    CHECK(distance(column, reshaped(a + a, m * n, 1)) == 0);
    CHECK(distance(product, transpose(reshaped(a * b * a, n, m)) * b) < tolerance<T>);
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<T>);
    CHECK(distance(dB, central_difference(expected, b)) < tolerance<T>);
    CHECK(distance(by_part, reshaped(number(2) * a + dense(m, n, 1), m * n, 1)) < tolerance<T>);
    if constexpr (std::is_same_v<T, double>) {
        // The gradient by hand: of sum(R(A) A) = <1, R(A) A>, and of the norm.
        auto gradient_norm = [&] {
            dense const ones(n, n, 1);
            dense const e = map(a, exponential);
            dense const g = reshaped(ones * transpose(a), m, n) + transpose(reshaped(a, n, m)) * ones +
                            number(2) * hadamard(e, e + reshaped(b, m, n));
            return squared_norm(g);
        };
        CHECK(distance(second, central_difference(gradient_norm, a)) < tolerance<T>);
    }
}

TEMPLATE_TEST_CASE("reshapes in products, loops and derivatives", "[operators]", float, double) {
    auto const [m, n] = GENERATE(std::array{3, 4}, std::array{1, 5}, std::array{4, 1}, std::array{1, 1});
    reshapes_agree<TestType>(matrix<"A", "m", "n">, matrix<"B", "n", "m">,
                             [](auto e) { return reshape<"n", "m">(e); }, m, n);
}

TEST_CASE("reshapes of fixed extents", "[operators]") {
    reshapes_agree<double>(matrix<"A", 3, 4>, matrix<"B", 4, 3>, [](auto e) { return reshape<4, 3>(e); }, 3, 4);
}

TEST_CASE("a reshape is no work", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto x = vector<"x", "m">;
    constexpr auto B = reshape<"n", "m">(A);
    auto f = compile(transpose(B) * (B * x));
    static_assert(cost(f).calls("gemv") == 2);
    static_assert(cost(f).calls("loop") == 0);
    auto g = compile(reshape<"m", "n">(reshape<"n", "m">(A)) * transpose(A));
    static_assert(cost(g).calls("gemm") == 1);
    static_assert(cost(g).calls("loop") == 0);
}

TEST_CASE("a reshape to another number of entries is a shape_error", "[operators]") {
    constexpr auto A = matrix<"samples", "m", "n">;
    constexpr auto B = matrix<"B", "p", "q">;
    auto f = compile(sum(hadamard(reshape<"p", "q">(A), B)));
    random_operands random(412);
    dense const a = random.matrix(3, 4), b = random.matrix(6, 2);
    CHECK(distance(f(A = container<double>(a), B = container<double>(b)), dense(dot(reshaped(a, 6, 2), b))) < 1e-12);
    auto const message = message_of<shape_error>(
        [&] { f(A = container<double>(a), B = container<double>(random.matrix(5, 2))); });
    INFO(message);
    CHECK(mentions(message, "reshape<p, q>(samples)"));
    CHECK(mentions(message, "m x n"));
    CHECK(mentions(message, "3 x 4"));
    CHECK(mentions(message, "5 x 2"));
    // An extent that no leaf carries is bound, as everywhere.
    auto g = compile(reshape<"k", 2>(A));
    CHECK(distance(g(A = container<double>(a), extent<"k"> = 6), reshaped(a, 6, 2)) == 0);
    CHECK_THROWS_AS(g(A = container<double>(a), extent<"k"> = 5), shape_error);
}

TEST_CASE("reshapes of nothing", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    auto f = compile(sum(square(vec(A))), vec(A), grad(sum(square(vec(A))), A));
    auto [value, column, gradient] = f(A = container<double>(dense(0, 4)));
    CHECK(value == 0);
    CHECK(column.shape(0) == 0);
    CHECK(gradient.shape(0) == 0);
    CHECK(gradient.shape(1) == 4);
}

} // namespace
