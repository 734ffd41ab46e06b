// SPDX-License-Identifier: BSL-1.0
// Three hidden relu layers under the cross-entropy.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::random_operands, reference::tolerance;

void agrees_with_the_reference(auto W1, auto b1, auto W2, auto b2, auto W3, auto b3, auto W4, auto b4, auto X,
                               auto labels) {
    random_operands random(71);
    dense w1 = random.matrix(6, 4), c1 = random.column(6), w2 = random.matrix(5, 6), c2 = random.column(5),
          w3 = random.matrix(4, 5), c3 = random.column(4), w4 = random.matrix(3, 4), c4 = random.column(3),
          inputs = random.matrix(4, 8), targets = random.one_hot(3, 8);

    auto const hidden = relu(W3 * relu(W2 * relu(W1 * X + b1) + b2) + b3);
    auto const loss = softmax_cross_entropy(W4 * hidden + b4, labels);
    auto f = compile(loss, grad(loss, W1, b1, W2, b2, W3, b3, W4, b4, X, labels));
    auto [value, dW1, db1, dW2, db2, dW3, db3, dW4, db4, dX, dlabels] =
        f(W1 = container<double>(w1), b1 = column_container<double>(c1), W2 = container<double>(w2),
          b2 = column_container<double>(c2), W3 = container<double>(w3), b3 = column_container<double>(c3),
          W4 = container<double>(w4), b4 = column_container<double>(c4), X = container<double>(inputs),
          labels = container<double>(targets));

    auto layer = [](dense const& w, dense const& x, dense const& b) {
        return map(w * x + b, reference::relu);
    };
    auto logits = [&] { return w4 * layer(w3, layer(w2, layer(w1, inputs, c1), c2), c3) + c4; };
    auto expected = [&] { return softmax_cross_entropy(logits(), targets); };
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dW1, central_difference(expected, w1)) < tolerance<double>);
    CHECK(distance(db1, central_difference(expected, c1)) < tolerance<double>);
    CHECK(distance(dW2, central_difference(expected, w2)) < tolerance<double>);
    CHECK(distance(db2, central_difference(expected, c2)) < tolerance<double>);
    CHECK(distance(dW3, central_difference(expected, w3)) < tolerance<double>);
    CHECK(distance(db3, central_difference(expected, c3)) < tolerance<double>);
    CHECK(distance(dW4, central_difference(expected, w4)) < tolerance<double>);
    CHECK(distance(db4, central_difference(expected, c4)) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, inputs)) < tolerance<double>);
    CHECK(distance(dlabels, -log_softmax(logits()) / 8) < tolerance<double>);
}

TEST_CASE("the relu network of three hidden layers", "[systems]") {
    agrees_with_the_reference(matrix<"W1", "p", "n">, vector<"b1", "p">, matrix<"W2", "q", "p">,
                              vector<"b2", "q">, matrix<"W3", "r", "q">, vector<"b3", "r">,
                              matrix<"W4", "k", "r">, vector<"b4", "k">, matrix<"X", "n", "batch">,
                              matrix<"T", "k", "batch">);
}

TEST_CASE("the relu network of three hidden layers with fixed extents", "[systems]") {
    agrees_with_the_reference(matrix<"W1", 6, 4>, vector<"b1", 6>, matrix<"W2", 5, 6>, vector<"b2", 5>,
                              matrix<"W3", 4, 5>, vector<"b3", 4>, matrix<"W4", 3, 4>, vector<"b4", 3>,
                              matrix<"X", 4, 8>, matrix<"T", 3, 8>);
}

} // namespace
