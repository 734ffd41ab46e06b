// SPDX-License-Identifier: BSL-1.0
// A plain number as a result.
// expect: compile takes expressions
// expect: 0.5_c
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

auto f = compile(0.5);  // expect-line
