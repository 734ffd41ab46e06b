// SPDX-License-Identifier: BSL-1.0
// Which kernel computes a node, and what it takes along: transposes, scales, what it is added to.
#include "support/catch.hpp"
#include "support/pipelines.hpp"

#include <ctgrad/expr/functions.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto A = matrix<"A", "m", "k">;
constexpr auto B = matrix<"B", "n", "k">;
constexpr auto C = matrix<"C", "m", "n">;
constexpr auto S = matrix<"S", "n", "n">;
constexpr auto K = matrix<"K", "n", "n", spd>;
constexpr auto b = vector<"b", "n">;
constexpr auto s = scalar<"s">;

// The selection of one expression, and how its root is computed.
template <class Expression>
struct selected {
    using passes = passes_of<Expression>;
    static constexpr auto const& graph = passes::ordered;
    static constexpr node_id root = graph.roots[0];
    static constexpr role how = passes::selected.roles[root];
    static constexpr kernel_call call = passes::selected.calls[root];
};

TEST_CASE("a product takes transposes, scales and what it is added to along", "[passes]") {
    using plain = selected<decltype(A * transpose(B))>;
    static_assert(plain::how == role::call && plain::call.code == op::product);
    static_assert(!plain::call.transposed[0] && plain::call.transposed[1] && plain::call.addend == no_node);
    using added = selected<decltype(C - 2_c * (A * transpose(B)))>;
    static_assert(added::call.code == op::product && added::call.factor == -2 && added::call.scale == no_node);
    static_assert(added::graph[added::call.addend].code == op::leaf);
    using subtracted = selected<decltype(A * transpose(B) - C)>;
    static_assert(subtracted::call.factor == 1 && subtracted::call.addend_factor == -1);
    static_assert(subtracted::graph[subtracted::call.addend].code == op::leaf);
    using scaled = selected<decltype(s * (A * transpose(B)))>;
    static_assert(scaled::call.code == op::product && scaled::graph[scaled::call.scale].is_scalar());
    using both = selected<decltype(S * transpose(S) + s * (transpose(S) * S))>;
    static_assert(both::call.code == op::product && both::call.addend != no_node);
    CHECK(count_steps(passes_of<decltype(S * transpose(S) + s * (transpose(S) * S))>::planned, op::product) == 2);
}

TEST_CASE("a triangular factor is read where it lies, unless the product is symmetric", "[passes]") {
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    constexpr auto none = structure::none, lower = structure::lower_triangular, upper = structure::upper_triangular;
    using from_left = selected<decltype(L * transpose(C))>;
    static_assert(from_left::call.triangles[0] == lower && from_left::call.triangles[1] == none && !from_left::call.transposed[0]);
    static_assert(from_left::graph[from_left::call.operands[0]].code == op::leaf && from_left::call.transposed[1]);
    using from_right = selected<decltype(C * transpose(L))>;
    static_assert(from_right::call.triangles[0] == none && from_right::call.triangles[1] == lower && from_right::call.transposed[1]);
    using of_factor = selected<decltype(cholesky(K) * b)>;
    static_assert(of_factor::call.triangles[0] == upper && of_factor::call.transposed[0]);
    static_assert(of_factor::graph[of_factor::call.operands[0]].code == op::cholesky_factor);
    using moved = selected<decltype(b + s * (L * b))>;
    static_assert(moved::how == role::call && moved::call.triangles[0] == lower && moved::call.addend != no_node);
    static_assert(selected<decltype(transpose(C) + L * transpose(C))>::how == role::loop);
    using last = selected<decltype(S * matrix<"D", "n", "m"> - L * transpose(C))>;
    static_assert(last::how == role::call && last::call.triangles[0] == none && last::call.factor == 1 && last::call.addend_factor == -1);
    static_assert(last::passes::selected.calls[last::call.addend].triangles[0] == lower);
    using square = selected<decltype(L * transpose(L))>;
    static_assert(square::call.triangles[0] == none && square::call.triangles[1] == none);
    CHECK(count_steps(passes_of<decltype(L * transpose(C))>::planned, op::lower_part) == 0);
    CHECK(count_steps(passes_of<decltype(L * transpose(L))>::planned, op::lower_part) == 1);
}

TEST_CASE("of a product whose triangle alone is asked for nothing else is computed", "[passes]") {
    constexpr auto P = A * transpose(A);
    constexpr auto Q = transpose(C) * P * C;
    using lower = selected<decltype(lower_part(2_c * (B * transpose(A) * C)))>;
    static_assert(lower::call.code == op::product && lower::call.part == structure::lower_triangular && lower::call.factor == 2);
    using upper = selected<decltype(upper_part(P))>;
    static_assert(upper::call.code == op::product && upper::call.part == structure::upper_triangular);
    static_assert(selected<decltype(strictly_lower_part(P))>::call.part == structure::none);
    CHECK(count_steps(passes_of<decltype(lower_part(P)), decltype(P)>::planned, op::lower_part) == 1);
    CHECK(count_steps(passes_of<decltype(lower_part(Q))>::planned, op::lower_part) == 0);
}

TEST_CASE("what loops and products read is added to its product by the call, unless it is a vector", "[passes]") {
    constexpr auto accumulating_calls = []<class Residual>(Residual residual) {
        using passes = passes_of<decltype(squared_norm(residual)), decltype(transpose(A) * residual)>;
        int count = 0;
        for (node_id id = 0; id < passes::ordered.size; ++id) count += passes::selected.calls[id].addend != no_node;
        return count;
    };
    CHECK(accumulating_calls(A * transpose(B) - C) == 1);
    CHECK(accumulating_calls(C + A * transpose(B)) == 1);
    CHECK(accumulating_calls(A * transpose(B) - exp(C)) == 0);
    CHECK(accumulating_calls(A * transpose(A) - matrix<"M", "m", "m">) == 0);
    CHECK(accumulating_calls(A * transpose(rows<0, 1>(B)) - columns<0, 1>(C)) == 0);
}

TEST_CASE("entries are computed in loops, factorisations by calls", "[passes]") {
    static_assert(selected<decltype(exp(C) + C)>::how == role::loop);
    static_assert(selected<decltype(sum(square(C)))>::how == role::loop);
    static_assert(selected<decltype(row_sums(C))>::how == role::loop);
    static_assert(selected<decltype(C)>::how == role::at_hand);
    static_assert(selected<decltype(transpose(b))>::how == role::alias);
    static_assert(selected<decltype(vec(C))>::how == role::alias);
    static_assert(selected<decltype(rows<1, 2>(C))>::how == role::alias);
    using solved = selected<decltype(solve(K, b))>;
    static_assert(solved::call.code == op::factored_solve && solved::call.factor_kind == op::cholesky_factor);
    using general = selected<decltype(solve(transpose(S), b))>;
    static_assert(general::call.code == op::factored_solve_transposed && general::call.factor_kind == op::lu_factor);
    CHECK(count_steps(passes_of<decltype(solve(K, b) * logdet(K))>::planned, op::cholesky_factor) == 1);
}

TEST_CASE("what no root needs is not computed", "[passes]") {
    using passes = passes_of<decltype(C + A * transpose(B))>;
    for (node_id id = 0; id < passes::ordered.size; ++id) {
        bool const computed = passes::selected.roles[id] == role::call || passes::selected.roles[id] == role::loop;
        if (computed) CHECK(passes::selected.needed[id]);
    }
    CHECK(passes::planned.step_count == 1 + count_loops(passes::planned));
}

} // namespace
