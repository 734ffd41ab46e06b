// SPDX-License-Identifier: BSL-1.0
// An untied autoencoder of two encoding and two decoding layers with biases; the last layer is affine.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::random_operands, reference::tolerance;

void agrees_with_the_reference(auto W1, auto b1, auto W2, auto b2, auto W3, auto b3, auto W4, auto b4,
                               auto X) {
    random_operands random(21);
    dense w1 = random.matrix(4, 6), c1 = random.column(4), w2 = random.matrix(2, 4), c2 = random.column(2),
          w3 = random.matrix(4, 2), c3 = random.column(4), w4 = random.matrix(6, 4), c4 = random.column(6),
          samples = random.matrix(6, 5);

    auto const code = tanh(W2 * tanh(W1 * X + b1) + b2);
    auto const loss = 0.5_c * squared_norm(W4 * tanh(W3 * code + b3) + b4 - X);
    auto f = compile(loss, grad(loss, W1, b1, W2, b2, W3, b3, W4, b4, X));
    auto [value, dW1, db1, dW2, db2, dW3, db3, dW4, db4, dX] =
        f(X = container<double>(samples), W1 = container<double>(w1), W2 = container<double>(w2),
          W3 = container<double>(w3), W4 = container<double>(w4), b1 = column_container<double>(c1),
          b2 = column_container<double>(c2), b3 = column_container<double>(c3),
          b4 = column_container<double>(c4));

    auto squash = [](dense const& a) { return map(a, [](reference::number x) { return std::tanh(x); }); };
    auto expected = [&] {
        dense const hidden = squash(w3 * squash(w2 * squash(w1 * samples + c1) + c2) + c3);
        return squared_norm(w4 * hidden + c4 - samples) / 2;
    };
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dW1, central_difference(expected, w1)) < tolerance<double>);
    CHECK(distance(db1, central_difference(expected, c1)) < tolerance<double>);
    CHECK(distance(dW2, central_difference(expected, w2)) < tolerance<double>);
    CHECK(distance(db2, central_difference(expected, c2)) < tolerance<double>);
    CHECK(distance(dW3, central_difference(expected, w3)) < tolerance<double>);
    CHECK(distance(db3, central_difference(expected, c3)) < tolerance<double>);
    CHECK(distance(dW4, central_difference(expected, w4)) < tolerance<double>);
    CHECK(distance(db4, central_difference(expected, c4)) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, samples)) < tolerance<double>);
}

TEST_CASE("the untied deep autoencoder", "[systems]") {
    agrees_with_the_reference(matrix<"W1", "h", "n">, vector<"b1", "h">, matrix<"W2", "k", "h">,
                              vector<"b2", "k">, matrix<"W3", "h", "k">, vector<"b3", "h">,
                              matrix<"W4", "n", "h">, vector<"b4", "n">, matrix<"X", "n", "batch">);
}

TEST_CASE("the untied deep autoencoder with fixed extents", "[systems]") {
    agrees_with_the_reference(matrix<"W1", 4, 6>, vector<"b1", 4>, matrix<"W2", 2, 4>, vector<"b2", 2>,
                              matrix<"W3", 4, 2>, vector<"b3", 4>, matrix<"W4", 6, 4>, vector<"b4", 6>,
                              matrix<"X", 6, 5>);
}

} // namespace
