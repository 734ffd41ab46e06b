// SPDX-License-Identifier: BSL-1.0
// An elementwise function that returns something else.
// expect: elementwise: the function must make a number
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto named = elementwise<"named">([](auto) { return "a name"; }, [](auto x) { return x; });
constexpr auto y = named(vector<"x", "n">);  // expect-line
