// SPDX-License-Identifier: BSL-1.0
// The shortest decimals against those of the C++ library.
#include "support/catch.hpp"

#include <ctgrad/expr/decimal.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <random>
#include <string>

namespace {

using namespace ctgrad::detail;

std::string scientific(decimal const& d) {
    std::string text(d.digits, std::size_t(d.count));
    if (d.count > 1) text.insert(1, ".");
    std::string const exponent = std::to_string(std::abs(d.exponent));
    return text + (d.exponent < 0 ? "e-" : "e+") + (exponent.size() < 2 ? "0" : "") + exponent;
}

void check(double value) {
    char expected[64];
    *std::to_chars(expected, expected + sizeof expected - 1, value, std::chars_format::scientific).ptr = '\0';
    CHECK(scientific(shortest_decimal(value)) == expected);
}

TEST_CASE("the shortest decimals are those of the library", "[expr]") {
    std::mt19937_64 engine(1);
    for (int i = 0; i < 400; ++i) {
        double const value = std::bit_cast<double>(engine() & 0x7fffffffffffffffu);
        if (std::isfinite(value)) check(value);
        check(static_cast<double>(1 + engine() % 100000) / 1000);
    }
    for (double value : {1., 9.5, 0.1, 1e22, 1e23, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740993., 99999999999999990.}) check(value);
}

TEST_CASE("rounding carries", "[expr]") {
    decimal const nines = leading_digits(9.96);
    CHECK(scientific(nines.rounded(2)) == "1.0e+01");
    CHECK(scientific(nines.rounded(1)) == "1e+01");
    CHECK(scientific(nines.rounded(3)) == "9.96e+00");
    static_assert(shortest_decimal(0.25).count == 2 && shortest_decimal(0.25).exponent == -1);
}

} // namespace
