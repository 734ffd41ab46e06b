// SPDX-License-Identifier: BSL-1.0
// A derivative that is a function of numbers has no derivative.
// expect: elementwise: a derivative is
// expect: taken twice
// expect: steep
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto steep = elementwise<"steep">([](double x) { return x * x * x; }, [](double x) { return 3 * x * x; });
constexpr auto x = vector<"x", "n">;
auto f = compile(grad(sum(grad(sum(steep(x)), x)), x));  // expect-line
