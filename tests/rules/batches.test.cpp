// SPDX-License-Identifier: BSL-1.0
// How ops are applied to many values at once: the formulas hold of one value, and what goes row by row needs no other row.
#include "support/catch.hpp"
#include "support/meanings.hpp"

#include <ctgrad/rules/batches.hpp>

namespace {

using namespace graphs;

TEST_CASE("every formula for batches has the value of its op", "[rules]") {
    for (batching_rule const& rule : batching_rules) {
        if (rule.how == batching::by_rows) continue;
        bool const of_columns = rule.how == batching::by_formula_of_columns;
        check_meaning(rule.applied.root(), rule.meaning, [&](auto const& graph, node_id const* arguments) {
            return !of_columns || (graph[arguments[0]].extents.is_column() && !graph[arguments[0]].is_scalar());
        });
    }
}

// f of some rows of A is the same rows of f(A).
TEST_CASE("what goes row by row needs no other row", "[rules]") {
    using builder = graph_builder<100, 1>;
    for (batching_rule const& rule : batching_rules) {
        if (rule.how != batching::by_rows) continue;
        op const code = rule.applied.root();
        INFO(about(code).name);
        int compared = 0;
        leaves pool;
        visit_applications(builder{}, code, pool, structure::none, [&](builder& graph, node_id y, node_id const* arguments) {
            node const applied = graph[y];
            node_id const chosen = add_leaf(graph, pool.make({&extent_of<"k">, &one_extent}, structure::indices));
            node_id const some = graph.make(op::gather_rows, arguments[0], chosen);
            shape const extents = {&extent_of<"k">, applied.extents.columns};
            node_id const of_some = carries_shape(code) ? graph.add(graph.shaped_node(code, extents, applied.from, some, arguments[1]))
                                                        : graph.make(code, some, arguments[1]);
            node_id const some_of = graph.make(op::gather_rows, y, chosen);
            REQUIRE((of_some != no_node && some_of != no_node));
            evaluation<builder, moved_point> const values(graph, point_for(graph, 0));
            ++compared;
            CHECK(difference(values[some_of], values[of_some]) == "");
        });
        CHECK(compared > 3);
    }
}

TEST_CASE("every rule for batches is found by its op", "[rules]") {
    for (int place = 0; place < int(std::size(batching_rules)); ++place)
        CHECK(batching_of.of[int(batching_rules[place].applied.root())] == place);
    CHECK(batching_of.of[int(op::logdet)] == -1);
}

} // namespace
