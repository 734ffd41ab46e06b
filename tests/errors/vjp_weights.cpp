// SPDX-License-Identifier: BSL-1.0
// A vector of reverse mode that has not the shape of the function.
// expect: vjp: the direction must have
// expect: the shape of the function
// expect: W * x is m x 1
// expect: x is n x 1
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto pulled = vjp(W * x, x, x);  // expect-line
