// SPDX-License-Identifier: BSL-1.0
// Systems whose noise is an operand: dropout as a mask, and the denoising autoencoder with its corrupted
// input.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::random_operands, reference::tolerance;

void dropout_agrees(auto W1, auto b1, auto W2, auto X, auto Y, auto mask) {
    random_operands random(81);
    dense w1 = random.matrix(6, 4), c1 = random.column(6), w2 = random.matrix(3, 6),
          inputs = random.matrix(4, 5), targets = random.matrix(3, 5), kept = random.mask(6, 5, 0.5);
    constexpr auto keep = scalar<"keep", positive>;

    auto const hidden = hadamard(mask, relu(W1 * X + b1)) / keep;
    auto const loss = 0.5_c * squared_norm(W2 * hidden - Y);
    auto f = compile(loss, grad(loss, W1, b1, W2, X));
    auto [value, dW1, db1, dW2, dX] =
        f(mask = container<double>(kept), keep = 0.5, W1 = container<double>(w1),
          b1 = column_container<double>(c1), W2 = container<double>(w2), X = container<double>(inputs),
          Y = container<double>(targets));

    auto expected = [&] {
        dense const hidden = hadamard(kept, map(w1 * inputs + c1, reference::relu)) * 2;
        return squared_norm(w2 * hidden - targets) / 2;
    };
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dW1, central_difference(expected, w1)) < tolerance<double>);
    CHECK(distance(db1, central_difference(expected, c1)) < tolerance<double>);
    CHECK(distance(dW2, central_difference(expected, w2)) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, inputs)) < tolerance<double>);
}

TEST_CASE("dropout with a given mask", "[systems]") {
    dropout_agrees(matrix<"W1", "h", "n">, vector<"b1", "h">, matrix<"W2", "k", "h">,
                   matrix<"X", "n", "batch">, matrix<"Y", "k", "batch">, matrix<"mask", "h", "batch">);
}

TEST_CASE("dropout with a given mask and fixed extents", "[systems]") {
    dropout_agrees(matrix<"W1", 6, 4>, vector<"b1", 6>, matrix<"W2", 3, 6>, matrix<"X", 4, 5>,
                   matrix<"Y", 3, 5>, matrix<"mask", 6, 5>);
}

void denoising_agrees(auto W, auto b, auto c, auto X, auto corrupted) {
    random_operands random(82);
    dense weights = random.matrix(3, 5), hidden_bias = random.column(3), output_bias = random.column(5),
          samples = random.matrix(5, 4), noisy = hadamard(samples, random.mask(5, 4, 0.7));
    auto const loss = mean(square(sigmoid(transpose(W) * sigmoid(W * corrupted + b) + c) - X));
    auto f = compile(loss, grad(loss, W, b, c, X, corrupted));
    auto [value, dW, db, dc, dX, dcorrupted] =
        f(W = container<double>(weights), b = column_container<double>(hidden_bias),
          c = column_container<double>(output_bias), X = container<double>(samples),
          corrupted = container<double>(noisy));

    auto expected = [&] {
        dense const hidden = map(weights * noisy + hidden_bias, reference::sigmoid);
        return squared_norm(map(transpose(weights) * hidden + output_bias, reference::sigmoid) - samples) /
               20;
    };
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dW, central_difference(expected, weights)) < tolerance<double>);
    CHECK(distance(db, central_difference(expected, hidden_bias)) < tolerance<double>);
    CHECK(distance(dc, central_difference(expected, output_bias)) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, samples)) < tolerance<double>);
    CHECK(distance(dcorrupted, central_difference(expected, noisy)) < tolerance<double>);
}

TEST_CASE("the denoising autoencoder with a given corruption", "[systems]") {
    denoising_agrees(matrix<"W", "m", "n">, vector<"b", "m">, vector<"c", "n">, matrix<"X", "n", "batch">,
                     matrix<"corrupted", "n", "batch">);
}

TEST_CASE("the denoising autoencoder with fixed extents", "[systems]") {
    denoising_agrees(matrix<"W", 3, 5>, vector<"b", 3>, vector<"c", 5>, matrix<"X", 5, 4>,
                     matrix<"corrupted", 5, 4>);
}

} // namespace
