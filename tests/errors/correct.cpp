// SPDX-License-Identifier: BSL-1.0
// The correct counterpart of the programs beside it: if this compiles, they fail for the reasons they give.
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "m", "n">;
constexpr auto loss = squared_norm(A + 2_c * B);

double value_and_gradients(xt::xtensor<double, 2> const& a, xt::xtensor<double, 2>& gradient) {
    double value = 0;
    auto f = compile(loss, grad(loss, A));
    f(A = a, B = a, into(value, gradient));
    return value;
}
