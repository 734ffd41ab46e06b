// SPDX-License-Identifier: BSL-1.0
// From the entries of a matrix to fewer.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/reductions.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto v = vector<"v", "n">;

TEST_CASE("reductions are written as they are printed, and have their shapes", "[expr]") {
    CHECK_SPELLING("1 x 1", sum(A));
    CHECK_SPELLING("1 x 1", mean(A));
    CHECK_SPELLING("1 x 1", product(A));
    CHECK_SPELLING("m x 1", row_sums(A));
    CHECK_SPELLING("1 x n", column_sums(A));
    CHECK_SPELLING("m x 1", row_means(A));
    CHECK_SPELLING("1 x n", column_means(A));
    CHECK_SPELLING("1 x 1", squared_norm(A));
    CHECK_SPELLING("1 x 1", norm(A));
    CHECK_SPELLING("1 x 1", max(A));
    CHECK_SPELLING("1 x 1", min(A));
    CHECK_SPELLING("m x 1", row_max(A));
    CHECK_SPELLING("1 x n", column_max(A));
    CHECK_SPELLING("m x 1", row_min(A));
    CHECK_SPELLING("1 x n", column_min(A));
    CHECK_SPELLING("n x 1", cumulative_sum(v));
    CHECK_SPELLING("n x 1", cumulative_logsumexp(v));
}

} // namespace
