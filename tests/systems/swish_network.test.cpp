// SPDX-License-Identifier: BSL-1.0
// A swish layer and a softmax layer under the cross-entropy with L2 regularisation.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

struct operands {
    random_operands random{61};
    dense w1 = random.matrix(5, 4), b1 = random.column(5), w2 = random.matrix(3, 5), b2 = random.column(3),
          inputs = random.matrix(4, 7), targets = random.one_hot(3, 7), upstream = random.matrix(3, 7);

    dense hidden_arguments() const { return w1 * inputs + b1; }
    dense logits() const { return w2 * map(hidden_arguments(), reference::swish) + b2; }
};

number swish_slope(number z) {
    return reference::sigmoid(z) * (1 + z * (1 - reference::sigmoid(z)));
}

template <class T>
void regularised_cross_entropy_agrees(auto W1, auto b1, auto W2, auto b2, auto X, auto labels) {
    constexpr auto lambda = scalar<"lambda">;
    auto const logits = W2 * swish(W1 * X + b1) + b2;
    auto const loss =
        softmax_cross_entropy(logits, labels) + 0.5_c * lambda * (squared_norm(W1) + squared_norm(W2));
    auto f = compile(loss, grad(loss, W1, b1, W2, b2, X), grad(loss, logits));

    operands given;
    auto [value, dW1, db1, dW2, db2, dX, dlogits] =
        f(W1 = container<T>(given.w1), b1 = column_container<T>(given.b1), W2 = container<T>(given.w2),
          b2 = column_container<T>(given.b2), X = container<T>(given.inputs),
          labels = container<T>(given.targets), lambda = 0.125);

    auto expected = [&] {
        return softmax_cross_entropy(given.logits(), given.targets) +
               (squared_norm(given.w1) + squared_norm(given.w2)) / 16;
    };
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dW1, central_difference(expected, given.w1)) < tolerance<T>);
    CHECK(distance(db1, central_difference(expected, given.b1)) < tolerance<T>);
    CHECK(distance(dW2, central_difference(expected, given.w2)) < tolerance<T>);
    CHECK(distance(db2, central_difference(expected, given.b2)) < tolerance<T>);
    CHECK(distance(dX, central_difference(expected, given.inputs)) < tolerance<T>);

    // By hand, from the logits back.
    dense const hidden = map(given.hidden_arguments(), reference::swish);
    dense const delta = (softmax(given.logits()) - given.targets) / 7;
    dense const epsilon = hadamard(transpose(given.w2) * delta, map(given.hidden_arguments(), swish_slope));
    CHECK(distance(dlogits, delta) < tolerance<T>);
    CHECK(distance(dW2, delta * transpose(hidden) + given.w2 / 8) < tolerance<T>);
    CHECK(distance(db2, row_sums(delta)) < tolerance<T>);
    CHECK(distance(dW1, epsilon * transpose(given.inputs) + given.w1 / 8) < tolerance<T>);
    CHECK(distance(db1, row_sums(epsilon)) < tolerance<T>);
    CHECK(distance(dX, transpose(given.w1) * epsilon) < tolerance<T>);
}

TEMPLATE_TEST_CASE("the swish network under the regularised cross-entropy", "[systems]", float, double) {
    regularised_cross_entropy_agrees<TestType>(matrix<"W1", "h", "n">, vector<"b1", "h">,
                                               matrix<"W2", "k", "h">, vector<"b2", "k">,
                                               matrix<"X", "n", "batch">, matrix<"T", "k", "batch">);
}

TEST_CASE("the swish network with fixed extents", "[systems]") {
    regularised_cross_entropy_agrees<double>(matrix<"W1", 5, 4>, vector<"b1", 5>, matrix<"W2", 3, 5>,
                                             vector<"b2", 3>, matrix<"X", 4, 7>, matrix<"T", 3, 7>);
}

// The gradient of whatever comes after the network is given: G = d loss / d logits.
void backward_pass_agrees(auto W1, auto b1, auto W2, auto b2, auto X, auto G) {
    auto const surrogate = dot(G, W2 * swish(W1 * X + b1) + b2);
    auto f = compile(grad(surrogate, W1, b1, W2, b2, X));

    operands given;
    auto [dW1, db1, dW2, db2, dX] =
        f(W1 = container<double>(given.w1), b1 = column_container<double>(given.b1),
          W2 = container<double>(given.w2), b2 = column_container<double>(given.b2),
          X = container<double>(given.inputs), G = container<double>(given.upstream));

    auto expected = [&] { return dot(given.upstream, given.logits()); };
    CHECK(distance(dW1, central_difference(expected, given.w1)) < tolerance<double>);
    CHECK(distance(db1, central_difference(expected, given.b1)) < tolerance<double>);
    CHECK(distance(dW2, central_difference(expected, given.w2)) < tolerance<double>);
    CHECK(distance(db2, central_difference(expected, given.b2)) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, given.inputs)) < tolerance<double>);
}

TEST_CASE("the swish network with a given upstream gradient", "[systems]") {
    backward_pass_agrees(matrix<"W1", "h", "n">, vector<"b1", "h">, matrix<"W2", "k", "h">, vector<"b2", "k">,
                         matrix<"X", "n", "batch">, matrix<"G", "k", "batch">);
}

TEST_CASE("the swish network with a given upstream gradient and fixed extents", "[systems]") {
    backward_pass_agrees(matrix<"W1", 5, 4>, vector<"b1", 5>, matrix<"W2", 3, 5>, vector<"b2", 3>,
                         matrix<"X", 4, 7>, matrix<"G", 3, 7>);
}

} // namespace
