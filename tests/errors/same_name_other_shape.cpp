// SPDX-License-Identifier: BSL-1.0
// Two leaves with one name and different shapes in one expression.
// expect: same name
// expect: weights
// expect: outputs x inputs
// expect: inputs x outputs
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto W = matrix<"weights", "outputs", "inputs">;
constexpr auto V = matrix<"weights", "inputs", "outputs">;
auto f = compile(sum(W * V));  // expect-line
