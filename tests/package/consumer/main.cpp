// SPDX-License-Identifier: BSL-1.0
// The first program of the documentation, on the installed package.
#include <ctgrad/ctgrad.hpp>

#include <cstdio>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);

int main() {
    xt::xtensor<double, 2> const weights = {{1, 0, 0}, {0, 2, 0}};
    xt::xtensor<double, 1> const sample = {1, 1, 1};

    auto f = compile(loss, grad(loss, W));
    auto [value, dW] = f(W = weights, x = sample);

    // r = W'Wx - x = (0, 3, -1); the gradient is W x r' + W r x'.
    xt::xtensor<double, 2> const expected = {{0, 3, -1}, {6, 12, 4}};
    bool const right = value == 5.0 && dW == expected;
    std::printf("loss %g: %s\n", value, right ? "right" : "wrong");
    return right ? 0 : 1;
}
