// SPDX-License-Identifier: BSL-1.0
// A right-hand side with another number of rows than the matrix.
// expect: solve: the right-hand side
// expect: needs as many rows as the
// expect: K is n x n
// expect: b is m x 1
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto K = matrix<"K", "n", "n", spd>;
constexpr auto b = vector<"b", "m">;
constexpr auto x = solve(K, b);  // expect-line
