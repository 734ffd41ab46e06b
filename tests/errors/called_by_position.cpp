// SPDX-License-Identifier: BSL-1.0
// Containers without their leaves.
// expect: bind each leaf by leaf = container
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;

void run(xt::xtensor<double, 1> const& sample) {
    auto f = compile(squared_norm(x));
    f(sample);  // expect-line
}
