// SPDX-License-Identifier: BSL-1.0
// What only the sizes and the indices of a call can tell.
#include "support/catch.hpp"
#include "support/message_of.hpp"

#include <ctgrad/run/compile.hpp>

#include <vector>

namespace {

using namespace ctgrad;
using detail::op;

bool holds(op code, std::vector<long> const& sizes) {
    return detail::holds({.code = code, .rows = 0, .columns = 1, .first_row = 2, .first_column = 3, .whole_rows = 4, .whole_columns = 5}, sizes.data());
}

TEST_CASE("parts have to be within the whole, and reshaped entries as many", "[run]") {
    CHECK(holds(op::part, {2, 3, 1, 0, 3, 3}));
    CHECK_FALSE(holds(op::part, {2, 3, 2, 0, 3, 3}));
    CHECK_FALSE(holds(op::part, {2, 3, 1, 1, 3, 3}));
    CHECK(holds(op::part, {0, 3, 3, 0, 3, 3}));
    CHECK(holds(op::reshape, {2, 6, 0, 0, 3, 4}));
    CHECK_FALSE(holds(op::reshape, {2, 5, 0, 0, 3, 4}));
    CHECK(holds(op::cross, {3, 1, 0, 0, 3, 1}));
    CHECK_FALSE(holds(op::cross, {4, 1, 0, 0, 4, 1}));
}

TEST_CASE("messages name the expression and both sizes", "[run]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto y = indices<"y", "n">;
    auto f = compile(rows<1, 3>(A), reshape<2, 6>(A), pick(A, y));
    auto const message = [&](std::size_t m, std::size_t n, int label) {
        return message_of<std::exception>([&] { f(A = xt::xtensor<double, 2>::from_shape({m, n}), y = std::vector<int>(n, label)); });
    };
    CHECK(message(3, 4, 0) == "ctgrad: rows<1, 3>(A): A (m x n) is 3 x 4, which has no 3 x 4 from row 1 and column 0 on");
    CHECK(message(4, 4, 0) == "ctgrad: reshape<2, 6>(A): A (m x n) is 4 x 4, which has not as many entries as 2 x 6");
    CHECK(message(4, 3, 4) == "ctgrad: y (n indices): position 0 holds 4, which does not point into 0 to 3 (m is 4)");
    CHECK(mentions(message(4, 3, -1), "holds -1"));
}

} // namespace
