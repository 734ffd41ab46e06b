// SPDX-License-Identifier: BSL-1.0
// Numbers bound to a leaf of indices.
// expect: no container of integers
// expect: labels
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto Z = matrix<"Z", "m", "n">;
constexpr auto labels = indices<"labels", "n">;

void call(xt::xtensor<double, 2> const& z, xt::xtensor<double, 1> const& y) {
    auto f = compile(pick(Z, labels));
    f(Z = z, labels = y);  // expect-line
}
