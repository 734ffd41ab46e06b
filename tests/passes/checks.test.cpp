// SPDX-License-Identifier: BSL-1.0
// What only a call can tell: which nodes need a check, and what indices point into.
#include "support/catch.hpp"
#include "support/lowering.hpp"
#include "support/spelling.hpp"

#include <ctgrad/passes/checks.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;
using spelling::extent_from;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto F = matrix<"F", 6, 2>;
constexpr auto P = matrix<"P", "p+2", "n">;
constexpr auto u = vector<"u", "n">;
constexpr auto y = indices<"y", "k">;
constexpr auto z = indices<"z", "n">;

template <class... Expressions>
int checks_of(Expressions... expressions) {
    return count_checks(lowered<40>(expressions...));
}

TEST_CASE("only what names leave open is checked", "[passes]") {
    CHECK(checks_of(sum(exp(A))) == 0);
    CHECK(checks_of(rows<0, 2>(F)) == 0);
    CHECK(checks_of(rows<0, 2>(A)) == 1);
    CHECK(checks_of(rows<0, 2>(P)) == 0);  // p + 2 rows are two at least
    CHECK(checks_of(rows<1, 2>(P)) == 1);
    CHECK(checks_of(element<1, 2>(A), element<0, 0>(F)) == 1);
    CHECK(checks_of(reshape<"n", "m">(A), vec(A), reshape<3, 4>(F)) == 0);
    CHECK(checks_of(reshape<3, 4>(A)) == 1);
    CHECK(checks_of(cross(u, u)) == 1);
    CHECK(checks_of(cross(vector<"v", 3>, vector<"v", 3>)) == 0);
}

TEST_CASE("signs of extents", "[passes]") {
    for (char const* text : {"0", "3", "n", "m*n+2"}) CHECK(is_never_negative(*extent_from(text)));
    CHECK_FALSE(is_never_negative(*extent_from("n") - one_extent));
    CHECK_FALSE(is_never_negative(zero_extent - *extent_from("n")));
}

template <class Expression>
std::string indexed(Expression e) {
    auto const graph = lowered<10>(e);
    CHECK(count_index_checks(graph) == 1);
    return spelling::text(*indexed_extent(graph, graph.roots[0]));
}

TEST_CASE("indices point into rows or columns", "[passes]") {
    CHECK(indexed(rows(A, y)) == "m");
    CHECK(indexed(columns(A, y)) == "n");
    CHECK(indexed(pick(A, z)) == "m");
    CHECK(count_index_checks(lowered<10>(exp(A))) == 0);
    leaves pool;
    graph_builder<20, 1> graph;
    auto const *m = &extent_of<"m">, *n = &extent_of<"n">, *k = &extent_of<"k">;
    node_id const a = add_leaf(graph, pool.make({k, n})), by = add_leaf(graph, pool.make({k, &one_extent}, structure::indices));
    auto const of = [&](op code, shape const& extents) {
        return spelling::text(*indexed_extent(graph, graph.add(graph.shaped_node(code, extents, {}, a, by))));
    };
    CHECK(of(op::scatter_rows, {m, n}) == "m");
    CHECK(of(op::scatter_columns, {k, m}) == "m");
    CHECK(of(op::unpick, {m, k}) == "m");
    CHECK(of(op::unpick_rows, {k, m}) == "m");
    CHECK(spelling::text(*indexed_extent(graph, graph.make(op::pick_rows, a, by))) == "n");
}

} // namespace
