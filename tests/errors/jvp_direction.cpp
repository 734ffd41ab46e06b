// SPDX-License-Identifier: BSL-1.0
// A direction of forward mode that has not the shape of the argument.
// expect: jvp: the direction must have
// expect: the shape of the argument
// expect: u is m x 1
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto u = vector<"u", "m">;
constexpr auto change = jvp(tanh(W * x), x, u);  // expect-line
