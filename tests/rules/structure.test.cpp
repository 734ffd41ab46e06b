// SPDX-License-Identifier: BSL-1.0
// What is inferred of a matrix decides which kernels work with it.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense;

constexpr auto A = matrix<"A", "n", "p">;
constexpr auto b = vector<"b", "n">;
constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
constexpr auto U = matrix<"U", "n", "n", upper_triangular>;
constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;

TEST_CASE("plans that use structure", "[rules]") {
    constexpr auto u = vector<"u", "n">;
    constexpr auto w = vector<"w", "n", positive>;
    constexpr auto X = matrix<"X", "m", "n">;
    constexpr auto beta = scalar<"beta", positive>;
    constexpr auto P = matrix<"P", "n", "n", spd>;
    constexpr auto M = matrix<"M", "n", "n">;
    constexpr auto X_transposed = transpose(X);
    SECTION("scaling is no product") {
        auto f = compile(diag(u) * A, X * diag(u), grad(squared_norm(X * diag(u)), u), inverse(diag(u)) * A, solve(D, A));
        static_assert(cost(f).calls("gemm") == 0 && cost(f).calls("diag") == 0 && cost(f).calls("getrf") == 0);
        // the cheapest factor is scaled
        auto h = compile(X * diag(u) * u, X * M * diag(u) * u);
        static_assert(cost(h).calls("gemm") == 0 && cost(h).workspace(5, 7) <= 2 * (5 + 7) + 7);
        auto g = compile(logdet(D * D + beta * identity<"n">), (D + diag(u)) * A);
        static_assert(cost(g).calls("gemm") == 0 && cost(g).calls("potrf") == 0 && cost(g).calls("getrf") == 0);
    }
    SECTION("triangular matrices are not factorised") {
        auto f = compile(logdet(L), solve(L, A), solve(transpose(L), A), inverse(L) * A, solve(L * transpose(U), A),
                         solve(L + diag(u), A), grad(logdet(L), L));
        static_assert(cost(f).calls("getrf") == 0 && cost(f).calls("potrf") == 0 && cost(f).calls("trtri") == 0);
    }
    SECTION("a covariance given by its factor is not factorised") {
        constexpr auto K = L * transpose(L);
        constexpr auto loss = logdet(K) + dot(b, solve(K, b)) + dot(b, inverse(K) * b);
        auto f = compile(loss, grad(loss, L, b));
        static_assert(cost(f).calls("getrf") == 0 && cost(f).calls("potrf") == 0 && cost(f).calls("gemm") <= 1);
        auto g = compile(solve(diag(w) * P * diag(w), b), logdet(diag(w) * P * diag(w)));
        static_assert(cost(g).calls("potrf") == 1 && cost(g).calls("gemm") == 0 && cost(g).calls("getrf") == 0);
    }
    SECTION("what is positive definite by construction is factorised by Cholesky") {
        auto f = compile(logdet(X * diag(w) * transpose(X) + beta * identity<"m">));
        static_assert(cost(f).calls("potrf") == 1 && cost(f).calls("getrf") == 0);
        auto s = compile(logdet(transpose(X) * diag(exp(row_sums(X))) * X + diag(w)),
                         logdet(M * X_transposed * diag(exp(row_sums(X))) * X * transpose(M) + identity<"n">));
        static_assert(cost(s).calls("potrf") == 2 && cost(s).calls("getrf") == 0);
        auto g = compile(logdet(X * P * transpose(X) + diag(exp(row_sums(X)))));
        static_assert(cost(g).calls("potrf") == 1 && cost(g).calls("getrf") == 0);
        auto h = compile(logdet(inverse(P) + M * transpose(M)), logdet(M * transpose(M) + identity<"n">));
        static_assert(cost(h).calls("potrf") == 3 && cost(h).calls("getrf") == 0);
    }
}

TEST_CASE("a symmetric matrix is tried by Cholesky, then eliminated", "[rules]") {
    constexpr auto S = matrix<"S", "n", "n", symmetric>;
    constexpr auto loss = logdet(S) + dot(b, solve(S, b));
    auto f = compile(loss, grad(loss, S), solve(S, b), det(S));
    // one factorisation for the value, the gradient and what else needs it
    static_assert(cost(f).calls("potrf") == 1 && cost(f).calls("getrf") == 0);
    dense const side = reference::column({1, -2, 0.5L});
    auto const check = [&](dense const& s) {
        auto [value, slope, solution, determinant] = f(S = container<double>(s), b = column_container<double>(side));
        dense const solved = reference::solve(s, side);
        CHECK(reference::distance(value, reference::logdet(s) + dot(side, solved)) < 1e-12);
        CHECK(reference::distance(slope, reference::inverse(s) - solved * transpose(solved)) < 1e-12);
        CHECK(reference::distance(solution, solved) < 1e-13);
        CHECK(reference::distance(determinant, reference::det(s)) < 1e-12);
    };
    dense const definite{{4, 1, 0}, {1, 3, -1}, {0, -1, 2}}, indefinite{{0, 1, 2}, {1, 0, -1}, {2, -1, 3}};
    check(definite);
    check(indefinite);  // no pivot on the diagonal
    check(-definite);
    check(definite);  // what went before leaves no trace
    CHECK(message_of<singular_matrix>([&] { f(S = container<double>(dense(3, 3, 1)), b = column_container<double>(side)); }) ==
          "ctgrad: the matrix is singular: S");
}

TEST_CASE("zeros on the diagonal of a structured matrix are errors that name it", "[rules]") {
    auto const zero = container<double>({{1, 0}, {0, 0}});
    auto const side = column_container<double>(dense(2, 1, 1));
    auto solved = [&](auto K) {
        auto f = compile(solve(K, b));
        return message_of<singular_matrix>([&] { f(K = zero, b = side); });
    };
    auto taken = [&](auto K) {
        auto f = compile(logdet(K));
        return message_of<singular_matrix>([&] { f(K = zero); });
    };
    auto inverted = [&](auto K) {
        auto f = compile(inverse(K));
        return message_of<singular_matrix>([&] { f(K = zero); });
    };
    CHECK(solved(L) == "ctgrad: the matrix is singular: L");
    CHECK(taken(L) == "ctgrad: the matrix is singular: L");
    CHECK(inverted(U) == "ctgrad: the matrix is singular: U");
    CHECK(solved(D) == "ctgrad: the matrix is singular: D");
    CHECK(taken(D) == "ctgrad: the matrix is singular: D");
    CHECK(inverted(D) == "ctgrad: the matrix is singular: D");
}

} // namespace
