// SPDX-License-Identifier: BSL-1.0
// Two leaves with one name and different shapes in one expression.
// expect: weights
// expect: outputs
// expect: inputs
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"weights", "outputs", "inputs">;
constexpr auto V = matrix<"weights", "inputs", "outputs">;
auto f = compile(sum(W * V));  // expect-line
