// SPDX-License-Identifier: BSL-1.0
// The gradient of something that is not a scalar.
// expect: the gradient of a
// expect: sum(...)
// expect: A * B is m x k
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "n", "k">;
constexpr auto gradient = grad(A * B, A);  // expect-line
