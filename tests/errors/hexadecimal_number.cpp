// SPDX-License-Identifier: BSL-1.0
// A number that is not written in decimal.
// expect: write numbers in decimal
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto sixteen = 0x10_c;  // expect-line
