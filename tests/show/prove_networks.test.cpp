// SPDX-License-Identifier: BSL-1.0
// Backpropagation by hand through deeper networks, right and wrong, proved or refuted while compiling.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;

constexpr auto X = matrix<"X", "n", "samples">;
constexpr auto W1 = matrix<"W1", "h", "n">;
constexpr auto b1 = vector<"b1", "h">;
constexpr auto W2 = matrix<"W2", "k", "h">;
constexpr auto b2 = vector<"b2", "k">;
constexpr auto V2 = matrix<"V2", "h", "k">;
constexpr auto c2 = vector<"c2", "h">;
constexpr auto V1 = matrix<"V1", "n", "h">;
constexpr auto c1 = vector<"c1", "n">;

TEST_CASE("an untied deep autoencoder with biases", "[show]") {
    constexpr auto h1 = tanh(W1 * X + b1);
    constexpr auto code = tanh(W2 * h1 + b2);
    constexpr auto h2 = tanh(V2 * code + c2);
    constexpr auto R = V1 * h2 + c1 - X;
    constexpr auto loss = 0.5_c * squared_norm(R);
    constexpr auto d3 = hadamard(transpose(V1) * R, 1_c - square(h2));
    constexpr auto d2 = hadamard(transpose(V2) * d3, 1_c - square(code));
    constexpr auto d1 = hadamard(transpose(W2) * d2, 1_c - square(h1));
    static_assert(equivalent(grad(loss, V1), R * transpose(h2)));
    static_assert(equivalent(grad(loss, c1), row_sums(R)));
    static_assert(equivalent(grad(loss, V2), d3 * transpose(code)));
    static_assert(equivalent(grad(loss, W2), d2 * transpose(h1)));
    static_assert(equivalent(grad(loss, b2), row_sums(d2)));
    static_assert(equivalent(grad(loss, W1), d1 * transpose(X)));
    static_assert(equivalent(grad(loss, b1), row_sums(d1)));
    static_assert(!equivalent(grad(loss, c1), R));                                        // the sum over samples forgotten
    static_assert(!equivalent(grad(loss, b1), row_means(d1)));
    static_assert(!equivalent(grad(loss, W2), code * transpose(h1)));                     // the upstream factor forgotten
    constexpr auto shortened = hadamard(transpose(V2) * transpose(V1) * R, 1_c - square(code));
    static_assert(!equivalent(grad(loss, W2), shortened * transpose(h1)));                // one activation forgotten
    static_assert(!equivalent(grad(loss, W1), transpose(W2) * d2 * transpose(X)));        // ... and another
    static_assert(!equivalent(grad(loss, V2), d3 * transpose(h2)));                       // another layer's input
    static_assert(!equivalent(grad(loss, X), transpose(W1) * d1));                        // X is the target as well
    static_assert(equivalent(grad(loss, X), transpose(W1) * d1 - R));
}

TEST_CASE("three hidden layers of rectifiers, with dropout", "[show]") {
    constexpr auto W3 = matrix<"W3", "h", "k">;
    constexpr auto V = matrix<"V", "c", "h">;
    constexpr auto T = matrix<"T", "c", "samples">;
    constexpr auto M = matrix<"M", "h", "samples">;  // zeros and ones
    constexpr auto keep = scalar<"p", positive>;
    constexpr auto a1 = W1 * X + b1;
    constexpr auto a2 = W2 * relu(a1) + b2;
    constexpr auto a3 = W3 * relu(a2) + c2;
    constexpr auto h3 = hadamard(M, relu(a3)) / keep;
    constexpr auto R = V * h3 - T;
    constexpr auto loss = 0.5_c * squared_norm(R);
    constexpr auto d3 = hadamard(hadamard(transpose(V) * R, M) / keep, heaviside(a3));
    constexpr auto d2 = hadamard(transpose(W3) * d3, heaviside(a2));
    constexpr auto d1 = hadamard(transpose(W2) * d2, heaviside(a1));
    static_assert(equivalent(grad(loss, V), R * transpose(h3)));
    static_assert(equivalent(grad(loss, W3), d3 * transpose(relu(a2))));
    static_assert(equivalent(grad(loss, W2), d2 * transpose(relu(a1))));
    static_assert(equivalent(grad(loss, W1), d1 * transpose(X)));
    static_assert(equivalent(grad(loss, b1), row_sums(d1)));
    static_assert(!equivalent(grad(loss, V), R * transpose(relu(a3))));                   // the mask forgotten on the way forward
    static_assert(!equivalent(grad(loss, W3), hadamard(transpose(V) * R / keep, heaviside(a3)) * transpose(relu(a2))));  // ... and back
    static_assert(!equivalent(grad(loss, W3), keep * d3 * transpose(relu(a2))));          // its scale forgotten
    static_assert(!equivalent(grad(loss, W2), transpose(W3) * d3 * transpose(relu(a1)))); // a rectifier passed over
    static_assert(!equivalent(grad(loss, W1), hadamard(transpose(W2) * d2, relu(a1)) * transpose(X)));  // its value for its slope
    static_assert(!equivalent(grad(loss, b1), d1));
}

TEST_CASE("a denoising autoencoder", "[show]") {
    constexpr auto E = matrix<"E", "n", "samples">;
    constexpr auto h = sigmoid(W1 * (X + E) + b1);
    constexpr auto R = V1 * h + c1 - X;
    constexpr auto loss = mean(square(R));
    constexpr auto dR = 2_c * R / (extent<"n"> * extent<"samples">);
    constexpr auto d = hadamard(transpose(V1) * dR, hadamard(h, 1_c - h));
    static_assert(equivalent(grad(loss, V1), dR * transpose(h)));
    static_assert(equivalent(grad(loss, W1), d * transpose(X + E)));
    static_assert(equivalent(grad(loss, b1), row_sums(d)));
    static_assert(!equivalent(grad(loss, W1), d * transpose(X)));                         // without the noise
    static_assert(!equivalent(grad(loss, V1), (dR - 2_c * E / (extent<"n"> * extent<"samples">)) * transpose(h)));  // of the noisy target
    static_assert(!equivalent(grad(loss, V1), 2_c * R * transpose(h)));                   // the mean forgotten
    static_assert(!equivalent(grad(loss, b1), row_sums(hadamard(transpose(V1) * dR, h)))); // half of the slope
}

TEST_CASE("a contractive autoencoder", "[show]") {
    constexpr auto x = vector<"x", "n">;
    constexpr auto lambda = scalar<"lambda", positive>;
    constexpr auto h = sigmoid(W1 * x + b1);
    constexpr auto J = jacobian(h, x);
    constexpr auto slope = hadamard(h, 1_c - h);
    static_assert(equivalent(J, diag(slope) * W1));
    static_assert(!equivalent(J, diag(h) * W1));
    constexpr auto r = V1 * h + c1 - x;
    constexpr auto loss = 0.5_c * squared_norm(r) + 0.5_c * lambda * squared_norm(J);
    // What a row of W adds to the penalty, and how the slopes change with the activations.
    constexpr auto lengths = row_sums(square(W1));
    constexpr auto bend = hadamard(hadamard(square(slope), 1_c - 2_c * h), lengths);
    constexpr auto d = hadamard(transpose(V1) * r, slope) + lambda * bend;
    static_assert(equivalent(grad(loss, b1), d));
    static_assert(equivalent(grad(loss, W1), d * transpose(x) + lambda * diag(square(slope)) * W1));
    static_assert(!equivalent(grad(loss, W1), d * transpose(x)));                         // the Jacobian holds W itself
    static_assert(!equivalent(grad(loss, b1), hadamard(transpose(V1) * r, slope)));       // ... and slopes that move
    static_assert(!equivalent(grad(loss, W1), d * transpose(x) + lambda * diag(slope) * W1));
    static_assert(!equivalent(grad(loss, b1), hadamard(transpose(V1) * r, slope) + bend)); // the weight forgotten
}

} // namespace
