// SPDX-License-Identifier: BSL-1.0
// From expressions to a graph: node for node, each once, as deep as they may be.
#include "support/catch.hpp"
#include "support/lowering.hpp"

#include <ctgrad/expr/derivatives.hpp>
#include <ctgrad/graph/lower.hpp>
#include <ctgrad/graph/verify.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;

TEST_CASE("a graph is the expression, each subexpression once", "[graph]") {
    constexpr auto image = W * x;
    auto const graph = lowered<20>(sum(tanh(image)) + squared_norm(image), image);
    CHECK_FALSE(verify(graph.finished()));
    CHECK(graph.size == 7);  // W, x, W x, tanh, sum, squared_norm, +
    CHECK(text_of(graph, graph.roots[0]) == "sum(tanh(W * x)) + squared_norm(W * x)");
    CHECK(text_of(graph, graph.roots[1]) == "W * x");
    CHECK(text_of(graph[graph.roots[1]].extents) == "m x 1");
}

TEST_CASE("everything that an expression says stands in its node", "[graph]") {
    constexpr auto part = rows<1, 2>(W);
    auto const graph = lowered<30>(part, 2.5_c * ones<"m", "n">, ctgrad::extent<"m">, ctgrad::extent<7>, identity<"n">, identity<1>, grad(sum(W), W));
    CHECK_FALSE(verify(graph.finished()));
    CHECK(text_of(graph, graph.roots[0]) == "rows<1, 2>(W)");
    CHECK(graph[graph.roots[1]].code == op::multiply);
    CHECK(graph[graph.roots[2]].code == op::measure);
    CHECK(graph[graph.roots[3]].is_number(7));
    CHECK(text_of(graph, graph.roots[4]) == "identity<n>");
    CHECK(graph[graph.roots[5]].is_number(1));
    CHECK(text_of(graph, graph.roots[6]) == "grad(sum(W), W)");
}

TEST_CASE("roots that are equal are one node", "[graph]") {
    auto const graph = lowered<10>(exp(x), exp(x), x);
    CHECK(graph.roots[0] == graph.roots[1]);
    CHECK(graph.size == 2);
}

// As deep as a network of many layers, where both operands of each step are shared.
template <int Levels, digest Key>
constexpr auto deep(expr<Key> e) {
    if constexpr (Levels == 0)
        return e;
    else
        return deep<Levels - 1>(sin(e) + e);
}
constexpr auto depth = lowered<250>(deep<100>(x)).finished();
static_assert(depth.failure == trouble::none && depth.size == 201);

TEST_CASE("sources are counted, or found to be too many", "[graph]") {
    source const* const roots[] = {&definition(sum(tanh(W * x)) + squared_norm(W * x))};
    CHECK(count_sources<7>(roots, 1) == 7);
    CHECK(count_sources<6>(roots, 1) == -1);
    CHECK(lowered<6>(sum(tanh(W * x)) + squared_norm(W * x)).failure == trouble::out_of_capacity);
}

TEST_CASE("one name for two leaves is a trouble", "[graph]") {
    CHECK(lowered<10>(sum(W) + sum(matrix<"W", "n", "m">)).failure == trouble::two_leaves_one_name);
    CHECK(lowered<10>(sum(W) + sum(matrix<"W", "m", "n", positive>)).failure == trouble::two_leaves_one_name);
    CHECK(lowered<10>(sum(W) + sum(matrix<"V", "m", "n">)).failure == trouble::none);
}

TEST_CASE("a table of digests finds what it was given", "[graph]") {
    digest_table<100> table;
    for (std::uint64_t i = 0; i < 100; ++i) {
        CHECK(table.find(with(digest{}, i)) == -1);
        table.insert(with(digest{}, i), static_cast<int>(i * i));
    }
    for (std::uint64_t i = 0; i < 100; ++i) CHECK(table.find(with(digest{}, i)) == static_cast<int>(i * i));
    digest_table<4> crowded;  // keys that fall into one slot
    auto const key = [](int i) { return digest{static_cast<std::uint64_t>(i) << 32 | 8}; };
    for (int i = 0; i < 4; ++i) crowded.insert(key(i), i);
    for (int i = 0; i < 4; ++i) CHECK(crowded.find(key(i)) == i);
    CHECK(crowded.find(key(4)) == -1);
}

} // namespace
