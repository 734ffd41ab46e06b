// SPDX-License-Identifier: BSL-1.0
// An extent that is neither a name nor a number nor a sum of them.
// expect: an extent is a name, a number,
// expect: such as p+1
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m-1", "n">;
