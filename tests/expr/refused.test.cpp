// SPDX-License-Identifier: BSL-1.0
// Which operands are refused because not all of them are expressions; tests/errors has the messages.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/functions.hpp>

#include <string>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto x = vector<"x", "n">;
constexpr auto y = vector<"y", "n">;
using expression = decltype(x);
struct container {};

TEST_CASE("only what is partly of expressions is refused", "[expr]") {
    static_assert(partly_expressions<expression, double> && partly_expressions<container const&, expression&>);
    static_assert(partly_expressions<expression, expression, int>);
    static_assert(!partly_expressions<expression, expression> && !partly_expressions<double, container>);
    static_assert(!partly_expressions<expression> && !partly_expressions<double>);
}

TEST_CASE("what is refused stands for the expression beside it", "[expr]") {
    static_assert(std::is_same_v<decltype(first_expression(1.5, x, y)), std::remove_const_t<decltype(x)>>);
    static_assert(std::is_same_v<decltype(first_expression(container{}, 2, y)), std::remove_const_t<decltype(y)>>);
}

TEST_CASE("refusals say what to write instead", "[expr]") {
    std::string const number = refusal<true, expression::key>.c_str(), other = refusal<false, expression::key>.c_str();
    CHECK(number == "a plain number beside|x is n x 1|write 0.5_c, or bind a scalar leaf");
    CHECK(other == "not an expression, beside|x is n x 1|write a leaf, and bind it at the call: leaf = container");
}

} // namespace
