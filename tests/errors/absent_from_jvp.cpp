// SPDX-License-Identifier: BSL-1.0
// Forward mode from a subexpression that does not occur in the function.
// expect: jvp: the function
// expect: does not contain
// expect: exp(x)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto y = tanh(x);
auto f = compile(jvp(y, exp(x), x));  // expect-line
