// SPDX-License-Identifier: BSL-1.0
// A gradient that does not say with respect to what.
// expect: name what to differentiate with respect to
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto gradient = grad(sum(A));  // expect-line
