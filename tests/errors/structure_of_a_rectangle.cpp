// SPDX-License-Identifier: BSL-1.0
// A leaf with the structure of a square matrix that is not square.
// expect: a leaf with a declared structure must be square
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto L = matrix<"L", "n", "k", lower_triangular>;
