// SPDX-License-Identifier: BSL-1.0
// A negative extent.
// expect: an extent must not be negative
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", -1, "n">;
