// SPDX-License-Identifier: BSL-1.0
// The simplifier: numbers are computed, equal values become equal nodes, and what is known of a value is inferred.
#include "support/catch.hpp"
#include "support/lowering.hpp"

#include <ctgrad/expr/derivatives.hpp>
#include <ctgrad/graph/verify.hpp>
#include <ctgrad/passes/simplify.hpp>

#include <cmath>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "n", "k">;
constexpr auto C = matrix<"C", "k", "m">;
constexpr auto K = matrix<"K", "n", "n", spd>;
constexpr auto S = matrix<"S", "n", "n", symmetric>;
constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
constexpr auto Q = matrix<"Q", "n", "n", orthogonal>;
constexpr auto M = matrix<"M", "n", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto w = vector<"w", "n", positive>;
constexpr auto s = scalar<"s">;

template <int Roots>
using normal_builder = rewriting_builder<normalising, normalising_by_op, 600, Roots>;

template <class Graph>
auto in_normal_form(Graph const& before) {
    using pass_type = simplification<normal_builder<Graph::root_count>, Graph>;
    auto const pass = std::make_unique<pass_type>(before);
    for (node_id id = 0; id < before.size; ++id) pass->visit(id);
    return std::make_unique<normal_builder<Graph::root_count>>(pass->finish());
}
template <class... Expressions>
auto normal_form_of(Expressions... expressions) {
    extent_pool pool;
    return in_normal_form(derived(pool, expressions...)->finished());
}

// Two expressions that are one value have one normal form.
template <class First, class Second>
void check_same_form(First first, Second second) {
    auto const graph = normal_form_of(first, second);
    CHECK(graph->failure == trouble::none);
    INFO(text_of_root(*graph, 0) << "  and  " << text_of_root(*graph, 1));
    CHECK(graph->roots[0] == graph->roots[1]);
}

TEST_CASE("what is the same by an identity is one node", "[passes]") {
    check_same_form(transpose(transpose(A)), A);
    check_same_form(transpose(A * B), transpose(B) * transpose(A));
    check_same_form((A * B) * C, A * (B * C));
    check_same_form(x + x, 2_c * x);
    check_same_form(s * (A * B), (s * A) * B);
    check_same_form(hadamard(x, x), square(x));
    check_same_form(sum(transpose(A)), sum(A));
    check_same_form(2_c * 3_c * x, 6_c * x);
    check_same_form(x / 4_c, 0.25_c * x);
    check_same_form(inverse(inverse(M)), M);
    check_same_form(transpose(S), S);
    check_same_form(identity<"n"> * x, x);
    check_same_form(zeros<"n"> + x, x);
    check_same_form(grad(squared_norm(x), x), 2_c * x);
    check_same_form(grad(dot(x, K * x), x), 2_c * K * x);
}

TEST_CASE("what may be NaN stays", "[passes]") {
    auto const graph = normal_form_of(hadamard(zeros<"n">, sin(x)), x - x);
    CHECK(text_of_root(*graph, 0) == "0 * sin(x)");
    CHECK(text_of_root(*graph, 1) == "x - x");
}

TEST_CASE("simplifying again changes nothing", "[passes]") {
    auto const once = normal_form_of(grad(squared_norm(tanh(A * x) - A * (x + w)), A), s * (A * B) * C - transpose(A * transpose(A)),
                                      logdet(K + s * identity<"n">) + trace(K * M * K), softmax(A) / 2_c);
    CHECK(once->failure == trouble::none);
    auto const twice = in_normal_form(once->finished());
    for (int i = 0; i < 4; ++i) CHECK(text_of_root(*once, i) == text_of_root(*twice, i));
}

TEST_CASE("ops of numbers are computed as the evaluator computes them", "[passes]") {
    for (op code : {op::add, op::subtract, op::multiply, op::divide, op::negate, op::square, op::reciprocal, op::less, op::less_equal})
        for (double a : {-2.5, 0., 1., 3.})
            for (double b : {-0.5, 0., 1., 4.}) {
                INFO(about(code).name << " of " << a << " and " << b);
                double folded = 0;
                double const expected = (about(code).arity == 1 ? evaluate_entry(code, {a, 0}) : evaluate_entry(code, {a, 0}, {b, 0})).value;
                if (fold_numbers(code, a, b, folded))
                    CHECK(folded == expected);
                else
                    CHECK_FALSE(std::isfinite(expected));
            }
    double ignored = 0;
    CHECK_FALSE(fold_numbers(op::multiply, 1e300, 1e300, ignored));
    CHECK_FALSE(fold_numbers(op::exp, 1, 0, ignored));
    CHECK_FALSE(fold_numbers(op::lower_part, 1, 0, ignored));
    CHECK(fold_numbers(op::lower_part, 0, 0, ignored));
}

template <class Expression>
int known_of(Expression e) {
    auto const graph = normal_form_of(e);
    return (*graph)[graph->roots[0]].properties;
}
template <class Expression>
bool has(Expression e, property wanted) {
    return (known_of(e) & wanted) == wanted;
}

TEST_CASE("what is known of a value is inferred, and no more", "[passes]") {
    CHECK(has(A * transpose(A), semidefinite));
    CHECK_FALSE(has(A * transpose(A), definite));
    CHECK(has(A * transpose(A) + identity<"m">, definite));
    CHECK(has(A * diag(w) * transpose(A), semidefinite));
    CHECK(has(A * diag(x) * transpose(A), symmetric_value));
    CHECK_FALSE(has(A * diag(x) * transpose(A), semidefinite));
    constexpr auto scaled = hadamard(hadamard(A, transpose(x)), transpose(w));
    constexpr auto twice = hadamard(hadamard(A, transpose(w)), transpose(sqrt(w)));
    CHECK(has(scaled * transpose(A), symmetric_value));
    CHECK(has(A * transpose(scaled), symmetric_value));
    CHECK_FALSE(has(A * transpose(scaled), semidefinite));
    CHECK(has(A * transpose(twice), semidefinite));
    CHECK_FALSE(has(transpose(A) * scaled, symmetric_value)); // A' A diag(x) diag(w)
    CHECK(has(A * K * transpose(A), semidefinite));
    CHECK(has(A * M * transpose(A * M), semidefinite));
    CHECK(has(inverse(K), definite));
    CHECK(has(K + K, definite));
    CHECK(has(exp(s) * K, definite));
    CHECK_FALSE(has(s * K, semidefinite));
    CHECK(has(s * K, symmetric_value));
    CHECK_FALSE(has(K - S, semidefinite));
    CHECK(has(M + transpose(M), symmetric_value));
    CHECK_FALSE(has(M, symmetric_value));
    CHECK_FALSE(has(S * K, symmetric_value));
    CHECK(has(S * K * S, symmetric_value));
    CHECK(has(L * L, lower_value));
    CHECK(has(inverse(L), lower_value));
    CHECK(has(transpose(L), upper_value));
    CHECK_FALSE(has(L * transpose(L), lower_value));
    CHECK(has(L * transpose(L), semidefinite));
    CHECK(has(Q * Q, orthogonal_value));
    CHECK_FALSE(has(Q + Q, orthogonal_value));
    CHECK(has(exp(A), positive_entries));
    CHECK(has(sum(exp(A)), positive_entries));
    CHECK_FALSE(has(exp(A) - exp(A / 2_c), positive_entries));
}

// Where there is no room for an operand, what it is an operand of is missing: building goes on to the end all the same.
TEST_CASE("a graph without room for a node takes no operands that are missing", "[passes]") {
    constexpr trouble failure = [] {
        rewriting_builder<normalising, normalising_by_op, 1, 1> graph;
        graph.number(1);
        graph.number(2);
        node sum;
        sum.code = op::add;
        sum.arity = 2;
        sum.arguments[0] = sum.arguments[1] = no_node;
        graph.add(sum);
        return graph.failure;
    }();
    STATIC_REQUIRE(failure == trouble::out_of_capacity);
}

} // namespace
