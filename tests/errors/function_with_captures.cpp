// SPDX-License-Identifier: BSL-1.0
// Expressions have no state, and so have the functions in them.
// expect: the function and its derivative must be without captures
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

double power = 2;
auto scaled = elementwise<"scaled">([factor = power](auto x) { return factor * x; }, [](auto) { return 2_c; });  // expect-line
