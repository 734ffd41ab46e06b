// SPDX-License-Identifier: BSL-1.0
// A reshape that is to find out an extent by itself.
// expect: an extent must not be negative
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = reshape<"m", -1>(A);  // expect-line
