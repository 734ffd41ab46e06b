// SPDX-License-Identifier: BSL-1.0
// Building graphs: equal nodes once, shapes checked, nothing beyond the capacity, and nothing that no root needs.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <random>

namespace {

using namespace graphs;
using builder = graph_builder<40, 2>;

shape const m_by_n = {&extent_of<"m">, &extent_of<"n">}, n_by_m = m_by_n.transposed();

TEST_CASE("equal nodes are one node", "[graph]") {
    leaves pool;
    source const* const leaf = pool.make(m_by_n);
    builder graph;
    node_id const a = add_leaf(graph, leaf);
    CHECK(add_leaf(graph, leaf) == a);
    CHECK(graph.make(op::exp, a) == graph.make(op::exp, a));
    CHECK(graph.make(op::add, a, a) != graph.make(op::subtract, a, a));
    CHECK(graph.number(2) == graph.number(2));
    CHECK(graph.number(2) != graph.number(2, m_by_n));
    CHECK(graph.measure(&extent_of<"m">) != graph.measure(&extent_of<"n">));
    CHECK(graph.variable({}) != graph.variable({}));
    CHECK(graph.size == 10);
}

TEST_CASE("thousands of nodes are found again", "[graph]") {
    auto const graph = std::make_unique<graph_builder<6000, 1>>();
    std::mt19937 engine(1);
    std::vector<std::pair<int, int>> pairs;
    std::vector<node_id> ids;
    for (int i = 0; i < 50; ++i) graph->number(i);
    for (int i = 0; i < 5000; ++i) {
        int const a = static_cast<int>(engine() % static_cast<unsigned>(graph->size)), b = static_cast<int>(engine() % static_cast<unsigned>(graph->size));
        pairs.emplace_back(a, b);
        ids.push_back(graph->make(op::add, a, b));
    }
    int const size = graph->size;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        CHECK(graph->make(op::add, pairs[i].first, pairs[i].second) == ids[i]);
    CHECK(graph->size == size);
}

TEST_CASE("what does not fit is no node", "[graph]") {
    leaves pool;
    builder graph;
    node_id const a = add_leaf(graph, pool.make(m_by_n)), b = add_leaf(graph, pool.make(n_by_m));
    CHECK(graph.make(op::add, a, b) == no_node);
    CHECK(graph.make(op::product, a, a) == no_node);
    CHECK(graph.make(op::logdet, a) == no_node);
    CHECK(graph.make(op::exp, no_node) == no_node);
    CHECK(graph.make(op::add, a, no_node) == no_node);
    CHECK(graph.size == 2);
    CHECK(text_of(graph[graph.make(op::product, a, b)].extents) == "m x m");
}

TEST_CASE("a product with a scalar is a scaling", "[graph]") {
    leaves pool;
    builder graph;
    node_id const a = add_leaf(graph, pool.make(m_by_n)), s = add_leaf(graph, pool.make({}));
    CHECK(graph[graph.make(op::product, s, a)].code == op::multiply);
    CHECK(graph[graph.make(op::product, a, s)].code == op::multiply);
}

TEST_CASE("numbers that are known are numbers", "[graph]") {
    builder graph;
    CHECK(graph[graph.measure(&extent_of<7>)].is_number(7));
    CHECK(graph[graph.measure(&extent_of<"n">)].code == op::measure);
    CHECK(graph[graph.identity(&one_extent)].is_number(1));
    CHECK(text_of(graph[graph.identity(&extent_of<"n">)].extents) == "n x n");
}

TEST_CASE("the sum of two extents has to stand somewhere", "[graph]") {
    leaves pool;
    builder graph;
    node_id const a = add_leaf(graph, pool.make({&extent_of<"p">, &extent_of<"n">}));
    node_id const b = add_leaf(graph, pool.make({&extent_of<"q">, &extent_of<"n">}));
    CHECK(graph.make(op::vertical, a, b) == no_node);
    add_leaf(graph, pool.make({&extent_of<"q+p">, &one_extent}));
    CHECK(text_of(graph[graph.make(op::vertical, a, b)].extents) == "p+q x n");
}

TEST_CASE("a full graph says so", "[graph]") {
    graph_builder<3, 1> graph;
    for (int i = 0; i < 3; ++i) graph.number(i);
    CHECK(graph.failure == trouble::none);
    CHECK(graph.number(1) == 1);
    CHECK(graph.failure == trouble::none);
    graph.number(3);
    CHECK(graph.failure == trouble::out_of_capacity);
    CHECK(graph.size == 3);
    graph.fail(trouble::bad_shape, 2);
    CHECK(graph.failure == trouble::out_of_capacity);  // the first trouble counts
}

TEST_CASE("shrinking keeps what the roots need, in its order", "[graph]") {
    leaves pool;
    builder graph;
    node_id const a = add_leaf(graph, pool.make({})), unneeded = graph.make(op::exp, a), b = add_leaf(graph, pool.make({}));
    node_id const sine = graph.make(op::sin, b);
    graph.make(op::add, unneeded, a);
    graph.roots[0] = graph.make(op::add, sine, a);
    graph.roots[1] = sine;
    reachable_nodes<builder> const needed(graph);
    CHECK(needed.count == 4);
    CHECK((needed.marked[a] && needed.marked[sine] && !needed.marked[unneeded]));
    auto const small = shrink<4>(graph, needed);
    CHECK(small.size == 4);
    CHECK(text_of(small, small.roots[0]) == text_of(graph, graph.roots[0]));
    CHECK(text_of(small, small.roots[1]) == "sin(b)");
    for (node_id id = 0; id < small.size; ++id)
        for (int i = 0; i < small[id].arity; ++i)
            CHECK(small[id].arguments[i] < id);
}

} // namespace
