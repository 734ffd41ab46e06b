// SPDX-License-Identifier: BSL-1.0
// A target that would lose what is behind the point.
// expect: into(...) has a target
// expect: of integers
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;

void run(xt::xtensor<double, 1> const& sample) {
    xt::xtensor<int, 1> result;
    auto f = compile(exp(x));
    f(x = sample, into(result));  // expect-line
}
