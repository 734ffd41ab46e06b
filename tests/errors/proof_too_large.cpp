// SPDX-License-Identifier: BSL-1.0
// A proof with extents that are large numbers: a name would do for all of them.
// expect: too large to evaluate
// expect: give extents names
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"W", 128, 784>;
constexpr auto X = matrix<"X", 784, 64>;
static_assert(equivalent(grad(squared_norm(W * X), W), 2_c * W * X * transpose(X)));  // expect-line
