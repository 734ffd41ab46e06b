// SPDX-License-Identifier: BSL-1.0
// The function cannot know what is bound to a leaf, so its derivative cannot either.
// expect: scaled
// expect: the derivative may have no
// expect: leaves
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto scaled = elementwise<"scaled">([](auto x) { return 2 * x; }, [](auto) { return scalar<"alpha">; });
constexpr auto y = scaled(vector<"x", "n">);  // expect-line
