// SPDX-License-Identifier: BSL-1.0
// Identities of parts, assemblies and gathers, and gradients derived by hand, proved while compiling.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "p", "n">;
constexpr auto Z = matrix<"Z", "m", "k">;
constexpr auto x = vector<"x", "n">;
constexpr auto y = indices<"y", "k">;

TEST_CASE("identities of parts and assemblies are proved", "[show]") {
    STATIC_REQUIRE(equivalent(rows<3, 2>(A) * x, rows<3, 2>(A * x)));
    STATIC_REQUIRE(!equivalent(rows<3, 2>(A) * x, rows<2, 2>(A * x)));
    STATIC_REQUIRE(equivalent(vertical(A, B) * x, vertical(A * x, B * x)));
    STATIC_REQUIRE(equivalent(transpose(vertical(A, B)), horizontal(transpose(A), transpose(B))));
    STATIC_REQUIRE(equivalent(block_diagonal(A, B) * vertical(x, x), vertical(A * x, B * x)));
    STATIC_REQUIRE(equivalent(element<1, 2>(transpose(A)), element<2, 1>(A)));
    STATIC_REQUIRE(equivalent(squared_norm(vec(A)), trace(transpose(A) * A)));
    STATIC_REQUIRE(equivalent(cross(vector<"u", 3>, vector<"v", 3>), -cross(vector<"v", 3>, vector<"u", 3>)));
    STATIC_REQUIRE(equivalent(rows(A, y) * x, rows(A * x, y)));
    STATIC_REQUIRE(equivalent(softmax_cross_entropy(Z, y), -mean(pick(log_softmax(Z), y))));
}

TEST_CASE("gradients of parts are proved", "[show]") {
    STATIC_REQUIRE(equivalent(grad(sum(square(rows<3, 2>(A))), A), grad(sum(square(rows<4, 1>(A))) + sum(square(rows<3, 1>(A))), A)));
    STATIC_REQUIRE(equivalent(grad(sum(square(vertical(A, B))), B), 2_c * B));
    STATIC_REQUIRE(equivalent(grad(softmax_cross_entropy(Z, y), Z), grad(softmax_cross_entropy_rows(transpose(Z), y), Z)));
}

} // namespace
