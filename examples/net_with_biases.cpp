// SPDX-License-Identifier: BSL-1.0
// A net with one hidden layer learns two spirals: two classes that no straight line separates.
#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstdio>
#include <random>

using namespace ctgrad;

constexpr auto X = matrix<"X", "inputs", "samples">;  // a column is a sample
constexpr auto T = matrix<"T", "classes", "samples">;
constexpr auto W1 = matrix<"W1", "hidden", "inputs">;
constexpr auto b1 = vector<"b1", "hidden">;
constexpr auto W2 = matrix<"W2", "hidden2", "hidden">;
constexpr auto b2 = vector<"b2", "hidden2">;
constexpr auto W3 = matrix<"W3", "classes", "hidden2">;
constexpr auto b3 = vector<"b3", "classes">;

// A column added to a matrix is added to each of its columns: that is a bias.
constexpr auto first = tanh(W1 * X + b1);
constexpr auto second = tanh(W2 * first + b2);
constexpr auto logits = W3 * second + b3;
constexpr auto loss = softmax_cross_entropy(logits, T);

int main() {
    constexpr std::size_t samples = 200, hidden = 16;
    using matrix_of_doubles = xt::xtensor<double, 2>;
    using vector_of_doubles = xt::xtensor<double, 1>;
    auto points = matrix_of_doubles::from_shape({2, samples});
    matrix_of_doubles targets = xt::zeros<double>({std::size_t{2}, samples});
    for (std::size_t k = 0; k < samples; ++k) {
        const double along = double(k / 2) / double(samples / 2);
        const double angle = 7 * along + (k % 2 ? 3.14159265358979 : 0);
        points(0, k) = (0.2 + along) * std::cos(angle);
        points(1, k) = (0.2 + along) * std::sin(angle);
        targets(k % 2, k) = 1;
    }

    std::mt19937 random(1);
    std::normal_distribution<double> draw(0, 1);
    const auto weights = [&](std::size_t rows, std::size_t columns) {
        auto w = matrix_of_doubles::from_shape({rows, columns});
        for (double& entry : w) entry = draw(random) / std::sqrt(double(columns));
        return w;
    };
    matrix_of_doubles w1 = 3 * weights(hidden, 2), w2 = weights(hidden, hidden), w3 = weights(2, hidden);
    vector_of_doubles c1 = xt::zeros<double>({hidden}), c2 = c1, c3 = xt::zeros<double>({2});

    // All gradients share what they have in common: each activation is computed once.
    auto f = value_and_grad(loss, W1, b1, W2, b2, W3, b3);
    auto [value, d1, e1, d2, e2, d3, e3] =
        f(X = points, T = targets, W1 = w1, b1 = c1, W2 = w2, b2 = c2, W3 = w3, b3 = c3);
    constexpr double rate = 0.5;
    for (int step = 0; step <= 2000; ++step) {
        f(X = points, T = targets, W1 = w1, b1 = c1, W2 = w2, b2 = c2, W3 = w3, b3 = c3,
          into(value, d1, e1, d2, e2, d3, e3));
        if (step == 0) std::printf("loss %.4f at first\n", value);
        w1 -= rate * d1;
        c1 -= rate * e1;
        w2 -= rate * d2;
        c2 -= rate * e2;
        w3 -= rate * d3;
        c3 -= rate * e3;
    }

    // Steps this large tremble on their way down, from machine to machine differently.
    std::printf("loss %s 0.01 after 2000 steps\n", value < 0.01 ? "below" : "not below");

    auto scores = compile(logits)(X = points, W1 = w1, b1 = c1, W2 = w2, b2 = c2, W3 = w3, b3 = c3);
    std::size_t right = 0;
    for (std::size_t k = 0; k < samples; ++k) right += (scores(1, k) > scores(0, k)) == (k % 2 == 1);
    std::printf("%zu of %zu points on the right spiral\n", right, samples);
    return right == samples ? 0 : 1;
}

// Output:
//   loss 0.8896 at first
//   loss below 0.01 after 2000 steps
//   200 of 200 points on the right spiral
