// SPDX-License-Identifier: BSL-1.0
// The tied autoencoder 1/2 |f(W' f(W x + b) + c) - x|^2 for four activations, with biases and without.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

// An activation of expressions, of numbers, and its derivative.
struct relu_activation {
    static constexpr auto of(auto z) { return relu(z); }
    static number at(number z) { return reference::relu(z); }
    static number slope(number z) { return z > 0; }
};
struct sigmoid_activation {
    static constexpr auto of(auto z) { return sigmoid(z); }
    static number at(number z) { return reference::sigmoid(z); }
    static number slope(number z) { return at(z) * (1 - at(z)); }
};
struct tanh_activation {
    static constexpr auto of(auto z) { return tanh(z); }
    static number at(number z) { return std::tanh(z); }
    static number slope(number z) { return 1 - at(z) * at(z); }
};
struct swish_activation {
    static constexpr auto of(auto z) { return swish(z); }
    static number at(number z) { return reference::swish(z); }
    static number slope(number z) { return reference::sigmoid(z) * (1 + z * (1 - reference::sigmoid(z))); }
};

template <class Activation>
void agrees_without_biases(auto W, auto x) {
    random_operands random(11);
    dense weights = random.matrix(3, 5), sample = random.column(5);
    auto const loss = 0.5_c * squared_norm(Activation::of(transpose(W) * Activation::of(W * x)) - x);
    auto f = compile(loss, grad(loss, W, x));
    auto [value, dW, dx] = f(W = container<double>(weights), x = column_container<double>(sample));

    auto expected = [&] {
        dense const hidden = map(weights * sample, Activation::at);
        return squared_norm(map(transpose(weights) * hidden, Activation::at) - sample) / 2;
    };
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dW, central_difference(expected, weights)) < tolerance<double>);
    CHECK(distance(dx, central_difference(expected, sample)) < tolerance<double>);

    // By hand: r the residual, delta and epsilon the derivatives at the arguments of the outer and inner
    // activation.
    dense const inner = weights * sample, hidden = map(inner, Activation::at),
                outer = transpose(weights) * hidden;
    dense const residual = map(outer, Activation::at) - sample;
    dense const delta = hadamard(residual, map(outer, Activation::slope));
    dense const epsilon = hadamard(weights * delta, map(inner, Activation::slope));
    CHECK(distance(dW, hidden * transpose(delta) + epsilon * transpose(sample)) < tolerance<double>);
    CHECK(distance(dx, transpose(weights) * epsilon - residual) < tolerance<double>);
}

template <class Activation>
void agrees_with_biases(auto W, auto b, auto c, auto X) {
    random_operands random(12);
    dense weights = random.matrix(3, 5), hidden_bias = random.column(3), output_bias = random.column(5),
          samples = random.matrix(5, 4);
    auto const loss = 0.5_c * squared_norm(Activation::of(transpose(W) * Activation::of(W * X + b) + c) - X);
    auto f = compile(loss, grad(loss, W, b, c, X));
    auto [value, dW, db, dc, dX] =
        f(W = container<double>(weights), b = column_container<double>(hidden_bias),
          c = column_container<double>(output_bias), X = container<double>(samples));

    auto expected = [&] {
        dense const hidden = map(weights * samples + hidden_bias, Activation::at);
        return squared_norm(map(transpose(weights) * hidden + output_bias, Activation::at) - samples) / 2;
    };
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dW, central_difference(expected, weights)) < tolerance<double>);
    CHECK(distance(db, central_difference(expected, hidden_bias)) < tolerance<double>);
    CHECK(distance(dc, central_difference(expected, output_bias)) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, samples)) < tolerance<double>);
}

TEMPLATE_TEST_CASE("the tied nonlinear autoencoder without biases", "[systems]", relu_activation,
                   sigmoid_activation, tanh_activation, swish_activation) {
    agrees_without_biases<TestType>(matrix<"W", "m", "n">, vector<"x", "n">);
}

TEST_CASE("the tied swish autoencoder without biases with fixed extents", "[systems]") {
    agrees_without_biases<swish_activation>(matrix<"W", 3, 5>, vector<"x", 5>);
}

TEMPLATE_TEST_CASE("the tied nonlinear autoencoder with biases and fixed extents", "[systems]",
                   relu_activation, sigmoid_activation, tanh_activation, swish_activation) {
    agrees_with_biases<TestType>(matrix<"W", 3, 5>, vector<"b", 3>, vector<"c", 5>, matrix<"X", 5, 4>);
}

TEST_CASE("the tied swish autoencoder with biases", "[systems]") {
    agrees_with_biases<swish_activation>(matrix<"W", "m", "n">, vector<"b", "m">, vector<"c", "n">,
                                         matrix<"X", "n", "batch">);
}

} // namespace
