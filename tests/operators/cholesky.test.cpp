// SPDX-License-Identifier: BSL-1.0
// The Cholesky factor. Its gradient is symmetric: central differences are those of the factor of the symmetric part.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <limits>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto P = matrix<"P", "n", "n", spd>;
constexpr auto C = matrix<"C", "n", "n">;
constexpr auto b = vector<"b", "n">;

template <class T>
void factor_agrees(auto K, auto C, auto b, std::size_t n) {
    random_operands random(221);
    dense k = random.symmetric_positive_definite(n), c = random.matrix(n, n), side = random.column(n);
    // L is multiplied, solved with, transposed and taken apart.
    auto const L = cholesky(K);
    auto const loss = sum(hadamard(C, L)) + squared_norm(solve(L, b)) + sum(log(diagonal(L))) +
                      dot(b, solve(transpose(L), C * b));
    auto f = compile(L, loss, grad(loss, K, C, b));
    auto [factor, value, dK, dC, db] = f(K = container<T>(k), C = container<T>(c), b = column_container<T>(side));
    auto expected = [&] {
        dense const l = reference::cholesky(k);
        number logarithms = 0;
        for (std::size_t i = 0; i < n; ++i)
            logarithms += std::log(l(i, i));
        return sum(hadamard(c, l)) + squared_norm(solve(l, side)) + logarithms + dot(side, solve(transpose(l), c * side));
    };
    CHECK(distance(factor, reference::cholesky(k)) < tolerance<T>);
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dK, central_difference(expected, k)) < tolerance<T>);
    CHECK(distance(dC, central_difference(expected, c)) < tolerance<T>);
    CHECK(distance(db, central_difference(expected, side)) < tolerance<T>);
}

TEMPLATE_TEST_CASE("the Cholesky factor and its gradient", "[operators]", float, double) {
    factor_agrees<TestType>(A, C, b, GENERATE(1, 2, 5));
}

TEST_CASE("the Cholesky factor of a matrix that is known to be positive definite", "[operators]") {
    factor_agrees<double>(matrix<"P", 4, 4, spd>, matrix<"C", 4, 4>, vector<"b", 4>, 4);
}

TEST_CASE("the second derivative of a Cholesky factor", "[operators]") {
    random_operands random(222);
    dense p = random.symmetric_positive_definite(4), c = random.matrix(4, 4), side = random.column(4);
    constexpr auto loss = sum(hadamard(C, cholesky(P))) + sum(square(solve(cholesky(P), b)));
    constexpr auto inner = sum(hadamard(grad(loss, P), C));
    auto f = compile(inner, grad(inner, P, C, b));
    auto [value, dP, dC, db] = f(P = container<double>(p), C = container<double>(c), b = column_container<double>(side));
    auto expected = [&] {
        auto first = [&] {
            dense const l = reference::cholesky(p);
            return sum(hadamard(c, l)) + squared_norm(solve(l, side));
        };
        return sum(hadamard(central_difference(first, p), c));
    };
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dP, central_difference(expected, p)) < 1e-8);
    CHECK(distance(dC, central_difference(expected, c)) < 1e-8);
    CHECK(distance(db, central_difference(expected, side)) < 1e-8);
}

TEST_CASE("a scalar's Cholesky factor is its root", "[operators]") {
    constexpr auto alpha = scalar<"alpha">;
    auto f = compile(cholesky(alpha), grad(cholesky(alpha), alpha), grad(grad(cholesky(alpha), alpha), alpha));
    auto [value, slope, curvature] = f(alpha = 6.25);
    CHECK(value == 2.5);
    CHECK(std::abs(slope - 0.2) < 1e-15);
    CHECK(std::abs(curvature + 0.016) < 1e-15);
    CHECK(mentions(message_of<not_positive_definite>([&] { f(alpha = -1.0); }), "alpha"));
}

TEST_CASE("one factorisation for the factor, solves and determinants", "[operators]") {
    auto f = compile(cholesky(P), logdet(P), solve(P, b), det(P), sum(log(diagonal(cholesky(P)))));
    static_assert(cost(f).calls("potrf") == 1);
    static_assert(cost(f).calls("getrf") == 0);
    // nothing but the factor is read by solves with it
    auto g = compile(squared_norm(solve(cholesky(P), b)) + 2_c * sum(log(diagonal(cholesky(P)))));
    static_assert(cost(g).calls("factored_lower") == 0);
    auto const message = message_of<not_positive_definite>(
        [&] { g(P = container<double>({{1, 2}, {2, 1}}), b = column_container<double>(dense(2, 1, 1))); });
    CHECK(mentions(message, "P"));
}

} // namespace
