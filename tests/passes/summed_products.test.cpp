// SPDX-License-Identifier: BSL-1.0
// Which terms a sum has, which of them are products, and what is computed for something else.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/passes/summed_products.hpp>

#include <memory>

namespace {

using namespace graphs;
using written = graph_builder<60, 1>;
using before = graph<60, 1>;

struct sample {
    leaves pool;
    written graph;
    extent const* const n = &extent_of<40>;
    node_id A = leaf({n, n}), B = leaf({n, n}), s = leaf({}), x = leaf({n, &one_extent});
    before finished;

    node_id leaf(shape const& extents) { return add_leaf(graph, pool.make(extents)); }
    node_id product(node_id a, node_id b) { return graph.make(op::product, a, b); }
    std::unique_ptr<summed_products<before>> found_for(node_id root) {
        graph.roots[0] = root;
        finished = graph.finished();
        return std::make_unique<summed_products<before>>(finished, assumption(0));
    }
};

TEST_CASE("the terms of sums in sums, with their signs and their products", "[passes]") {
    sample t;
    // A B - (B A - s % (A A)) + A
    node_id const first = t.product(t.A, t.B), second = t.product(t.B, t.A), square = t.product(t.A, t.A);
    node_id const scaled = t.graph.make(op::multiply, t.s, square);
    node_id const inner = t.graph.make(op::subtract, first, t.graph.make(op::subtract, second, scaled));
    node_id const sum = t.graph.make(op::add, inner, t.A);
    auto const found = t.found_for(sum);
    std::vector<node_id> terms, products;
    std::vector<bool> signs;
    found->visit_terms(sum, [&](node_id term, bool is_negative) {
        terms.push_back(term);
        signs.push_back(is_negative);
    });
    CHECK(terms == std::vector<node_id>{first, second, scaled, t.A});
    CHECK(signs == std::vector<bool>{false, true, false, false});
    for (node_id term = found->products[sum]; term != no_node; term = found->next[term]) products.push_back(found->product_in(term).product);
    CHECK(products == std::vector<node_id>{first, second, square});
    for (node_id product : products) CHECK(found->whole[product] == sum);
    CHECK(found->may_share(first, scaled));
    CHECK_FALSE(found->may_share(first, second));
}

TEST_CASE("a long chain counts as no use of what it begins with", "[passes]") {
    sample t;
    node_id const shorter = t.product(t.A, t.B), longer = t.product(shorter, t.x);
    auto const alone = t.found_for(longer);
    CHECK(alone->is_whole_product(longer));
    CHECK_FALSE(alone->is_whole_product(shorter));
    node_id const other = t.product(t.graph.make(op::exp, shorter), longer);
    CHECK(t.found_for(other)->is_whole_product(shorter));
}

TEST_CASE("sums of matrices at hand are split for a column, others where a term is costly", "[passes]") {
    sample t;
    node_id const sum = t.graph.make(op::add, t.A, t.graph.make(op::multiply, t.s, t.graph.make(op::transpose, t.B)));
    node_id const looped = t.graph.make(op::add, t.A, t.graph.make(op::exp, t.B)), costly = t.graph.make(op::add, t.A, t.product(t.A, t.B));
    node_id root = t.product(sum, t.x);
    for (node_id other : {t.product(sum, t.A), t.product(looped, t.x), t.product(costly, t.A)})
        root = t.graph.make(op::add, t.graph.make(op::sum, root), t.graph.make(op::sum, other));
    auto const found = t.found_for(root);
    auto const splits = [&](node_id factor, node_id other) { return found->is_split(factors_of(t.finished, t.product(factor, other)), factor); };
    CHECK(splits(sum, t.x));
    CHECK_FALSE(splits(sum, t.A));
    CHECK_FALSE(splits(looped, t.x));
    CHECK(splits(costly, t.A));
    CHECK(found->cost_of_adding(factors_of(t.finished, t.A), factors_of(t.finished, t.B)) > 40 * 40);
    CHECK(found->cost_of_adding(factors_of(t.finished, t.A), factors_of(t.finished, looped)) == 0);
}

} // namespace
