// SPDX-License-Identifier: BSL-1.0
// A wrong derivation, refuted by its shape alone.
// expect: not equivalent:
// expect: different shapes
// expect: is m x n
// expect: W * residual
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto residual = vector<"residual", "n">;
constexpr auto loss = squared_norm(W * residual);
static_assert(prove(grad(loss, W), W * residual));  // expect-line
