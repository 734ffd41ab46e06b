// SPDX-License-Identifier: BSL-1.0
// The order of a chain of products against all orders there are.
#include "support/catch.hpp"
#include "support/chains.hpp"

#include <ctgrad/passes/chains.hpp>

namespace {

using namespace graphs;
using builder = graph_builder<40, 1>;

// What the brackets that were chosen cost.
double cost_of(bracketing const& order, std::vector<long> const& sizes, std::size_t first, std::size_t last) {
    if (first == last) return 0;
    auto const middle = static_cast<std::size_t>(order.split[first][last]);
    return cost_of(order, sizes, first, middle) + cost_of(order, sizes, middle + 1, last) +
           double(sizes[first]) * double(sizes[middle + 1]) * double(sizes[last + 1]);
}

TEST_CASE("no order of a chain is cheaper", "[passes]") {
    std::mt19937 engine(1);
    for (int trial = 0; trial < 200; ++trial) {
        leaves pool;
        builder graph;
        int const count = 2 + int(engine() % 8);
        std::vector<long> const sizes = random_sizes(engine, count);
        std::vector<node_id> const expected = add_chain(graph, pool, sizes);
        chain const c = factors_of(graph, graph.roots[0]);
        CHECK(std::vector<node_id>(c.factors, c.factors + c.count) == expected);
        bracketing const order = cheapest(graph, c, nominal_sizes<builder>(graph));
        auto const last = std::size_t(count - 1);
        CHECK(order.cost[0][last] == cheapest_cost(sizes));
        CHECK(cost_of(order, sizes, 0, last) == cheapest_cost(sizes));
        CHECK(order.agrees(order, 0, count - 1));
    }
}

TEST_CASE("neighbours that are there anyway cost nothing", "[passes]") {
    leaves pool;
    builder graph;
    std::vector<node_id> const factors = add_chain(graph, pool, {10, 10, 10, 2});
    chain const c = factors_of(graph, graph.roots[0]);
    nominal_sizes<builder> const sizes(graph);
    CHECK(cheapest(graph, c, sizes).split[0][2] == 0);
    CHECK(cheapest(graph, c, sizes, [&](node_id a, node_id) { return a == factors[0] ? 0 : 1; }).split[0][2] == 1);
}

TEST_CASE("pairs that chains multiply are found, turned as well, but not a chain's own", "[passes]") {
    leaves pool;
    builder graph;
    std::vector<node_id> const factors = add_chain(graph, pool, {3, 20, 30, 40});
    chain const c = factors_of(graph, graph.roots[0]);
    multiplied_pairs<builder> pairs;
    pairs.note(graph, c, cheapest(graph, c, nominal_sizes<builder>(graph)), 0, 2, graph.roots[0]);
    auto const turned = [&](node_id id) { return graph.make(op::transpose, id); };
    REQUIRE(pairs.count == 1);  // of the first two
    CHECK(pairs.part_left(graph, factors[0], factors[1]) == 0);
    CHECK(pairs.part_left(graph, turned(factors[1]), turned(factors[0])) == 0);
    CHECK(pairs.part_left(graph, factors[1], factors[2]) == 1);
    CHECK(pairs.part_left(graph, factors[0], factors[1], graph.roots[0]) == 1);
    pairs.forget(graph.roots[0]);
    CHECK(pairs.part_left(graph, factors[0], factors[1]) == 1);
}

TEST_CASE("names that more leaves carry count as larger, and what is assumed small as smaller", "[passes]") {
    leaves pool;
    builder graph;
    add_leaf(graph, pool.make({&extent_of<"m">, &extent_of<"n">}));
    add_leaf(graph, pool.make({&extent_of<"n">, &one_extent}));
    nominal_sizes<builder> const sizes(graph), assumed(graph, hash("n"));
    CHECK(sizes.of(extent_of<"n">) > sizes.of(extent_of<"m">));
    CHECK(sizes.of(extent_of<"m+n">) == sizes.of(extent_of<"m">) + sizes.of(extent_of<"n">));
    CHECK(sizes.of(extent_of<12>) == 12);
    CHECK(assumed.of(extent_of<"n">) * 2 < assumed.of(extent_of<"m">));
}

} // namespace
