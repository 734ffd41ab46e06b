// SPDX-License-Identifier: BSL-1.0
// A loss, its gradient, and what the compiler made of them.
#include <ctgrad/ctgrad.hpp>

#include <iostream>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;  // a named matrix with named extents
constexpr auto x = vector<"x", "n">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);

int main() {
    const xt::xtensor<double, 2> weights{{1, 0, 0.5}, {0, 1, -0.5}};
    const xt::xtensor<double, 1> sample{1, 2, 3};

    auto f = compile(loss, grad(loss, W));          // derived, simplified, planned: all while compiling
    auto [value, dW] = f(W = weights, x = sample);  // straight-line BLAS calls on xtensor containers

    std::cout << "loss = " << to_string(loss) << '\n'
              << "d loss / d W = " << to_string(grad(loss, W)) << "\n\n"
              << explain(f) << '\n'
              << "value " << value << ", gradient\n";
    for (std::size_t i = 0; i < dW.shape(0); ++i) {
        for (std::size_t j = 0; j < dW.shape(1); ++j) std::cout << ' ' << dW(i, j);
        std::cout << '\n';
    }

    // Downhill from here: the same call, into storage that is there already.
    auto moved = weights;
    for (int step = 0; step < 100; ++step) {
        f(W = moved, x = sample, into(value, dW));
        moved -= 0.02 * dW;
    }
    std::cout << "after 100 steps: value " << value << '\n';
    return value < 1e-6 ? 0 : 1;
}

// Output:
// loss = 0.5 ‖Wᵀ W x − x‖²
// d loss / d W = W r xᵀ + W x rᵀ where r = Wᵀ W x − x
//
// 1   gemv            #1 = W x   [m x 1, 2 m n flops]
// 2   gemv            #2 = Wᵀ #1   [n x 1, 2 m n flops]
// 3   loop            #3 = #2 − x, result1 = 0.5 ∘ sum(square(#3))   [1 x n, 3 n flops]
// 4   gemv            #4 = W #3   [m x 1, 2 m n flops]
// 5   loop            result2 = xᵀ ∘ #4 + #1 ∘ #3ᵀ   [m x n, 3 m n flops]
// calls: 3 gemv, 2 loop
// flops: 9 m n + 3 n
// bytes: 32 m n + 40 m + 64 n + 8 read and written, in doubles
// workspace: 2 m + 2 n entries in #1 m x 1, #2 n x 1, #3 n x 1, #4 m x 1
//
// value 4.25, gradient
//  4.25 -2.75 -3.5
//  0.25 -1.75 -2.5
// after 100 steps: value 8.9092e-28
