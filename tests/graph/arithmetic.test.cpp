// SPDX-License-Identifier: BSL-1.0
// Sums, products and quotients in constant evaluation: what the processor says, infinities and NaN included.
#include "support/catch.hpp"

#include <ctgrad/graph/arithmetic.hpp>

#include <array>
#include <bit>

namespace {

using namespace ctgrad::detail;

constexpr double edges[] = {-elementary::infinity, -1.7976931348623157e308, -1e200, -3, -1, -1e-160, -5e-324, -0., 0, 5e-324, 1e-160,
                            0.3, 1, 1e149, 1e151, 1e308, 1.7976931348623157e308, elementary::infinity, elementary::not_a_number};
constexpr std::size_t count = std::size(edges);

// All results while compiling, ...
template <class Operation>
consteval auto table(Operation operation) {
    std::array<std::array<double, count>, count> result{};
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j) result[i][j] = operation(edges[i], edges[j]);
    return result;
}
constexpr auto sums = table(plus), differences = table(minus), products = table(times), quotients = table(over);

// ... and by the processor.
template <class Operation>
void check(std::array<std::array<double, count>, count> const& found, Operation operation) {
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j) {
            volatile double const a = edges[i], b = edges[j];
            double const expected = operation(a, b), got = found[i][j];
            CAPTURE(edges[i], edges[j], got, expected);
            CHECK((got == expected || (got != got && expected != expected)));
        }
}

TEST_CASE("arithmetic in constant evaluation is that of the processor", "[graph]") {
    check(sums, [](double a, double b) { return a + b; });
    check(differences, [](double a, double b) { return a - b; });
    check(products, [](double a, double b) { return a * b; });
    check(quotients, [](double a, double b) { return a / b; });
}

TEST_CASE("arithmetic in constant evaluation makes the infinities of IEEE", "[graph]") {
    constexpr double inf = elementary::infinity, nan = elementary::not_a_number;
    static_assert(plus(1e308, 1e308) == inf && plus(-1e308, -1e308) == -inf && plus(1e308, -1e308) == 0);
    static_assert(elementary::is_nan(plus(inf, -inf)) && plus(inf, inf) == inf && elementary::is_nan(plus(nan, 1)));
    static_assert(times(1e200, 1e200) == inf && times(-1e200, 1e200) == -inf && times(1e200, 1e-200) == 1e200 * 1e-200);
    static_assert(elementary::is_nan(times(inf, 0)) && times(inf, -2) == -inf && times(0, 1e300) == 0);
    static_assert(over(1, 0) == inf && over(-1, 0) == -inf && over(1, -0.) == -inf && elementary::is_nan(over(0, 0)));
    static_assert(over(1, inf) == 0 && elementary::is_nan(over(inf, inf)) && over(1e300, 1e-300) == inf);
    static_assert(over(1e300, 1e-5) == 1e300 / 1e-5 && over(1e-300, 1e300) == 0);
}

} // namespace
