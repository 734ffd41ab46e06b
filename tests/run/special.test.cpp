// SPDX-License-Identifier: BSL-1.0
// Polygamma functions at run time against those of constant evaluation, which are computed otherwise, and by reflection.
#include "support/catch.hpp"

#include <ctgrad/graph/elementary.hpp>
#include <ctgrad/run/special.hpp>

#include <cmath>
#include <random>

namespace {

using namespace ctgrad::detail;

TEST_CASE("polygamma functions agree with those of constant evaluation", "[run]") {
    std::mt19937_64 engine(1);
    std::uniform_real_distribution<double> right(0.05, 60), left(-20, -0.05);
    for (int order = 0; order < 12; ++order)
        for (int i = 0; i < 300; ++i) {
            double x = i % 2 == 0 ? right(engine) : left(engine);
            if (x < 0 && std::abs(x - std::round(x)) < 0.1) x -= 0.3;
            double const got = special::polygamma(order, x), expected = elementary::polygamma(order, x);
            // Near zeros the terms are larger than the value: the neighbours say by how much.
            double const scale = std::abs(expected) + std::abs(elementary::polygamma(order, std::abs(x) + 0.5)) + (order == 0);
            CAPTURE(order, x, got, expected);
            CHECK(std::abs(got - expected) <= 1e-10 * scale);
        }
}

TEST_CASE("the reflection of polygamma functions", "[run]") {
    for (int order = 0; order < 6; ++order)
        for (double x : {0.1, 0.3, 0.45, 1.7, 2.2}) {
            double const sign = order % 2 == 0 ? 1 : -1;
            double const difference = sign * special::polygamma(order, 1 - x) - special::polygamma(order, x);
            CHECK(difference == Approx(special::cotangent_derivative(order, x)).epsilon(1e-9));
        }
}

TEST_CASE("edges of special functions", "[run]") {
    double const inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
    CHECK(std::isnan(special::polygamma(0, nan)));
    CHECK(special::polygamma(1, 0.) == inf);
    CHECK(special::polygamma(0, 0.) == -inf);
    CHECK(special::polygamma(0, -0.) == inf);
    CHECK(std::isnan(special::polygamma(0, -3.)));
    CHECK(special::polygamma(1, -3.) == inf);
    CHECK(std::isnan(special::polygamma(0, -inf)));
    CHECK(std::isnan(special::polygamma(-1., 2.)));
    CHECK(std::isnan(special::polygamma(60., 2.)));
    CHECK(special::polygamma(1., 1.) == Approx(3.14159265358979 * 3.14159265358979 / 6));
    CHECK(special::lgamma(-0.5) == Approx(1.2655121234846454));
}

} // namespace
