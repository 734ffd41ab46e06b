// SPDX-License-Identifier: BSL-1.0
// A target that is none of xtensor's containers.
// expect: into(...) has a target
// expect: that is no container
#include <ctgrad/ctgrad.hpp>

#include <vector>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;

void run(xt::xtensor<double, 1> const& sample) {
    std::vector<double> result;
    auto f = compile(exp(x));
    f(x = sample, into(result));  // expect-line
}
