// SPDX-License-Identifier: BSL-1.0
// A plain number in a comparison.
// expect: a plain number beside
// expect: x is n x 1
// expect: 0.5_c
// expect: scalar
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto is_large = x > 10.0;  // expect-line
