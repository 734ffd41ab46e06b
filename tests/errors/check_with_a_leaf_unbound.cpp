// SPDX-License-Identifier: BSL-1.0
// A check of gradients that forgets a leaf.
// expect: not bound:
// expect: b (n x 1)
// expect: write leaf = container
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto b = vector<"b", "n">;
constexpr auto loss = squared_norm(x - b);

void run(xt::xtensor<double, 1> const& sample) {
    auto f = compile(loss, grad(loss, x));
    check_gradient(f, x = sample);  // expect-line
}
