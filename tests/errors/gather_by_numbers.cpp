// SPDX-License-Identifier: BSL-1.0
// Rows by a vector that holds numbers.
// expect: be a leaf of indices
// expect: weights
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto weights = vector<"weights", "k">;
constexpr auto B = rows(A, weights);  // expect-line
