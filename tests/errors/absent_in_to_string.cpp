// SPDX-License-Identifier: BSL-1.0
// The formula of a gradient with respect to a subexpression that does not occur.
// expect: does not contain
// expect: exp(A)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

#include <string>

constexpr auto A = matrix<"A", "m", "n">;
std::string text = to_string(grad(squared_norm(A), exp(A)));  // expect-line
