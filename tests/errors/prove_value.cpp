// SPDX-License-Identifier: BSL-1.0
// A wrong derivation of the right shape: the message shows where the values differ.
// expect: not equivalent:
// expect: m = 2
// expect: entry (
// expect: grad(squared_norm(W * x), W)
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;

void derive() {
    constexpr auto loss = squared_norm(W * x);
    static_assert(prove(grad(loss, W), 2_c * W * x * transpose(x)));
    prove(grad(loss, W), W * x * transpose(x));  // expect-line
}
