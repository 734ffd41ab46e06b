// SPDX-License-Identifier: BSL-1.0
// An extent that begins like a number and ends like a name.
// expect: an extent is a name, a number,
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "2n", "n">;
