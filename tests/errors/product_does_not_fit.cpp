// SPDX-License-Identifier: BSL-1.0
// A product whose inner extents differ, one of them a number.
// expect: weights is outputs x inputs
// expect: samples is 64 x batch
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"weights", "outputs", "inputs">;
constexpr auto X = matrix<"samples", 64, "batch">;
constexpr auto product = W * X;  // expect-line
