// SPDX-License-Identifier: BSL-1.0
// A derivative that returns a plain number, which no expression can hold.
// expect: elementwise: the derivative must
// expect: return an expression
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto shifted = elementwise<"shifted">([](auto x) { return x + 1; }, [](auto) { return 1.0; });
constexpr auto y = shifted(vector<"x", "n">);  // expect-line
