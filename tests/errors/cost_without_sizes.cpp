// SPDX-License-Identifier: BSL-1.0
// The cost of a function without a size for each of its extents.
// expect: a size for each named extent
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;

void run() {
    auto f = compile(exp(A));
    constexpr double flops = cost(f).flops(3);  // expect-line
    static_cast<void>(flops);
}
