// SPDX-License-Identifier: BSL-1.0
// A declared structure of a leaf that is not square.
// expect: a leaf with a declared structure must be square
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n", spd>;
