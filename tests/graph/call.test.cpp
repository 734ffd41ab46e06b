// SPDX-License-Identifier: BSL-1.0
// The derivative of a user's function where a graph calls it.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/graph/call.hpp>
#include <ctgrad/graph/verify.hpp>

namespace {

using namespace graphs;
using builder = graph_builder<40, 1>;

template <class Function>
node_id call(builder& graph, Function function, node_id argument) {
    static constexpr auto called = function(ctgrad::scalar<"argument">);
    node n = graph.operation_node(op::call, argument, no_node, no_node);
    n.leaf = &definition(called);
    return graph.add(n);
}

constexpr auto cube = ctgrad::elementwise<"cube of a call">([](auto t) { return t * t * t; }, [](auto t) { return ctgrad::constant<3.> * t * t; });
constexpr auto tangent = ctgrad::elementwise<"tangent of a call">([](auto t) { return t; }, [](auto, auto y) { return y * y + ctgrad::constant<1.>; });
constexpr auto both = ctgrad::elementwise<"both of a call">([](auto t) { return t; }, [](auto t, auto y) { return cube(t) * y; });
constexpr auto numeric = ctgrad::elementwise<"numeric of a call">([](double t) { return t * t; }, [](double t) { return 2 * t; });

TEST_CASE("a derivative is built upon the call and its argument", "[graph]") {
    leaves pool;
    builder graph;
    node_id const a = add_leaf(graph, pool.make({&extent_of<"m">, &extent_of<"n">})), e = graph.make(op::exp, a);
    auto const derivative = [&](auto function) { return text_of(graph, call_derivative(graph, call(graph, function, e))); };
    CHECK(derivative(cube) == "hadamard(3 * exp(a), exp(a))");
    CHECK(derivative(tangent) == "hadamard(tangent of a call(exp(a)), tangent of a call(exp(a))) + 1");
    CHECK(derivative(both) == "hadamard(cube of a call(exp(a)), both of a call(exp(a)))");
    CHECK(derivative(numeric) == "numeric of a call'(exp(a))");
    CHECK(graph.failure == trouble::none);
    CHECK_FALSE(verify(graph.finished()));
    for (node_id id = 0; id < graph.size; ++id)
        if (graph[id].code == op::call) CHECK(text_of(graph[id].extents) == "m x n");
}

TEST_CASE("a derivative that is a function of numbers has none itself", "[graph]") {
    leaves pool;
    builder graph;
    node_id const slope = call_derivative(graph, call(graph, numeric, add_leaf(graph, pool.make({}))));
    call_derivative(graph, slope);
    CHECK(graph.failure == trouble::no_second_derivative);
}

} // namespace
