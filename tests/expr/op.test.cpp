// SPDX-License-Identifier: BSL-1.0
// The op table and the classes that it falls into.
#include "support/catch.hpp"

#include <ctgrad/expr/op.hpp>

#include <map>
#include <string>

namespace {

using namespace ctgrad::detail;

TEST_CASE("names tell ops apart", "[expr]") {
    std::map<std::string, int> times;
    for (op_entry const& entry : op_table) {
        REQUIRE(entry.name != nullptr);
        ++times[entry.name];
    }
    // The sign of a difference and of a negation; the sign and the function of one product; labels as indices or as weights.
    for (auto const& [name, count] : times) {
        INFO(name);
        CHECK(count == (name == "-" || name == "hadamard" || name == "softmax_cross_entropy" || name == "softmax_cross_entropy_rows" ? 2 : 1));
    }
}

TEST_CASE("how an op is written suits the number of its arguments", "[expr]") {
    for (op_entry const& entry : op_table) {
        INFO(entry.name);
        CHECK(entry.arity <= 3);
        if (entry.style == notation::infix) CHECK(entry.arity == 2);
        if (entry.style == notation::prefix || entry.style == notation::superscript) CHECK(entry.arity == 1);
        if (entry.commutes) CHECK((entry.arity == 2 && entry.style == notation::infix));
        if (entry.style == notation::call) CHECK(entry.precedence == 9);
    }
    // Sums bind less than products, comparisons least.
    CHECK(about(op::less).precedence < about(op::add).precedence);
    CHECK(about(op::add).precedence == about(op::subtract).precedence);
    CHECK(about(op::subtract).precedence < about(op::negate).precedence);
    CHECK(about(op::negate).precedence < about(op::multiply).precedence);
    CHECK(about(op::multiply).precedence < about(op::product).precedence);
}

TEST_CASE("classes of ops", "[expr]") {
    for (op_entry const& entry : op_table) {
        INFO(entry.name);
        op const code = entry.code;
        if (is_elementwise(code)) CHECK((entry.shape == shape_rule::broadcast && entry.arity > 0));
        CHECK(is_constant(code) == (code == op::number || code == op::identity || code == op::measure));
        CHECK(carries_shape(code) == (entry.arity > 0 && entry.shape == shape_rule::given));
        if (is_assembly(code)) CHECK((entry.arity == 2 && is_part_op(code)));
        if (takes_indices(code)) CHECK(entry.arity == 2);
        if (is_factor(code) || is_triangular_factor(code)) CHECK((is_planned(code) && entry.shape == shape_rule::square));
        if (is_derivative(code)) CHECK((entry.arity >= 2 && !is_elementwise(code) && !is_planned(code)));
        int const classes = is_elementwise(code) + is_part_op(code) + is_planned(code) + is_derivative(code) + is_constant(code);
        CHECK(classes <= (code == op::finite ? 2 : 1));  // elementwise, but for the planner alone
    }
    static_assert(takes_indices(op::gather_rows) && takes_indices(op::unpick_rows) && takes_indices(op::label_cross_entropy_rows));
    static_assert(!takes_indices(op::part) && !takes_indices(op::softmax_cross_entropy));
    static_assert(is_derivative(op::gradient) && is_derivative(op::hessian) && !is_derivative(op::substitute));
    static_assert(is_elementwise(op::call) && is_elementwise(op::where) && !is_elementwise(op::transpose));
}

} // namespace
