// SPDX-License-Identifier: BSL-1.0
// Arrays with as many entries, but of other extents: 2 x 3 x 2 x 3 and 3 x 2 x 2 x 3.
// expect: the arrays have
// expect: jacobian(tanh(W), W) is 2 x 3
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"W", 2, 3>;
constexpr auto sum_of_both = jacobian(tanh(W), W) + jacobian(transpose(W), W);  // expect-line
