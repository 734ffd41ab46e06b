// SPDX-License-Identifier: BSL-1.0
// Containers of float and of double in one call.
// expect: weights is double
// expect: sample is float
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"weights", "outputs", "inputs">;
constexpr auto x = vector<"sample", "inputs">;

void run(xt::xtensor<double, 2> const& weights, xt::xtensor<float, 1> const& sample) {
    auto f = compile(W * x);
    f(W = weights, x = sample);  // expect-line
}
