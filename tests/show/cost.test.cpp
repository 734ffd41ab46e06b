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
    // W X, its image under the transpose, W R, and two products accumulated into the gradient.
    static_assert(cost(f).calls("gemm") == 5);
    static_assert(cost(f).calls("gemv") == 0);
    // five products of 2 m n b, three operations an entry of the residual; halving the sum is nothing beside them
    static_assert(cost(f).flops(3, 5, 7) == 5 * 2 * 3 * 5 * 7 + 3 * 5 * 7);
    // W X, its image, the residual, W R
    static_assert(cost(f).workspace(3, 5, 7) == 3 * 7 + 5 * 7 + 5 * 7 + 3 * 7);
    CHECK(cost(f).calls("loop") == 1);
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

TEST_CASE("the sum of a product multiplies nothing", "[show]") {
    constexpr auto total = sum(W * X);
    auto f = compile(total, grad(total, W, X));
    CHECK(cost(f).calls("gemm") == 0);
    CHECK(cost(f).flops(300, 300, 300) < 10 * 300 * 300);
}

} // namespace
