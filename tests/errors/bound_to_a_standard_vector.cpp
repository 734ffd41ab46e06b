// SPDX-License-Identifier: BSL-1.0
// A container that is none of xtensor's.
// expect: not a container of xtensor
// expect: x (n x 1)
#include <ctgrad/ctgrad.hpp>

#include <vector>

using namespace ctgrad;

constexpr auto x = vector<"x", "n">;

void run(std::vector<double> const& sample) {
    auto f = compile(squared_norm(x));
    f(x = sample);  // expect-line
}
