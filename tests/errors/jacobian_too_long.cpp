// SPDX-License-Identifier: BSL-1.0
// A Jacobian through a matrix that has, with all its rows, (a + b) (c + d) (e + f) rows: more terms than an extent holds.
// expect: jacobian: the number of entries
// expect: is too long a polynomial
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto P = matrix<"P", "a+b", "e+f">;
constexpr auto Q = matrix<"Q", "e+f", "c+d">;
auto f = compile(jacobian(P * tanh(Q), Q));  // expect-line
