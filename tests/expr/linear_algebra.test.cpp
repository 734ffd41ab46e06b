// SPDX-License-Identifier: BSL-1.0
// Functions of linear algebra.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/linear_algebra.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "n", "k">;
constexpr auto S = matrix<"S", "n", "n">;
constexpr auto u = vector<"u", "m">;
constexpr auto v = vector<"v", "n">;
constexpr auto s = scalar<"s">;

TEST_CASE("functions of matrices are written as they are printed", "[expr]") {
    CHECK_SPELLING("n x m", transpose(A));
    CHECK_SPELLING("n x n", inverse(S));
    CHECK_SPELLING("1 x 1", logdet(S));
    CHECK_SPELLING("1 x 1", det(S));
    CHECK_SPELLING("n x n", cholesky(S));
    CHECK_SPELLING("1 x 1", trace(S));
    CHECK_SPELLING("n x n", diag(v));
    CHECK_SPELLING("n x 1", diagonal(S));
    CHECK_SPELLING("m x n", lower_part(A));
    CHECK_SPELLING("m x n", strictly_lower_part(A));
    CHECK_SPELLING("m x n", upper_part(A));
    CHECK_SPELLING("n x k", solve(S, B));
    CHECK_SPELLING("1 x 1", dot(A, A));
    CHECK_SPELLING("m x n", outer(u, v));
}

TEST_CASE("a scalar is a matrix", "[expr]") {
    CHECK_SPELLING("1 x 1", inverse(s));
    CHECK_SPELLING("1 x 1", logdet(s));
    CHECK_SPELLING("1 x 1", trace(transpose(v) * S * v));
    CHECK_SPELLING("1 x 1", solve(s, s));
    CHECK_SPELLING("1 x 1", diag(s));
}

} // namespace
