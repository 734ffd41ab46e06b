// SPDX-License-Identifier: BSL-1.0
// A comparison with a plain number.
// expect: a plain number beside
// expect: A is m x n
// expect: 0.5_c
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto choice = A < 0.5;  // expect-line
