// SPDX-License-Identifier: BSL-1.0
// An extent that is bound to a fraction.
// expect: not a whole number:
// expect: bind an extent to an integer
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;

void run(xt::xtensor<double, 2> const& a) {
    auto f = compile(sum(A));
    f(A = a, extent<"m"> = 2.5);  // expect-line
}
