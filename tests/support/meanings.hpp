// SPDX-License-Identifier: BSL-1.0
// An op against a formula of other ops that means the same.
#pragma once

#include "catch.hpp"
#include "graphs.hpp"

namespace graphs {

// Applies the op to arguments of all classes of shapes, and compares it with the formula of these arguments, y being the result.
template <class Wanted>
void check_meaning(op code, formula const& meaning, Wanted wanted) {
    using builder = graph_builder<100, 1>;
    INFO(about(code).name);
    int compared = 0;
    leaves pool;
    visit_applications(builder{}, code, pool, structure::none, [&](builder& graph, node_id y, node_id const* arguments) {
        if (!wanted(graph, arguments)) return;
        node_id const bound[variable_count] = {arguments[0], arguments[1], arguments[2], no_node, y};
        node_id const meant = build(graph, meaning, bound);
        REQUIRE(meant != no_node);
        REQUIRE(meant != y);
        CHECK(text_of(graph[meant].extents) == text_of(graph[y].extents));
        for (std::uint64_t seed : {0, 1, 4}) {
            evaluation<builder, moved_point> const values(graph, point_for(graph, seed));
            if (!is_finite(values[y])) continue;
            ++compared;
            CHECK(difference(values[y], values[meant]) == "");
        }
    });
    CHECK(compared > 3);
}

} // namespace graphs
