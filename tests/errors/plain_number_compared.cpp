// SPDX-License-Identifier: BSL-1.0
// A plain number in a comparison.
// expect: a plain number cannot be part of an expression: write 0.5_c, or bind a scalar leaf
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto is_large = x > 10.0;  // expect-line
