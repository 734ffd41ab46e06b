// SPDX-License-Identifier: BSL-1.0
// A compiled function is a value: a copy in each thread, and nothing is shared but what is read.
#include <ctgrad/ctgrad.hpp>

#if __has_include(<xtensor/views/xview.hpp>)
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xview.hpp>
#endif

#include <cmath>
#include <cstdio>
#include <thread>
#include <vector>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto X = matrix<"X", "n", "b">;
constexpr auto Y = matrix<"Y", "m", "b">;
constexpr auto loss = 0.5_c * squared_norm(tanh(W * X) - Y);

int main() {
    constexpr std::size_t m = 8, n = 20, samples = 4000, threads = 4, share = samples / threads;
    auto weights = xt::xtensor<double, 2>::from_shape({m, n});
    auto inputs = xt::xtensor<double, 2>::from_shape({n, samples});
    auto outputs = xt::xtensor<double, 2>::from_shape({m, samples});
    for (std::size_t i = 0; i < weights.size(); ++i) weights.data()[i] = std::sin(double(i));
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs.data()[i] = std::cos(double(3 * i));
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs.data()[i] = std::sin(double(5 * i));

    auto f = compile(loss, grad(loss, W));
    const auto [whole_value, whole_gradient] = f(W = weights, X = inputs, Y = outputs);

    std::vector<double> values(threads);
    std::vector<xt::xtensor<double, 2>> gradients(threads);
    std::vector<std::thread> workers;
    for (std::size_t k = 0; k < threads; ++k)
        workers.emplace_back([&, k, g = f]() mutable {  // a copy of the function, with a workspace of its own
            auto mine = xt::range(k * share, (k + 1) * share);  // a strided view of the caller's matrix, no copy
            g(W = weights, X = xt::view(inputs, xt::all(), mine), Y = xt::view(outputs, xt::all(), mine),
              into(values[k], gradients[k]));
        });
    for (std::thread& worker : workers) worker.join();

    double value = 0;
    xt::xtensor<double, 2> gradient = xt::zeros_like(weights);
    for (std::size_t k = 0; k < threads; ++k) {
        value += values[k];
        gradient += gradients[k];
    }
    double difference = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i)
        difference = std::max(difference, std::abs(gradient.data()[i] - whole_gradient.data()[i]));
    std::printf("one thread: %.9f\n%zu threads: %.9f\n", whole_value, threads, value);
    const bool same = difference < 1e-9 * samples && std::abs(value - whole_value) < 1e-9 * whole_value;
    std::printf("the gradients %s\n", same ? "agree" : "differ");
    return same ? 0 : 1;
}

// Output:
//   one thread: 22705.167354738
//   4 threads: 22705.167354738
//   the gradients agree
