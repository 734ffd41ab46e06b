// SPDX-License-Identifier: BSL-1.0
// Operations that choose: maximum and minimum, comparisons, where, sign and heaviside; and a gradient held
// back.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <limits>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column, reference::column_container, reference::container,
    reference::dense, reference::distance, reference::number, reference::random_operands,
    reference::tolerance;

constexpr auto a = vector<"a", "n">;
constexpr auto b = vector<"b", "n">;

TEST_CASE("maximum and minimum, a tie going to the first", "[operators]") {
    auto f =
        compile(maximum(a, b), minimum(a, b), grad(sum(maximum(a, b)), a, b), grad(sum(minimum(a, b)), a, b));
    auto [larger, smaller, larger_da, larger_db, smaller_da, smaller_db] =
        f(a = column_container<double>(column({1, 5, 2})), b = column_container<double>(column({3, 4, 2})));
    CHECK(distance(larger, column({3, 5, 2})) == 0);
    CHECK(distance(smaller, column({1, 4, 2})) == 0);
    CHECK(distance(larger_da, column({0, 1, 1})) == 0);
    CHECK(distance(larger_db, column({1, 0, 0})) == 0);
    CHECK(distance(smaller_da, column({1, 0, 1})) == 0);
    CHECK(distance(smaller_db, column({0, 1, 0})) == 0);
}

TEST_CASE("comparisons are 0 or 1", "[operators]") {
    auto f = compile(a<b, a <= b, a> b, a >= b, sign(a - b), heaviside(a - b), grad(sum(a < b), a));
    auto [less, less_equal, greater, greater_equal, signs, steps, slope] =
        f(a = column_container<double>(column({1, 5, 2})), b = column_container<double>(column({3, 4, 2})));
    CHECK(distance(less, column({1, 0, 0})) == 0);
    CHECK(distance(less_equal, column({1, 0, 1})) == 0);
    CHECK(distance(greater, column({0, 1, 0})) == 0);
    CHECK(distance(greater_equal, column({0, 1, 1})) == 0);
    CHECK(distance(signs, column({-1, 1, 0})) == 0);
    CHECK(distance(steps, column({0, 1, 0})) == 0);
    CHECK(distance(slope, dense(3, 1)) == 0);
}

TEST_CASE("the branch not taken contributes nothing, be it NaN", "[operators]") {
    constexpr auto safe_root = where(a > zeros<"n">, sqrt(a), b);
    auto f = compile(safe_root, grad(sum(safe_root), a, b));
    auto [value, da, db] =
        f(a = column_container<double>(column({4, -1, 0})), b = column_container<double>(column({7, 8, 9})));
    CHECK(distance(value, column({2, 8, 9})) == 0);
    CHECK(distance(da, column({0.25, 0, 0})) == 0);
    CHECK(distance(db, column({0, 1, 1})) == 0);
}

TEST_CASE("a scalar chooses between matrices", "[operators]") {
    constexpr auto threshold = scalar<"threshold">;
    constexpr auto chosen = where(threshold > 1_c, 2_c * a, square(b));
    auto f = compile(chosen, grad(sum(chosen), a, b));
    auto const first = column_container<double>(column({1, 2})),
               second = column_container<double>(column({3, 4}));
    auto [above, above_da, above_db] = f(a = first, b = second, threshold = 2);
    CHECK(distance(above, column({2, 4})) == 0);
    CHECK(distance(above_da, column({2, 2})) == 0);
    CHECK(distance(above_db, column({0, 0})) == 0);
    auto [below, below_da, below_db] = f(a = first, b = second, threshold = 1);
    CHECK(distance(below, column({9, 16})) == 0);
    CHECK(distance(below_da, column({0, 0})) == 0);
    CHECK(distance(below_db, column({6, 8})) == 0);
}

TEST_CASE("a gradient is held back and a leaf is replaced", "[operators]") {
    constexpr auto loss = dot(stop_gradient(square(a)), a);
    constexpr auto replaced = substitute(dot(a, a), a, b + b);
    auto f = compile(loss, grad(loss, a), replaced, grad(replaced, b));
    auto [value, da, replaced_value, db] =
        f(a = column_container<double>(column({1, 2})), b = column_container<double>(column({3, 4})));
    CHECK(value == 9);
    CHECK(distance(da, column({1, 4})) == 0);
    CHECK(replaced_value == 100);
    CHECK(distance(db, column({24, 32})) == 0);
}

} // namespace
