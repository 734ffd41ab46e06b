// SPDX-License-Identifier: BSL-1.0
#include <ctgrad/ctgrad.hpp>

#include "../support/catch.hpp"

using namespace ctgrad;

namespace {

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);

TEST_CASE("the plan of the tied autoencoder", "[show]") {
    CHECK(explain(compile(loss, grad(loss, W))) ==
          "1   gemv            #1 = W x   [m x 1, 2 m n flops]\n"
          "2   gemv            #2 = Wᵀ #1   [n x 1, 2 m n flops]\n"
          "3   loop            #3 = #2 − x, result1 = 0.5 ∘ sum(square(#3))   [1 x n, 3 n flops]\n"
          "4   gemv            #4 = W #3   [m x 1, 2 m n flops]\n"
          "5   loop            result2 = xᵀ ∘ #4 + #1 ∘ #3ᵀ   [m x n, 3 m n flops]\n"
          "calls: 3 gemv, 2 loop\n"
          "flops: 9 m n + 3 n\n"
          "bytes: 32 m n + 40 m + 64 n + 8 read and written, in doubles\n"
          "workspace: 2 m + 2 n entries in #1 m x 1, #2 n x 1, #3 n x 1, #4 m x 1\n");
}

TEST_CASE("a matrix is added to a product, or subtracted, as it is multiplied", "[show]") {
    constexpr auto A = matrix<"A", "m", "k">;
    constexpr auto B = matrix<"B", "k", "n">;
    constexpr auto C = matrix<"C", "m", "n">;
    constexpr auto residual = A * B - C;
    CHECK(explain(compile(residual, squared_norm(residual))).starts_with(
          "1   gemm            result1 = A B − C   [m x n, 2 k m n flops]\n"
          "2   loop            result2 = sum(square(result1))   [m x n, 2 m n flops]\n"));
    CHECK(explain(compile(squared_norm(C - 2_c * (A * B)), transpose(A) * (C - 2_c * (A * B)))).find("#1 = C − 2 A B ") != std::string::npos);
    // What only loops read they compute themselves.
    CHECK(explain(compile(squared_norm(residual))).find("sum(square(#1 − C))") != std::string::npos);
}

TEST_CASE("a triangle is read where it lies, also in a factor", "[show]") {
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    constexpr auto K = matrix<"K", "n", "n", spd>;
    CHECK(explain(compile(x + L * x, matrix<"A", "m", "n"> * transpose(L), cholesky(K) * x)).starts_with(
          "1   trmv            result1 = x + lower(L) x   [n x 1, n² flops]\n"
          "2   trmm            result2 = A lower(L)ᵀ   [m x n, m n² flops]\n"
          "3   potrf           #1 = cholesky_factor(K)   [n x n, 1/3 n³ flops]\n"
          "4   trmv            result3 = upper(#1)ᵀ x   [n x 1, n² flops]\n"));
    constexpr auto B = matrix<"B", "n", "k">;
    CHECK(explain(compile(squared_norm(L * B), grad(squared_norm(L * B), L))).starts_with(
          "1   trmm            #1 = lower(L) B   [n x k, k n² flops]\n"
          "2   loop            result1 = sum(square(#1))   [n x k, 2 k n flops]\n"
          "3   gemm            result2 = 2 lower(#1 Bᵀ)   [n x n, k n² flops]\n"));
}

TEST_CASE("each variant says when it runs", "[show]") {
    CHECK(explain(compile(matrix<"A", "m", "k"> * matrix<"B", "k", "l"> * matrix<"C", "l", "n">)) ==
          "variant 1, where no other cost is below 2 k l n + 2 k m n + k l + k m + 2 k n + l n + m n + 200:\n"
          "1   gemm            #1 = B C   [k x n, 2 k l n flops]\n"
          "2   gemm            result1 = A #1   [m x n, 2 k m n flops]\n"
          "calls: 2 gemm\n"
          "flops: 2 k l n + 2 k m n\n"
          "bytes: 8 k l + 8 k m + 16 k n + 8 l n + 8 m n read and written, in doubles\n"
          "workspace: k n entries in #1 k x n\n"
          "variant 2, for a small m, where no other cost is below 2 k l m + 2 l m n + k l + k m + 2 l m + l n + m n + 200:\n"
          "1   gemm            #1 = A B   [m x l, 2 k l m flops]\n"
          "2   gemm            result1 = #1 C   [m x n, 2 l m n flops]\n"
          "calls: 2 gemm\n"
          "flops: 2 k l m + 2 l m n\n"
          "bytes: 8 k l + 8 k m + 16 l m + 8 l n + 8 m n read and written, in doubles\n"
          "workspace: l m entries in #1 m x l\n");
}

TEST_CASE("a Gaussian process factorises once and never forms an inverse", "[show]") {
    constexpr auto X = matrix<"X", "N", "q">;
    constexpr auto Y = matrix<"Y", "N", "D">;
    constexpr auto alpha = scalar<"alpha", positive>;
    constexpr auto beta = scalar<"beta", positive>;
    constexpr auto K = alpha * X * transpose(X) + identity<"N"> / beta;
    constexpr auto L = -0.5_c * extent<"D"> * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y));
    auto f = compile(L, grad(L, X));
    static_assert(cost(f).calls("potrf") == 1);
    static_assert(cost(f).calls("potri") == 0);
    static_assert(cost(f).calls("trsm") == 2);
    CHECK(explain(f).find("potrf") != std::string::npos);
}

TEST_CASE("a row that is stored as one is not transposed", "[show]") {
    // logsumexp is a row; the column x is read as one.
    CHECK(explain(compile(W - logsumexp(W))).find("ᵀ") == std::string::npos);
    CHECK(explain(compile(exp(W) + transpose(x))).find("xᵀ") != std::string::npos);
}

} // namespace
