// SPDX-License-Identifier: BSL-1.0
// The tied linear autoencoder, 1/2 |W'W x - x|^2, of one sample and of a batch.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

constexpr auto reconstruction_error(auto W, auto X) {
    return 0.5_c * squared_norm(transpose(W) * W * X - X);
}

template <class T, class Sample>
void agrees_with_the_references(auto W, auto X, dense weights, dense samples, Sample sample_container) {
    auto const loss = reconstruction_error(W, X);
    auto f = compile(loss, grad(loss, W, X));
    auto [value, dW, dX] = f(W = container<T>(weights), X = sample_container(samples));

    auto expected = [&] { return squared_norm(transpose(weights) * weights * samples - samples) / 2; };
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dW, central_difference(expected, weights)) < tolerance<T>);
    CHECK(distance(dX, central_difference(expected, samples)) < tolerance<T>);

    dense const residual = transpose(weights) * weights * samples - samples;
    CHECK(distance(dW, weights * (residual * transpose(samples) + samples * transpose(residual))) <
          tolerance<T>);
    CHECK(distance(dX, transpose(weights) * weights * residual - residual) < tolerance<T>);
}

TEMPLATE_TEST_CASE("the tied linear autoencoder of one sample", "[systems]", float, double) {
    using T = TestType;
    random_operands random(1);
    constexpr auto x = vector<"x", "n">;
    auto const sizes =
        GENERATE(std::array{3, 5}, std::array{1, 4}, std::array{6, 2}, std::array{4, 1}, std::array{1, 1});
    agrees_with_the_references<T>(matrix<"W", "m", "n">, x, random.matrix(sizes[0], sizes[1]),
                                  random.column(sizes[1]), column_container<T>);
}

TEST_CASE("the tied linear autoencoder of one sample with fixed extents", "[systems]") {
    random_operands random(2);
    agrees_with_the_references<double>(matrix<"W", 4, 8>, vector<"x", 8>, random.matrix(4, 8),
                                       random.column(8), column_container<double>);
}

TEST_CASE("the tied linear autoencoder of a batch", "[systems]") {
    random_operands random(3);
    auto const batch = GENERATE(1, 7);
    agrees_with_the_references<double>(matrix<"W", "m", "n">, matrix<"X", "n", "b">, random.matrix(3, 5),
                                       random.matrix(5, batch), container<double>);
}

TEST_CASE("the tied linear autoencoder of a batch with fixed extents", "[systems]") {
    random_operands random(4);
    agrees_with_the_references<double>(matrix<"W", 3, 5>, matrix<"X", 5, 6>, random.matrix(3, 5),
                                       random.matrix(5, 6), container<double>);
}

// (H H') W + ((W W') H - 2 H) X' has no residual to cancel before it is multiplied: its errors are those of its terms.
TEST_CASE("the gradient of few rows and many samples keeps the digits of its terms as the reconstruction becomes perfect", "[systems]") {
    constexpr std::size_t rows = 4, features = 64, samples = 200;
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto X = matrix<"X", "n", "b">;
    auto const loss = reconstruction_error(W, X);
    auto f = compile(loss, grad(loss, W));
    static_assert(cost(f).flops(double(rows), double(features), double(samples)) < 4 * 2 * rows * features * samples);

    random_operands random(5);
    auto const noise = GENERATE(1., 1e-2, 1e-4, 1e-6);
    dense weights = 0.1 * noise * random.matrix(rows, features), signals = noise * random.matrix(features, samples);
    dense const code = random.matrix(rows, samples);
    for (std::size_t i = 0; i < rows; ++i) {
        weights(i, i) += 1;
        for (std::size_t j = 0; j < samples; ++j) signals(i, j) += code(i, j);
    }
    auto const rounded = [](dense const& a) { return map(a, [](number x) { return number(double(x)); }); };
    auto const sizes = [](dense const& a) { return map(a, [](number x) { return std::abs(x); }); };
    weights = rounded(weights);
    signals = rounded(signals);
    dense const r = transpose(weights) * weights * signals - signals;
    dense const expected = weights * (r * transpose(signals) + signals * transpose(r));
    dense const terms = sizes(weights * signals) * transpose(sizes(signals));
    number const largest = *std::max_element(terms.entries().begin(), terms.entries().end());
    auto const [value, gradient] = f(W = container<double>(weights), X = container<double>(signals));
    CHECK(distance(gradient, expected) < 10 * std::numeric_limits<double>::epsilon() * double(largest));
    // The value has its residual: as |W'H - X|^2 multiplied out it would lose twice as many digits.
    number const exact = squared_norm(r) / 2;
    CHECK(std::abs(value - exact) < 1e-14 / noise * exact);
}

} // namespace
