// SPDX-License-Identifier: BSL-1.0
// A leaf of indices as a result.
// expect: a leaf of indices is no result
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto labels = indices<"labels", "n">;
auto f = compile(labels);  // expect-line
