// SPDX-License-Identifier: BSL-1.0
// A product whose inner extents differ.
// expect: m
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "m", "n">;
constexpr auto product = A * B;  // expect-line
