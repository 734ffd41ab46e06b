// SPDX-License-Identifier: BSL-1.0
// Second derivatives of losses that factorise a matrix, against differences of first derivatives done by hand.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands;

TEST_CASE("curvature of the marginal likelihood of a Gaussian process", "[systems]") {
    constexpr auto X = matrix<"X", "n", "q">;
    constexpr auto V = matrix<"V", "n", "q">;
    constexpr auto y = vector<"y", "n">;
    constexpr auto noise = scalar<"noise", positive>;
    constexpr auto K = X * transpose(X) + noise * identity<"n">;
    constexpr auto loss = 0.5_c * logdet(K) + 0.5_c * dot(y, solve(K, y));
    random_operands random(361);
    dense x = random.matrix(5, 2), v = random.matrix(5, 2), side = random.column(5), s(0.5);
    auto f = compile(hvp(loss, X, V), hessian(loss, y), grad(grad(loss, noise), noise));
    static_assert(cost(f).calls("potrf") == 1 && cost(f).calls("getrf") == 0);
    auto [product, by_data, by_noise] =
        f(X = container<double>(x), V = container<double>(v), y = column_container<double>(side), noise = 0.5);
    auto inverted = [&] { return reference::inverse(x * transpose(x) + s * reference::identity(5)); };
    auto slope = [&] {  // d loss / d K
        dense const k = inverted(), solved = k * side;
        return (k - solved * transpose(solved)) / 2;
    };
    auto directional = [&] { return dot(2 * slope() * x, v); };
    auto along_noise = [&] { return trace(slope()); };
    CHECK(distance(product, central_difference(directional, x)) < 1e-9);
    CHECK(distance(by_data, inverted()) < 1e-9);
    CHECK(distance(by_noise, central_difference(along_noise, s)) < 1e-9);
}

TEST_CASE("curvature of a Gaussian likelihood by its Cholesky factor", "[systems]") {
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    constexpr auto V = matrix<"V", "n", "n">;
    constexpr auto y = vector<"y", "n">;
    constexpr auto loss = sum(log(abs(diagonal(L)))) + 0.5_c * squared_norm(solve(L, y));
    random_operands random(362);
    dense l = random.well_conditioned(4), v = random.matrix(4, 4), side = random.column(4);
    auto f = compile(hvp(loss, L, V), hessian(loss, y));
    auto [product, by_data] = f(L = container<double>(l), V = container<double>(v), y = column_container<double>(side));
    auto directional = [&] {
        dense const lower = reference::lower_part(l), z = reference::solve(lower, side);
        dense const slope = reference::diag(map(reference::diagonal(lower), [](number x) { return 1 / x; })) -
                            reference::solve(transpose(lower), z) * transpose(z);
        return dot(reference::lower_part(slope), v);
    };
    CHECK(distance(product, central_difference(directional, l)) < 1e-9);
    dense const lower = reference::lower_part(l);
    CHECK(distance(by_data, reference::inverse(lower * transpose(lower))) < 1e-9);
}

TEST_CASE("the second derivative of a ridge solution by its penalty", "[systems]") {
    constexpr auto X = matrix<"X", "n", "k">;
    constexpr auto y = vector<"y", "n">;
    constexpr auto lambda = scalar<"lambda", positive>;
    constexpr auto w = solve(transpose(X) * X + lambda * identity<"k">, transpose(X) * y);
    constexpr auto loss = squared_norm(X * w - y);
    random_operands random(363);
    dense x = random.matrix(6, 3), side = random.column(6), penalty(0.75);
    auto f = compile(grad(loss, lambda), grad(grad(loss, lambda), lambda), jvp(w, lambda, 1_c));
    auto [slope, curvature, change] = f(X = container<double>(x), y = column_container<double>(side), lambda = 0.75);
    auto weights = [&] {
        return reference::solve(transpose(x) * x + penalty * reference::identity(3), transpose(x) * side);
    };
    auto by_hand = [&] {  // dw = -K^-1 w
        dense const k = transpose(x) * x + penalty * reference::identity(3);
        return -2 * dot(transpose(x) * (x * weights() - side), reference::solve(k, weights()));
    };
    CHECK(distance(slope, by_hand()) < 1e-10);
    CHECK(distance(curvature, central_difference(by_hand, penalty)) < 1e-9);
    CHECK(distance(change, -reference::solve(transpose(x) * x + penalty * reference::identity(3), weights())) < 1e-10);
}

TEST_CASE("gradients that are exactly zero", "[systems]") {
    constexpr auto A = matrix<"A", "n", "n">;
    constexpr auto X = matrix<"X", 1, "n">;
    constexpr auto b = vector<"b", "n">;
    constexpr auto same = logdet(A) - logdet(transpose(A));
    constexpr auto constant_value = trace(inverse(A) * A) + sum(solve(A, A * b)) - sum(b);
    // of a row: X X' is a scalar
    constexpr auto row = logdet(X * transpose(X)) + sum(inverse(X * transpose(X))) + det(X * transpose(X)) + sum(cholesky(X * transpose(X)));
    random_operands random(364);
    dense const a = random.well_conditioned(3);
    dense x = random.matrix(1, 3);
    auto f = compile(grad(same, A), grad(constant_value, A, b), row, grad(row, X));
    auto [none, by_matrix, by_vector, value, slope] =
        f(A = container<double>(a), b = column_container<double>(random.column(3)), X = container<double>(x));
    CHECK(distance(none, dense(3, 3)) < 1e-15);
    CHECK(distance(by_matrix, dense(3, 3)) < 1e-12);
    CHECK(distance(by_vector, dense(3, 1)) < 1e-12);
    auto expected = [&] {
        number const square = squared_norm(x);
        return std::log(square) + 1 / square + square + std::sqrt(square);
    };
    CHECK(distance(value, expected()) < 1e-12);
    CHECK(distance(slope, central_difference(expected, x)) < 1e-12);
}

} // namespace
