// SPDX-License-Identifier: BSL-1.0
// Sums, means, norms and the trace; the softmax family.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <array>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

template <class T>
void reductions_agree(auto A, auto u, auto v, int m, int n) {
    random_operands random(131);
    dense a = random.matrix(m, n), left = random.column(m), right = random.column(n);
    auto const loss = sum(A) + 2_c * mean(square(A)) + dot(u, square(row_sums(A))) +
                      sum(exp(column_sums(A)) * v) + squared_norm(A) * norm(A) + dot(u, row_sums(A)) +
                      column_sums(A) * v + norm(u) + norm(A * v);
    auto f = compile(sum(A), mean(A), row_sums(A), column_sums(A), squared_norm(A), norm(A), loss,
                     grad(loss, A, u, v));
    auto [total, average, of_rows, of_columns, squares, length, value, dA, du, dv] =
        f(A = container<T>(a), u = column_container<T>(left), v = column_container<T>(right));

    auto expected = [&] {
        dense const rows = row_sums(a), columns = column_sums(a);
        return sum(a) + 2 * squared_norm(a) / (m * n) + dot(left, hadamard(rows, rows)) +
               sum(map(columns, [](number x) { return std::exp(x); }) * right) + squared_norm(a) * norm(a) +
               dot(left, rows) + sum(columns * right) + norm(left) + norm(a * right);
    };
    CHECK(distance(total, sum(a)) < tolerance<T>);
    CHECK(distance(average, mean(a)) < tolerance<T>);
    CHECK(distance(of_rows, row_sums(a)) < tolerance<T>);
    CHECK(distance(of_columns, column_sums(a)) < tolerance<T>);
    CHECK(distance(squares, squared_norm(a)) < tolerance<T>);
    CHECK(distance(length, norm(a)) < tolerance<T>);
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<T>);
    CHECK(distance(du, central_difference(expected, left)) < tolerance<T>);
    CHECK(distance(dv, central_difference(expected, right)) < tolerance<T>);
}

TEMPLATE_TEST_CASE("reductions", "[operators]", float, double) {
    auto const [m, n] = GENERATE(std::array{3, 5}, std::array{1, 4}, std::array{17, 1}, std::array{1, 1});
    reductions_agree<TestType>(matrix<"A", "m", "n">, vector<"u", "m">, vector<"v", "n">, m, n);
}

TEST_CASE("reductions with fixed extents", "[operators]") {
    reductions_agree<double>(matrix<"A", 3, 5>, vector<"u", 3>, vector<"v", 5>, 3, 5);
}

TEST_CASE("traces", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto B = matrix<"B", "n", "m">;
    constexpr auto S = matrix<"S", "m", "m">;
    constexpr auto loss =
        trace(A * B) + trace(S * S) * trace(S) + trace(transpose(A) * S * A) + dot(A, transpose(B));
    random_operands random(132);
    dense a = random.matrix(3, 4), b = random.matrix(4, 3), s = random.matrix(3, 3);
    auto f = compile(trace(S), loss, grad(loss, A, B, S));
    auto [trace_value, value, dA, dB, dS] =
        f(A = container<double>(a), B = container<double>(b), S = container<double>(s));
    auto expected = [&] {
        return trace(a * b) + trace(s * s) * trace(s) + trace(transpose(a) * s * a) + dot(a, transpose(b));
    };
    CHECK(distance(trace_value, trace(s)) < tolerance<double>);
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<double>);
    CHECK(distance(dB, central_difference(expected, b)) < tolerance<double>);
    CHECK(distance(dS, central_difference(expected, s)) < tolerance<double>);
}

template <class T>
void softmax_family_agrees(auto Z, auto U, int classes, int samples, auto bind) {
    random_operands random(133);
    dense z = 5 * random.matrix(classes, samples), u = random.matrix(classes, samples);
    auto f =
        compile(softmax(Z), log_softmax(Z), softmax_cross_entropy(Z, U),
                grad(sum(hadamard(U, softmax(Z))), Z), grad(sum(hadamard(U, log_softmax(Z))), Z),
                grad(softmax_cross_entropy(Z, U), Z, U), logsumexp(Z), grad(sum(square(logsumexp(Z))), Z));
    auto [value, logarithm, entropy, value_slope, logarithm_slope, dZ, dU, sums, sums_slope] =
        f(Z = bind(z), U = bind(u));

    CHECK(distance(value, softmax(z)) < tolerance<T>);
    CHECK(distance(logarithm, log_softmax(z)) < tolerance<T>);
    CHECK(distance(value_slope, central_difference([&] { return dot(u, softmax(z)); }, z)) < tolerance<T>);
    CHECK(distance(logarithm_slope, central_difference([&] { return dot(u, log_softmax(z)); }, z)) <
          tolerance<T>);
    // The targets do not sum to one, and need not.
    auto expected = [&] { return softmax_cross_entropy(z, u); };
    CHECK(distance(entropy, expected()) < tolerance<T>);
    CHECK(distance(dZ, central_difference(expected, z)) < tolerance<T>);
    CHECK(distance(dU, central_difference(expected, u)) < tolerance<T>);
    CHECK(distance(sums, logsumexp(z)) < tolerance<T>);
    CHECK(distance(sums_slope, central_difference([&] { return squared_norm(logsumexp(z)); }, z)) <
          tolerance<T>);
}

TEMPLATE_TEST_CASE("the softmax family over columns", "[operators]", float, double) {
    auto const [classes, samples] =
        GENERATE(std::array{3, 5}, std::array{1, 4}, std::array{10, 1}, std::array{4, 19});
    softmax_family_agrees<TestType>(matrix<"Z", "k", "n">, matrix<"U", "k", "n">, classes, samples,
                                    container<TestType>);
}

TEST_CASE("the softmax family of one column", "[operators]") {
    softmax_family_agrees<double>(vector<"Z", 7>, vector<"U", 7>, 7, 1, column_container<double>);
}

TEST_CASE("the softmax family over rows, and means of rows and columns", "[operators]") {
    constexpr auto Z = matrix<"Z", "n", "k">;
    constexpr auto U = matrix<"U", "n", "k">;
    auto const [samples, classes] = GENERATE(std::array{5, 3}, std::array{1, 4}, std::array{7, 1});
    random_operands random(134);
    dense z = 5 * random.matrix(samples, classes), u = random.matrix(samples, classes);
    constexpr auto loss = softmax_cross_entropy_rows(Z, U) + sum(hadamard(U, softmax_rows(Z))) +
                          sum(hadamard(U, log_softmax_rows(Z))) + sum(square(logsumexp_rows(Z))) +
                          squared_norm(row_means(Z)) + squared_norm(column_means(Z));
    auto f = compile(softmax_rows(Z), log_softmax_rows(Z), logsumexp_rows(Z), row_means(Z), column_means(Z),
                     loss, grad(loss, Z, U));
    auto [probabilities, logarithms, sums, of_rows, of_columns, value, dZ, dU] =
        f(Z = container<double>(z), U = container<double>(u));

    auto expected = [&] {
        dense const flipped = transpose(z), weights = transpose(u);
        return softmax_cross_entropy(flipped, weights) + dot(weights, softmax(flipped)) +
               dot(weights, log_softmax(flipped)) + squared_norm(logsumexp(flipped)) +
               squared_norm(row_sums(z) / classes) + squared_norm(column_sums(z) / samples);
    };
    CHECK(distance(probabilities, transpose(softmax(transpose(z)))) < tolerance<double>);
    CHECK(distance(logarithms, transpose(log_softmax(transpose(z)))) < tolerance<double>);
    CHECK(distance(sums, transpose(logsumexp(transpose(z)))) < tolerance<double>);
    CHECK(distance(of_rows, row_sums(z) / classes) < tolerance<double>);
    CHECK(distance(of_columns, column_sums(z) / samples) < tolerance<double>);
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dZ, central_difference(expected, z)) < tolerance<double>);
    CHECK(distance(dU, central_difference(expected, u)) < tolerance<double>);
}

} // namespace
