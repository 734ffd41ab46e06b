// SPDX-License-Identifier: BSL-1.0
// Regressions and divergences: logistic, Poisson, Huber and ridge regression, the divergence of diagonal Gaussians, the
// evidence bound of a variational autoencoder. Value, every gradient, and second derivatives in closed form.
#include "support/program.hpp"
#include "support/random_operands.hpp"

#include <cmath>

namespace {

using namespace ctgrad;
using reference::check_program, reference::column_container, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands;

constexpr auto X = matrix<"X", "n", "d">;
constexpr auto y = vector<"y", "n">;
constexpr auto w = vector<"w", "d">;
constexpr auto b = scalar<"b">;
constexpr auto lambda = scalar<"lambda">;
constexpr auto v = vector<"v", "d">;

dense map_exp(dense const& a) {
    return map(a, [](number x) { return std::exp(x); });
}
dense map_log(dense const& a) {
    return map(a, [](number x) { return std::log(x); });
}

TEMPLATE_TEST_CASE("logistic regression with a ridge penalty", "[systems]", float, double) {
    constexpr auto z = X * w + b;
    constexpr auto loss = mean(softplus(z) - hadamard(y, z)) + 0.5_c * lambda * squared_norm(w);
    constexpr auto by_probabilities = -mean(hadamard(y, log(sigmoid(z))) + hadamard(1_c - y, log(1_c - sigmoid(z))));
    double const near = sizeof(TestType) == 4 ? 1e-5 : 1e-12;
    random_operands random(301);
    dense inputs = 3 * random.matrix(9, 4), labels = random.mask(9, 1, 0.5), weights = random.column(4), bias(0.25), penalty(0.125),
          direction = random.column(4);
    auto f = compile(loss, grad(loss, w, b, X, y, lambda), by_probabilities, grad(by_probabilities, w),
                     grad(dot(v, grad(loss, w)), w, b));
    auto const results = f(X = container<TestType>(inputs), y = column_container<TestType>(labels), w = column_container<TestType>(weights),
                           b = 0.25, lambda = 0.125, v = column_container<TestType>(direction));
    auto data_loss = [&] {
        dense const at = inputs * weights + bias;
        return sum(map(at, reference::softplus) - hadamard(labels, at)) / 9;
    };
    auto expected = [&] { return data_loss() + penalty(0) * squared_norm(weights) / 2; };
    check_program(results, expected, weights, bias, inputs, labels, penalty);
    CHECK(std::abs(std::get<6>(results) - data_loss()) < near);
    CHECK(distance(std::get<7>(results), central_difference(data_loss, weights)) < 100 * near);
    // H v = X^T (s (1 - s) o X v) / n + lambda v.
    dense const curvature = map(inputs * weights + bias, [](number z) { return reference::sigmoid(z) * reference::sigmoid(-z); });
    dense const along = hadamard(curvature, inputs * direction);
    CHECK(distance(std::get<8>(results), transpose(inputs) * along / 9 + penalty(0) * direction) < near);
    CHECK(std::abs(std::get<9>(results) - sum(along) / 9) < near);
}

TEST_CASE("Poisson regression with its factorials", "[systems]") {
    constexpr auto eta = X * w + b;
    constexpr auto loss = sum(exp(eta) - hadamard(y, eta) + lgamma(y + 1_c));
    random_operands random(302);
    dense inputs = random.matrix(7, 3), counts = map(5 * random.positive(7, 1), [](number x) { return std::floor(x); }),
          weights = random.column(3), bias(0.5), direction = random.column(3);
    auto f = compile(loss, grad(loss, w, b, X, y), grad(dot(v, grad(loss, w)), w), grad(sum(grad(loss, y)), y));
    auto const results = f(X = container<double>(inputs), y = column_container<double>(counts), w = column_container<double>(weights),
                           b = 0.5, v = column_container<double>(direction));
    auto expected = [&] {
        dense const at = inputs * weights + bias;
        return sum(map_exp(at) - hadamard(counts, at) + map(counts, [](number k) { return std::lgamma(k + 1); }));
    };
    check_program(results, expected, weights, bias, inputs, counts);
    dense const rates = map_exp(inputs * weights + bias);
    CHECK(distance(std::get<5>(results), transpose(inputs) * hadamard(rates, inputs * direction)) < 1e-12);
    // Trigamma of k + 1: pi^2 / 6 - 1 - 1/4 - ... - 1/k^2.
    CHECK(distance(std::get<6>(results), map(counts, [](number k) {
                       number value = std::acos(number(-1)) * std::acos(number(-1)) / 6;
                       for (number i = 1; i <= k; i += 1) value -= 1 / (i * i);
                       return value;
                   })) < 1e-12);
}

template <class T>
void huber_regression_agrees(auto X, auto y, auto w) {
    constexpr auto delta = scalar<"delta">;
    auto const loss = mean(huber(y - X * w, delta)) + lambda * sum(abs(w));
    random_operands random(303);
    dense inputs = random.matrix(11, 3), targets = 3 * random.column(11), weights = random.column(3), limit(0.75), penalty(0.5);
    auto f = compile(loss, grad(loss, w, X, y, delta, lambda));
    auto expected = [&] {
        dense const residuals = map(targets - inputs * weights, [&](number r) {
            return std::abs(r) <= limit(0) ? r * r / 2 : limit(0) * (std::abs(r) - limit(0) / 2);
        });
        return sum(residuals) / 11 + penalty(0) * sum(map(weights, [](number entry) { return std::abs(entry); }));
    };
    auto const results = f(X = container<T>(inputs), y = column_container<T>(targets), w = column_container<T>(weights),
                           delta = 0.75, lambda = 0.5);
    // Away from the kinks: differences across one would be of no use.
    dense const residuals = targets - inputs * weights;
    for (number r : residuals.entries()) REQUIRE(std::abs(std::abs(r) - limit(0)) > 0.01);
    check_program(results, expected, weights, inputs, targets, limit, penalty);
}

TEST_CASE("Huber regression with its scale", "[systems]") {
    huber_regression_agrees<double>(X, y, w);
}
TEST_CASE("Huber regression in float, with fixed extents", "[systems]") {
    huber_regression_agrees<float>(matrix<"X", 11, 3>, vector<"y", 11>, vector<"w", 3>);
}

TEMPLATE_TEST_CASE("the divergence of two diagonal Gaussians", "[systems]", float, double) {
    constexpr auto m = vector<"m", "d">;
    constexpr auto s = vector<"s", "d", positive>;
    constexpr auto mu = vector<"mu", "d">;
    constexpr auto sigma = vector<"sigma", "d", positive>;
    constexpr auto loss = sum(log(sigma / s) + (square(s) + square(m - mu)) / (2_c * square(sigma)) - 0.5_c);
    random_operands random(304);
    dense p_mean = random.column(5), p_scale = random.positive(5, 1), q_mean = random.column(5), q_scale = random.positive(5, 1);
    auto f = compile(loss, grad(loss, m, s, mu, sigma), grad(sum(grad(loss, sigma)), sigma));
    auto const results = f(m = column_container<TestType>(p_mean), s = column_container<TestType>(p_scale),
                           mu = column_container<TestType>(q_mean), sigma = column_container<TestType>(q_scale));
    auto expected = [&] {
        number total = 0;
        for (std::size_t i = 0; i < 5; ++i) {
            number const apart = p_mean(i) - q_mean(i);
            total += std::log(q_scale(i) / p_scale(i)) +
                     (p_scale(i) * p_scale(i) + apart * apart) / (2 * q_scale(i) * q_scale(i)) - number(0.5);
        }
        return total;
    };
    check_program(results, expected, p_mean, p_scale, q_mean, q_scale);
    dense second = q_scale;
    for (std::size_t i = 0; i < 5; ++i) {
        number const apart = p_mean(i) - q_mean(i), squares = p_scale(i) * p_scale(i) + apart * apart, z = q_scale(i);
        second(i) = -1 / (z * z) + 3 * squares / (z * z * z * z);
    }
    CHECK(distance(std::get<5>(results), second) < (sizeof(TestType) == 4 ? 2e-4 : 1e-9));
}

TEST_CASE("the evidence bound of a variational autoencoder", "[systems]") {
    constexpr auto x = matrix<"x", "d", "n">;
    constexpr auto E = matrix<"E", "k", "d">;
    constexpr auto L = matrix<"L", "k", "d">;
    constexpr auto D = matrix<"D", "d", "k">;
    constexpr auto c = vector<"c", "d">;
    constexpr auto noise = matrix<"noise", "k", "n">;
    constexpr auto mu = E * x;
    constexpr auto log_variance = L * x;
    constexpr auto code = mu + hadamard(exp(0.5_c * log_variance), noise);
    constexpr auto logits = D * tanh(code) + c;
    constexpr auto reconstruction = sum(softplus(logits) - hadamard(x, logits));
    constexpr auto divergence = -0.5_c * sum(1_c + log_variance - square(mu) - exp(log_variance));
    constexpr auto loss = (reconstruction + divergence) / extent<"n">;
    random_operands random(305);
    dense samples = random.positive(5, 4), e = random.matrix(2, 5), l = random.matrix(2, 5), d = random.matrix(5, 2),
          bias = random.column(5), draws = random.matrix(2, 4);
    auto f = compile(loss, grad(loss, E, L, D, c, x, noise));
    auto const results = f(x = container<double>(samples), E = container<double>(e), L = container<double>(l), D = container<double>(d),
                           c = column_container<double>(bias), noise = container<double>(draws));
    auto expected = [&] {
        dense const mean = e * samples, spread = l * samples;
        dense const code_at = mean + hadamard(map_exp(spread / 2), draws);
        dense const at = d * map(code_at, [](number z) { return std::tanh(z); }) + bias;
        number const reconstruction_at = sum(map(at, reference::softplus) - hadamard(samples, at));
        number const divergence_at = -sum(spread + 1 - hadamard(mean, mean) - map_exp(spread)) / 2;
        return (reconstruction_at + divergence_at) / 4;
    };
    check_program(results, expected, e, l, d, bias, samples, draws);
}

TEST_CASE("a Dirichlet likelihood and a mixture of Gaussians", "[systems]") {
    constexpr auto alpha = vector<"alpha", "k", positive>;
    constexpr auto p = vector<"p", "k", positive>;
    constexpr auto likelihood = lgamma(sum(alpha)) - sum(lgamma(alpha)) + dot(alpha - 1_c, log(p));
    constexpr auto centres = matrix<"centres", "k", "n">;  // the centre of each component at each sample
    constexpr auto t = matrix<"t", 1, "n">;
    constexpr auto mixture = sum(logsumexp(log(p) - 0.5_c * square(t - centres)));
    random_operands random(306);
    dense concentration = 2 * random.positive(4, 1), weights = random.positive(4, 1), means = 2 * random.matrix(4, 6),
          samples = 2 * random.matrix(1, 6);
    auto f = compile(likelihood, grad(likelihood, alpha, p));
    auto const results = f(alpha = column_container<double>(concentration), p = column_container<double>(weights));
    check_program(
        results,
        [&] {
            auto log_gamma = [](number a) { return std::lgamma(a); };
            return std::lgamma(sum(concentration)) - sum(map(concentration, log_gamma)) +
                   dot(concentration - 1, map_log(weights));
        },
        concentration, weights);
    auto g = compile(mixture, grad(mixture, p, centres, t));
    auto const of_mixture = g(p = column_container<double>(weights), centres = container<double>(means), t = container<double>(samples));
    check_program(
        of_mixture,
        [&] {
            number total = 0;
            for (std::size_t j = 0; j < 6; ++j) {
                number density = 0;
                for (std::size_t i = 0; i < 4; ++i)
                    density += weights(i) * std::exp(-(samples(0, j) - means(i, j)) * (samples(0, j) - means(i, j)) / 2);
                total += std::log(density);
            }
            return total;
        },
        weights, means, samples);
}

} // namespace
