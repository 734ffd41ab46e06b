// SPDX-License-Identifier: BSL-1.0
// A plain number as a branch of a choice.
// expect: a plain number beside
// expect: x is n x 1
// expect: 0.5_c
// expect: scalar
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto positive_part = where(x > 0_c, x, 0.0);  // expect-line
