// SPDX-License-Identifier: BSL-1.0
// A Jacobian with respect to indices.
// expect: jacobian: indices are never
// expect: differentiated
// expect: y is n x 1
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto y = indices<"y", "n">;
constexpr auto J = jacobian(pick(A, y), y);  // expect-line
