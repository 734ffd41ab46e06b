// SPDX-License-Identifier: BSL-1.0
// A matrix bound to a container of rank one.
// expect: wrong rank for
// expect: weights (outputs x inputs)
// expect: bind a container of rank 2
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"weights", "outputs", "inputs">;
constexpr auto x = vector<"sample", "inputs">;

void run(xt::xtensor<double, 2> const& weights, xt::xtensor<double, 1> const& sample) {
    auto f = compile(W * x);
    f(W = sample, x = sample);  // expect-line
    static_cast<void>(weights);
}
