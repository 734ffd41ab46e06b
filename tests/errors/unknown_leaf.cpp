// SPDX-License-Identifier: BSL-1.0
// A call that binds a leaf which the compiled expressions do not contain.
// expect: not in the expressions:
// expect: offset (outputs x 1)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"weights", "outputs", "inputs">;
constexpr auto x = vector<"sample", "inputs">;

void run(xt::xtensor<double, 2> const& weights, xt::xtensor<double, 1> const& sample) {
    auto f = compile(W * x);
    constexpr auto b = vector<"offset", "outputs">;
    f(W = weights, x = sample, b = sample);  // expect-line
}
