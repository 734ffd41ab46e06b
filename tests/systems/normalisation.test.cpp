// SPDX-License-Identifier: BSL-1.0
// Layer norm and batch norm, and attention: value, every gradient, and curvatures.
#include "support/program.hpp"
#include "support/random_operands.hpp"

#include <cmath>

namespace {

using namespace ctgrad;
using reference::check_program, reference::column, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands;

constexpr number epsilon = 1e-5L;

dense map_rsqrt(dense const& a) {
    return map(a, [](number x) { return 1 / std::sqrt(x + static_cast<double>(epsilon)); });
}

// Each column with mean 0 and variance 1.
dense normalised_columns(dense const& a) {
    dense const centred = a - column_sums(a) / static_cast<number>(a.rows());
    return hadamard(centred, map_rsqrt(column_sums(hadamard(centred, centred)) / static_cast<number>(a.rows())));
}

TEST_CASE("layer norm of samples in columns", "[systems]") {
    constexpr auto X = matrix<"X", "d", "n">;
    constexpr auto U = matrix<"U", "d", "n">;
    constexpr auto gain = vector<"gain", "d">;
    constexpr auto shift = vector<"shift", "d">;
    constexpr auto centred = X - column_means(X);
    constexpr auto Y = hadamard(gain, centred / sqrt(column_means(square(centred)) + 1e-5_c)) + shift;
    constexpr auto loss = sum(hadamard(U, tanh(Y)));
    random_operands random(311);
    auto const [d, n] = GENERATE(std::array{6, 4}, std::array{3, 1});
    dense samples = 2 * random.matrix(d, n), weights = random.matrix(d, n), scale = random.column(d), offset = random.column(d);
    auto f = compile(loss, grad(loss, X, gain, shift, U), Y);
    auto const results = f(X = container<double>(samples), U = container<double>(weights), gain = column_container<double>(scale),
                           shift = column_container<double>(offset));
    auto normalised = [&] { return hadamard(scale, normalised_columns(samples)) + offset; };
    check_program(
        results, [&] { return dot(weights, map(normalised(), [](number x) { return std::tanh(x); })); }, samples, scale, offset,
        weights);
    CHECK(distance(std::get<5>(results), normalised()) < 1e-12);
}

TEST_CASE("batch norm: the same of rows, and its Hessian times a vector", "[systems]") {
    constexpr auto X = matrix<"X", "d", "n">;
    constexpr auto U = matrix<"U", "d", "n">;
    constexpr auto V = matrix<"V", "d", "n">;
    constexpr auto centred = X - row_means(X);
    constexpr auto deviation = sqrt(row_means(square(centred)) + 1e-5_c);
    constexpr auto loss = sum(hadamard(U, square(centred / deviation)));
    random_operands random(312);
    dense samples = 2 * random.matrix(3, 7), weights = random.matrix(3, 7), direction = random.matrix(3, 7);
    auto f = compile(loss, grad(loss, X, U), hvp(loss, X, V));
    auto const results = f(X = container<double>(samples), U = container<double>(weights), V = container<double>(direction));
    auto slope = [&] {
        // With x~ normalised along a row of n: (g - mean(g) - x~ mean(g o x~)) / deviation, g = 2 u o x~.
        dense const flat = transpose(normalised_columns(transpose(samples)));
        dense const g = 2 * hadamard(weights, flat), rows = samples - row_sums(samples) / 7;
        dense const inverse_deviation = map_rsqrt(row_sums(hadamard(rows, rows)) / 7);
        return hadamard(g - row_sums(g) / 7 - hadamard(flat, row_sums(hadamard(g, flat)) / 7), inverse_deviation);
    };
    check_program(
        results,
        [&] {
            dense const flat = transpose(normalised_columns(transpose(samples)));
            return dot(weights, hadamard(flat, flat));
        },
        samples, weights);
    CHECK(distance(std::get<1>(results), slope()) < 1e-12);
    CHECK(distance(std::get<3>(results), central_difference([&] { return dot(direction, slope()); }, samples)) < 1e-9);
}

TEST_CASE("attention with a causal mask", "[systems]") {
    constexpr auto X = matrix<"X", "t", "d">;
    constexpr auto Q = matrix<"Q", "d", "k">;
    constexpr auto K = matrix<"K", "d", "k">;
    constexpr auto V = matrix<"V", "d", "d">;
    constexpr auto M = matrix<"M", "t", "t">;
    constexpr auto scores = X * Q * transpose(X * K) / sqrt(extent<"k">);
    constexpr auto Y = X + softmax_rows(scores + M) * (X * V);
    constexpr auto loss = mean(square(Y));
    random_operands random(313);
    dense inputs = random.matrix(5, 4), q = random.matrix(4, 3), k = random.matrix(4, 3), v = random.matrix(4, 4), mask(5, 5);
    for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t j = i + 1; j < 5; ++j) mask(i, j) = -1e30L;
    auto f = compile(loss, grad(loss, X, Q, K, V), softmax_rows(scores + M));
    auto expected = [&] {
        dense const at = inputs * q * transpose(inputs * k) / std::sqrt(number(3)) + mask;
        dense const outputs = inputs + transpose(softmax(transpose(at))) * (inputs * v);
        return squared_norm(outputs) / 20;
    };
    auto const results = f(X = container<double>(inputs), Q = container<double>(q), K = container<double>(k), V = container<double>(v),
                           M = container<double>(mask));
    check_program(results, expected, inputs, q, k, v);
    auto const& weights = std::get<5>(results);
    for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t j = i + 1; j < 5; ++j) CHECK(weights(i, j) == 0);

    // The mask as infinities.
    for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t j = i + 1; j < 5; ++j) mask(i, j) = -std::numeric_limits<number>::infinity();
    auto const masked = f(X = container<double>(inputs), Q = container<double>(q), K = container<double>(k), V = container<double>(v),
                          M = container<double>(mask));
    check_program(masked, expected, inputs, q, k, v);
}

} // namespace
