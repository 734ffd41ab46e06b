// SPDX-License-Identifier: BSL-1.0
// A target that cannot be written.
// expect: into(...) has a target
// expect: that is const
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;

void run(xt::xtensor<double, 2> const& a) {
    const double value = 0;
    auto f = compile(sum(A));
    f(A = a, into(value));  // expect-line
}
