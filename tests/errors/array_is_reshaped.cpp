// SPDX-License-Identifier: BSL-1.0
// A Jacobian of rank 4 as a column.
// expect: an array of rank 3 or 4
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto column = vec(jacobian(tanh(W), W));  // expect-line
