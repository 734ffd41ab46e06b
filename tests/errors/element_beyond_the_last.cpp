// SPDX-License-Identifier: BSL-1.0
// An entry that the column does not have.
// expect: a part reaches outside
// expect: element<3>
// expect: u is 3 x 1
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto u = vector<"u", 3>;
constexpr auto last = element<3>(u);  // expect-line
