// SPDX-License-Identifier: BSL-1.0
// Numbers and expressions as text, and messages in the fragments that a compiler shows.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/functions.hpp>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <vector>

namespace {

using namespace ctgrad;
using namespace spelling;

std::string decimal_text(double value) {
    text_buffer<60> out;
    print_number(out, value);
    return out.c_str();
}

TEST_CASE("numbers are written with few digits", "[expr]") {
    CHECK(decimal_text(0) == "0");
    CHECK(decimal_text(0.5) == "0.5");
    CHECK(decimal_text(-3) == "-3");
    CHECK(decimal_text(0.1) == "0.1");
    CHECK(decimal_text(1e-5) == "1e-5");
    CHECK(decimal_text(1e-7) == "1e-7");
    CHECK(decimal_text(12.25) == "12.25");
    CHECK(decimal_text(2.5e-7) == "2.5e-7");
    CHECK(decimal_text(0.00012) == "0.00012");
    CHECK(decimal_text(100000) == "100000");
    CHECK(decimal_text(0.1 + 0.2) == "0.30000000000000004");
    CHECK(decimal_text(123456789012345680.) == "1.2345678901234568e17");
    CHECK(decimal_text(6.02214076e23) == "6.02214076e23");
    CHECK(decimal_text(std::numeric_limits<double>::infinity()) == "inf");
    CHECK(decimal_text(-std::numeric_limits<double>::infinity()) == "-inf");
    CHECK(decimal_text(std::nan("")) == "nan");
}

TEST_CASE("every number is read back as itself", "[expr]") {
    std::mt19937_64 engine(1);
    for (int i = 0; i < 400; ++i) {
        double const any = std::bit_cast<double>(engine()), moderate = std::ldexp(double(engine() >> 11), int(engine() % 80) - 90);
        for (double value : {any, moderate, std::round(moderate * 1e4) / 1e4}) {
            if (!std::isfinite(value)) continue;
            CAPTURE(decimal_text(value), value);
            CHECK(std::strtod(decimal_text(value).c_str(), nullptr) == value);
        }
    }
}

TEST_CASE("what is deep inside is left out", "[expr]") {
    constexpr auto x = scalar<"x">;
    constexpr auto e = exp(sin(cos(x)) + x) * x;
    auto const at = [&](int depth) {
        text_buffer<200> out;
        print_source(out, definition(e), depth);
        return std::string(out.c_str());
    };
    CHECK(at(0) == "...");
    CHECK(at(1) == "... * x");
    CHECK(at(3) == "exp(... + x) * x");
    CHECK(at(4) == "exp(sin(...) + x) * x");
    CHECK(at(9) == "exp(sin(cos(x)) + x) * x");
}

constexpr message long_message = message{} << "a message of many words that no compiler would show in one piece|and this|"
                                           << "averyveryveryveryverylongwordwithoutblanks|W * x + b is m x n";

// Its fragments, in their order.
std::vector<std::string> fragments_of(message const& whole) {
    std::vector<std::string> result;
    for (int i = 0; i < fragment_count(whole); ++i) {
        std::size_t const start = fragment_start(whole, i), end = fragment_end(whole, start);
        result.push_back(std::string(whole.c_str()).substr(start, end - start));
    }
    return result;
}

TEST_CASE("messages are parted into short fragments that lose nothing but blanks", "[expr]") {
    auto const fragments = fragments_of(long_message);
    CHECK(fragments.size() >= 6);
    std::string together, expected;
    for (std::string const& fragment : fragments) {
        CHECK(fragment.size() <= 31);
        CHECK_FALSE(fragment.empty());
        together += fragment;
    }
    for (char c : std::string(long_message.c_str()))
        if (c != ' ' && c != '|') expected += c;
    std::erase(together, ' ');
    CHECK(together == expected);
    CHECK(fragments_of(message{} << "short").size() == 1);
    CHECK(fragments_of(message{}).empty());
    static_assert(!std::is_same_v<problem_of<long_message>, problem<>>);
}

TEST_CASE("operands are described by text and shape", "[expr]") {
    constexpr auto W = matrix<"W", "m", "n">;
    message out;
    print_operand(out, definition(W * transpose(W)));
    CHECK(std::string(out.c_str()) == "|W * transpose(W) is m x m");
}

} // namespace
