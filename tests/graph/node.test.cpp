// SPDX-License-Identifier: BSL-1.0
// Which nodes are equal, and that equal nodes have equal hashes.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <vector>

namespace {

using namespace graphs;

// Nodes that are all different.
std::vector<node> different_nodes(leaves& pool) {
    std::vector<node> result;
    auto const add = [&](op code, auto change) {
        node n;
        n.code = code;
        n.arity = about(code).arity;
        for (int i = 0; i < n.arity; ++i) n.arguments[i] = i;
        change(n);
        result.push_back(n);
    };
    auto const unchanged = [](node&) {};
    for (double value : {0., 1., -1.}) add(op::number, [&](node& n) { n.value = value; });
    add(op::number, [](node& n) { n.extents = {&extent_of<"m">, &extent_of<"n">}; });
    add(op::number, [](node& n) { n.extents = {&extent_of<"n">, &extent_of<"m">}; });
    add(op::identity, [](node& n) { n.extents = {&extent_of<"n">, &extent_of<"n">}; });
    add(op::measure, [](node& n) { n.measured = &extent_of<"m">; });
    add(op::measure, [](node& n) { n.measured = &extent_of<"n">; });
    for (int i = 0; i < 2; ++i) add(op::leaf, [&](node& n) { n.leaf = pool.make({}); });
    for (op code : {op::exp, op::add, op::subtract, op::multiply, op::where, op::sum}) add(code, unchanged);
    add(op::subtract, [](node& n) { std::swap(n.arguments[0], n.arguments[1]); });
    add(op::exp, [](node& n) { n.arguments[0] = 7; });
    for (extent const* row : {&zero_extent, &extent_of<1>})
        for (extent const* rows : {&extent_of<2>, &extent_of<3>})
            add(op::part, [&](node& n) { n.extents = {rows, &extent_of<"n">}, n.from = {row, &zero_extent}; });
    add(op::part, [](node& n) { n.extents = {&extent_of<2>, &extent_of<"n">}, n.from = {&zero_extent, &extent_of<1>}; });
    add(op::reshape, [](node& n) { n.extents = {&extent_of<2>, &extent_of<6>}; });
    add(op::reshape, [](node& n) { n.extents = {&extent_of<6>, &extent_of<2>}; });
    add(op::call, [](node& n) { n.leaf = sample_function(); });
    return result;
}

TEST_CASE("nodes are equal to themselves alone", "[graph]") {
    leaves pool;
    std::vector<node> const nodes = different_nodes(pool);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        for (std::size_t j = 0; j < nodes.size(); ++j) {
            INFO(about(nodes[i].code).name << " and " << about(nodes[j].code).name << ", " << i << " and " << j);
            CHECK(same_node(nodes[i], nodes[j]) == (i == j));
            CHECK((hash(nodes[i]) == hash(nodes[j])) == (i == j));
        }
}

TEST_CASE("what follows from the arguments does not count", "[graph]") {
    node a;
    a.code = op::exp;
    a.arity = 1;
    a.arguments[0] = 3;
    node b = a;
    b.extents = {&extent_of<"m">, &extent_of<"n">};
    b.properties = 5;
    CHECK(same_node(a, b));
    CHECK(hash(a) == hash(b));
}

TEST_CASE("a number is told from its negative zero, and NaN is itself", "[graph]") {
    node zero, negative, undefined;
    negative.value = -0.;
    undefined.value = std::nan("");
    CHECK_FALSE(same_node(zero, negative));
    CHECK(same_node(undefined, undefined));
    CHECK((zero.is_number(0) && zero.is_number() && zero.is_scalar() && !zero.is_number(1)));
}

TEST_CASE("the form of a node is what its shape says", "[graph]") {
    extent const* const extents[] = {&one_extent, &extent_of<"m">, &extent_of<"n">, &extent_of<3>};
    for (extent const* rows : extents)
        for (extent const* columns : extents)
            for (op code : {op::number, op::exp}) {
                node n;
                n.code = code;
                n.extents = {rows, columns};
                bool const is_scalar = n.extents.is_scalar();
                CHECK(n.is_scalar() == is_scalar);
                n.form = form_of(n);
                CHECK(n.is_scalar() == is_scalar);
                CHECK(((n.form & larger_form) != 0) == !is_scalar);
                CHECK(((n.form & row_form) != 0) == (!is_scalar && n.extents.is_row()));
                CHECK(((n.form & column_form) != 0) == (!is_scalar && n.extents.is_column()));
                CHECK(((n.form & square_form) != 0) == (!is_scalar && n.extents.is_square()));
                CHECK(((n.form & number_form) != 0) == n.is_number());
            }
}

} // namespace
