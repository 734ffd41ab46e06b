// SPDX-License-Identifier: BSL-1.0
// A container where an expression is wanted.
// expect: not an expression, beside
// expect: A is m x n
// expect: leaf = container
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;

void run(xt::xtensor<double, 2> const& a) {
    auto total = A + a;  // expect-line
}
