// SPDX-License-Identifier: BSL-1.0
// The formula of several gradients at once.
// expect: to_string takes one expression
// expect: write each by itself
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto x = vector<"x", "n">;
auto text = to_string(grad(squared_norm(A * x), A, x));  // expect-line
