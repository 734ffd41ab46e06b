// SPDX-License-Identifier: BSL-1.0
// Arguments at which the textbook formulas overflow, kinks, determinants outside the range of the type, and
// NaN.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <limits>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance,
    reference::number, reference::tolerance;

constexpr auto x = vector<"x", "n">;
constexpr auto Z = matrix<"Z", "k", "n">;
constexpr auto U = matrix<"U", "k", "n">;

TEMPLATE_TEST_CASE("activations of large arguments", "[systems]", float, double) {
    using T = TestType;
    auto f = compile(swish(x), grad(sum(swish(x)), x), softplus(x), grad(sum(softplus(x)), x), sigmoid(x),
                     grad(sum(sigmoid(x)), x), tanh(x), grad(sum(tanh(x)), x));
    // 19 of them, so that vector loops see both whole batches and a remainder.
    dense arguments = reference::column(
        {-1e4, 1e4, -1e3, 1e3, -100, 100, -50, 50, -20, 20, -1, 1, 0, -0.5, 0.5, -88, 88, -710, 710});
    auto [swish_value, swish_slope, softplus_value, softplus_slope, sigmoid_value, sigmoid_slope, tanh_value,
          tanh_slope] = f(x = column_container<T>(arguments));

    auto sigmoid_of = [](number z) { return reference::sigmoid(z); };
    // The smaller factor directly: 1 - sigmoid(z) would lose it.
    auto sigmoid_slope_of = [](number z) { return reference::sigmoid(z) * reference::sigmoid(-z); };
    CHECK(distance(swish_value, map(arguments, reference::swish)) < tolerance<T>);
    CHECK(distance(swish_slope, map(arguments, [&](number z) {
                       return sigmoid_of(z) + z * sigmoid_slope_of(z);
                   })) < tolerance<T>);
    CHECK(distance(softplus_value, map(arguments, reference::softplus)) < tolerance<T>);
    CHECK(distance(softplus_slope, map(arguments, sigmoid_of)) < tolerance<T>);
    CHECK(distance(sigmoid_value, map(arguments, sigmoid_of)) < tolerance<T>);
    CHECK(distance(sigmoid_slope, map(arguments, sigmoid_slope_of)) < tolerance<T>);
    CHECK(distance(tanh_value, map(arguments, [](number z) { return std::tanh(z); })) < tolerance<T>);
    CHECK(distance(tanh_slope, map(arguments, [](number z) { return 1 / (std::cosh(z) * std::cosh(z)); })) <
          tolerance<T>);

    // Where the function is tiny it is still accurate, not merely close to zero.
    auto relative_error = [](T actual, number expected) { return std::abs(actual / expected - 1); };
    CHECK(relative_error(sigmoid_value(8), reference::sigmoid(-20)) < 1e-5);
    CHECK(relative_error(softplus_value(8), reference::softplus(-20)) < 1e-5);
    CHECK(relative_error(swish_value(8), reference::swish(-20)) < 1e-5);
}

TEMPLATE_TEST_CASE("the softmax family at large arguments", "[systems]", float, double) {
    using T = TestType;
    auto f = compile(softmax(Z), log_softmax(Z), grad(sum(hadamard(U, softmax(Z))), Z),
                     grad(sum(hadamard(U, log_softmax(Z))), Z), softmax_cross_entropy(Z, U),
                     grad(softmax_cross_entropy(Z, U), Z), logsumexp(Z), grad(sum(logsumexp(Z)), Z));
    dense const logits{{1e4, 1e4, -1e4, 1e4, 0.5}, {-1e4, 1e4, -1e4, 9999, -1e4}, {0, 1e4, -1e4, 1e4, 0.25}};
    dense const weights{{0.5, 1, 0.25, 0, 1}, {0.25, 0, 0.5, 1, 0}, {0.25, 0, 0.25, 0, 0}};
    auto [value, logarithm, value_slope, logarithm_slope, entropy, entropy_slope, sums, sums_slope] =
        f(Z = container<T>(logits), U = container<T>(weights));

    dense const p = softmax(logits);
    CHECK(distance(value, p) < tolerance<T>);
    CHECK(distance(logarithm, log_softmax(logits)) < tolerance<T>);
    CHECK(distance(value_slope, hadamard(p, weights - column_sums(hadamard(p, weights)))) < tolerance<T>);
    CHECK(distance(logarithm_slope, weights - hadamard(p, column_sums(weights))) < tolerance<T>);
    CHECK(distance(entropy, softmax_cross_entropy(logits, weights)) < tolerance<T>);
    CHECK(distance(entropy_slope, (hadamard(p, column_sums(weights)) - weights) / 5) < tolerance<T>);
    CHECK(distance(sums, logsumexp(logits)) < tolerance<T>);
    CHECK(distance(sums_slope, p) < tolerance<T>);
}

TEMPLATE_TEST_CASE("derivatives at kinks and at zero", "[systems]", float, double) {
    using T = TestType;
    auto f = compile(relu(x), grad(sum(relu(x)), x), norm(x), grad(norm(x), x));
    SECTION("relu'(0) = 0") {
        auto [value, slope, length, direction] =
            f(x = column_container<T>(reference::column({-2, 0, 3, -0.0L})));
        CHECK(distance(value, reference::column({0, 0, 3, 0})) == 0);
        CHECK(distance(slope, reference::column({0, 0, 1, 0})) == 0);
        CHECK(distance(direction, reference::column({-2, 0, 3, 0}) / std::sqrt(number(13))) < tolerance<T>);
        CHECK(distance(length, std::sqrt(number(13))) < tolerance<T>);
    }
    SECTION("the gradient of the norm of a zero vector is zero") {
        auto [value, slope, length, direction] = f(x = column_container<T>(dense(3, 1)));
        CHECK(distance(value, dense(3, 1)) == 0);
        CHECK(distance(slope, dense(3, 1)) == 0);
        CHECK(length == 0);
        CHECK(distance(direction, dense(3, 1)) == 0);
    }
}

TEST_CASE("hinges at their kinks: a tie goes to the first", "[systems]") {
    constexpr auto t = vector<"t", "n">;
    constexpr auto margin = 1_c - hadamard(t, x);
    auto f = compile(sum(relu(margin)), grad(sum(relu(margin)), x), grad(sum(maximum(0_c, margin)), x), grad(sum(maximum(margin, 0_c)), x),
                     grad(sum(square(relu(margin))), x), grad(sum(minimum(abs(x), 1_c)), x));
    dense const labels = reference::column({1, -1, 1, -1, 1}), at = reference::column({1, -1, 0, 0, 2});
    auto [value, slope, zero_first, margin_first, of_square, clipped] =
        f(t = column_container<double>(labels), x = column_container<double>(at));
    CHECK(value == 2);
    CHECK(distance(slope, reference::column({0, 0, -1, 1, 0})) == 0);
    CHECK(distance(zero_first, reference::column({0, 0, -1, 1, 0})) == 0);
    CHECK(distance(margin_first, reference::column({-1, 1, -1, 1, 0})) == 0);
    CHECK(distance(of_square, reference::column({0, 0, -2, 2, 0})) == 0);
    CHECK(distance(clipped, reference::column({1, -1, 0, 0, 0})) == 0);
}

TEST_CASE("the log-determinant where the determinant underflows or overflows", "[systems]") {
    constexpr auto A = matrix<"A", "n", "n">;
    constexpr auto K = matrix<"K", "n", "n", spd>;
    auto f = compile(logdet(A), logdet(K));
    auto const size = number(1e-5) * reference::identity(100);
    auto [by_elimination, by_cholesky] = f(A = container<double>(-1 * size), K = container<double>(size));
    CHECK(distance(by_elimination, 100 * std::log(number(1e-5))) < 1e-12);
    CHECK(distance(by_cholesky, 100 * std::log(number(1e-5))) < 1e-12);
    std::tie(by_elimination, by_cholesky) =
        f(A = container<double>(number(1e10) * size), K = container<double>(number(1e10) * size));
    CHECK(distance(by_elimination, 100 * std::log(number(1e5))) < 1e-12);
    CHECK(distance(by_cholesky, 100 * std::log(number(1e5))) < 1e-12);
}

TEMPLATE_TEST_CASE("NaN reaches every result that depends on it", "[systems]", float, double) {
    using T = TestType;
    auto f =
        compile(relu(x), swish(x), softplus(x), grad(sum(swish(x)), x), sum(relu(x)), norm(x), softmax(x));
    auto sample = xt::xtensor<T, 1>::from_shape({17});
    sample.fill(1);
    sample(5) = std::numeric_limits<T>::quiet_NaN();
    auto [relu_value, swish_value, softplus_value, swish_slope, total, length, probabilities] = f(x = sample);
    CHECK(std::isnan(relu_value(5)));
    CHECK(std::isnan(swish_value(5)));
    CHECK(std::isnan(softplus_value(5)));
    CHECK(std::isnan(swish_slope(5)));
    CHECK(std::isnan(total));
    CHECK(std::isnan(length));
    CHECK(std::isnan(probabilities(5)));
    CHECK(std::isnan(probabilities(4)));
    CHECK(relu_value(4) == 1);
    CHECK(relu_value(6) == 1);
}

} // namespace
