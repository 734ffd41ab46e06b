// SPDX-License-Identifier: BSL-1.0
// Steps of one form are one piece of code.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <ctgrad/run/compile.hpp>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance, reference::number,
    reference::random_operands, reference::tolerance;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto x = vector<"x", "n">;

template <class Function>
struct first_plan;
template <class Plan, class... Variants>
struct first_plan<detail::function<Plan, Variants...>> {
    using type = Plan;
};
template <class Expression>
using plan_for = typename first_plan<decltype(compile(Expression{}))>::type;

TEST_CASE("steps of one form share their code", "[run]") {
    using power = plan_for<decltype(A * A * A * A * A * x)>;
    static_assert(the_plan(power{}).step_count == 5);
    static_assert(detail::kinds_of_steps<power>.count == 1);
    using turned = plan_for<decltype(transpose(A) * (A * (transpose(A) * (A * x))))>;
    static_assert(the_plan(turned{}).step_count == 4);
    static_assert(detail::kinds_of_steps<turned>.count == 2);
    for (int i = 0; i < 4; ++i) CHECK((detail::kinds_of_steps<turned>.number[i] == i % 2));
}

TEST_CASE("what shares its code works on its own operands", "[run]") {
    auto f = compile(A * A * A * x);
    xt::xtensor<double, 1> const y = f(A = xt::xtensor<double, 2>{{1, 1}, {0, 1}}, x = xt::xtensor<double, 1>{5, 2});
    CHECK((y == xt::xtensor<double, 1>{11, 2}));
}

TEST_CASE("a diagonal that is stored as a row is no single number", "[run]") {
    constexpr auto w = matrix<"w", 1, "n">;
    auto f = compile(A + diag(transpose(w)), diag(transpose(w)));
    auto const [sum, alone] = f(A = xt::xtensor<double, 2>{{3, 4}, {5, 6}}, w = xt::xtensor<double, 2>{{1, 2}});
    CHECK((sum == xt::xtensor<double, 2>{{4, 4}, {5, 8}}));
    CHECK((alone == xt::xtensor<double, 2>{{1, 0}, {0, 2}}));
}

TEMPLATE_TEST_CASE("symmetric results of the sizes at which one triangle is computed", "[run]", float, double) {
    using T = TestType;
    constexpr auto X = matrix<"X", "m", "n">;
    constexpr auto S = matrix<"S", "m", "m", symmetric>;
    constexpr auto B = matrix<"B", "n", "n", symmetric>;
    constexpr auto d = vector<"d", "m">;
    auto f = compile(transpose(X) * diag(d) * X, B - 0.5_c * (transpose(X) * S * X), transpose(X) * X + B);
    random_operands random(3);
    dense const x = random.matrix(80, 41), scale = random.column(80);
    dense s = random.matrix(80, 80), b = random.matrix(41, 41);
    s = s + transpose(s);
    b = b + transpose(b);
    auto const [scaled, between, added] =
        f(X = container<T>(x), S = container<T>(s), B = container<T>(b), d = column_container<T>(scale));
    number const size = std::is_same_v<T, float> ? 100 : 1; // of sums of 80 products
    CHECK(distance(scaled, transpose(x) * diag(scale) * x) < size * tolerance<T>);
    CHECK(distance(between, b - 0.5 * (transpose(x) * s * x)) < size * tolerance<T>);
    CHECK(distance(added, transpose(x) * x + b) < size * tolerance<T>);
    for (auto const& result : {scaled, between, added}) CHECK((!detail::pays_triangle<T>(41, 80) || xt::transpose(result) == result));
}

} // namespace
