// SPDX-License-Identifier: BSL-1.0
// The linear autoencoder |U V X - X|^2 and the mean squared error of an affine model.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::random_operands, reference::tolerance;

template <class T>
void untied_autoencoder_agrees(auto U, auto V, auto X) {
    random_operands random(31);
    dense u = random.matrix(5, 2), v = random.matrix(2, 5), samples = random.matrix(5, 4);
    auto const loss = squared_norm(U * V * X - X);
    auto f = compile(loss, grad(loss, U, V, X));
    auto [value, dU, dV, dX] = f(U = container<T>(u), V = container<T>(v), X = container<T>(samples));

    auto expected = [&] { return squared_norm(u * v * samples - samples); };
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dU, central_difference(expected, u)) < tolerance<T>);
    CHECK(distance(dV, central_difference(expected, v)) < tolerance<T>);
    CHECK(distance(dX, central_difference(expected, samples)) < tolerance<T>);

    dense const residual = u * v * samples - samples;
    CHECK(distance(dU, 2 * residual * transpose(v * samples)) < tolerance<T>);
    CHECK(distance(dV, 2 * transpose(u) * residual * transpose(samples)) < tolerance<T>);
    CHECK(distance(dX, 2 * (transpose(u * v) * residual - residual)) < tolerance<T>);
}

TEMPLATE_TEST_CASE("the untied linear autoencoder", "[systems]", float, double) {
    untied_autoencoder_agrees<TestType>(matrix<"U", "n", "k">, matrix<"V", "k", "n">,
                                        matrix<"X", "n", "batch">);
}

TEST_CASE("the untied linear autoencoder with fixed extents", "[systems]") {
    untied_autoencoder_agrees<double>(matrix<"U", 5, 2>, matrix<"V", 2, 5>, matrix<"X", 5, 4>);
}

void mean_squared_error_agrees(auto W, auto b, auto X, auto Y) {
    random_operands random(32);
    dense weights = random.matrix(3, 5), bias = random.column(3), inputs = random.matrix(5, 4),
          targets = random.matrix(3, 4);
    auto const loss = mean(square(W * X + b - Y));
    auto f = compile(loss, grad(loss, W, b, X, Y));
    auto [value, dW, db, dX, dY] = f(W = container<double>(weights), b = column_container<double>(bias),
                                     X = container<double>(inputs), Y = container<double>(targets));

    auto expected = [&] { return squared_norm(weights * inputs + bias - targets) / 12; };
    dense const residual = weights * inputs + bias - targets;
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dW, central_difference(expected, weights)) < tolerance<double>);
    CHECK(distance(db, central_difference(expected, bias)) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, inputs)) < tolerance<double>);
    CHECK(distance(dY, central_difference(expected, targets)) < tolerance<double>);
    CHECK(distance(dW, residual * transpose(inputs) / 6) < tolerance<double>);
    CHECK(distance(db, row_sums(residual) / 6) < tolerance<double>);
}

TEST_CASE("the mean squared error", "[systems]") {
    mean_squared_error_agrees(matrix<"W", "k", "n">, vector<"b", "k">, matrix<"X", "n", "batch">,
                              matrix<"Y", "k", "batch">);
}

TEST_CASE("the mean squared error with fixed extents", "[systems]") {
    mean_squared_error_agrees(matrix<"W", 3, 5>, vector<"b", 3>, matrix<"X", 5, 4>, matrix<"Y", 3, 4>);
}

} // namespace
