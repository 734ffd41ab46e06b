// SPDX-License-Identifier: BSL-1.0
// A plain number as a branch of a choice.
// expect: a plain number cannot be part of an expression: write 0.5_c, or bind a scalar leaf
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto positive_part = where(x > 0_c, x, 0.0);  // expect-line
