// SPDX-License-Identifier: BSL-1.0
// A matrix of integers.
// expect: entries must be float or
// expect: double:
// expect: A (m x n)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;

void run(xt::xtensor<int, 2> const& counts) {
    auto f = compile(squared_norm(A));
    f(A = counts);  // expect-line
}
