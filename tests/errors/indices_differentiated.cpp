// SPDX-License-Identifier: BSL-1.0
// A gradient with respect to indices.
// expect: indices are never
// expect: differentiated
// expect: labels
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto Z = matrix<"Z", "m", "n">;
constexpr auto labels = indices<"labels", "n">;
constexpr auto gradient = grad(softmax_cross_entropy(Z, labels), labels);  // expect-line
