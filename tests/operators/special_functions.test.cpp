// SPDX-License-Identifier: BSL-1.0
// lgamma and its derivatives, huber, and powers with any exponent: value, gradient and second derivative against
// closed forms in extended precision.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <limits>

namespace {

using namespace ctgrad;
using reference::column, reference::column_container, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands, reference::tolerance;

// The n-th derivative of log Gamma, n = 1 to 4: far to the right by Stirling's series, differentiated by hand.
number log_gamma_derivative(int n, number x) {
    number below = 0;
    number const factorial[] = {1, 1, 2, 6};
    for (; x < 80; x += 1)
        below += (n % 2 == 0 ? -1 : 1) * factorial[n - 1] / std::pow(x, number(n));
    number const i = 1 / x, s = i * i;
    switch (n) {
    case 1: return std::log(x) - i / 2 - s / 12 + s * s / 120 - s * s * s / 252 - below;
    case 2: return i + s / 2 + i * s / 6 - i * s * s / 30 + i * s * s * s / 42 - below;
    case 3: return -s - i * s - s * s / 2 + s * s * s / 6 - s * s * s * s / 6 - below;
    default: return 2 * i * s + 3 * s * s + 2 * i * s * s - i * s * s * s + 4 * i * s * s * s * s / 3 - below;
    }
}

TEMPLATE_TEST_CASE("log Gamma and its derivatives to the fourth", "[operators]", float, double) {
    constexpr auto x = vector<"x", "n">;
    constexpr auto first = grad(sum(lgamma(x)), x);
    constexpr auto second = grad(sum(first), x);
    constexpr auto third = grad(sum(second), x);
    auto f = compile(lgamma(x), digamma(x), trigamma(x), first, second, third, grad(sum(third), x),
                     grad(sum(square(digamma(x))), x));
    dense const at = column({1. / 1024, 0.125, 0.5, 1, 1.5, 2, 3.25, 11, 12, 13.5, 100, 1e3, 1e4, -0.5, -1.25, -7.5, -40.75});
    auto [value, of_digamma, of_trigamma, d1, d2, d3, d4, of_square] = f(x = column_container<TestType>(at));
    auto entries_agree = [&](auto const& actual, auto expected) {
        for (std::size_t i = 0; i < at.rows(); ++i) {
            number const target = expected(at(i));
            INFO(static_cast<double>(at(i)) << ": " << actual(i) << ", expected " << static_cast<double>(target));
            CHECK(std::abs(actual(i) - target) <=
                  (sizeof(TestType) == 4 ? 1e-6L : 2e-14L) * std::max(std::abs(target), number(1)));
        }
    };
    entries_agree(value, [](number x) { return std::lgamma(x); });
    entries_agree(of_digamma, [](number x) { return log_gamma_derivative(1, x); });
    entries_agree(of_trigamma, [](number x) { return log_gamma_derivative(2, x); });
    entries_agree(d1, [](number x) { return log_gamma_derivative(1, x); });
    entries_agree(d2, [](number x) { return log_gamma_derivative(2, x); });
    entries_agree(d3, [](number x) { return log_gamma_derivative(3, x); });
    entries_agree(d4, [](number x) { return log_gamma_derivative(4, x); });
    entries_agree(of_square, [](number x) { return 2 * log_gamma_derivative(1, x) * log_gamma_derivative(2, x); });
}

TEST_CASE("log Gamma at poles, infinities and NaN", "[operators]") {
    constexpr auto x = vector<"x", 7>;
    constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    auto f = compile(lgamma(x), digamma(x), trigamma(x), grad(sum(trigamma(x)), x));
    auto [value, first, second, third] = f(x = xt::xtensor<double, 1>{0., -0., -1., -3., infinity, -infinity, nan});
    for (std::size_t i = 0; i < 5; ++i) CHECK(value(i) == infinity);
    CHECK(first(0) == -infinity);
    CHECK(first(1) == infinity);
    CHECK(std::isnan(first(2)));
    CHECK(std::isnan(first(3)));
    CHECK(first(4) == infinity);
    for (std::size_t i = 0; i < 4; ++i) CHECK(second(i) == infinity);
    CHECK(second(4) == 0);
    CHECK(third(0) == -infinity);
    CHECK(third(4) == 0);
    CHECK(std::isnan(value(6)));
    for (std::size_t i = 5; i < 7; ++i) {
        CHECK(std::isnan(first(i)));
        CHECK(std::isnan(second(i)));
        CHECK(std::isnan(third(i)));
    }
}

template <class T>
void huber_agrees(auto r, auto delta, dense const& residuals, dense const& limits) {
    constexpr auto loss = sum(square(huber(r, delta)));
    auto f = compile(huber(r, delta), grad(sum(huber(r, delta)), r, delta), grad(loss, r, delta),
                     grad(sum(grad(loss, r)), r, delta));
    auto [value, dr, ddelta, dr_loss, ddelta_loss, drr, drdelta] =
        f(r = container<T>(residuals), delta = container<T>(limits));
    dense expected = residuals, slope = residuals, by_limit = residuals, loss_r = residuals, loss_d = residuals,
          second = residuals, mixed = residuals;
    for (std::size_t i = 0; i < residuals.rows(); ++i)
        for (std::size_t j = 0; j < residuals.columns(); ++j) {
            number const x = residuals(i, j), d = limits(0, j);
            bool const inside = std::abs(x) <= d;
            number const h = inside ? x * x / 2 : d * (std::abs(x) - d / 2);
            number const h_r = inside ? x : x > 0 ? d : -d, h_d = inside ? 0 : std::abs(x) - d;
            number const h_rr = inside ? 1 : 0, h_rd = inside ? 0 : x > 0 ? 1 : -1;
            expected(i, j) = h;
            slope(i, j) = h_r;
            by_limit(i, j) = h_d;
            loss_r(i, j) = 2 * h * h_r;
            loss_d(i, j) = 2 * h * h_d;
            second(i, j) = 2 * (h_r * h_r + h * h_rr);
            mixed(i, j) = 2 * (h_r * h_d + h * h_rd);
        }
    CHECK(distance(value, expected) < tolerance<T>);
    CHECK(distance(dr, slope) < tolerance<T>);
    CHECK(distance(ddelta, column_sums(by_limit)) < tolerance<T>);
    CHECK(distance(dr_loss, loss_r) < tolerance<T>);
    CHECK(distance(ddelta_loss, column_sums(loss_d)) < tolerance<T>);
    CHECK(distance(drr, second) < tolerance<T>);
    CHECK(distance(drdelta, column_sums(mixed)) < tolerance<T>);
}

TEST_CASE("the Huber loss with a limit for each column", "[operators]") {
    random_operands random(141);
    dense r = 4 * random.matrix(9, 5);
    r(0, 0) = 0;
    r(1, 1) = 1e4;
    r(2, 2) = -1e4;
    huber_agrees<double>(matrix<"r", "m", "n">, matrix<"delta", 1, "n">, r, random.positive(1, 5));
    huber_agrees<float>(matrix<"r", 2, 3>, matrix<"delta", 1, 3>, {{0.5, -2, 1}, {-1, 3, 0}}, {{1, 1.5, 1}});
}

TEST_CASE("the Huber loss on its kinks, of an overflowing square, of infinity and NaN", "[operators]") {
    constexpr auto r = vector<"r", "n">;
    constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    auto f = compile(huber(r, 1_c), grad(sum(huber(r, 1_c)), r));
    auto [value, slope] = f(r = xt::xtensor<double, 1>{1., -1., 1e200, -infinity, nan});
    CHECK(value(0) == 0.5);
    CHECK(value(1) == 0.5);
    CHECK(value(2) == 1e200);
    CHECK(value(3) == infinity);
    CHECK(std::isnan(value(4)));
    CHECK(slope(0) == 1);
    CHECK(slope(1) == -1);
    CHECK(slope(2) == 1);
    CHECK(slope(3) == -1);
    CHECK(std::isnan(slope(4)));
}

TEMPLATE_TEST_CASE("powers with any exponent", "[operators]", float, double) {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto b = matrix<"b", 1, "n">;
    constexpr auto power = sum(pow(A, b));
    auto f = compile(pow(A, b), grad(power, A, b), grad(sum(grad(power, A)), A, b));
    random_operands random(142);
    dense a = 3 * random.positive(6, 4), exponent = 4 * random.matrix(1, 4);
    auto [value, dA, db, dAA, dAb] = f(A = container<TestType>(a), b = container<TestType>(exponent));
    auto of = [&](auto g) { return combine(a, exponent, g); };
    CHECK(distance(value, of([](number x, number y) { return std::pow(x, y); })) < tolerance<TestType>);
    CHECK(distance(dA, of([](number x, number y) { return y * std::pow(x, y - 1); })) < tolerance<TestType>);
    CHECK(distance(db, column_sums(of([](number x, number y) { return std::pow(x, y) * std::log(x); }))) < tolerance<TestType>);
    CHECK(distance(dAA, of([](number x, number y) { return y * (y - 1) * std::pow(x, y - 2); })) < tolerance<TestType>);
    CHECK(distance(dAb, column_sums(of([](number x, number y) { return std::pow(x, y - 1) * (1 + y * std::log(x)); }))) <
          tolerance<TestType>);
}

TEMPLATE_TEST_CASE("powers with the exponents that have a shorter way", "[operators]", float, double) {
    constexpr auto x = vector<"x", "n">;
    auto f = compile(pow(x, 4_c), pow(x, -2_c), pow(x, 0.5_c), pow(x, -0.5_c), pow(x, 1.5_c), pow(x, 2.5_c), grad(sum(pow(x, 2.5_c)), x),
                     grad(sum(pow(x, 0.5_c)), x), pow(x, 0_c));
    dense const at = column({0.25, 1, 3, 1e4, 0.0078125, 0, std::numeric_limits<number>::infinity()});
    auto const results = f(x = column_container<TestType>(at));
    number const exponents[] = {4, -2, 0.5, -0.5, 1.5, 2.5};
    auto check = [&](auto const& value, number exponent) {
        for (std::size_t i = 0; i < at.rows(); ++i) {
            number const target = std::pow(at(i), exponent);
            CAPTURE(exponent, value(i));
            CHECK((value(i) == target || std::abs(value(i) / target - 1) < 8 * std::numeric_limits<TestType>::epsilon()));
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) { (check(std::get<I>(results), exponents[I]), ...); }(std::make_index_sequence<6>{});
    for (std::size_t i = 0; i + 1 < at.rows(); ++i) {
        number const slope = std::pow(at(i), number(1.5)) * 5 / 2;
        CHECK(std::abs(std::get<6>(results)(i) - slope) <= 8 * std::numeric_limits<TestType>::epsilon() * slope);
    }
    CHECK(std::get<7>(results)(0) == 1);
    CHECK(std::isinf(std::get<7>(results)(5)));
    CHECK(std::get<8>(results)(5) == 1);
}

// One entry for each exponent in the column beside it.
TEST_CASE("powers of zero and of negative numbers", "[operators]") {
    constexpr auto x = vector<"x", "n">;
    constexpr auto b = vector<"b", "n">;
    constexpr auto power = sum(pow(x, b));
    auto f = compile(pow(x, b), grad(power, x, b), grad(sum(grad(power, x)), x, b), grad(sum(grad(power, b)), b));
    auto [value, dx, db, dxx, dxb, dbb] =
        f(x = xt::xtensor<double, 1>{0., 0., 0., 0., 0., -2., -2., -2., 0.}, b = xt::xtensor<double, 1>{0., 1., 2., 3., 2.5, 3., -1., 0., 0.5});
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK(distance(value, column({1., 0., 0., 0., 0., -8., -0.5, 1., 0.})) == 0);
    CHECK(distance(dx, column({0., 1., 0., 0., 0., 12., -0.25, 0., infinity})) == 0);
    CHECK(distance(dxx, column({0., 0., 2., 0., 0., -12., -0.25, 0., -infinity})) == 0);
    for (std::size_t i = 0; i < 5; ++i) {
        INFO(i);
        CHECK(db(i) == 0);
        CHECK(dbb(i) == 0);
        if (i > 1) CHECK(dxb(i) == 0);
    }
    for (std::size_t i = 5; i < 8; ++i) CHECK(std::isnan(db(i)));
}

TEST_CASE("powers with constant exponents at zero, to the third derivative", "[operators]") {
    constexpr auto x = scalar<"x">;
    constexpr auto third = [](auto power) {
        constexpr auto y = scalar<"x">;
        return grad(grad(grad(power, y), y), y);
    };
    auto f = compile(grad(pow(x, 0_c), x), grad(pow(x, 1_c), x), grad(pow(x, 2_c), x), third(pow(x, 1_c)),
                     third(pow(x, 2_c)), third(pow(x, 3_c)), third(pow(x, 4_c)), grad(pow(2_c, x), x));
    auto [d0, d1, d2, third1, third2, third3, third4, exponential] = f(x = 0.);
    CHECK(d0 == 0);
    CHECK(d1 == 1);
    CHECK(d2 == 0);
    CHECK(third1 == 0);
    CHECK(third2 == 0);
    CHECK(third3 == 6);
    CHECK(third4 == 0);
    CHECK(std::abs(exponential - std::log(2.)) < 1e-15);
}

} // namespace
