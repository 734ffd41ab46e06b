// SPDX-License-Identifier: BSL-1.0
// A row by a number at run time.
// expect: rows(A, y) takes a leaf of indices
// expect: rows<i, k>(A)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto row = rows(A, 3);  // expect-line
