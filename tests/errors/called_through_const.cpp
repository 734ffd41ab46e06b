// SPDX-License-Identifier: BSL-1.0
// A compiled function that is const: the workspace it owns could not change.
// expect: not called through const
// expect: call a copy
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;

void run(xt::xtensor<double, 1> const& sample) {
    auto const f = compile(squared_norm(x));
    f(x = sample);  // expect-line
}
