// SPDX-License-Identifier: BSL-1.0
// A check of gradients where the function has none.
// expect: check_gradient needs a scalar beside its gradients
// expect: compile(f, grad(f, W))
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;

void run(xt::xtensor<double, 1> const& sample) {
    auto f = compile(squared_norm(x));
    check_gradient(f, x = sample);  // expect-line
}
