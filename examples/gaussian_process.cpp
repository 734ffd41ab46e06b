// SPDX-License-Identifier: BSL-1.0
// A Gaussian process learns how rough, how large and how noisy a function is: the gradient of its marginal likelihood
// with respect to the hyperparameters, and a climb along it.
#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>

using namespace ctgrad;

constexpr auto t = vector<"t", "n">;  // where the function was measured
constexpr auto y = vector<"y", "n">;  // what was measured
// Logarithms, so that any number is allowed: of the size, of the length scale, and of the noise's deviation.
constexpr auto log_size = scalar<"log_size">;
constexpr auto log_length = scalar<"log_length">;
constexpr auto log_noise = scalar<"log_noise">;

// A column minus a row makes a matrix: all differences.
constexpr auto differences = (t - transpose(t)) / exp(log_length);
constexpr auto K = exp(2_c * log_size) * exp(-0.5_c * square(differences)) + exp(2_c * log_noise) * identity<"n">;
constexpr auto log_two_pi = constant<1.8378770664093453>;
constexpr auto likelihood =
    -0.5_c * (transpose(y) * solve(K, y) + logdet(K) + extent<"n"> * log_two_pi);

int main() {
    constexpr std::size_t n = 60;
    auto places = xt::xtensor<double, 1>::from_shape({n});
    auto measured = xt::xtensor<double, 1>::from_shape({n});
    std::mt19937 random(1);
    std::normal_distribution<double> noise(0, 0.1);
    for (std::size_t i = 0; i < n; ++i) {
        places(i) = double(i) / 10;
        measured(i) = std::sin(2 * places(i)) + noise(random);
    }

    auto f = value_and_grad(likelihood, log_size, log_length, log_noise);
    double size = 0, length = 1, deviation = 0;  // all as logarithms
    double value = 0;
    for (int step = 0; step <= 100; ++step) {
        const auto [l, d_size, d_length, d_noise] =
            f(t = places, y = measured, log_size = size, log_length = length, log_noise = deviation);
        value = l;
        if (step % 20 == 0)
            std::printf("step %3d: log likelihood %8.3f, gradient (%8.4f, %8.4f, %8.4f)\n", step, value, d_size,
                        d_length, d_noise);
        constexpr double rate = 0.005;
        size += rate * d_size;
        length += rate * d_length;
        deviation += rate * d_noise;
    }
    std::printf("size %.2f, length scale %.2f, noise %.3f (the data were made with 0.1)\n", std::exp(size),
                std::exp(length), std::exp(deviation));
    return std::abs(std::exp(deviation) - 0.1) < 0.03 ? 0 : 1;
}

// Output:
//   step   0: log likelihood  -72.038, gradient ( -1.0104,  -2.1571, -33.0150)
//   step  20: log likelihood   23.697, gradient ( -0.2315,  -0.0267,  -0.4186)
//   step  40: log likelihood   23.701, gradient ( -0.1394,  -0.0546,   0.0023)
//   step  60: log likelihood   23.703, gradient ( -0.0944,  -0.0372,   0.0016)
//   step  80: log likelihood   23.703, gradient ( -0.0636,  -0.0252,   0.0011)
//   step 100: log likelihood   23.704, gradient ( -0.0427,  -0.0169,   0.0007)
//   size 1.14, length scale 0.99, noise 0.110 (the data were made with 0.1)
