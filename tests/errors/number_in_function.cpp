// SPDX-License-Identifier: BSL-1.0
// A plain number as an argument of a function.
// expect: a plain number beside
// expect: A is m x n
// expect: 0.5_c
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto squares = pow(A, 2);  // expect-line
