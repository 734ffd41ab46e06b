// SPDX-License-Identifier: BSL-1.0
// A plain number as the argument of a function, too, gets the advice to write a literal.
// expect: a plain number cannot be part of an expression: write 0.5_c, or bind a scalar leaf
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto cubed = pow(x, 3);  // expect-line
