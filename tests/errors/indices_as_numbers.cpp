// SPDX-License-Identifier: BSL-1.0
// Arithmetic on indices.
// expect: indices are no numbers
// expect: labels
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto labels = indices<"labels", "n">;
constexpr auto sum_of_both = x + labels;  // expect-line
