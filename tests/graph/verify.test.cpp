// SPDX-License-Identifier: BSL-1.0
// Every invariant of a graph is missed where it does not hold: faults are planted one by one.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/graph/verify.hpp>

#include <string>

namespace {

using namespace graphs;
using whole_graph = graph<12, 1>;

// sum((A B) o C) + s over (m x k) (k x n), then the rows of C that indices point at.
struct sample {
    leaves pool;
    whole_graph graph;
    node_id a, b, c, y, product, multiplied, total, scalar, gathered, identity, measure;

    sample() {
        auto const builder = std::make_unique<graph_builder<12, 1>>();
        extent const *m = &extent_of<"m">, *n = &extent_of<"n">, *k = &extent_of<"k">;
        a = add_leaf(*builder, pool.make({m, k}));
        b = add_leaf(*builder, pool.make({k, n}));
        c = add_leaf(*builder, pool.make({m, n}));
        y = add_leaf(*builder, pool.make({k, &one_extent}, structure::indices));
        product = builder->make(op::product, a, b);
        multiplied = builder->make(op::multiply, product, c);
        total = builder->make(op::sum, multiplied);
        scalar = builder->number(2);
        gathered = builder->make(op::gather_rows, c, y);
        identity = builder->identity(m);
        measure = builder->measure(m);
        builder->roots[0] = builder->make(op::add, total, scalar);
        graph = builder->finished();
    }
};

// What verify finds after a change, and that it finds it there.
template <class Change>
std::string found(node_id sample::* at, Change change) {
    sample s;
    REQUIRE_FALSE(verify(s.graph));
    change(s, s.graph.nodes[s.*at]);
    defect const d = verify(s.graph);
    if (d) CHECK(d.at == s.*at);
    return d ? d.problem : "";
}

TEST_CASE("planted faults are found where they are", "[graph]") {
    CHECK(found(&sample::total, [](sample&, node& n) { n.code = op::count_of_ops; }) == "no such op");
    CHECK(found(&sample::scalar, [](sample&, node& n) { n.code = op::variable; }) == "a variable of a pass was left behind");
    CHECK(found(&sample::multiplied, [](sample&, node& n) { n.arity = 1; }) == "another number of arguments than the op takes");
    CHECK(found(&sample::multiplied, [](sample& s, node& n) { n.arguments[1] = s.multiplied; }) == "an argument does not stand before its node");
    CHECK(found(&sample::multiplied, [](sample& s, node& n) { n.arguments[1] = s.total; }) == "an argument does not stand before its node");
    CHECK(found(&sample::multiplied, [](sample&, node& n) { n.arguments[0] = no_node; }) == "an argument does not stand before its node");
    std::string const misused = "indices where there should be none, or none where there should be";
    CHECK(found(&sample::gathered, [](sample& s, node& n) { n.arguments[1] = s.a; }) == misused);
    CHECK(found(&sample::product, [](sample& s, node& n) { n.arguments[1] = s.y; }) == misused);
    CHECK(found(&sample::a, [](sample&, node& n) { n.leaf = nullptr; }) == "a leaf without a name");
    CHECK(found(&sample::a, [](sample&, node& n) { n.extents = {}; }) == "a leaf of another shape than declared");
    CHECK(found(&sample::identity, [](sample&, node& n) { n.extents.columns = &extent_of<"n">; }) == "an identity that is not square");
    CHECK(found(&sample::measure, [](sample&, node& n) { n.measured = &extent_of<3>; }) == "an extent that is a number");
    CHECK(found(&sample::product, [](sample& s, node& n) { n.arguments[1] = s.a; }) == "columns of the left must be the rows of the right");
    CHECK(found(&sample::multiplied, [](sample&, node& n) { n.extents = n.extents.transposed(); }) ==
          "another shape than that of its arguments gives");
    CHECK(found(&sample::identity, [](sample& s, node& n) { n = s.graph[s.scalar]; }) == "a node stands twice");
}

TEST_CASE("a product with a scalar is missed as a scaling", "[graph]") {
    sample s;
    node& n = s.graph.nodes[s.graph.roots[0]];
    n.code = op::product;
    CHECK(std::string(verify(s.graph).problem) == "a product with a scalar, which is a scaling");
}

TEST_CASE("roots and sizes are within the graph", "[graph]") {
    for (node_id root : {no_node, node_id(12)}) {
        sample s;
        s.graph.roots[0] = root;
        CHECK(std::string(verify(s.graph).problem) == "a root is no node");
    }
    for (int size : {-1, 13}) {
        sample s;
        s.graph.size = size;
        CHECK(std::string(verify(s.graph).problem) == "more nodes than there is room for");
    }
}

} // namespace
