// SPDX-License-Identifier: BSL-1.0
// The derivative of a function of one entry cannot depend on the other entries.
// expect: centred
// expect: the derivative must be
// expect: elementwise
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto centred = elementwise<"centred">([](auto x) { return x; }, [](auto x) { return x - mean(x); });
constexpr auto y = centred(vector<"x", "n">);  // expect-line
