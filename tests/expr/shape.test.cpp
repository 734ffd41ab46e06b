// SPDX-License-Identifier: BSL-1.0
// The shape of a result by the shapes of its arguments: every rule, and what it refuses.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <set>
#include <vector>

namespace {

using namespace spelling;

struct rule_case {
    op code;
    std::vector<char const*> arguments;
    char const* result;  // nullptr where the arguments do not fit
};

std::vector<rule_case> const cases = {
    {op::exp, {"m x n"}, "m x n"},
    {op::add, {"m x n", "m x n"}, "m x n"},
    {op::add, {"m x n", "1 x 1"}, "m x n"},
    {op::add, {"1 x 1", "m x n"}, "m x n"},
    {op::add, {"m x n", "m x 1"}, "m x n"},
    {op::add, {"1 x n", "m x n"}, "m x n"},
    {op::add, {"m x 1", "1 x n"}, "m x n"},
    {op::add, {"p+q x 1", "q+p x 1"}, "p+q x 1"},
    {op::add, {"m x n", "n x m"}, nullptr},
    {op::add, {"m x n", "2 x n"}, nullptr},
    {op::add, {"m x n", "n x 1"}, nullptr},
    {op::where, {"m x 1", "1 x n", "1 x 1"}, "m x n"},
    {op::where, {"m x 1", "1 x 1", "n x 1"}, nullptr},
    {op::transpose, {"m x n"}, "n x m"},
    {op::product, {"m x k", "k x n"}, "m x n"},
    {op::product, {"m x 1", "1 x n"}, "m x n"},
    {op::product, {"m x k", "n x k"}, nullptr},
    {op::product, {"m x 3", "4 x n"}, nullptr},
    {op::solve, {"n x n", "n x k"}, "n x k"},
    {op::solve, {"n x m", "n x k"}, nullptr},
    {op::solve, {"n x n", "m x k"}, nullptr},
    {op::inverse, {"n x n"}, "n x n"},
    {op::inverse, {"m x n"}, nullptr},
    {op::logdet, {"n x n"}, "1 x 1"},
    {op::logdet, {"m x n"}, nullptr},
    {op::diagonal, {"n x n"}, "n x 1"},
    {op::diagonal, {"m x n"}, nullptr},
    {op::sum, {"m x n"}, "1 x 1"},
    {op::row_sums, {"m x n"}, "m x 1"},
    {op::column_sums, {"m x n"}, "1 x n"},
    {op::diag, {"n x 1"}, "n x n"},
    {op::diag, {"1 x n"}, nullptr},
    {op::cumulative_sum, {"n x 1"}, "n x 1"},
    {op::cumulative_sum, {"m x n"}, nullptr},
    {op::dot, {"m x n", "m x n"}, "1 x 1"},
    {op::dot, {"m x n", "n x m"}, nullptr},
    {op::outer, {"m x 1", "n x 1"}, "m x n"},
    {op::outer, {"m x 1", "1 x n"}, nullptr},
    {op::vertical, {"m x k", "n x k"}, "m+n x k"},
    {op::vertical, {"2 x k", "3 x k"}, "5 x k"},
    {op::vertical, {"m x k", "m x n"}, nullptr},
    {op::horizontal, {"k x m", "k x n"}, "k x m+n"},
    {op::horizontal, {"m x k", "n x k"}, nullptr},
    {op::block_diagonal, {"m x n", "p x q"}, "m+p x n+q"},
    {op::cross, {"3 x 1", "3 x 1"}, "3 x 1"},
    {op::cross, {"n x 1", "n x 1"}, "n x 1"},
    {op::cross, {"4 x 1", "4 x 1"}, nullptr},
    {op::cross, {"3 x 1", "n x 1"}, nullptr},
    {op::gather_rows, {"m x n", "k x 1"}, "k x n"},
    {op::gather_columns, {"m x n", "k x 1"}, "m x k"},
    {op::pick, {"m x n", "n x 1"}, "1 x n"},
    {op::pick, {"m x n", "m x 1"}, nullptr},
    {op::pick_rows, {"m x n", "m x 1"}, "m x 1"},
    {op::pick_rows, {"m x n", "n x 1"}, nullptr},
    {op::label_cross_entropy, {"m x n", "n x 1"}, "1 x 1"},
    {op::label_cross_entropy, {"m x n", "m x 1"}, nullptr},
    {op::label_cross_entropy_rows, {"m x n", "m x 1"}, "1 x 1"},
    {op::label_cross_entropy_rows, {"m x n", "n x 1"}, nullptr},
    {op::softmax, {"m x n"}, "m x n"},
    {op::gradient, {"1 x 1", "m x n"}, "m x n"},
    {op::gradient, {"m x 1", "m x n"}, nullptr},
    {op::vjp, {"m x 1", "p x q", "m x 1"}, "p x q"},
    {op::vjp, {"m x 1", "p x q", "p x q"}, nullptr},
    {op::jvp, {"m x 1", "p x q", "p x q"}, "m x 1"},
    {op::jvp, {"m x 1", "p x q", "m x 1"}, nullptr},
    {op::hvp, {"1 x 1", "p x q", "p x q"}, "p x q"},
    {op::hvp, {"1 x 1", "p x q", "q x p"}, nullptr},
    {op::hvp, {"m x 1", "p x q", "p x q"}, nullptr},
    {op::substitute, {"m x n", "p x q", "p x q"}, "m x n"},
    {op::substitute, {"m x n", "p x q", "q x p"}, nullptr},
};

TEST_CASE("results have the shapes that their arguments give", "[expr]") {
    for (rule_case const& rule : cases) {
        INFO(about(rule.code).name);
        REQUIRE(rule.arguments.size() == about(rule.code).arity);
        shape arguments[3];
        for (std::size_t i = 0; i < rule.arguments.size(); ++i) {
            arguments[i] = shape_from(rule.arguments[i]);
            UNSCOPED_INFO(rule.arguments[i]);
        }
        inferred_shape const result = infer_shape(rule.code, arguments);
        if (rule.result == nullptr) {
            CHECK(result.problem != nullptr);
            continue;
        }
        REQUIRE(result.problem == nullptr);
        extent const rows = result.adds_rows ? *arguments[0].rows + *arguments[1].rows : *result.value.rows;
        extent const columns = result.adds_columns ? *arguments[0].columns + *arguments[1].columns : *result.value.columns;
        CHECK(text(rows, " x ", columns) == rule.result);
    }
}

TEST_CASE("every rule of shapes is tried above, and refuses something if it can", "[expr]") {
    std::set<shape_rule> tried, refused;
    for (rule_case const& rule : cases)
        (rule.result == nullptr ? refused : tried).insert(about(rule.code).shape);
    std::set<shape_rule> const take_anything = {
        shape_rule::transpose, shape_rule::to_scalar, shape_rule::to_column, shape_rule::to_row,
        shape_rule::block_diagonal, shape_rule::gather_rows, shape_rule::gather_columns, shape_rule::same};
    for (op_entry const& entry : op_table) {
        if (entry.shape == shape_rule::given) continue;
        INFO(entry.name);
        CHECK(tried.count(entry.shape) == 1);
        CHECK(refused.count(entry.shape) + take_anything.count(entry.shape) == 1);
    }
}

TEST_CASE("what carries its shape has none inferred", "[expr]") {
    shape const arguments[3] = {};
    for (op_entry const& entry : op_table)
        if (entry.shape == shape_rule::given) CHECK(infer_shape(entry.code, arguments).problem != nullptr);
}

TEST_CASE("kinds of shapes", "[expr]") {
    CHECK(shape{}.is_scalar());
    CHECK((shape_from("n x 1").is_column() && !shape_from("n x 1").is_row() && !shape_from("n x 1").is_scalar()));
    CHECK((shape_from("1 x n").is_row() && !shape_from("1 x n").is_column()));
    CHECK((shape_from("p+q x q+p").is_square() && !shape_from("p x q").is_square()));
    CHECK(shape_from("m x n").transposed() == shape_from("n x m"));
    CHECK_FALSE(shape_from("m x n") == shape_from("n x m"));
    CHECK(text(shape_from("q+p x 3")) == "p+q x 3");
}

TEST_CASE("shapes of arrays", "[expr]") {
    array_shape const cube = {3, {extent_from("m"), extent_from("n"), extent_from("q+p")}};
    array_shape const same = {3, {extent_from("m"), extent_from("n"), extent_from("p+q")}};
    array_shape const other = {3, {extent_from("n"), extent_from("m"), extent_from("p+q")}};
    array_shape const longer = {4, {extent_from("m"), extent_from("n"), extent_from("p+q"), extent_from("m")}};
    CHECK(cube == same);
    CHECK_FALSE(cube == other);
    CHECK_FALSE(cube == longer);
    CHECK(no_array == array_shape{});
    CHECK(text(cube) == "m x n x p+q");
}

} // namespace
