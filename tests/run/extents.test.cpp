// SPDX-License-Identifier: BSL-1.0
// Names of extents are read off what the leaves are bound to.
#include "support/catch.hpp"

#include <ctgrad/run/compile.hpp>

#include <string>

namespace {

using namespace ctgrad;

template <class Plan, class... Variants>
Plan plan_of(detail::function<Plan, Variants...> const&) {
    return {};
}
template <class Expression>
using plan_for = decltype(plan_of(compile(Expression{})));

struct size {
    long rows, columns;
};

template <class Plan>
long value_of(detail::extent_values<Plan> const& values, char const* name) {
    int const place = detail::names_of_plan<Plan>.find(detail::hash(name));
    REQUIRE(place >= 0);
    return values.values[place];
}

TEST_CASE("names are read where they stand alone", "[run]") {
    using plan = plan_for<decltype(matrix<"A", "m", "n"> * vector<"x", "n">)>;
    detail::extent_values<plan> values;
    size const operands[] = {{3, 4}, {4, 1}};
    CHECK(values.read(operands) == -1);
    CHECK(value_of(values, "m") == 3);
    CHECK(value_of(values, "n") == 4);
    CHECK(values.template evaluate<detail::extent_of<"m*n+2">>() == 14);
    CHECK(values.template evaluate<detail::extent_of<7>>() == 7);
    CHECK(detail::names_of_plan<plan>.find(detail::hash("k")) == -1);
}

TEST_CASE("in a sum the name that is not known is the rest", "[run]") {
    using plan = plan_for<decltype(matrix<"A", "p+q", "2*r+1"> * transpose(matrix<"B", "p", "2*r+1">))>;
    detail::extent_values<plan> values;
    size const operands[] = {{8, 7}, {3, 7}};
    CHECK(values.read(operands) == -1);
    CHECK(value_of(values, "p") == 3);
    CHECK(value_of(values, "q") == 5);
    CHECK(value_of(values, "r") == 3);
    size const too_small[] = {{2, 7}, {3, 7}};
    int const negative = values.read(too_small);
    REQUIRE(negative >= 0);
    CHECK(std::string(detail::names_of_plan<plan>.names[negative].text) == "q");
}

TEST_CASE("equal values are the same sizes", "[run]") {
    using plan = plan_for<decltype(exp(vector<"x", "n">))>;
    detail::extent_values<plan> a, b;
    size const four[] = {{4, 1}}, five[] = {{5, 1}};
    a.read(four);
    b.read(four);
    CHECK(a == b);
    b.read(five);
    CHECK_FALSE(a == b);
}

} // namespace
