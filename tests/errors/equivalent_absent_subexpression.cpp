// SPDX-License-Identifier: BSL-1.0
// A proof about the gradient with respect to a subexpression that does not occur in the loss.
// expect: does not contain
// expect: exp(A)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto loss = squared_norm(A);
static_assert(equivalent(grad(loss, exp(A)), 2_c * A));  // expect-line
