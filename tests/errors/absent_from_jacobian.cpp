// SPDX-License-Identifier: BSL-1.0
// The Jacobian by a subexpression that does not occur in the function.
// expect: jacobian: the function
// expect: does not contain
// expect: exp(x)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto y = tanh(x);
auto f = compile(jacobian(y, exp(x)));  // expect-line
