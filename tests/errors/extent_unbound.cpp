// SPDX-License-Identifier: BSL-1.0
// A named extent that no leaf carries, left unbound.
// expect: no leaf carries the extent
// expect: dimensions
// expect: bind extent<
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto K = matrix<"covariance", "points", "points", spd>;

void run(xt::xtensor<double, 2> const& covariance) {
    auto f = compile(extent<"dimensions"> * logdet(K));
    f(K = covariance);  // expect-line
}
