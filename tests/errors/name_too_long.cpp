// SPDX-License-Identifier: BSL-1.0
// A name that is too long.
// expect: a name has at most 31 characters
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"the_weights_of_the_very_first_layer", "m", "n">;  // expect-line
