// SPDX-License-Identifier: BSL-1.0
// Numbers as the compiler reads them: the parser against the compiler itself and against the C library, bit for bit.
#include "support/catch.hpp"

#include <ctgrad/expr/literal.hpp>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

namespace {

using namespace ctgrad::detail;

constexpr bool same_bits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

#define SAME(literal) static_assert(same_bits(parse_double(#literal), literal))
SAME(0.0);
SAME(0.);
SAME(1e-5);
SAME(.5);
SAME(5.);
SAME(0.1);
SAME(1e22);
SAME(1e23);
SAME(3.14159265358979323846);
SAME(1'000'000.000'1);
SAME(123456789012345678901234567890.0);
SAME(1E+10);
SAME(1e-0);
SAME(0e10);
// halfway between two doubles: to the even one; and just beside
SAME(9007199254740993.0);
SAME(9007199254740995.0);
SAME(9007199254740993.0000000000000000000000001);
SAME(1.00000000000000011102230246251565404236316680908203125);
SAME(1.00000000000000011102230246251565404236316680908203126);
SAME(1.00000000000000011102230246251565404236316680908203124);
// the largest, the smallest normal and the subnormal numbers
SAME(1.7976931348623157e308);
SAME(17976931348623157e292);
SAME(2.2250738585072014e-308);
SAME(2.2250738585072011e-308);
SAME(4.9406564584124654e-324);
SAME(2.4703282292062328e-324);
SAME(1.2345e-310);
SAME(6.9294956446009195e15);
// other bases
SAME(0x1p-1074);
SAME(0x1.8p3);
SAME(0x.8P+1);
SAME(0xABCDEF.p0);
SAME(0x1.fffffffffffffp1023);
SAME(0x1.00000000000008p0);
SAME(0x1.00000000000018p0);
#undef SAME
#define SAME(literal) static_assert(same_bits(parse_double(#literal), static_cast<double>(literal)))
SAME(0);
SAME(42);
SAME(017);
SAME(0'17'7);
SAME(0b1011);
SAME(0xFF);
SAME(0xdead'beef);
#undef SAME

TEST_CASE("random decimals are read as the C library reads them", "[expr]") {
    std::mt19937 engine(1);
    auto const below = [&](unsigned n) { return static_cast<int>(engine() % n); };
    for (int i = 0; i < 1500; ++i) {
        std::string text;
        int const digits = 1 + below(i % 10 == 0 ? 700 : 25), dot = below(static_cast<unsigned>(digits) + 1);
        for (int digit = 0; digit < digits; ++digit) {
            if (digit == dot) text += '.';
            text += static_cast<char>('0' + below(10));
        }
        if (text[0] == '0' && dot == digits) text += '.';  // not octal
        // From beyond the smallest number to the largest power of ten.
        int const exponent = below(307 + 345) - 345 - dot;
        text += (below(2) == 0 ? "e" : "E") + std::string(exponent > 0 && below(2) == 0 ? "+" : "") + std::to_string(exponent);
        CAPTURE(text);
        CHECK(same_bits(parse_double(text.c_str()), std::strtod(text.c_str(), nullptr)));
    }
}

TEST_CASE("doubles survive their decimals", "[expr]") {
    std::mt19937_64 engine(2);
    for (int i = 0; i < 1000; ++i) {
        double const value = std::bit_cast<double>(engine() & 0x7fffffffffffffffu);
        if (!(value <= 1.7976931348623157e308)) continue;
        char text[64];
        std::snprintf(text, sizeof text, "%.16e", value);
        CAPTURE(text);
        CHECK(same_bits(parse_double(text), value));
    }
}

TEST_CASE("natural numbers count as machine words do while they fit", "[expr]") {
    std::mt19937_64 engine(3);
    auto const natural_of = [](std::uint64_t value) {
        natural n;
        n.multiply_add(1, static_cast<std::uint32_t>(value >> 32));
        n.shift_left(32);
        n.multiply_add(1, static_cast<std::uint32_t>(value));
        return n;
    };
    auto const value_of = [](natural const& n) { return n.limbs[0] | static_cast<std::uint64_t>(n.limbs[1]) << 32; };
    for (int i = 0; i < 1000; ++i) {
        std::uint64_t const a = engine() >> engine() % 60, b = engine() >> engine() % 60;
        CHECK(natural_of(a).at_least(natural_of(b)) == (a >= b));
        CHECK(natural_of(a).bit_length() == static_cast<int>(std::bit_width(a)));
        natural difference = natural_of(a < b ? b : a);
        difference.subtract(natural_of(a < b ? a : b));
        CHECK(value_of(difference) == (a < b ? b - a : a - b));
        natural shifted = natural_of(a >> 32);
        shifted.shift_left(static_cast<int>(b % 32));
        CHECK(value_of(shifted) == (a >> 32) << b % 32);
    }
}

} // namespace
