// SPDX-License-Identifier: BSL-1.0
// What is multiplied out and what is put together, by the costs of both.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/passes/distribution_choices.hpp>

#include <memory>

namespace {

using namespace graphs;
using written = graph_builder<60, 2>;
using before = graph<60, 2>;
using choices = distribution_choices<before>;

// The terms of the gradient of |W' W X - X|^2 / 2 with H = W X: W R X' and H R', with the residual R, which the value needs.
template <long Hidden, long Features, long Samples>
struct tied_autoencoder {
    leaves pool;
    written graph;
    node_id W = leaf({&extent_of<Hidden>, &extent_of<Features>}), X = leaf({&extent_of<Features>, &extent_of<Samples>});
    node_id turned_W = turned(W), turned_X = turned(X);
    node_id residual = graph.make(op::subtract, product_of({turned_W, W, X}), X), turned_residual = turned(residual);

    node_id leaf(shape const& s) { return add_leaf(graph, pool.make(s)); }
    node_id turned(node_id id) { return graph.make(op::transpose, id); }
    node_id product_of(std::initializer_list<node_id> factors) {
        node_id product = no_node;
        for (node_id factor : factors) product = product == no_node ? factor : graph.make(op::product, product, factor);
        return product;
    }
    std::unique_ptr<choices> choices_for(node_id root) {
        graph.roots[0] = root;
        graph.roots[1] = residual;
        finished = graph.finished();
        return std::make_unique<choices>(finished, assumption(0));
    }
    before finished;
};
using few_rows = tied_autoencoder<4, 90, 40>;

TEST_CASE("a product that saves nothing alone is multiplied out beside one that takes a term along", "[passes]") {
    few_rows alone;
    node_id const second_alone = alone.product_of({alone.W, alone.X, alone.turned_residual});
    CHECK_FALSE(alone.choices_for(second_alone)->sums[second_alone].exists()); // H H' W - H X', and H X' is no cheaper than H R'
    few_rows s;
    node_id const first = s.product_of({s.W, s.residual, s.turned_X}), second = s.product_of({s.W, s.X, s.turned_residual});
    auto const both = s.choices_for(s.graph.make(op::add, first, second));
    CHECK(both->sums[first] == choices::multiplied_sum{0, 1, false, false});
    CHECK(both->sums[second] == choices::multiplied_sum{0, 2, false, true});
    CHECK(both->apply());
}

TEST_CASE("in either order", "[passes]") {
    few_rows s;
    node_id const second = s.product_of({s.W, s.X, s.turned_residual}), first = s.product_of({s.W, s.residual, s.turned_X});
    auto const both = s.choices_for(s.graph.make(op::subtract, first, second));
    CHECK(both->sums[first].exists());
    CHECK(both->sums[second].exists());
}

TEST_CASE("what another product counts on stays as it is", "[passes]") {
    // H R' + H S' + K exp(X)', with R = W' H - X and S = W' H - exp(X) there for something else: H X' costs nothing beside H S'. H S'
    // then stays, although H exp(X)' would cost nothing beside K exp(X)'.
    for (bool is_counted_on : {true, false}) {
        few_rows s;
        node_id const H = s.leaf({&extent_of<4>, &extent_of<40>}), turned_H = s.turned(H), image = s.product_of({s.turned_W, H});
        node_id const exp_X = s.graph.make(op::exp, s.X), K = s.leaf({&extent_of<4>, &extent_of<40>});
        node_id const R = s.graph.make(op::subtract, image, s.X), S = s.graph.make(op::subtract, image, exp_X);
        node_id const first = s.product_of({H, s.turned(R)}), second = s.product_of({H, s.turned(S)});
        s.residual = s.graph.make(op::multiply, R, S);
        node_id const others = s.graph.make(op::add, second, s.product_of({K, s.turned(exp_X)}));
        auto const found = s.choices_for(is_counted_on ? s.graph.make(op::add, first, others) : others);
        CHECK(turned_H < first);
        if (is_counted_on) CHECK(found->sums[first] == choices::multiplied_sum{0, 1, false, true});
        CHECK(found->sums[second].exists() != is_counted_on);
    }
}

TEST_CASE("what a longer product begins with is a term like any other", "[passes]") {
    few_rows s;
    node_id const shorter = s.product_of({s.W, s.X, s.turned_X}), longer = s.product_of({shorter, s.turned_W, s.W});
    node_id const sum = s.graph.make(op::subtract, longer, shorter);
    auto const found = s.choices_for(sum);
    CHECK(found->product_in(shorter).product == shorter);
    CHECK(found->is_whole_product(longer));
    CHECK(found->is_whole_product(shorter));
    CHECK_FALSE(found->is_whole_product(s.product_of({s.W, s.X})));
}

} // namespace
