// SPDX-License-Identifier: BSL-1.0
// Text and hashes in constant evaluation.
#include "support/catch.hpp"

#include <ctgrad/expr/text.hpp>

#include <cstring>
#include <limits>
#include <set>
#include <string>

namespace {

using namespace ctgrad::detail;

TEST_CASE("text grows until it is full", "[expr]") {
    text_buffer<10> text;
    text << "ab" << 'c' << -12L << "defg";
    CHECK(std::string(text.c_str()) == "abc-12defg");
    CHECK(text.size() == 10);
    text << "h" << 5L;
    CHECK(std::string(text.c_str()) == "abc-12defg");
    CHECK(text[9] == 'g');
}

TEST_CASE("whole numbers are written in decimal", "[expr]") {
    for (long number : {0L, 7L, 10L, -1L, 1000000007L, std::numeric_limits<long>::max(), -std::numeric_limits<long>::max()}) {
        text_buffer<30> text;
        text << number;
        CHECK(text.c_str() == std::to_string(number));
    }
}

TEST_CASE("texts are ordered as bytes are", "[expr]") {
    char const* const texts[] = {"", "a", "ab", "b", "A", "a1", "\xc3\xa9", "a b"};
    auto const sign = [](int x) { return (x > 0) - (x < 0); };
    for (char const* a : texts)
        for (char const* b : texts)
            CHECK(sign(compare(a, b)) == sign(std::strcmp(a, b)));
}

TEST_CASE("hashes tell short names apart", "[expr]") {
    std::set<std::uint64_t> seen;
    std::size_t count = 0;
    std::string name;
    for (char a = '_'; a <= 'z'; ++a)
        for (char b = '_'; b <= 'z'; ++b) {
            name = {a, b};
            seen.insert(hash(name.c_str()));
            ++count;
        }
    for (int number = 0; number < 5000; ++number, ++count)
        seen.insert(hash(("h" + std::to_string(number)).c_str()));
    CHECK(seen.size() == count);
    CHECK(hash("ab") != hash("ba"));
}

TEST_CASE("names have up to 31 characters", "[expr]") {
    constexpr name longest = "a234567890123456789012345678901";
    CHECK(std::strlen(longest.c_str()) == 31);
    CHECK(std::string(name("W").c_str()) == "W");
    static_assert(problem<>::none);
}

} // namespace
