// SPDX-License-Identifier: BSL-1.0
// The softmax family: over columns, and over rows.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/softmax.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto Z = matrix<"Z", "m", "n">;
constexpr auto T = matrix<"T", "m", "n">;
constexpr auto y = indices<"y", "n">;
constexpr auto z = indices<"z", "m">;

TEST_CASE("the softmax family is written as it is printed", "[expr]") {
    CHECK_SPELLING("m x n", softmax(Z));
    CHECK_SPELLING("m x n", log_softmax(Z));
    CHECK_SPELLING("1 x n", logsumexp(Z));
    CHECK_SPELLING("m x n", softmax_rows(Z));
    CHECK_SPELLING("m x n", log_softmax_rows(Z));
    CHECK_SPELLING("m x 1", logsumexp_rows(Z));
    CHECK_SPELLING("1 x 1", softmax_cross_entropy(Z, T));
    CHECK_SPELLING("1 x 1", softmax_cross_entropy_rows(Z, T));
    CHECK_SPELLING("1 x 1", softmax_cross_entropy(Z, y));
    CHECK_SPELLING("1 x 1", softmax_cross_entropy_rows(Z, z));
}

TEST_CASE("targets may be weights or labels", "[expr]") {
    static_assert(op_of(softmax_cross_entropy(Z, T)) == op::softmax_cross_entropy);
    static_assert(op_of(softmax_cross_entropy(Z, y)) == op::label_cross_entropy);
    static_assert(op_of(softmax_cross_entropy_rows(Z, T)) == op::softmax_cross_entropy_rows);
    static_assert(op_of(softmax_cross_entropy_rows(Z, z)) == op::label_cross_entropy_rows);
}

} // namespace
