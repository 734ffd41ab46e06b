// SPDX-License-Identifier: BSL-1.0
// Sweeps: forward and reverse mode are transposes of each other, rule by rule, and only what is needed is derived.
#include "support/catch.hpp"
#include "support/lowering.hpp"

#include <ctgrad/passes/sweep.hpp>

#include <cmath>

namespace {

using namespace graphs;
using builder = graph_builder<400, 1>;

node_id inner_product(builder& graph, node_id a, node_id b) {
    return graph.make(op::sum, graph.make(op::multiply, a, b));
}

// u' (J dx) = (J' u)' dx for every argument of every rule.
TEST_CASE("forward mode is the transpose of reverse mode", "[passes]") {
    for (gradient_rule const& rule : gradients) {
        op const code = rule.result.root();
        INFO(about(code).name);
        int compared = 0;
        for (structure form : {structure::none, structure::positive, structure::spd}) {
            if (compared > 0) break;
            leaves pool;
            visit_applications(builder{}, code, pool, form, [&](builder& graph, node_id y, node_id const* arguments) {
                node_id const u = add_leaf(graph, pool.make(graph[y].extents));
                for (int i = 0; i < about(code).arity; ++i) {
                    if (graph[arguments[i]].code != op::leaf || graph[arguments[i]].leaf->form == structure::indices) continue;
                    node_id const change = add_leaf(graph, pool.make(graph[arguments[i]].extents));
                    node_id const pushed = push_forward(graph, y, i, change), pulled = pull_back(graph, y, i, u);
                    CHECK((pushed == no_node) == (pulled == no_node));
                    if (pushed == no_node || pulled == no_node) continue;
                    CHECK(graph[pushed].extents == graph[y].extents);
                    CHECK(graph[pulled].extents == graph[arguments[i]].extents);
                    node_id const forward = inner_product(graph, u, pushed), reverse = inner_product(graph, pulled, change);
                    auto without_variables = std::make_unique<builder>(graph);  // what push_forward left behind has no value
                    for (node_id id = 0; id < graph.size; ++id)
                        if (graph[id].code == op::variable) without_variables->nodes[id].code = op::number;
                    for (std::uint64_t seed : {0, 1, 4}) {
                        evaluation<builder, moved_point> const values(*without_variables, point_for(graph, seed));
                        double const a = values[forward].value[0], b = values[reverse].value[0];
                        if (!std::isfinite(a) || !std::isfinite(b) || !is_exact(values[forward]) || !is_exact(values[reverse])) continue;
                        ++compared;
                        CAPTURE(i, seed, a, b);
                        if (!(std::abs(a - b) <= 1e-9 * (1 + std::abs(a)))) FAIL_CHECK("they differ");
                    }
                }
            });
        }
        if (!rule.derivative[0].empty() || !rule.derivative[1].empty()) CHECK(compared > 0);
    }
}

TEST_CASE("a derivative is summed back to the shape that was broadcast", "[passes]") {
    leaves pool;
    builder graph;
    extent const *m = &extent_of<"m">, *n = &extent_of<"n">;
    node_id const g = add_leaf(graph, pool.make({m, n}));
    CHECK(sum_to(graph, g, {m, n}) == g);
    CHECK(text_of(graph, sum_to(graph, g, {m, &one_extent})) == "row_sums(a)");
    CHECK(text_of(graph, sum_to(graph, g, {&one_extent, n})) == "column_sums(a)");
    CHECK(text_of(graph, sum_to(graph, g, {})) == "sum(a)");
}

TEST_CASE("one sweep gives all derivatives, and none where nothing depends", "[passes]") {
    leaves pool;
    builder graph;
    shape const extents = {&extent_of<"m">, &extent_of<"n">};
    node_id const a = add_leaf(graph, pool.make(extents)), b = add_leaf(graph, pool.make(extents)), c = add_leaf(graph, pool.make(extents));
    node_id const ignored = graph.make(op::exp, c), y = graph.make(op::multiply, graph.make(op::sin, a), b);
    node_id const loss = graph.make(op::sum, y);
    bool wanted[builder::capacity]{};
    node_id adjoint[builder::capacity];
    wanted[a] = wanted[b] = wanted[c] = true;
    reverse_sweep<builder::capacity>(graph, 0, loss, graph.number(1), wanted, adjoint);
    CHECK(adjoint[c] == no_node);
    CHECK(adjoint[ignored] == no_node);
    CHECK((adjoint[a] != no_node && adjoint[b] != no_node));
    CHECK(forward_sweep(graph, c, loss, c) == no_node);
    CHECK(text_of(graph, forward_sweep(graph, y, loss, b)).find("sum") != std::string::npos);
}

// A chain of n steps, each of which uses the one before twice: 2^n paths.
int nodes_added_by_sweep(int steps) {
    leaves pool;
    auto const graph = std::make_unique<graph_builder<3000, 1>>();
    node_id const first = add_leaf(*graph, pool.make({}));
    node_id last = first;
    for (int i = 0; i < steps; ++i) last = graph->make(op::multiply, graph->make(op::sin, last), graph->make(op::cos, last));
    auto const wanted = std::make_unique<bool[]>(3000);
    auto const adjoint = std::make_unique<node_id[]>(3000);
    wanted[std::size_t(first)] = true;
    int const before = graph->size;
    reverse_sweep<3000>(*graph, 0, last, graph->number(1), wanted.get(), adjoint.get());
    CHECK(graph->failure == trouble::none);
    return graph->size - before;
}

TEST_CASE("a sweep is linear in the nodes, not in the paths", "[passes]") {
    int const ten = nodes_added_by_sweep(10), hundred = nodes_added_by_sweep(100);
    CHECK(hundred <= 10 * ten + 10);
    CHECK(hundred < 1500);
}

} // namespace
