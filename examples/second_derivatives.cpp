// SPDX-License-Identifier: BSL-1.0
// Derivatives are expressions: Newton's method with a Hessian, and a contractive autoencoder, whose loss has a Jacobian in it.
#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstdio>
#include <random>

using namespace ctgrad;

using matrix_of_doubles = xt::xtensor<double, 2>;
using vector_of_doubles = xt::xtensor<double, 1>;

std::mt19937 engine(1);
double draw() { return std::normal_distribution<double>(0, 1)(engine); }
matrix_of_doubles random_matrix(std::size_t rows, std::size_t columns) {
    auto result = matrix_of_doubles::from_shape({rows, columns});
    for (double& entry : result) entry = draw() / std::sqrt(double(columns));
    return result;
}

// Logistic regression: the Newton step H^-1 g is one more expression, and H = X' diag(p (1 - p)) X + I is never mentioned.
bool newton() {
    constexpr auto X = matrix<"X", "samples", "features">;
    constexpr auto y = vector<"y", "samples">;
    constexpr auto w = vector<"w", "features">;
    constexpr auto loss = sum(softplus(X * w)) - dot(y, X * w) + 0.5_c * squared_norm(w);
    auto f = compile(loss, norm(grad(loss, w)), solve(hessian(loss, w), grad(loss, w)));

    const auto samples = random_matrix(50, 4);
    vector_of_doubles labels = xt::zeros<double>({50}), weights = xt::zeros<double>({4});
    for (std::size_t i = 0; i < 50; ++i) labels(i) = samples(i, 0) - samples(i, 2) + 0.3 * draw() > 0;
    double slope = 1;
    for (int step = 0; step < 5; ++step) {
        const auto [value, length, direction] = f(X = samples, y = labels, w = weights);
        std::printf("newton %d: loss %.6f, gradient %s\n", step, value, length < 1e-8 ? "below 1e-8" : length < 1 ? "below 1" : "above 1");
        weights -= direction;
        slope = length;
    }
    return slope < 1e-8;
}

// Points on a curve in ten dimensions. The penalty |de/dx|^2 makes the code deaf to what leads away from the curve.
bool contractive_autoencoder() {
    constexpr auto W = matrix<"W", "hidden", "inputs">;
    constexpr auto b = vector<"b", "hidden">;
    constexpr auto V = matrix<"V", "inputs", "hidden">;
    constexpr auto c = vector<"c", "inputs">;
    constexpr auto x = vector<"x", "inputs">;
    constexpr auto code = sigmoid(W * x + b);
    constexpr auto loss = squared_norm(V * code + c - x) + 0.01_c * squared_norm(jacobian(code, x));
    auto f = value_and_grad(loss, W, b, V, c);

    const auto place = random_matrix(10, 2);
    auto w = random_matrix(6, 10), v = random_matrix(10, 6);
    vector_of_doubles bias = xt::zeros<double>({6}), shift = xt::zeros<double>({10}), point = shift;
    double value = 0, first = 0, last = 0;
    auto [loss_there, dW, db, dV, dc] = f(W = w, b = bias, V = v, c = shift, x = point);
    for (int epoch = 0; epoch < 20; ++epoch) {
        double total = 0;
        for (int step = 0; step < 200; ++step) {
            const double angle = 2 * 3.14159265358979 * draw();
            for (std::size_t i = 0; i < 10; ++i) point(i) = 2 * (place(i, 0) * std::cos(angle) + place(i, 1) * std::sin(angle));
            f(W = w, b = bias, V = v, c = shift, x = point, into(value, dW, db, dV, dc));
            w -= 0.02 * dW;
            bias -= 0.02 * db;
            v -= 0.02 * dV;
            shift -= 0.02 * dc;
            total += value / 200;
        }
        if (epoch == 0) first = total;
        if (epoch % 5 == 4) std::printf("epoch %2d: loss %.4f\n", epoch + 1, total);
        last = total;
    }
    return last < first / 4 && last < loss_there;
}

int main() { return newton() && contractive_autoencoder() ? 0 : 1; }

// Output:
//   newton 0: loss 34.657359, gradient above 1
//   newton 1: loss 24.081276, gradient above 1
//   newton 2: loss 23.848043, gradient below 1
//   newton 3: loss 23.847464, gradient below 1
//   newton 4: loss 23.847464, gradient below 1e-8
//   epoch  5: loss 0.0200
//   epoch 10: loss 0.0090
//   epoch 15: loss 0.0051
//   epoch 20: loss 0.0037
