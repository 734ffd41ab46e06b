// SPDX-License-Identifier: BSL-1.0
// Nodes as formulas in the language of the user.
#include "support/catch.hpp"
#include "support/graphs.hpp"

namespace {

using namespace graphs;
using builder = graph_builder<60, 1>;

TEST_CASE("nodes are written as a user would", "[graph]") {
    leaves pool;
    builder graph;
    shape const square = {&extent_of<"n">, &extent_of<"n">};
    node_id const a = add_leaf(graph, pool.make(square)), b = add_leaf(graph, pool.make(square)), s = add_leaf(graph, pool.make({}));
    node_id const d = add_leaf(graph, pool.make({&extent_of<"n">, &one_extent})), two = graph.number(2);
    auto const made = [&](op code, node_id x, node_id y = no_node) { return text_of(graph, graph.make(code, x, y)); };
    CHECK(made(op::add, a, graph.make(op::product, a, b)) == "a + a * b");
    CHECK(made(op::product, graph.make(op::add, a, b), a) == "(a + b) * a");
    CHECK(made(op::subtract, a, graph.make(op::subtract, a, b)) == "a - (a - b)");
    CHECK(made(op::multiply, a, b) == "hadamard(a, b)");
    CHECK(made(op::multiply, two, a) == "2 * a");
    CHECK(made(op::multiply, s, graph.make(op::add, a, b)) == "c * (a + b)");
    CHECK(made(op::negate, graph.make(op::add, a, b)) == "-(a + b)");
    CHECK(made(op::transpose, a) == "transpose(a)");
    CHECK(made(op::solve, a, b) == "solve(a, b)");
    CHECK(made(op::add, a, graph.number(0.5, square)) == "a + 0.5 * ones<n, n>");
    CHECK(made(op::add_diagonal, a, two) == "a + 2 * identity<n>");
    CHECK(made(op::add_diagonal, a, d) == "a + diag(d)");
    CHECK(made(op::transpose, graph.make(op::add_diagonal, a, s)) == "transpose(a + c * identity<n>)");
    CHECK(made(op::exp, graph.measure(&extent_of<"n+1">)) == "exp(extent<n+1>)");
}

TEST_CASE("a leaf of a declared structure is itself in its part", "[graph]") {
    leaves pool;
    builder graph;
    shape const square = {&extent_of<"n">, &extent_of<"n">};
    node_id const lower = add_leaf(graph, pool.make(square, structure::lower_triangular));
    node_id const diagonal = add_leaf(graph, pool.make(square, structure::diagonal_matrix));
    node_id const plain = add_leaf(graph, pool.make(square));
    CHECK(text_of(graph, graph.make(op::lower_part, lower)) == "a");
    CHECK(text_of(graph, graph.make(op::diag, graph.make(op::diagonal, diagonal))) == "b");
    CHECK(text_of(graph, graph.make(op::lower_part, plain)) == "lower_part(c)");
    CHECK(leaf_in_structure(graph, graph.make(op::lower_part, plain)) == no_node);
    CHECK(leaf_in_structure(graph, plain) == plain);
}

TEST_CASE("text that is full is cut off", "[graph]") {
    leaves pool;
    auto const graph = std::make_unique<graph_builder<300, 1>>();
    node_id e = add_leaf(*graph, pool.make({}));
    for (int i = 0; i < 100; ++i) e = graph->make(op::add, e, e);  // 2^100 terms
    text_buffer<50> text;
    print_node(text, *graph, e);
    CHECK(text.length == 50);
}

} // namespace
