// SPDX-License-Identifier: BSL-1.0
// Fewer targets than results.
// expect: into(...) has 1 targets
// expect: the function 2 results
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;

void run(xt::xtensor<double, 2> const& a) {
    double value = 0;
    auto f = compile(sum(A), grad(sum(A), A));
    f(A = a, into(value));  // expect-line
}
