// SPDX-License-Identifier: BSL-1.0
// The plan of what has not been compiled.
// expect: explain takes a compiled function
// expect: explain(compile(...))
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
auto plan = explain(squared_norm(x));  // expect-line
