// SPDX-License-Identifier: BSL-1.0
// A graph that needs more steps than one constant evaluation may take: the flag is named. The limits are set low here, so
// that the test is short.
// flag clang: -fconstexpr-steps=600000
// flag gcc: -fconstexpr-ops-limit=4000000
// expect: subexpressions need more
// expect: pass -fconstexpr-
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto loss = sum(unroll<1100>(x, [](auto h, auto) { return h + tanh(h); }));
auto f = compile(loss, grad(loss, x));  // expect-line
