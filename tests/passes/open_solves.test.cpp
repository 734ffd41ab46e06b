// SPDX-License-Identifier: BSL-1.0
// Solves in products: what they are multiplied by is multiplied first where that costs less.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/pipelines.hpp"
#include "support/random_operands.hpp"

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto K = matrix<"K", "n", "n", spd>;
constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
constexpr auto B = matrix<"B", "n", "m">;
constexpr auto C = matrix<"C", "m", "n">;
constexpr auto a = vector<"a", "n">;
constexpr auto x = vector<"x", "m">;

template <class Expression>
bool opens(Expression) {
    using passes = passes_of<Expression>;
    return !are_same(passes::simplified, passes::opened);
}

TEST_CASE("solves are opened in products and around them, and nowhere else", "[passes]") {
    CHECK(opens(solve(A, B) * x));
    CHECK(opens(transpose(a) * solve(A, B)));
    CHECK(opens(transpose(solve(A, B)) * a));
    CHECK(opens(solve(A, B * C)));
    CHECK_FALSE(opens(solve(A, B)));
    CHECK_FALSE(opens(exp(solve(A, a)) + B * x));
}

// Whether no solve of a plan is for more than one right-hand side.
template <class Expression>
bool solves_for_vectors(Expression) {
    auto const& plan = passes_of<Expression>::planned;
    bool some = false, all = true;
    for (int i = 0; i < plan.step_count; ++i) {
        step const& s = plan.steps[i];
        if (s.is_loop || (s.code != op::factored_solve && s.code != op::factored_solve_transposed)) continue;
        some = true;
        all = all && plan.extents[plan.storages[s.outputs[0]].columns]->is_one();
    }
    return some && all;
}

TEST_CASE("a vector is solved for, not the matrix that it multiplies", "[passes]") {
    CHECK(solves_for_vectors(solve(A, B) * x));
    CHECK(solves_for_vectors(solve(K, B) * C * a));
    CHECK(solves_for_vectors(solve(A, B * C) * a));
    CHECK(solves_for_vectors(transpose(a) * solve(A, B)));
    CHECK(solves_for_vectors(solve(L, B) * x));
    CHECK(solves_for_vectors(transpose(solve(L, B)) * a));
    CHECK_FALSE(solves_for_vectors(solve(A, B)));
}

TEST_CASE("solves with one matrix are added up before they are solved", "[passes]") {
    constexpr auto solves = []<class Expression>(Expression) { return count_steps(passes_of<Expression>::planned, op::factored_solve); };
    constexpr auto b = vector<"b", "n">;
    CHECK(solves(solve(K, a) + solve(K, b)) == 1);
    CHECK(solves(solve(A, a) - 2_c * solve(A, b) + B * x) == 1);
    CHECK(solves(solve(K, a) + solve(A, b)) == 2);
    CHECK(solves(exp(solve(K, a)) + solve(K, b)) == 2);
}

TEST_CASE("what is solved for anyway is multiplied", "[passes]") {
    using both = passes_of<decltype(solve(A, B)), decltype(solve(A, B) * x)>;
    CHECK(count_steps(both::planned, op::factored_solve) == 1);
    CHECK(count_steps(both::planned, op::product) == 1);
    using quadratic = passes_of<decltype(transpose(a) * solve(K, a)), decltype(grad(transpose(a) * solve(K, a), a))>;
    CHECK(count_steps(quadratic::planned, op::factored_solve) == 1);
}

TEMPLATE_TEST_CASE("opened solves have the same values, and so have their gradients", "[passes]", float, double) {
    using T = TestType;
    using reference::container, reference::column_container, reference::dense;
    reference::random_operands random(77);
    constexpr std::size_t n = 6, m = 4;
    dense matrix = random.matrix(n, n), b = random.matrix(n, m), c = random.matrix(m, n), v = random.column(m), u = random.column(n);
    for (std::size_t i = 0; i < n; ++i) matrix(i, i) += 5;
    auto f = compile(solve(A, B) * x, transpose(a) * solve(A, B), solve(A, B * C) * a, squared_norm(solve(A, B) * x),
                     grad(squared_norm(solve(A, B) * x), A, B, x));
    auto [column, row, chain, value, dA, dB, dx] =
        f(A = container<T>(matrix), B = container<T>(b), C = container<T>(c), x = column_container<T>(v), a = column_container<T>(u));
    double const bound = 200 * std::numeric_limits<T>::epsilon();
    dense const solved = reference::solve(matrix, b);
    auto norm = [&] {
        dense const y = reference::solve(matrix, b) * v;
        return (transpose(y) * y)(0);
    };
    CHECK(distance(column, solved * v) < bound);
    CHECK(distance(row, transpose(u) * solved) < bound);
    CHECK(distance(chain, solved * c * u) < 10 * bound);
    CHECK(distance(value, dense(norm())) < bound);
    double const of_differences = 1e-6 + 10 * bound;
    CHECK(distance(dA, reference::central_difference(norm, matrix)) < of_differences);
    CHECK(distance(dB, reference::central_difference(norm, b)) < of_differences);
    CHECK(distance(dx, reference::central_difference(norm, v)) < of_differences);
}

} // namespace
