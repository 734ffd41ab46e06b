// SPDX-License-Identifier: BSL-1.0
// Every line of the table of definitions: the formula against the op's own meaning, which the evaluator computes without it.
#include "support/catch.hpp"
#include "support/meanings.hpp"

#include <ctgrad/rules/definitions.hpp>

namespace {

using namespace graphs;

TEST_CASE("every definition has the value of the op that it stands for", "[rules]") {
    for (definition_rule const& rule : definitions) {
        op const code = rule.defined.root();
        if (is_derivative(code)) continue;  // no values of their own: tests/passes compares them with differences
        check_meaning(code, rule.meaning, [](auto const&, node_id const*) { return true; });
    }
}

TEST_CASE("every definition is found by its op", "[rules]") {
    for (op_entry const& entry : op_table) {
        INFO(entry.name);
        int const place = definition_of.of[int(entry.code)];
        CHECK((place >= 0) == is_defined_by_formula(entry.code));
        if (place >= 0) CHECK(definitions[place].defined.root() == entry.code);
    }
}

} // namespace
