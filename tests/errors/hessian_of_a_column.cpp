// SPDX-License-Identifier: BSL-1.0
// The Hessian of something that is not a scalar.
// expect: hessian: the Hessian of a
// expect: sum(...)
// expect: W * x is m x 1
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto curvature = hessian(W * x, x);  // expect-line
