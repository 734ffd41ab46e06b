// SPDX-License-Identifier: BSL-1.0
// The cross product of columns that have not three entries.
// expect: columns of 3
// expect: 4 x 1
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto u = vector<"u", 4>;
constexpr auto w = cross(u, u);  // expect-line
