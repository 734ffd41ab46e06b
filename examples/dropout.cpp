// SPDX-License-Identifier: BSL-1.0
// A net with three hidden layers of rectifiers tells three rings apart; a mask drops units of the last layer while it learns.
#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstdio>
#include <random>

using namespace ctgrad;

constexpr auto X = matrix<"X", "inputs", "samples">;  // a column is a sample
constexpr auto y = indices<"y", "samples">;           // its class
constexpr auto W1 = matrix<"W1", "hidden", "inputs">;
constexpr auto b1 = vector<"b1", "hidden">;
constexpr auto W2 = matrix<"W2", "hidden", "hidden">;
constexpr auto b2 = vector<"b2", "hidden">;
constexpr auto W3 = matrix<"W3", "hidden", "hidden">;
constexpr auto b3 = vector<"b3", "hidden">;
constexpr auto V = matrix<"V", "classes", "hidden">;

constexpr auto activations = relu(W3 * relu(W2 * relu(W1 * X + b1) + b2) + b3);
// Zeros and ones: a leaf like any other, so each call has its own. Without it, the same net.
constexpr auto mask = matrix<"mask", "hidden", "samples">;
constexpr auto keep = constant<0.8>;
constexpr auto loss = softmax_cross_entropy(V * hadamard(mask, activations) / keep, y);

template <class Leaf>
constexpr auto moved(Leaf leaf) {
    return leaf - 0.1_c * grad(loss, leaf);
}

using matrix_of_doubles = xt::xtensor<double, 2>;
using vector_of_doubles = xt::xtensor<double, 1>;

int main() {
    constexpr std::size_t hidden = 24, samples = 60, classes = 3;
    std::mt19937 engine(1);
    std::normal_distribution<double> normal(0, 1);
    std::uniform_real_distribution<double> uniform(0, 1);

    auto points = matrix_of_doubles::from_shape({2, samples}), dropped = matrix_of_doubles::from_shape({hidden, samples});
    auto rings = xt::xtensor<int, 1>::from_shape({samples});
    const auto draw_points = [&] {
        for (std::size_t k = 0; k < samples; ++k) {
            rings(k) = int(k % classes);
            const double radius = rings(k) + 0.5 + 0.1 * normal(engine), angle = 6.28318530717959 * uniform(engine);
            points(0, k) = radius * std::cos(angle);
            points(1, k) = radius * std::sin(angle);
        }
    };
    const auto weights = [&](std::size_t rows, std::size_t columns) {
        auto w = matrix_of_doubles::from_shape({rows, columns});
        for (double& entry : w) entry = normal(engine) * std::sqrt(2 / double(columns));
        return w;
    };
    auto w1 = weights(hidden, 2), w2 = weights(hidden, hidden), w3 = weights(hidden, hidden), v = weights(classes, hidden);
    vector_of_doubles c1 = xt::zeros<double>({hidden}), c2 = c1, c3 = c1;

    // Updated in place: the targets are the containers that are bound.
    auto step = compile(loss, moved(W1), moved(b1), moved(W2), moved(b2), moved(W3), moved(b3), moved(V));
    double value = 0;
    for (int i = 0; i < 2000; ++i) {
        draw_points();
        for (double& entry : dropped) entry = uniform(engine) < 0.8;
        step(X = points, y = rings, mask = dropped, W1 = w1, b1 = c1, W2 = w2, b2 = c2, W3 = w3, b3 = c3, V = v,
             into(value, w1, c1, w2, c2, w3, c3, v));
    }

    draw_points();
    const auto scores = compile(V * activations)(X = points, W1 = w1, b1 = c1, W2 = w2, b2 = c2, W3 = w3, b3 = c3, V = v);
    std::size_t right = 0;
    for (std::size_t k = 0; k < samples; ++k) {
        std::size_t best = 0;
        for (std::size_t c = 1; c < classes; ++c)
            if (scores(c, k) > scores(best, k)) best = c;
        right += best == std::size_t(rings(k));
    }
    std::printf("%s of 60 new points on the right ring\n", right >= 57 ? "57 or more" : "fewer");
    return right >= 57 ? 0 : 1;
}

// Output:
//   57 or more of 60 new points on the right ring
