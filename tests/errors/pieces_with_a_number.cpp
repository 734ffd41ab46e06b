// SPDX-License-Identifier: BSL-1.0
// A plain number among the pieces of a matrix.
// expect: a plain number beside
// expect: A is m x n
// expect: write 0.5_c
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = vertical(A, 0.0);  // expect-line
