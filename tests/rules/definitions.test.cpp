// SPDX-License-Identifier: BSL-1.0
// Every line of the table of definitions: the formula against the op's own meaning, which the evaluator computes without it.
#include "support/catch.hpp"
#include "support/graphs.hpp"

namespace {

using namespace graphs;
using builder = graph_builder<100, 1>;

TEST_CASE("every definition has the value of the op that it stands for", "[rules]") {
    for (definition_rule const& rule : definitions) {
        op const code = rule.defined.root();
        if (is_derivative(code)) continue;  // no values of their own: tests/passes compares them with differences
        INFO(about(code).name);
        int compared = 0;
        leaves pool;
        visit_applications(builder{}, code, pool, structure::none, [&](builder& graph, node_id y, node_id const* arguments) {
            node_id const bound[variable_count] = {arguments[0], arguments[1], arguments[2], no_node, y};
            node_id const meaning = build(graph, rule.meaning, bound);
            REQUIRE(meaning != no_node);
            REQUIRE(meaning != y);
            CHECK(text_of(graph[meaning].extents) == text_of(graph[y].extents));
            for (std::uint64_t seed : {0, 1, 4}) {
                evaluation<builder, moved_point> const values(graph, point_for(graph, seed));
                if (!is_finite(values[y])) continue;
                ++compared;
                CHECK(difference(values[y], values[meaning]) == "");
            }
        });
        CHECK(compared > 3);
    }
}

} // namespace
