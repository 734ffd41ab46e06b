// SPDX-License-Identifier: BSL-1.0
// A Jacobian of rank 3 in a product.
// expect: *: an array of rank 3 or 4
// expect: jacobian(W * x, W)
// expect: m x m x n
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto product = W * jacobian(W * x, W);  // expect-line
