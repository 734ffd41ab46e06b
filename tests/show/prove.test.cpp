// SPDX-License-Identifier: BSL-1.0
// Derivations done by hand, right and wrong, proved or refuted while compiling: if this file compiles, they pass.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;

constexpr auto W = matrix<"W", "h", "n">;
constexpr auto V = matrix<"V", "c", "h">;
constexpr auto x = vector<"x", "n">;
constexpr auto X = matrix<"X", "n", "samples">;
constexpr auto b = vector<"b", "h">;
constexpr auto c = vector<"c", "c">;

TEST_CASE("the tied linear autoencoder", "[show]") {
    constexpr auto r = transpose(W) * W * x - x;
    constexpr auto loss = 0.5_c * squared_norm(r);
    static_assert(equivalent(grad(loss, W), W * r * transpose(x) + W * x * transpose(r)));
    static_assert(equivalent(grad(loss, x), transpose(W) * W * r - r));
    static_assert(!equivalent(grad(loss, W), 2_c * W * r * transpose(x)));                // the product is not symmetric
    static_assert(!equivalent(grad(loss, W), W * r * transpose(x)));                      // one path forgotten
    static_assert(!equivalent(grad(loss, W), W * r * transpose(x) - W * x * transpose(r)));
    static_assert(!equivalent(grad(loss, x), transpose(W) * W * r));                      // ... and one here

    constexpr auto R = transpose(W) * W * X - X;
    constexpr auto batch = 0.5_c * squared_norm(R);
    static_assert(equivalent(grad(batch, W), W * (R * transpose(X) + X * transpose(R))));
    static_assert(!equivalent(grad(batch, W), 2_c * W * R * transpose(X)));
}

TEST_CASE("the tied nonlinear autoencoder", "[show]") {
    constexpr auto h = tanh(W * X + b);
    constexpr auto R = transpose(W) * h - X;
    constexpr auto loss = 0.5_c * squared_norm(R);
    constexpr auto delta = hadamard(W * R, 1_c - square(h));
    static_assert(equivalent(grad(loss, W), delta * transpose(X) + h * transpose(R)));
    static_assert(equivalent(grad(loss, b), row_sums(delta)));
    static_assert(!equivalent(grad(loss, W), delta * transpose(X)));                      // the decoder forgotten
    static_assert(!equivalent(grad(loss, W), delta * transpose(X) - h * transpose(R)));
    static_assert(!equivalent(grad(loss, b), delta));                                     // the sum over samples forgotten
    static_assert(!equivalent(grad(loss, b), row_sums(W * R)));                           // the activation forgotten
    static_assert(!equivalent(grad(loss, b), row_means(delta)));
}

TEST_CASE("a network with biases and softmax", "[show]") {
    constexpr auto T = matrix<"T", "c", "samples">;
    constexpr auto a = W * X + b;
    constexpr auto h = swish(a);
    constexpr auto Z = V * h + c;
    constexpr auto loss = softmax_cross_entropy(Z, T);
    // The targets need not sum to 1.
    constexpr auto dZ = (hadamard(softmax(Z), column_sums(T)) - T) / extent<"samples">;
    constexpr auto da = hadamard(transpose(V) * dZ, sigmoid(a) + hadamard(h, 1_c - sigmoid(a)));
    static_assert(equivalent(grad(loss, Z), dZ));
    static_assert(equivalent(grad(loss, V), dZ * transpose(h)));
    static_assert(equivalent(grad(loss, c), row_sums(dZ)));
    static_assert(equivalent(grad(loss, W), da * transpose(X)));
    static_assert(equivalent(grad(loss, b), row_sums(da)));
    static_assert(!equivalent(grad(loss, Z), (softmax(Z) - T) / extent<"samples">));      // only of targets that sum to 1
    static_assert(!equivalent(grad(loss, Z), hadamard(softmax(Z), column_sums(T)) - T));  // the mean forgotten
    static_assert(!equivalent(grad(loss, V), h * transpose(dZ)));                         // another shape
    static_assert(!equivalent(grad(loss, c), dZ));
    static_assert(!equivalent(grad(loss, W), hadamard(transpose(V) * dZ, sigmoid(a)) * transpose(X)));
}

TEST_CASE("linear models", "[show]") {
    constexpr auto A = matrix<"A", "samples", "n">;
    constexpr auto w = vector<"w", "n">;
    constexpr auto y = vector<"y", "samples">;
    constexpr auto lambda = scalar<"lambda", positive>;
    constexpr auto ridge = 0.5_c * squared_norm(A * w - y) + 0.5_c * lambda * squared_norm(w);
    static_assert(equivalent(grad(ridge, w), transpose(A) * (A * w - y) + lambda * w));
    static_assert(!equivalent(grad(ridge, w), transpose(A) * (A * w - y) + 2_c * lambda * w));
    constexpr auto best = solve(transpose(A) * A + lambda * identity<"n">, transpose(A) * y);
    static_assert(equivalent(substitute(grad(ridge, w), w, best), zeros<"n">));           // a zero among large terms
    static_assert(!equivalent(substitute(grad(ridge, w), w, 1.000001_c * best), zeros<"n">));

    constexpr auto logistic = sum(softplus(A * w) - hadamard(y, A * w));
    static_assert(equivalent(grad(logistic, w), transpose(A) * (sigmoid(A * w) - y)));
    static_assert(!equivalent(grad(logistic, w), transpose(A) * (tanh(A * w) - y)));
}

TEST_CASE("Gaussian processes", "[show]") {
    constexpr auto K = matrix<"K", "n", "n", spd>;
    constexpr auto y = vector<"y", "n">;
    constexpr auto alpha = solve(K, y);
    constexpr auto loss = 0.5_c * dot(y, alpha) + 0.5_c * logdet(K);
    static_assert(equivalent(grad(loss, K), 0.5_c * (inverse(K) - alpha * transpose(alpha))));
    static_assert(equivalent(grad(loss, y), alpha));
    static_assert(!equivalent(grad(loss, K), 0.5_c * (inverse(K) - y * transpose(alpha))));
    static_assert(!equivalent(grad(loss, K), inverse(K) - alpha * transpose(alpha)));
    static_assert(!equivalent(grad(loss, K), 0.5_c * (alpha * transpose(alpha) - inverse(K))));

    // The latent variable model with a linear kernel.
    constexpr auto Q = matrix<"Q", "n", "q">;
    constexpr auto Y = matrix<"Y", "n", "D">;
    constexpr auto scale = scalar<"alpha", positive>;
    constexpr auto noise = scalar<"sigma", positive>;
    constexpr auto C = scale * Q * transpose(Q) + noise * identity<"n">;
    constexpr auto likelihood = -0.5_c * extent<"D"> * logdet(C) - 0.5_c * trace(solve(C, Y * transpose(Y)));
    constexpr auto G = solve(C, Y) * transpose(solve(C, Y)) - extent<"D"> * inverse(C);
    static_assert(equivalent(grad(likelihood, Q), scale * G * Q));
    static_assert(equivalent(grad(likelihood, noise), 0.5_c * trace(G)));
    static_assert(!equivalent(grad(likelihood, Q), 0.5_c * scale * G * Q));               // the kernel is quadratic
    static_assert(!equivalent(grad(likelihood, Q), G * Q));
    static_assert(!equivalent(grad(likelihood, Q),
                              scale * (solve(C, Y) * transpose(solve(C, Y)) - inverse(C)) * Q));
}

TEST_CASE("a recurrent step, twice", "[show]") {
    constexpr auto U = matrix<"U", "h", "h">;
    constexpr auto s0 = vector<"s", "h">;
    constexpr auto s1 = tanh(U * s0 + b);
    constexpr auto s2 = tanh(U * s1 + b);
    constexpr auto loss = 0.5_c * squared_norm(s2);
    constexpr auto d2 = hadamard(s2, 1_c - square(s2));
    constexpr auto d1 = hadamard(transpose(U) * d2, 1_c - square(s1));
    static_assert(equivalent(grad(loss, U), d2 * transpose(s1) + d1 * transpose(s0)));
    static_assert(equivalent(grad(loss, b), d1 + d2));
    static_assert(!equivalent(grad(loss, U), d2 * transpose(s1)));                        // truncated
    static_assert(!equivalent(grad(loss, U), d2 * transpose(s0) + d1 * transpose(s1)));
    constexpr auto forgotten = hadamard(U * d2, 1_c - square(s1));                        // a transpose forgotten
    static_assert(!equivalent(grad(loss, b), forgotten + d2));
}

TEST_CASE("given noise and relu", "[show]") {
    constexpr auto E = matrix<"E", "n", "samples">;
    constexpr auto h = relu(W * (X + E));
    constexpr auto loss = mean(square(h));
    constexpr auto upstream = 2_c * h / (extent<"h"> * extent<"samples">);
    static_assert(equivalent(grad(loss, W), upstream * transpose(X + E)));
    static_assert(equivalent(grad(loss, E), transpose(W) * upstream));
    static_assert(!equivalent(grad(loss, W), upstream * transpose(X)));
    static_assert(!equivalent(grad(loss, E), transpose(W) * (2_c * h)));                  // the upstream factor forgotten
}

} // namespace
