// SPDX-License-Identifier: BSL-1.0
// An expression compared with a plain number.
// expect: a plain number beside
// expect: write 0.5_c
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
static_assert(equivalent(squared_norm(x), 1));  // expect-line
