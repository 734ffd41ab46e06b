// SPDX-License-Identifier: BSL-1.0
// The determinant of a matrix that is not square.
// expect: the matrix must be square
// expect: samples is n x k
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto X = matrix<"samples", "n", "k">;
constexpr auto value = det(X);  // expect-line
