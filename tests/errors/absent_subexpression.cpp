// SPDX-License-Identifier: BSL-1.0
// The gradient with respect to a subexpression that does not occur in the loss.
// expect: does not contain
// expect: exp(A)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto loss = squared_norm(A);
constexpr auto activations = exp(A);
auto f = compile(grad(loss, activations));  // expect-line
