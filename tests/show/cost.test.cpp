// SPDX-License-Identifier: BSL-1.0
#include <ctgrad/ctgrad.hpp>

#include "../support/catch.hpp"

using namespace ctgrad;

namespace {

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto X = matrix<"X", "n", "b">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * X - X);

TEST_CASE("costs are numbers while compiling", "[show]") {
    auto f = compile(loss, grad(loss, W));
    // Of few samples W X, its image under the transpose, W R, and two products accumulated into the gradient; two operations
    // an entry of the residual R, from which X is subtracted as it is multiplied; halving the sum is nothing beside them.
    constexpr double m = 60, n = 80, b = 2;
    static_assert(cost(f).calls("gemm", m, n, b) == 5);
    static_assert(cost(f).calls("gemv") == 0);
    static_assert(cost(f).flops(m, n, b) == 5 * 2 * m * n * b + 2 * n * b);
    // W X, the residual, W R
    static_assert(cost(f).workspace(m, n, b) == m * b + n * b + m * b);
    CHECK(cost(f).calls("loop", m, n, b) == 1);
}

TEST_CASE("products are distributed and factored by the sizes of the call", "[show]") {
    auto f = compile(loss, grad(loss, W));
    constexpr double m = 64, n = 784, b = 64;
    // Where few rows make many columns: with H = W X, the gradient H R' + W R X' is (H H') W + ((W W') H - 2 H) X', and of a
    // matrix times its transpose half is computed. R is formed for the value alone.
    static_assert(cost(f).flops(m, n, b) == 3 * 2 * m * n * b + 3 * m * m * n + 3 * m * m * b + 2 * m * b + 3 * n * b);
    // Of many samples W (R X' + X R'), where one product is the other's transpose, and R = (W' W) X - X.
    static_assert(cost(f).flops(m, m, n) == m * m * m + 2 * 2 * m * m * n + 2 * m * m * m + m * m + 2 * m * n);
}

TEST_CASE("a matrix times its transpose is half a product, whatever is subtracted from it", "[show]") {
    constexpr auto S = matrix<"S", "m", "m">;
    auto f = compile(W * transpose(W) - S);
    static_assert(cost(f).flops(40, 70) == 40 * 40 * 70 + 40 * 40);
    CHECK(cost(f).calls("gemm") == 1);
}

TEST_CASE("so is any product that is known to be symmetric", "[show]") {
    constexpr auto S = matrix<"S", "n", "n", symmetric>;
    constexpr auto B = matrix<"B", "m", "m", symmetric>;
    constexpr auto d = vector<"d", "n">;
    constexpr auto w = vector<"w", "n">;
    constexpr double m = 40, n = 70;
    auto scaled = compile(W * diag(d) * transpose(W));
    auto between = compile(W * S * transpose(W) - B);
    auto added = compile(W * transpose(W) - B);
    static_assert(cost(scaled).flops(m, n) == m * n + m * m * n);
    static_assert(cost(between).flops(m, n) == 2 * m * n * n + m * m * n);
    static_assert(cost(added).flops(m, n) == m * m * n);
    auto hessian_of_logistic = compile(hessian(sum(log(1_c + exp(W * w))), w));
    CHECK(cost(hessian_of_logistic).flops(m, n) < 1.1 * m * n * n);
}

TEST_CASE("samples in rows cost what they cost in columns", "[show]") {
    constexpr auto Y = matrix<"Y", "b", "n">;
    constexpr auto turned_loss = 0.5_c * squared_norm(Y * transpose(W) * W - Y);
    auto f = compile(loss, grad(loss, W));
    auto g = compile(turned_loss, grad(turned_loss, W));
    static_assert(cost(g).flops(2, 80, 60) == cost(f).flops(60, 80, 2));
    static_assert(cost(g).flops(64, 784, 64) == cost(f).flops(64, 784, 64));
    static_assert(cost(g).flops(784, 64, 64) == cost(f).flops(64, 64, 784));
}

TEST_CASE("a vector never waits behind a product of matrices", "[show]") {
    constexpr auto x = vector<"x", "n">;
    auto f = compile(transpose(W) * W * x);
    static_assert(cost(f).calls("gemm") == 0);
    CHECK(cost(f).calls("gemv") == 2);
}

TEST_CASE("a common factor is multiplied once", "[show]") {
    constexpr auto U = matrix<"U", "m", "n">;
    constexpr auto s = scalar<"s">;
    auto f = compile(s * (W * X) - U * X);
    auto g = compile(transpose(X) * transpose(W) + 2_c * (transpose(X) * transpose(U)));
    CHECK(cost(f).calls("gemm") == 1);
    CHECK(cost(g).calls("gemm") == 1);
}

TEST_CASE("common factors are taken out of what is left as well", "[show]") {
    constexpr auto A = matrix<"A", "n", "n">;
    constexpr auto B = matrix<"B", "n", "n">;
    constexpr auto C = matrix<"C", "n", "n">;
    auto f = compile(A * B * A + A * C * A + A * A);                          // A ((B + C) A + A)
    auto g = compile(A * B * C * B + A * B * C * A + A * B * A + A * C);      // A (B (C (A + B) + A) + C)
    CHECK(cost(f).calls("gemm") == 2);
    CHECK(cost(g).calls("gemm") == 3);
}

TEST_CASE("of an outer product nothing is formed for its norm and its sums", "[show]") {
    constexpr auto u = vector<"u", "m">;
    constexpr auto v = vector<"v", "n">;
    constexpr auto outer = u * transpose(v);
    auto f = compile(squared_norm(outer), norm(outer), sum(outer), row_sums(outer), column_sums(hadamard(u, transpose(v))));
    CHECK(cost(f).flops(300, 400) < 10 * (300 + 400));
    auto [square, root, total, of_rows, of_columns] = f(u = xt::xtensor<double, 1>{1, 2, 2}, v = xt::xtensor<double, 1>{3, -4});
    CHECK((square == 225 && root == 15 && total == -5));
    CHECK((of_rows == xt::xtensor<double, 1>{-1, -2, -2}));
    CHECK((xt::ravel(of_columns) == xt::xtensor<double, 1>{15, -20}));
}

TEST_CASE("the sum of a product multiplies nothing", "[show]") {
    constexpr auto total = sum(W * X);
    auto f = compile(total, grad(total, W, X));
    CHECK(cost(f).calls("gemm") == 0);
    CHECK(cost(f).flops(300, 300, 300) < 10 * 300 * 300);
}

} // namespace
