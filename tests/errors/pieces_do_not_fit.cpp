// SPDX-License-Identifier: BSL-1.0
// One below the other with different numbers of columns.
// expect: vertical: what stands one
// expect: columns
// expect: upper
// expect: m x n
// expect: lower
// expect: p x 3
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"upper", "m", "n">;
constexpr auto B = matrix<"lower", "p", 3>;
constexpr auto C = vertical(A, B);  // expect-line
