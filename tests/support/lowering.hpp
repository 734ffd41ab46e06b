// SPDX-License-Identifier: BSL-1.0
// Graphs of expressions, as written and as the first passes leave them.
#pragma once

#include "graphs.hpp"

#include <ctgrad/graph/lower.hpp>
#include <ctgrad/passes/differentiate.hpp>
#include <ctgrad/passes/expand.hpp>

#include <memory>

namespace graphs {

// The graph of some expressions, with room for so many nodes.
template <int Capacity, class... Expressions>
constexpr auto lowered(Expressions... expressions) {
    source const* roots[] = {&definition(expressions)...};
    return lower<Capacity, sizeof...(Expressions)>(roots);
}

// Without ops that stand for formulas, and without overflow.
template <class... Expressions>
auto expanded(Expressions... expressions) {
    using builder = graph_builder<400, sizeof...(Expressions)>;
    return std::make_unique<builder>(expand<builder>(lowered<200>(expressions...).finished()));
}

// And without derivatives. The extents of Jacobians live in the pool.
template <class... Expressions>
auto derived(extent_pool& pool, Expressions... expressions) {
    using builder = graph_builder<1200, sizeof...(Expressions)>;
    auto const before = expanded(expressions...);
    return std::make_unique<builder>(differentiate<builder>(before->finished(), &pool));
}

template <class Graph>
std::string text_of_root(Graph const& graph, int root = 0) {
    return text_of(graph, graph.roots[root]);
}

template <class Graph>
int count_of(Graph const& graph, op code) {
    int count = 0;
    for (node_id id = 0; id < graph.size; ++id) count += graph[id].code == code;
    return count;
}

} // namespace graphs
