// SPDX-License-Identifier: BSL-1.0
// A target that nobody can read after the call.
// expect: into(...) has a target
// expect: that is lost with the call
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;

void run(xt::xtensor<double, 1> const& sample) {
    auto f = compile(exp(x));
    f(x = sample, into(xt::xtensor<double, 1>::from_shape({3})));  // expect-line
}
