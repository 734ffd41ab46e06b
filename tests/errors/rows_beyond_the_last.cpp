// SPDX-License-Identifier: BSL-1.0
// More rows than there are, of a fixed extent.
// expect: a part reaches outside
// expect: rows<3, 4>
// expect: samples
// expect: 5 x 2
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"samples", 5, 2>;
constexpr auto B = rows<3, 4>(A);  // expect-line
