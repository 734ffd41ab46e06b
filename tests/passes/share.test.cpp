// SPDX-License-Identifier: BSL-1.0
// Of products that are each other's transposes one is computed.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/passes/share.hpp>

#include <memory>

namespace {

using namespace graphs;
using written = graph_builder<40, 2>;
using before = graph<40, 2>;
using pass_type = sharing<written, before>;

struct sample {
    leaves pool;
    written graph;
    node_id A = leaf({&extent_of<"m">, &extent_of<"k">}), B = leaf({&extent_of<"k">, &extent_of<"n">});
    node_id x = leaf({&extent_of<"m">, &one_extent}), y = leaf({&extent_of<"n">, &one_extent});

    node_id leaf(shape const& s) { return add_leaf(graph, pool.make(s)); }
    node_id turned(node_id id) { return graph.make(op::transpose, id); }
    node_id times(node_id a, node_id b) { return graph.make(op::product, a, b); }

    // How many products are left of two roots, whose values stay.
    int products_of(node_id first, node_id second) {
        graph.roots[0] = first;
        graph.roots[1] = second;
        before const old = graph.finished();
        auto const pass = std::make_unique<pass_type>(old);
        for (node_id id = 0; id < old.size; ++id) pass->visit(id);
        auto const& result = pass->finish();
        CHECK(result.failure == trouble::none);
        moved_point const point = point_for(old, 0);
        evaluation<before, moved_point> const old_values(old, point);
        evaluation<written, moved_point> const new_values(result, point);
        for (int i = 0; i < 2; ++i) CHECK(difference(old_values[old.roots[i]], new_values[result.roots[i]]) == "");
        reachable_nodes<written> const needed(result);
        int count = 0, before_it = 0;
        for (node_id id = 0; id < result.size; ++id) count += needed.marked[id] && result[id].code == op::product;
        for (node_id id = 0; id < old.size; ++id) before_it += old[id].code == op::product;
        CHECK(pass->applies() == (count < before_it));
        return count;
    }
};

TEST_CASE("a product and its transpose are one", "[passes]") {
    sample s;
    CHECK(s.products_of(s.times(s.A, s.B), s.times(s.turned(s.B), s.turned(s.A))) == 1);
}

TEST_CASE("longer ones as well, factor by factor", "[passes]") {
    sample s;
    node_id const forwards = s.times(s.times(s.A, s.B), s.y), backwards = s.times(s.turned(s.y), s.times(s.turned(s.B), s.turned(s.A)));
    CHECK(s.products_of(forwards, backwards) == 2);
}

TEST_CASE("a symmetric factor is its own transpose", "[passes]") {
    sample s;
    node_id const gram = s.times(s.A, s.turned(s.A));
    s.graph.nodes[gram].properties |= symmetric_value;
    CHECK(s.products_of(s.times(gram, s.x), s.times(s.turned(s.x), gram)) == 2);
}

TEST_CASE("a product with what was solved for is what was solved for with the product", "[passes]") {
    sample s, t, u, w;
    auto const parts = [](sample& one) {
        node_id const factor = one.graph.make(op::lu_factor, one.leaf({&extent_of<"m">, &extent_of<"m">}));
        auto const solve = [&one, factor](node_id sides) { return one.graph.make(op::factored_solve, factor, sides); };
        return std::pair{solve(one.times(one.A, one.B)), solve(one.A)};
    };
    auto const [all, part] = parts(s);
    CHECK(s.products_of(all, s.times(part, s.B)) == 1);
    auto const [whole, some] = parts(t);
    CHECK(t.products_of(whole, t.times(t.turned(t.B), t.turned(some))) == 1);
    // another factor, another side
    auto const [one, other] = parts(u);
    CHECK(u.products_of(one, u.times(other, u.leaf({&extent_of<"k">, &extent_of<"n">}))) == 2);
    auto const [first, second] = parts(w);
    (void)second;
    node_id const factor = w.graph.make(op::lu_factor, w.leaf({&extent_of<"m">, &extent_of<"m">}));
    CHECK(w.products_of(first, w.times(w.graph.make(op::factored_solve, factor, w.A), w.B)) == 2);
}

TEST_CASE("what looks alike but is no transpose stays", "[passes]") {
    sample s, t;
    CHECK(s.products_of(s.times(s.A, s.turned(s.A)), s.times(s.turned(s.A), s.A)) == 2);
    node_id const square = t.leaf({&extent_of<"m">, &extent_of<"m">}), other = t.leaf({&extent_of<"m">, &extent_of<"m">});
    CHECK(t.products_of(t.times(square, other), t.times(other, square)) == 2);
}

TEST_CASE("outer products stay", "[passes]") {
    sample s;
    CHECK(s.products_of(s.times(s.x, s.turned(s.y)), s.times(s.y, s.turned(s.x))) == 2);
}

} // namespace
