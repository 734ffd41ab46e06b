// SPDX-License-Identifier: BSL-1.0
// Elementary functions in constant evaluation against <cmath> in extended precision, over many random arguments.
#include "support/catch.hpp"
#include "support/worst.hpp"

#include <ctgrad/graph/elementary.hpp>

#include <algorithm>
#include <cmath>
#include <random>

namespace {

using namespace ctgrad::detail;
using number = long double;

struct elementary_case {
    char const* name;
    double (*ours)(double);
    number (*exact)(number);
    double low, high;
    bool absolute = false;  // where the function has zeros that are no numbers
    double tolerance = 2e-15;
};

// Gamma's logarithmic derivatives by differences of eighth order in extended precision.
number derivative(number (*f)(number), number x) {
    number const h = std::abs(x) * 0.01L;
    auto at = [&](int k) { return f(x + k * h) - f(x - k * h); };
    return (4 * at(1) / 5 - at(2) / 5 + 4 * at(3) / 105 - at(4) / 280) / h;
}
number digamma_by_differences(number x) {
    return derivative([](number z) { return std::lgamma(z); }, x);
}
// sum 1 / (x+k)^2, the tail by Euler and Maclaurin.
number trigamma_by_sum(number x) {
    number sum = 0;
    int const terms = 2000;
    for (int k = 0; k < terms; ++k)
        sum += 1 / ((x + k) * (x + k));
    number const end = x + terms;
    return sum + 1 / end + 1 / (2 * end * end) + 1 / (6 * end * end * end) - 1 / (30 * std::pow(end, 5.0L));
}

#define FUNCTION(f) #f, elementary::f, [](number x) { return std::f(x); }
elementary_case const cases[] = {
    {FUNCTION(exp), -708, 709},
    {FUNCTION(exp), -2, 2},
    {FUNCTION(log), 1e-300, 1e300},
    {FUNCTION(log), 0.5, 2},
    {FUNCTION(log), 1e-320, 1e-310},
    {FUNCTION(log1p), -0.999, 10},
    {FUNCTION(log1p), -1e-9, 1e-9},
    {FUNCTION(expm1), -40, 40},
    {FUNCTION(expm1), -0.6, 0.6},
    {FUNCTION(expm1), -1e-9, 1e-9},
    {FUNCTION(sqrt), 0, 1e300},
    {FUNCTION(sqrt), 1e-320, 1e-300},
    {FUNCTION(sin), -100, 100, true},
    {FUNCTION(sin), -1e-5, 1e-5},
    {FUNCTION(cos), -100, 100, true},
    {FUNCTION(tan), -1.5, 1.5},
    {FUNCTION(tanh), -25, 25},
    {FUNCTION(tanh), -1e-5, 1e-5},
    {FUNCTION(erf), -7, 7},
    {FUNCTION(erf), -1e-5, 1e-5},
    {FUNCTION(lgamma), 2.5, 1000, false, 1e-14},
    {FUNCTION(lgamma), 1e-5, 3, true, 1e-14},
    {FUNCTION(lgamma), -5.9, -5.1, true, 2e-14},
    {"digamma", elementary::digamma, digamma_by_differences, 2, 30, false, 1e-13},
    {"trigamma", elementary::trigamma, trigamma_by_sum, 0.01, 30, false, 1e-14},
    {"tetragamma", [](double x) { return elementary::polygamma(2, x); },
     [](number x) { return derivative(trigamma_by_sum, x); }, 0.5, 30, false, 1e-12},
};
#undef FUNCTION

TEST_CASE("elementary functions in constant evaluation are those of <cmath>", "[graph]") {
    for (auto const& [name, ours, exact, low, high, absolute, tolerance] : cases) {
        INFO(name);
        double worst = 0, where = low;
        std::mt19937_64 engine(1);
        std::uniform_real_distribution<double> between(low, high);
        for (int i = 0; i < 2000; ++i) {
            double const x = i == 0 ? low : i == 1 ? high : between(engine);
            number const expected = exact(x), got = ours(x);
            number const scale = absolute ? std::max(number(1), std::abs(expected)) : std::abs(expected);
            if (got == expected) continue;
            double const error = static_cast<double>(std::abs(got - expected) / scale);
            if (!(error <= worst)) where = x;
            worst = reference::worse(worst, error);
        }
        CAPTURE(worst, where);
        CHECK(worst < tolerance);
    }
}

TEST_CASE("elementary functions know the edges", "[graph]") {
    constexpr double inf = elementary::infinity, nan = elementary::not_a_number;
    static_assert(elementary::exp(710) == inf && elementary::exp(-inf) == 0 && elementary::exp(inf) == inf);
    static_assert(elementary::log(0) == -inf && elementary::log(inf) == inf);
    static_assert(elementary::is_nan(elementary::log(-1)) && elementary::is_nan(elementary::sqrt(-1)));
    static_assert(elementary::is_nan(elementary::exp(nan)) && elementary::is_nan(elementary::erf(nan)));
    static_assert(elementary::log1p(-1) == -inf && elementary::is_nan(elementary::log1p(-inf)));
    static_assert(elementary::expm1(-inf) == -1 && elementary::expm1(inf) == inf);
    static_assert(elementary::tanh(-inf) == -1 && elementary::erf(inf) == 1 && elementary::lgamma(0) == inf);
    static_assert(elementary::sqrt(4) == 2 && elementary::sqrt(0x1p-1060) == 0x1p-530);
    double const bases[] = {-inf, -3, -1, -0.5, 0, 0.5, 1, 2.5, 1e100, inf, nan};
    double const exponents[] = {-inf, -60, -3, -2, -0.5, 0, 0.5, 1, 2, 3, 17, 60.5, inf, nan};
    for (double base : bases)
        for (double exponent : exponents) {
            CAPTURE(base, exponent);
            double const expected = std::pow(base, exponent), got = elementary::pow(base, exponent);
            if (std::isnan(expected)) CHECK(std::isnan(got));
            else if (!std::isfinite(expected) || expected == 0) CHECK(got == expected);
            else CHECK(std::abs(got / expected - 1) < 1e-13);
        }
}

TEST_CASE("scaling by powers of two is exact, to the smallest number and beyond the largest", "[graph]") {
    for (double x : {1., 1.5, 0x1.fffffffffffffp0})
        for (int k = -1074; k <= 1100; ++k) {
            double const expected = std::ldexp(x, k);
            CAPTURE(x, k);
            CHECK(elementary::scale(x, k) == expected);
        }
    for (int k = -1022; k < 1024; ++k) CHECK(elementary::power_of_two(k) == std::ldexp(1., k));
}

TEST_CASE("integers are told", "[graph]") {
    for (double x : {0., 1., -7., 1e17, 0x1p53, 123456789.}) CHECK(elementary::is_integer(x));
    for (double x : {0.5, -1e-9, 123456789.25}) CHECK_FALSE(elementary::is_integer(x));
    for (double x : {0.4, -0.4, 2.5, -2.6, 1e6 + 0.6}) CHECK(std::abs(elementary::nearest(x) - x) <= 0.5);
}

TEST_CASE("powers are those of <cmath>", "[graph]") {
    std::mt19937_64 engine(2);
    std::uniform_real_distribution<double> base(-20, 20), exponent(-30, 30);
    for (int i = 0; i < 4000; ++i) {
        double const x = i % 2 == 0 ? std::abs(base(engine)) : base(engine);
        double const y = i % 2 == 0 ? exponent(engine) : std::round(exponent(engine));
        number const expected = std::pow(number(x), number(y));
        CAPTURE(x, y);
        CHECK(std::abs(elementary::pow(x, y) - expected) <= 1e-13L * std::abs(expected));
    }
}

TEST_CASE("polygamma functions obey their recurrence", "[graph]") {
    std::mt19937_64 engine(3);
    std::uniform_real_distribution<double> between(0.1, 40);
    for (int order = 0; order < 8; ++order)
        for (int i = 0; i < 200; ++i) {
            double const x = between(engine);
            // psi_n(x + 1) = psi_n(x) + (-1)^n n! / x^(n + 1)
            double const step = (order % 2 == 0 ? 1 : -1) * std::tgamma(order + 1.) / std::pow(x, order + 1);
            double const here = elementary::polygamma(order, x), next = elementary::polygamma(order, x + 1);
            CAPTURE(order, x);
            CHECK(std::abs(next - here - step) <= 1e-12 * (std::abs(here) + std::abs(step) + (order == 0)));
        }
    number const pi = 3.14159265358979323846264L;
    CHECK(std::abs(elementary::digamma(1) + 0.57721566490153286) < 1e-15);
    CHECK(std::abs(elementary::trigamma(1) - double(pi * pi / 6)) < 2e-15);
    CHECK(std::abs(elementary::polygamma(3, 1) - double(std::pow(pi, 4.L) / 15)) < 2e-14);
}

} // namespace
