// SPDX-License-Identifier: BSL-1.0
// An entry of a matrix by one index alone.
// expect: of a matrix write element<i, j>
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto a = element<1>(A);  // expect-line
