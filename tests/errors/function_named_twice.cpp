// SPDX-License-Identifier: BSL-1.0
// A name stands for one function: a second one under the same name is refused where it is used.
// expect: elementwise: another function
// expect: is called
// expect: cubic
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;

constexpr auto cubic = elementwise<"cubic">([](auto x) { return x * x * x; }, [](auto x) { return 3_c * x * x; });
constexpr auto other = elementwise<"cubic">([](auto x) { return -x * x * x; }, [](auto x) { return -3_c * x * x; });
constexpr auto x = vector<"x", "n">;
constexpr auto first = cubic(x);
constexpr auto second = other(x);  // expect-line
