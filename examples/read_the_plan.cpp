// SPDX-License-Identifier: BSL-1.0
// What became of a net with swish units and of its gradients: each call, what it costs, and a cost that must not grow.
#include <ctgrad/ctgrad.hpp>

#include <iostream>

using namespace ctgrad;

constexpr auto X = matrix<"X", "n", "samples">;
constexpr auto T = matrix<"T", "classes", "samples">;
constexpr auto W1 = matrix<"W1", "hidden", "n">;
constexpr auto b1 = vector<"b1", "hidden">;
constexpr auto W2 = matrix<"W2", "classes", "hidden">;
constexpr auto b2 = vector<"b2", "classes">;
constexpr auto loss = softmax_cross_entropy(W2 * swish(W1 * X + b1) + b2, T);

int main() {
    auto f = compile(loss, grad(loss, W1, b1, W2, b2));
    // Two products on the way forward, three on the way back.
    static_assert(cost(f).calls("gemm") == 5);
    std::cout << "products: " << cost(f).calls("gemm") << '\n'
              << "flops of one product W1 X, 784 x 100 and 100 samples: " << cost(compile(W1 * X)).flops(100, 784, 100) << '\n';
    std::cout << "the plan of that product:\n" << explain(compile(W1 * X));
    return explain(f).find("flops: ") == std::string::npos;
}

// Output:
// products: 5
// flops of one product W1 X, 784 x 100 and 100 samples: 1.568e+07
// the plan of that product:
// 1   gemm            result1 = W1 X   [hidden x samples, 2 hidden n samples flops]
// calls: 1 gemm
// flops: 2 hidden n samples
// bytes: 8 hidden n + 8 hidden samples + 8 n samples read and written, in doubles
// workspace: none
