// SPDX-License-Identifier: BSL-1.0
// Chains of matrix products of fixed sizes, and what their cheapest order costs: by trying every order.
#pragma once

#include "graphs.hpp"

#include <random>
#include <vector>

namespace graphs {

// The matrices' extents: factor i is sizes[i] x sizes[i + 1].
inline std::vector<long> random_sizes(std::mt19937& engine, int factors) {
    std::vector<long> sizes;
    for (int i = 0; i <= factors; ++i) sizes.push_back(2 + long(engine() % 40));
    return sizes;
}

inline extent const* number_extent(long value) {
    extent number;
    number.add(monomial{value, 0, {}});
    return keep(number);
}

// The leaves of a chain, their product being the first root.
template <class Builder>
std::vector<node_id> add_chain(Builder& graph, leaves& pool, std::vector<long> const& sizes) {
    std::vector<node_id> factors;
    for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
        factors.push_back(add_leaf(graph, pool.make({number_extent(sizes[i]), number_extent(sizes[i + 1])})));
    node_id product = factors[0];
    for (std::size_t i = 1; i < factors.size(); ++i) product = graph.make(op::product, product, factors[i]);
    graph.roots[0] = product;
    return factors;
}

// The fewest multiplications of the factors from first to last, whatever the brackets.
inline double cheapest_cost(std::vector<long> const& sizes, std::size_t first, std::size_t last) {
    if (first == last) return 0;
    double best = -1;
    for (std::size_t middle = first; middle < last; ++middle) {
        double const cost = cheapest_cost(sizes, first, middle) + cheapest_cost(sizes, middle + 1, last) +
                            double(sizes[first]) * double(sizes[middle + 1]) * double(sizes[last + 1]);
        if (best < 0 || cost < best) best = cost;
    }
    return best;
}
inline double cheapest_cost(std::vector<long> const& sizes) { return cheapest_cost(sizes, 0, sizes.size() - 2); }

// The multiplications of all products in a graph of fixed sizes.
template <class Graph>
double cost_of_products(Graph const& graph) {
    double cost = 0;
    reachable_nodes<Graph> const needed(graph);
    for (node_id id = 0; id < graph.size; ++id) {
        if (graph[id].code != op::product || !needed.marked[id]) continue;
        double const inner = double(graph[graph[id].arguments[0]].extents.columns->number());
        cost += double(graph[id].extents.rows->number()) * inner * double(graph[id].extents.columns->number());
    }
    return cost;
}

} // namespace graphs
