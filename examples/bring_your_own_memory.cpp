// SPDX-License-Identifier: BSL-1.0
// Parameters and gradients in one array of the caller's, and no allocation in the loop.
#include <ctgrad/ctgrad.hpp>

#if __has_include(<xtensor/containers/xadapt.hpp>)
#include <xtensor/containers/xadapt.hpp>
#else
#include <xtensor/xadapt.hpp>
#endif

#include <array>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <vector>

using namespace ctgrad;

static std::size_t allocations = 0;

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto b = vector<"b", "m">;
constexpr auto X = matrix<"X", "n", "k">;
constexpr auto Y = matrix<"Y", "m", "k">;
constexpr auto loss = mean(square(A * X + b - Y));

int main() {
    constexpr std::size_t m = 3, n = 5, k = 40;

    // What another library, a file or a device handed over: plain memory.
    std::vector<double> parameters(m * n + m), gradient(m * n + m), inputs(n * k), outputs(m * k);
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = double(i * 7 % 11) / 11 - 0.5;
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < k; ++j) outputs[i * k + j] = double(i + 1) + inputs[i * k + j] - inputs[(i + 1) * k + j];

    // Seen as a matrix or as a vector, without a copy.
    const auto as_matrix = [](double* first, std::size_t rows, std::size_t columns) {
        return xt::adapt(std::move(first), rows * columns, xt::no_ownership(),
                         std::array<std::size_t, 2>{rows, columns});
    };
    const auto as_vector = [](double* first, std::size_t size) {
        return xt::adapt(std::move(first), size, xt::no_ownership(), std::array<std::size_t, 1>{size});
    };
    auto weights = as_matrix(parameters.data(), m, n), weights_gradient = as_matrix(gradient.data(), m, n);
    auto biases = as_vector(parameters.data() + m * n, m), biases_gradient = as_vector(gradient.data() + m * n, m);
    const auto x = as_matrix(inputs.data(), n, k), y = as_matrix(outputs.data(), m, k);

    auto f = compile(loss, grad(loss, A, b));
    double value = 0;
    f(A = weights, b = biases, X = x, Y = y, into(value, weights_gradient, biases_gradient));
    std::printf("at first: loss %.6f\n", value);

    const std::size_t before = allocations;
    for (int step = 0; step < 2000; ++step) {
        f(A = weights, b = biases, X = x, Y = y, into(value, weights_gradient, biases_gradient));
        for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i] -= 2 * gradient[i];
    }
    const std::size_t during = allocations - before;
    std::printf("at last: loss %.6f\n", value);
    std::printf("biases %.4f %.4f %.4f\n", biases(0), biases(1), biases(2));
    std::printf("%zu allocations in 2000 steps\n", during);
    return during == 0 && value < 1e-6 ? 0 : 1;
}

// Output:
//   at first: loss 4.930096
//   at last: loss 0.000000
//   biases 1.0000 2.0000 3.0000
//   0 allocations in 2000 steps
