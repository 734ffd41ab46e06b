// SPDX-License-Identifier: BSL-1.0
// Extents are polynomials: their arithmetic against that of numbers, their text against what reads back.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <array>
#include <random>
#include <string>

namespace {

using namespace spelling;

constexpr std::array<char const*, 3> names = {"p", "q", "r"};
constexpr std::array<long, 3> sizes = {3, 5, 11};

long value_of(extent const& e) {
    long total = 0;
    for (int i = 0; i < e.count; ++i) {
        long term = e.terms[i].coefficient;
        for (int j = 0; j < e.terms[i].degree; ++j)
            for (std::size_t name = 0; name < names.size(); ++name)
                if (std::string(e.terms[i].factors[j].text) == names[name]) term *= sizes[name];
        total += term;
    }
    return total;
}

// A sum of at most three terms of at most one name: products of three are within the capacity.
extent random_extent(std::mt19937& engine) {
    extent sum = extent_of<0>;
    for (unsigned terms = engine() % 4; terms > 0; --terms) {
        std::string term = std::to_string(engine() % 4);
        if (engine() % 3 != 0) term = term + "*" + names[engine() % names.size()];
        sum = engine() % 3 == 0 ? sum - *extent_from(term) : sum + *extent_from(term);
    }
    return sum;
}

TEST_CASE("extents add and multiply as polynomials do", "[expr]") {
    std::mt19937 engine(1);
    int compared = 0;
    for (int i = 0; i < 500; ++i) {
        extent const a = random_extent(engine), b = random_extent(engine), c = random_extent(engine);
        CAPTURE(text(a), text(b), text(c));
        CHECK(value_of(a + b) == value_of(a) + value_of(b));
        CHECK(value_of(a - b) == value_of(a) - value_of(b));
        CHECK(value_of(a * b) == value_of(a) * value_of(b));
        CHECK(a + b == b + a);
        CHECK(a * b == b * a);
        CHECK((a + b) + c == a + (b + c));
        CHECK(a - a == zero_extent);
        CHECK(a * one_extent == a);
        CHECK(a * zero_extent == zero_extent);
        extent const left = (a + b) * c, right = a * c + b * c;
        if (left.too_long || right.too_long) continue;
        ++compared;
        CHECK(left == right);
        CHECK(text(left) == text(right));
        if (value_of(a) != value_of(b)) CHECK_FALSE(a == b);
    }
    CHECK(compared > 300);
}

TEST_CASE("an extent has one text, however it was written", "[expr]") {
    CHECK(text(*extent_from("q+p")) == "p+q");
    CHECK(text(*extent_from("1 + p + p")) == "2*p+1");
    CHECK(text(*extent_from("q*p + 2*3")) == "p*q+6");
    CHECK(text(*extent_from("p*p")) == "p*p");
    CHECK(text(*extent_from("0*p")) == "0");
    CHECK(text(*extent_from("64")) == "64");
    CHECK(text(*extent_from("p") - *extent_from("q")) == "p-q");
    CHECK(text(zero_extent - *extent_from("p*q")) == "-p*q");
    CHECK(text(*extent_from("3") - *extent_from("2*p")) == "-2*p+3");
    auto const address = [](extent const& e) { return &e; };
    CHECK(address(extent_of<"q+p">) == address(extent_of<"p+q">));
    CHECK(address(extent_of<"1+1">) == address(extent_of<2>));
    static_assert(extent_sum<&extent_of<"p">, &extent_of<1>> == extent_of<"p+1">);
    static_assert(extent_product<&extent_of<"p">, &extent_of<"q">> == extent_of<"q*p">);
}

TEST_CASE("the text of an extent reads back as the extent", "[expr]") {
    std::mt19937 engine(2);
    for (int i = 0; i < 300; ++i) {
        extent sum = extent_of<0>;
        for (int j = 0; j < 3; ++j)
            if (extent const e = random_extent(engine) * random_extent(engine); !e.too_long) sum = sum + e;
        if (text(sum).find('-') != std::string::npos || count_words(text(sum).c_str()) > extent_names::capacity) continue;
        CAPTURE(text(sum));
        CHECK(*extent_from(text(sum)) == sum);
    }
}

TEST_CASE("numbers, ones and names are told apart", "[expr]") {
    static_assert(extent_of<7>.is_number() && extent_of<7>.number() == 7 && !extent_of<7>.is_one());
    static_assert(zero_extent.is_number() && zero_extent.number() == 0);
    static_assert(one_extent.is_one() && !extent_of<"n">.is_one() && !extent_of<"n">.is_number());
    static_assert(!extent_of<"p+1">.is_number());
    static_assert(!(extent_of<"p"> == extent_of<"q">) && !(extent_of<"p*q"> == extent_of<"p+q">));
    static_assert(!(extent_of<"2*p"> == extent_of<"p+2">));
    static_assert((extent_of<"p+1"> - extent_of<"p">).is_one());
}

TEST_CASE("what is too long for an extent is marked", "[expr]") {
    extent const six = *extent_from("a+b+c+d+e+f");
    CHECK_FALSE(six.too_long);
    CHECK((six + *extent_from("g")).too_long);
    CHECK_FALSE((six + *extent_from("a")).too_long);
    CHECK((*extent_from("p*q*r") * *extent_from("p")).too_long);
}

constexpr extent_problem problem_of_extent(extent_argument const& argument) {
    return argument.problem;
}

TEST_CASE("what is wrong with an extent as written is said", "[expr]") {
    static_assert(problem_of_extent("m") == extent_problem::none);
    static_assert(problem_of_extent(" p + 2*q ") == extent_problem::none);
    static_assert(problem_of_extent(64) == extent_problem::none && problem_of_extent(0) == extent_problem::none);
    static_assert(problem_of_extent(-1) == extent_problem::negative);
    static_assert(problem_of_extent("") == extent_problem::empty);
    static_assert(problem_of_extent("m-1") == extent_problem::not_a_sum);
    static_assert(problem_of_extent("m+") == extent_problem::not_a_sum);
    static_assert(problem_of_extent("m n") == extent_problem::not_a_sum);
    static_assert(problem_of_extent("2n") == extent_problem::not_a_sum, "neither a number nor a name");
    static_assert(problem_of_extent(1.5) == extent_problem::not_whole);
    static_assert(problem_of_extent("n23456789012345678901234567890123456789") == extent_problem::none);
    static_assert(problem_of_extent("n234567890123456789012345678901234567890") == extent_problem::too_long);
    static_assert(problem_of_extent("a+b+c+d+e+f") == extent_problem::none);
    static_assert(problem_of_extent("a+b+c+d+e+f+g") == extent_problem::too_many);
    static_assert(problem_of_extent("a*b*c") == extent_problem::none);
    static_assert(problem_of_extent("a*b*c*d") == extent_problem::too_many);
    static_assert(problem_of_extent("a+b+a+b+a+b+a+b+a+b+a+b") == extent_problem::too_many);
    for (int problem = 1; problem <= int(extent_problem::not_whole); ++problem)
        CHECK(std::string(describe(extent_problem(problem))).size() > 10);
    CHECK(std::string(describe(extent_problem::none)).empty());
}

} // namespace
