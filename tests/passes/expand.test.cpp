// SPDX-License-Identifier: BSL-1.0
// Ops that stand for formulas are replaced by them, structured leaves by the part that is read, and what overflows by what
// does not: unless a derivative is taken by a part of it.
#include "support/catch.hpp"
#include "support/lowering.hpp"

#include <ctgrad/expr/derivatives.hpp>
#include <ctgrad/graph/verify.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "m", "n">;
constexpr auto S = matrix<"S", "n", "n">;
constexpr auto x = vector<"x", "n">;

template <class Expression>
std::string text_of_expanded(Expression e) {
    auto const graph = expanded(e);
    CHECK(graph->failure == trouble::none);
    CHECK_FALSE(verify(graph->finished()));
    return text_of_root(*graph);
}

TEST_CASE("formulas stand for their ops", "[passes]") {
    CHECK(text_of_expanded(mean(A)) == "sum(A) / (extent<m> * extent<n>)");
    CHECK(text_of_expanded(squared_norm(A - B)) == "sum(square(A - B))");
    CHECK(text_of_expanded(dot(A, B)) == "sum(hadamard(A, B))");
    CHECK(text_of_expanded(outer(x, x)) == "x * transpose(x)");
    CHECK(text_of_expanded(softmax(A)) == "exp(A - logsumexp(A))");
    CHECK(text_of_expanded(min(A)) == "-column_max(row_max(-A))");
    CHECK(text_of_expanded(hvp(sum(exp(x)), x, x)) == "jvp(grad(sum(exp(x)), x), x, x)");
    auto const graph = expanded(softmax_cross_entropy(A, B) + mean(A) + max(B) + squared_norm(row_means(A)) + sum(symmetric_part(S)));
    for (node_id id = 0; id < graph->size; ++id) CHECK_FALSE(is_defined_by_formula((*graph)[id].code));
}

TEST_CASE("a structured leaf is the part that its structure declares", "[passes]") {
    auto const codes = [](auto leaf) {
        auto const graph = expanded(exp(leaf));
        return (*graph)[(*graph)[graph->roots[0]].arguments[0]].code;
    };
    CHECK(codes(matrix<"L", "n", "n", lower_triangular>) == op::lower_part);
    CHECK(codes(matrix<"U", "n", "n", upper_triangular>) == op::upper_part);
    CHECK(codes(matrix<"D", "n", "n", diagonal_matrix>) == op::diag);
    CHECK(codes(matrix<"K", "n", "n", spd>) == op::leaf);
    // Its derivative is taken by the leaf itself.
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    auto const graph = expanded(grad(sum(L), L));
    node const& gradient = (*graph)[graph->roots[0]];
    CHECK((*graph)[gradient.arguments[1]].code == op::leaf);
    CHECK((*graph)[(*graph)[gradient.arguments[0]].arguments[0]].code == op::lower_part);
}

TEST_CASE("what overflows is replaced by what does not", "[passes]") {
    CHECK(text_of_expanded(log(sum(exp(x)))) == "logsumexp(x)");
    CHECK(text_of_expanded(1_c / (1_c + exp(-A))) == "sigmoid(A)");
    CHECK(text_of_expanded(log(1_c + exp(A))) == "softplus(A)");
    CHECK(text_of_expanded(log(det(S))) == "logdet(S)");
    CHECK(text_of_expanded(sqrt(sum(square(A)))) == "norm(A)");
    CHECK(text_of_expanded(log(sum(cos(x)))) == "log(sum(cos(x)))");
}

TEST_CASE("unless a derivative is taken by a part of it", "[passes]") {
    constexpr auto sum_of_exponentials = sum(exp(x));
    auto const graph = expanded(log(sum_of_exponentials), grad(log(sum_of_exponentials), exp(x)));
    CHECK(text_of_root(*graph) == "log(sum(exp(x)))");
    CHECK(text_of_root(*graph, 1) == "grad(log(sum(exp(x))), exp(x))");
    // By x itself it may be replaced.
    CHECK(text_of_root(*expanded(grad(log(sum_of_exponentials), x))) == "grad(logsumexp(x), x)");
}

} // namespace
