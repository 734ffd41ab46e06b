// SPDX-License-Identifier: BSL-1.0
// The references against numbers worked out by hand, and the comparison against results that are wrong.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <limits>

namespace {

using reference::central_difference, reference::column, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands;

TEST_CASE("products, transposes and stretched sums", "[support]") {
    dense const a{{1, 2, 3}, {4, 5, 6}}, b{{1, 0}, {0, 2}, {1, 1}};
    CHECK((a * b).entries() == dense{{4, 7}, {10, 16}}.entries());
    CHECK((2 * a).entries() == dense{{2, 4, 6}, {8, 10, 12}}.entries());
    CHECK(transpose(a).entries() == dense{{1, 4}, {2, 5}, {3, 6}}.entries());
    CHECK((a + column({10, 20})).entries() == dense{{11, 12, 13}, {24, 25, 26}}.entries());
    CHECK((a - dense{{1, 2, 3}}).entries() == dense{{0, 0, 0}, {3, 3, 3}}.entries());
    CHECK((column({1, 2}) + dense{{10, 20}}).entries() == dense{{11, 21}, {12, 22}}.entries());
    CHECK(row_sums(a).entries() == column({6, 15}).entries());
    CHECK(column_sums(a).entries() == dense{{5, 7, 9}}.entries());
    CHECK_THROWS(a + b);
}

TEST_CASE("elimination", "[support]") {
    dense const a{{0, 2, 1}, {1, 0, 1}, {3, 1, 0.5}};
    dense const error = a * inverse(a) - reference::identity(3);
    CHECK(norm(error) < 1e-17L);
    CHECK(std::abs(logdet(a) - std::log(number(6))) < 1e-17L); // det = 2 * 3 + 1 * 1 - 2 * 0.5
    CHECK(norm(a * solve(a, column({1, 2, 3})) - column({1, 2, 3})) < 1e-17L);
}

TEST_CASE("the softmax of each column", "[support]") {
    dense const p = reference::softmax({{std::log(number(1)), 7}, {std::log(number(3)), 7}});
    CHECK(norm(p - dense{{0.25, 0.5}, {0.75, 0.5}}) < 1e-18L);
}

TEST_CASE("differences", "[support]") {
    dense x{{0.5, -2}, {3, 1}};
    auto loss = [&] { return sum(map(x, [](number z) { return std::sin(z) * z; })); };
    dense const slope = map(x, [](number z) { return std::cos(z) * z + std::sin(z); });
    CHECK(norm(central_difference(loss, x) - slope) < 1e-13L);
    CHECK(norm(central_difference([&] { return static_cast<double>(loss()); }, x) - slope) < 1e-10L);
    CHECK(x.entries() == dense{{0.5, -2}, {3, 1}}.entries());
}

TEST_CASE("the distance of results", "[support]") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    dense const expected{{1, 2}, {3, -10}};
    CHECK(distance(container<double>(expected), expected) == 0);
    CHECK(std::abs(distance(container<double>({{1, 2}, {3.5, -10}}), expected) - 0.05) < 1e-15);
    CHECK(distance(container<double>({{1, 2}, {3, std::nan("")}}), expected) == infinity);
    CHECK(distance(container<double>({{1, 2}, {3, -infinity}}), expected) == infinity);
    CHECK(distance(container<double>({{1, 2, 3}, {3, -10, 3}}), expected) == infinity);
    CHECK(distance(reference::column_container<double>(column({1, 2})), {{1, 2}}) == infinity);
    CHECK(distance(1.5, dense(1)) == 0.5);
    CHECK(distance(1.5, expected) == infinity);
    CHECK(distance(infinity, dense(infinity)) == 0);
}

TEST_CASE("random operands are the same in float and double", "[support]") {
    random_operands random(1);
    for (dense const& operand : {random.matrix(5, 7), random.positive(5, 7), random.symmetric(5),
                                 random.symmetric_positive_definite(5), random.well_conditioned(5)})
        CHECK(distance(container<float>(operand), operand) == 0);
    random_operands again(1);
    CHECK(distance(container<double>(again.matrix(5, 7)), random_operands(1).matrix(5, 7)) == 0);
}

} // namespace
