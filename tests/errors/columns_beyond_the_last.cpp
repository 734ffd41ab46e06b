// SPDX-License-Identifier: BSL-1.0
// More columns than there are, of a sum of extents.
// expect: a part reaches outside
// expect: columns<1, 3>
// expect: samples
// expect: m x 3
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"samples", "m", 3>;
constexpr auto B = columns<1, 3>(A);  // expect-line
