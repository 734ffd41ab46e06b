// SPDX-License-Identifier: BSL-1.0
// A plain number as the argument of a function, too, gets the advice to write a literal.
// expect: a plain number beside
// expect: x is n x 1
// expect: 0.5_c
// expect: scalar
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto cubed = pow(x, 3);  // expect-line
