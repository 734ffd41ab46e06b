// SPDX-License-Identifier: BSL-1.0
// A call that binds a leaf twice.
// expect: bound more than once:
// expect: sample (inputs x 1)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"weights", "outputs", "inputs">;
constexpr auto x = vector<"sample", "inputs">;

void run(xt::xtensor<double, 2> const& weights, xt::xtensor<double, 1> const& sample) {
    auto f = compile(W * x);
    f(W = weights, x = sample, x = sample);  // expect-line
}
