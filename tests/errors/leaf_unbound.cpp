// SPDX-License-Identifier: BSL-1.0
// A call that leaves a leaf unbound.
// expect: not bound:
// expect: write leaf = container
// expect: sample (inputs x 1)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"weights", "outputs", "inputs">;
constexpr auto x = vector<"sample", "inputs">;

void run(xt::xtensor<double, 2> const& weights, xt::xtensor<double, 1> const& sample) {
    auto f = compile(W * x);
    f(W = weights);  // expect-line
    static_cast<void>(sample);
}
