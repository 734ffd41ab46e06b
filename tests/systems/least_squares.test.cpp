// SPDX-License-Identifier: BSL-1.0
// Least squares and ridge regression through solve, differentiated through the solution; the graph Laplacian.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands;

constexpr auto X = matrix<"X", "n", "k">;
constexpr auto y = vector<"y", "n">;

TEMPLATE_TEST_CASE("ridge regression, with the error on held-out samples as the loss", "[systems]", float, double) {
    using T = TestType;
    constexpr auto lambda = scalar<"lambda", positive>;
    constexpr auto V = matrix<"V", "m", "k">;
    constexpr auto t = vector<"t", "m">;
    constexpr auto w = solve(transpose(X) * X + lambda * identity<"k">, transpose(X) * y);
    constexpr auto loss = 0.5_c * squared_norm(V * w - t);
    random_operands random(341);
    dense samples = random.matrix(7, 3), targets = random.column(7), held = random.matrix(4, 3), held_targets = random.column(4), l(0.5);
    auto f = compile(w, loss, grad(loss, X, y, V, t, lambda));
    static_assert(cost(f).calls("potrf") == 1 && cost(f).calls("getrf") == 0);
    auto [weights, value, dX, dy, dV, dt, dlambda] =
        f(X = container<T>(samples), y = column_container<T>(targets), V = container<T>(held), t = column_container<T>(held_targets), lambda = 0.5);
    auto solution = [&] {
        return reference::solve(transpose(samples) * samples + l * reference::identity(3), transpose(samples) * targets);
    };
    auto expected = [&] { return squared_norm(held * solution() - held_targets) / 2; };
    constexpr double tolerance = std::is_same_v<T, float> ? 2e-4 : 1e-10;
    CHECK(distance(weights, solution()) < tolerance);
    CHECK(distance(value, expected()) < tolerance);
    CHECK(distance(dX, central_difference(expected, samples)) < tolerance);
    CHECK(distance(dy, central_difference(expected, targets)) < tolerance);
    CHECK(distance(dV, central_difference(expected, held)) < tolerance);
    CHECK(distance(dt, central_difference(expected, held_targets)) < tolerance);
    CHECK(distance(dlambda, central_difference(expected, l)) < tolerance);
}

TEST_CASE("weighted least squares", "[systems]") {
    constexpr auto u = vector<"u", "n", positive>;
    constexpr auto w = solve(transpose(X) * diag(u) * X, transpose(X) * (hadamard(u, y)));
    constexpr auto loss = dot(u, square(X * w - y)) + logdet(transpose(X) * diag(u) * X);
    random_operands random(342);
    dense samples = random.matrix(7, 3), targets = random.column(7), weight = random.positive(7, 1);
    auto f = compile(loss, grad(loss, X, y, u));
    auto [value, dX, dy, du] = f(X = container<double>(samples), y = column_container<double>(targets), u = column_container<double>(weight));
    // the weights scale rows: no diagonal matrix, and one factorisation
    static_assert(cost(f).calls("diag") == 0 && cost(f).calls("potrf") + cost(f).calls("getrf") == 1);
    auto expected = [&] {
        dense const k = transpose(samples) * hadamard(weight, samples);
        dense const solved = reference::solve(k, transpose(samples) * hadamard(weight, targets));
        dense const residual = samples * solved - targets;
        return dot(weight, hadamard(residual, residual)) + logdet(k);
    };
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dX, central_difference(expected, samples)) < 1e-10);
    CHECK(distance(dy, central_difference(expected, targets)) < 1e-10);
    CHECK(distance(du, central_difference(expected, weight)) < 1e-10);
}

TEST_CASE("Tikhonov regularisation with several right-hand sides, fixed extents", "[systems]") {
    constexpr auto A = matrix<"A", 6, 4>;
    constexpr auto B = matrix<"B", 6, 3>;
    constexpr auto G = matrix<"G", 4, 4>;
    constexpr auto K = transpose(A) * A + transpose(G) * G + identity<4>;
    constexpr auto solution = solve(K, transpose(A) * B);
    constexpr auto loss = squared_norm(A * solution - B) + squared_norm(G * solution);
    random_operands random(343);
    dense a = random.matrix(6, 4), b = random.matrix(6, 3), g = random.matrix(4, 4);
    auto f = compile(loss, grad(loss, A, B, G));
    static_assert(cost(f).calls("potrf") == 1 && cost(f).calls("getrf") == 0);
    auto [value, dA, dB, dG] = f(A = container<double>(a), B = container<double>(b), G = container<double>(g));
    auto expected = [&] {
        dense const s = reference::solve(transpose(a) * a + transpose(g) * g + reference::identity(4), transpose(a) * b);
        return squared_norm(a * s - b) + squared_norm(g * s);
    };
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dA, central_difference(expected, a)) < 1e-10);
    CHECK(distance(dB, central_difference(expected, b)) < 1e-10);
    CHECK(distance(dG, central_difference(expected, g)) < 1e-10);
}

TEST_CASE("smoothness on a graph", "[systems]") {
    // the Laplacian of symmetric weights: f' (D - W) f is the sum of the weighted squared differences over all edges
    constexpr auto W = matrix<"W", "n", "n", symmetric>;
    constexpr auto E = matrix<"E", "n", "k">;
    constexpr auto s = scalar<"s", positive>;
    constexpr auto laplacian = diag(row_sums(W)) - W;
    constexpr auto smoothness = trace(transpose(E) * laplacian * E);
    constexpr auto loss = smoothness + logdet(laplacian + s * identity<"n">) + dot(y, solve(laplacian + s * identity<"n">, y));
    random_operands random(344);
    dense const half = random.positive(6, 6);
    dense weights = half + transpose(half), features = random.matrix(6, 3), signal = random.column(6), shift(0.5);
    auto f = compile(smoothness, loss, grad(loss, W, E, y, s));
    static_assert(cost(f).calls("potrf") == 1);
    auto [rough, value, dW, dE, dy, ds] =
        f(W = container<double>(weights), E = container<double>(features), y = column_container<double>(signal), s = 0.5);
    number edges = 0;
    for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j)
            for (std::size_t k = 0; k < 3; ++k)
                edges += weights(i, j) * (features(i, k) - features(j, k)) * (features(i, k) - features(j, k)) / 2;
    auto expected = [&] {
        dense const l = reference::diag(row_sums(weights)) - weights, shifted = l + shift * reference::identity(6);
        return trace(transpose(features) * l * features) + logdet(shifted) + dot(signal, reference::solve(shifted, signal));
    };
    CHECK(distance(rough, edges) < 1e-10);
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dW, central_difference(expected, weights)) < 1e-10);
    CHECK(distance(dE, central_difference(expected, features)) < 1e-10);
    CHECK(distance(dy, central_difference(expected, signal)) < 1e-10);
    CHECK(distance(ds, central_difference(expected, shift)) < 1e-10);
}

} // namespace
