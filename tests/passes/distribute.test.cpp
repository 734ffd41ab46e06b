// SPDX-License-Identifier: BSL-1.0
// Sums of costly terms are multiplied out where that is cheaper than forming them, and only there.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/passes/distribute.hpp>

#include <memory>

namespace {

using namespace graphs;
using written = graph_builder<40, 2>;
using before = graph<40, 2>;
using normal_builder = rewriting_builder<normalising, normalising_by_op, 200, 2>;
using pass_type = distribution<normal_builder, before, 0>;

struct sample {
    leaves pool;
    written graph;
    extent const* const n = &extent_of<40>;
    node_id a = leaf({n, &extent_of<4>}), d = leaf({n, n}), x = leaf({n, &one_extent}), wide = leaf({n, &extent_of<90>});
    node_id product = graph.make(op::product, a, graph.make(op::transpose, a)), sum = graph.make(op::add, product, d);

    node_id leaf(shape const& s) { return add_leaf(graph, pool.make(s)); }

    // The first root after the pass, whose values are those before.
    std::string after(node_id first, node_id second) {
        graph.roots[0] = first;
        graph.roots[1] = second;
        before const old = graph.finished();
        auto const pass = std::make_unique<pass_type>(old);
        bool const applies = pass->applies();
        for (node_id id = 0; id < old.size; ++id) pass->visit(id);
        auto const& result = pass->finish();
        CHECK(result.failure == trouble::none);
        CHECK(applies == (result[result.roots[0]].code == op::add || result[result.roots[0]].code == op::subtract));
        moved_point const point = point_for(old, 0);
        CHECK(difference(evaluation<before, moved_point>(old, point)[old.roots[0]],
                         evaluation<normal_builder, moved_point>(result, point)[result.roots[0]]) == "");
        return text_of(result, result.roots[0]);
    }
};

TEST_CASE("a sum that is applied to a column alone is not formed", "[passes]") {
    sample s;
    CHECK(s.after(s.graph.make(op::product, s.sum, s.x), s.x) == "a * transpose(a) * c + b * c");
    CHECK(s.after(s.graph.make(op::product, s.graph.make(op::subtract, s.product, s.d), s.x), s.x) == "a * transpose(a) * c - b * c");
}

TEST_CASE("from the left as well", "[passes]") {
    sample s;
    node_id const row = s.graph.make(op::transpose, s.x);
    CHECK(s.after(s.graph.make(op::product, row, s.sum), s.x) == "transpose(c) * a * transpose(a) + transpose(c) * b");
}

TEST_CASE("a sum that something else needs is formed", "[passes]") {
    sample s;
    CHECK(s.after(s.graph.make(op::product, s.sum, s.x), s.sum) == "(b + a * transpose(a)) * c");
}

TEST_CASE("what is wide is multiplied once", "[passes]") {
    sample s;
    CHECK(s.after(s.graph.make(op::product, s.sum, s.wide), s.x) == "(b + a * transpose(a)) * d");
}

TEST_CASE("a sum that costs little to form is formed", "[passes]") {
    sample s;
    CHECK(s.after(s.graph.make(op::product, s.graph.make(op::add, s.d, s.graph.make(op::exp, s.d)), s.x), s.x) == "(b + exp(b)) * c");
}

} // namespace
