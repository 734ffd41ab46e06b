// SPDX-License-Identifier: BSL-1.0
// A deep autoencoder, its decoder untied from its encoder, learns to take noise away: it sees X + E and is to say X.
#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstdio>
#include <random>

using namespace ctgrad;

constexpr auto X = matrix<"X", "n", "samples">;  // a column is a sample
constexpr auto E = matrix<"E", "n", "samples">;
constexpr auto W1 = matrix<"W1", "hidden", "n">;
constexpr auto b1 = vector<"b1", "hidden">;
constexpr auto W2 = matrix<"W2", "code", "hidden">;
constexpr auto b2 = vector<"b2", "code">;
constexpr auto V2 = matrix<"V2", "hidden", "code">;
constexpr auto c2 = vector<"c2", "hidden">;
constexpr auto V1 = matrix<"V1", "n", "hidden">;
constexpr auto c1 = vector<"c1", "n">;

constexpr auto code = tanh(W2 * tanh(W1 * (X + E) + b1) + b2);
constexpr auto loss = mean(square(V1 * tanh(V2 * code + c2) + c1 - X));

// A step of gradient descent is an expression too.
template <class Leaf>
constexpr auto moved(Leaf leaf) {
    return leaf - 0.3_c * grad(loss, leaf);
}

using matrix_of_doubles = xt::xtensor<double, 2>;
using vector_of_doubles = xt::xtensor<double, 1>;

std::mt19937 engine(1);
matrix_of_doubles normal(std::size_t rows, std::size_t columns, double deviation) {
    std::normal_distribution<double> draw(0, deviation);
    auto result = matrix_of_doubles::from_shape({rows, columns});
    for (double& entry : result) entry = draw(engine);
    return result;
}

int main() {
    // Points on a circle that lies askew in eight dimensions, and noise in all eight.
    constexpr std::size_t n = 8, hidden = 16, codes = 2, samples = 50;
    constexpr double deviation = 0.3;
    const auto plane = normal(n, 2, 1);
    auto points = matrix_of_doubles::from_shape({n, samples});
    std::uniform_real_distribution<double> angle(0, 6.28318530717959);
    const auto draw_points = [&] {
        for (std::size_t k = 0; k < samples; ++k) {
            const double a = angle(engine);
            for (std::size_t i = 0; i < n; ++i) points(i, k) = plane(i, 0) * std::cos(a) + plane(i, 1) * std::sin(a);
        }
    };

    auto w1 = normal(hidden, n, 0.3), w2 = normal(codes, hidden, 0.3), v2 = normal(hidden, codes, 0.6), v1 = normal(n, hidden, 0.3);
    vector_of_doubles d1 = xt::zeros<double>({hidden}), d2 = xt::zeros<double>({codes}), e2 = d1, e1 = xt::zeros<double>({n});
    auto step = compile(loss, moved(W1), moved(b1), moved(W2), moved(b2), moved(V2), moved(c2), moved(V1), moved(c1));
    double value = 0, first = 0, last = 0;
    for (int i = 0; i < 4000; ++i) {
        draw_points();
        // Into the very containers that are bound: in place.
        step(X = points, E = normal(n, samples, deviation), W1 = w1, b1 = d1, W2 = w2, b2 = d2, V2 = v2, c2 = e2, V1 = v1, c1 = e1,
             into(value, w1, d1, w2, d2, v2, e2, v1, e1));
        (i < 500 ? first : last) += value;
    }
    first /= 500;
    last /= 3500;
    std::printf("the noise is %.2f, what is left of it %s\n", deviation * deviation, last < 0.03 ? "below 0.03" : "more than 0.03");
    return last < 0.03 && last < first ? 0 : 1;
}

// Output:
//   the noise is 0.09, what is left of it below 0.03
