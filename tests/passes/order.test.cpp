// SPDX-License-Identifier: BSL-1.0
// The order that products are computed in: none is cheaper, and of a trace or a diagonal no product is formed.
#include "support/catch.hpp"
#include "support/chains.hpp"

#include <ctgrad/passes/order.hpp>

#include <memory>

namespace {

using namespace graphs;
using written = graph_builder<40, 2>;
using before = graph<40, 2>;
using kernel_builder = rewriting_builder<kernelising, kernelising_by_op, 200, 2>;

std::unique_ptr<kernel_builder> ordered(before const& g) {
    auto const pass = std::make_unique<product_ordering<kernel_builder, before, 0>>(g);
    for (node_id id = 0; id < g.size; ++id) pass->visit(id);
    return std::make_unique<kernel_builder>(pass->finish());
}

TEST_CASE("chains of products are computed in the order that costs least", "[passes]") {
    std::mt19937 engine(1);
    for (int trial = 0; trial < 60; ++trial) {
        leaves pool;
        written graph;
        std::vector<long> const sizes = random_sizes(engine, 2 + int(engine() % 7));
        std::vector<node_id> const factors = add_chain(graph, pool, sizes);
        graph.roots[1] = factors[0];
        auto const after = ordered(graph.finished());
        REQUIRE(after->failure == trouble::none);
        CAPTURE(text_of(*after, after->roots[0]));
        CHECK(cost_of_products(*after) == cheapest_cost(sizes));
        CHECK((*after)[after->roots[0]].extents == graph[graph.roots[0]].extents);
    }
}

TEST_CASE("what two chains have in common is computed once", "[passes]") {
    leaves pool;
    written graph;
    // A B v and A B: with A B at hand, the product with v costs least from the left.
    node_id const a = add_leaf(graph, pool.make({number_extent(20), number_extent(20)})), b = add_leaf(graph, pool.make({number_extent(20), number_extent(20)}));
    node_id const v = add_leaf(graph, pool.make({number_extent(20), number_extent(3)})), both = graph.make(op::product, a, b);
    graph.roots[0] = both;
    graph.roots[1] = graph.make(op::product, both, v);
    auto const after = ordered(graph.finished());
    CHECK(cost_of_products(*after) == 20 * 20 * 20 + 20 * 20 * 3);
}

TEST_CASE("of a trace or a diagonal no product of all factors is formed", "[passes]") {
    leaves pool;
    written graph;
    std::vector<node_id> const factors = add_chain(graph, pool, {30, 4, 30});
    node_id const product = graph.roots[0];
    graph.roots[0] = graph.make(op::trace, product);
    graph.roots[1] = graph.make(op::diagonal, product);
    auto const after = ordered(graph.finished());
    CHECK(cost_of_products(*after) == 0);
    moved_point const point = point_for(graph, 0);
    evaluation<written, moved_point> const old_values(graph, point);
    evaluation<kernel_builder, moved_point> const new_values(*after, point);
    for (int i = 0; i < 2; ++i) CHECK(difference(old_values[graph.roots[i]], new_values[after->roots[i]]) == "");
}

TEST_CASE("a trace that begins with a transpose transposes nothing", "[passes]") {
    leaves pool;
    written graph;
    std::vector<node_id> const factors = add_chain(graph, pool, {30, 30, 5});
    node_id const turned = graph.make(op::transpose, factors[1]);
    node_id const product = graph.make(op::product, graph.make(op::product, turned, factors[0]), factors[1]);
    graph.roots[0] = graph.make(op::trace, product);
    graph.roots[1] = factors[0];
    auto const after = ordered(graph.finished());
    CHECK(text_of(*after, after->roots[0]) == "sum(hadamard(b, a * b))");
}

} // namespace
