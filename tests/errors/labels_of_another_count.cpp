// SPDX-License-Identifier: BSL-1.0
// Labels for another number of columns.
// expect: softmax_cross_entropy: needs
// expect: index for each column
// expect: m x n
// expect: labels
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto Z = matrix<"Z", "m", "n">;
constexpr auto labels = indices<"labels", "k">;
constexpr auto loss = softmax_cross_entropy(Z, labels);  // expect-line
