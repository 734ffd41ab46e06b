// SPDX-License-Identifier: BSL-1.0
// Derivatives become the expressions that they are.
#include "support/catch.hpp"
#include "support/lowering.hpp"

#include <ctgrad/expr/derivatives.hpp>
#include <ctgrad/graph/verify.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto v = vector<"v", "n">;
constexpr auto s = scalar<"s">;
constexpr auto image = tanh(W * x);

template <class... Expressions>
auto checked(extent_pool& pool, Expressions... expressions) {
    auto graph = derived(pool, expressions...);
    CHECK(graph->failure == trouble::none);
    for (node_id id = 0; id < graph->size; ++id)
        CHECK_FALSE((is_derivative((*graph)[id].code) || (*graph)[id].code == op::substitute));
    return graph;
}

// The value of the roots at a point, for graphs whose variables are gone.
template <class Graph>
auto values_of(Graph& graph, std::uint64_t seed) {
    for (node& n : graph.nodes)
        if (n.code == op::variable) n.code = op::number;
    return evaluation<Graph, moved_point>(graph, point_for(graph, seed));
}

TEST_CASE("a leaf that is absent has zeros, an expression that is absent is an error", "[passes]") {
    extent_pool pool;
    auto const graph = checked(pool, grad(sum(W), x), jvp(W, s, s), vjp(x, s, v));
    for (node_id root : graph->roots) CHECK((*graph)[root].is_number(0));
    CHECK(text_of((*graph)[graph->roots[0]].extents) == "n x 1");
    CHECK(derived(pool, grad(sum(W), exp(x)))->failure == trouble::absent_subexpression);
    CHECK(derived(pool, grad(sum(exp(x)), exp(x)))->failure == trouble::none);
}

TEST_CASE("several gradients of one function share their sweep", "[passes]") {
    extent_pool pool;
    constexpr auto loss = squared_norm(image - W * (x + v));
    int const all = checked(pool, grad(loss, W), grad(loss, x), grad(loss, v))->size;
    int const one = checked(pool, grad(loss, W))->size;
    CHECK(all < one + 15);
}

TEST_CASE("a leaf is replaced wherever it occurs", "[passes]") {
    extent_pool pool;
    auto const graph = checked(pool, substitute(sum(W * x) + sum(x), x, v + v), substitute(x, x, v), substitute(sum(W), x, v));
    CHECK(text_of_root(*graph, 0) == "sum(W * (v + v)) + sum(v + v)");
    CHECK(text_of_root(*graph, 1) == "v");
    CHECK(text_of_root(*graph, 2) == "sum(W)");
    CHECK(occurs(*graph, graph->roots[1], graph->roots[0]));
    CHECK_FALSE(occurs(*graph, graph->roots[0], graph->roots[1]));
}

// Row i of a Jacobian is the gradient of entry i, column j the change along axis j.
TEST_CASE("Jacobians are gradients below each other, and changes side by side", "[passes]") {
    extent_pool pool;
    constexpr auto y = image + exp(rows<0, 1>(x)) - sum(x) * (W * x);
    auto const graph = checked(pool, jacobian(y, x), grad(element<0>(y), x), grad(element<1>(y), x), jvp(y, x, v), v);
    for (std::uint64_t seed : {0, 1}) {
        auto const values = values_of(*graph, seed);
        small_matrix const jacobian = values[graph->roots[0]];
        for (int i = 0; i < 2; ++i)
            for (int j = 0; j < jacobian.columns; ++j)
                CHECK(std::abs(jacobian.value[i * jacobian.columns + j] - values[graph->roots[1 + i]].value[j]) < 1e-12);
        small_matrix const change = values[graph->roots[3]], along = values[graph->roots[4]];
        for (int i = 0; i < jacobian.rows; ++i) {
            double product = 0;
            for (int j = 0; j < jacobian.columns; ++j) product += jacobian.value[i * jacobian.columns + j] * along.value[j];
            CHECK(std::abs(product - change.value[i]) < 1e-12);
        }
    }
}

TEST_CASE("a Hessian is symmetric, and its products are those of hvp", "[passes]") {
    extent_pool pool;
    constexpr auto loss = sum(exp(image)) + squared_norm(x) * sum(sin(x));
    auto const graph = checked(pool, hessian(loss, x), hvp(loss, x, v), hessian(loss, x) * v, grad(sum(hadamard(grad(loss, x), v)), x));
    for (std::uint64_t seed : {0, 1}) {
        auto const values = values_of(*graph, seed);
        small_matrix const h = values[graph->roots[0]];
        for (int i = 0; i < h.rows; ++i)
            for (int j = 0; j < h.columns; ++j)
                CHECK(std::abs(h.value[i * h.columns + j] - h.value[j * h.columns + i]) < 1e-11);
        for (int i = 0; i < h.rows; ++i) {
            CHECK(std::abs(values[graph->roots[1]].value[i] - values[graph->roots[2]].value[i]) < 1e-11);
            CHECK(std::abs(values[graph->roots[1]].value[i] - values[graph->roots[3]].value[i]) < 1e-11);
        }
    }
}

} // namespace
