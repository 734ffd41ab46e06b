// SPDX-License-Identifier: BSL-1.0
// Pieces whose rows add up to more names than an extent holds.
// expect: the sum of the
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto y = vertical(vector<"u", "a+b+c+d+e+f">, vector<"v", "g">);
