// SPDX-License-Identifier: BSL-1.0
// A step of unroll that takes the state alone.
// expect: unroll: a step takes the state and its number
// expect: [](auto state, auto i)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;
constexpr auto h = unroll<3>(x, [](auto state) { return tanh(state); });  // expect-line
