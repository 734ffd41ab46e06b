// SPDX-License-Identifier: BSL-1.0
// A plain number in an expression.
// expect: a plain number beside
// expect: A is m x n
// expect: 0.5_c
// expect: scalar
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto half = 0.5 * A;  // expect-line
