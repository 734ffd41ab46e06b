// SPDX-License-Identifier: BSL-1.0
// A reshape to another number of entries.
// expect: reshape to 2 x 5 needs as many
// expect: 2 x 5
// expect: samples
// expect: 3 x 4
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"samples", 3, 4>;
constexpr auto B = reshape<2, 5>(A);  // expect-line
