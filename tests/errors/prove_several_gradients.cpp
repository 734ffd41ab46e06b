// SPDX-License-Identifier: BSL-1.0
// Several gradients compared at once.
// expect: equivalent takes two expressions
// expect: compare each by itself
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = squared_norm(A * x);
static_assert(equivalent(grad(loss, A, x), grad(loss, A, x)));  // expect-line
