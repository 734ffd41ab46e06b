// SPDX-License-Identifier: BSL-1.0
// An elementwise function of one's own: one line says how an entry is computed, one what its derivative is.
#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstdio>

using namespace ctgrad;

inline constexpr auto bump = elementwise<"bump">([](auto x) { return std::exp(-x * x); },
                                                 [](auto x) { return -2_c * hadamard(x, exp(-square(x))); });

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = sum(bump(W * x));

int main() {
    const xt::xtensor<double, 2> weights{{1, 0.5}, {-0.5, 1}};
    const xt::xtensor<double, 1> sample{0.5, 1};
    auto f = value_and_grad(loss, W);
    const auto [value, dW] = f(W = weights, x = sample);
    std::printf("value %.6f, gradient (%.6f, %.6f; %.6f, %.6f)\n", value, dW(0, 0), dW(0, 1), dW(1, 0), dW(1, 1));
    std::printf("gradient: %s\n", to_string(grad(loss, W)).c_str());
}

// Output:
// value 0.937662, gradient (-0.367879, -0.735759; -0.427337, -0.854674)
// gradient: −2 (W x ∘ exp(−(W x)∘²)) xᵀ
