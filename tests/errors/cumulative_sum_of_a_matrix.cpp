// SPDX-License-Identifier: BSL-1.0
// A cumulative sum runs down one column; a matrix has several.
// expect: cumulative_sum: the argument
// expect: must be a column
// expect: increments is days x paths
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto dW = matrix<"increments", "days", "paths">;
constexpr auto W = cumulative_sum(dW);  // expect-line
