// SPDX-License-Identifier: BSL-1.0
// Losses of representations: masked factorisation, group lasso, triplets, styles, cosine similarity, contrast.
#include "support/program.hpp"
#include "support/random_operands.hpp"

#include <cmath>

namespace {

using namespace ctgrad;
using reference::check_program, reference::column_container, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands;

TEST_CASE("the factorisation of a matrix with gaps, group by group", "[systems]") {
    constexpr auto R = matrix<"R", "users", "items">;
    constexpr auto M = matrix<"M", "users", "items">;
    constexpr auto U = matrix<"U", "users", "k">;
    constexpr auto V = matrix<"V", "items", "k">;
    constexpr auto b = vector<"b", "users">;
    constexpr auto c = vector<"c", "items">;
    constexpr auto lambda = scalar<"lambda">;
    constexpr auto prediction = U * transpose(V) + b + transpose(c);
    constexpr auto groups = sum(sqrt(row_sums(square(U)))) + sum(sqrt(column_sums(square(V))));
    constexpr auto loss = 0.5_c * sum(hadamard(M, square(R - prediction))) + lambda * groups;
    random_operands random(321);
    dense ratings = random.matrix(6, 5), known = random.mask(6, 5, 0.6L), u = random.matrix(6, 2), v = random.matrix(5, 2),
          of_user = random.column(6), of_item = random.column(5), penalty(0.25);
    auto f = compile(loss, grad(loss, U, V, b, c, R, M, lambda));
    auto const results = f(R = container<double>(ratings), M = container<double>(known), U = container<double>(u),
                           V = container<double>(v), b = column_container<double>(of_user), c = column_container<double>(of_item),
                           lambda = 0.25);
    auto expected = [&] {
        auto root = [](number x) { return std::sqrt(x); };
        dense const residual = ratings - (u * transpose(v) + of_user + transpose(of_item));
        number const lengths = sum(map(row_sums(hadamard(u, u)), root)) + sum(map(column_sums(hadamard(v, v)), root));
        return dot(known, hadamard(residual, residual)) / 2 + penalty(0) * lengths;
    };
    check_program(results, expected, u, v, of_user, of_item, ratings, known, penalty);
}

TEST_CASE("the triplet loss of linear embeddings", "[systems]") {
    constexpr auto W = matrix<"W", "k", "d">;
    constexpr auto anchor = matrix<"anchor", "d", "n">;
    constexpr auto near = matrix<"near", "d", "n">;
    constexpr auto far = matrix<"far", "d", "n">;
    constexpr auto margin = scalar<"margin">;
    constexpr auto d_near = column_sums(square(W * anchor - W * near));
    constexpr auto d_far = column_sums(square(W * anchor - W * far));
    constexpr auto loss = mean(maximum(0_c, margin + d_near - d_far));
    random_operands random(322);
    dense w = random.matrix(3, 4), a = random.matrix(4, 6), p = random.matrix(4, 6), n = random.matrix(4, 6), gap(0.5);
    auto f = compile(loss, grad(loss, W, anchor, near, far, margin), sum(relu(margin + d_near - d_far)) / extent<"n">);
    auto const results = f(W = container<double>(w), anchor = container<double>(a), near = container<double>(p),
                           far = container<double>(n), margin = 0.5);
    auto expected = [&] {
        auto distances = [&](dense const& other) {
            dense const apart = w * (a - other);
            return column_sums(hadamard(apart, apart));
        };
        return sum(map(distances(p) - distances(n), [&](number x) { return std::max(gap(0) + x, number(0)); })) / 6;
    };
    check_program(results, expected, w, a, p, n, gap);
    CHECK(std::abs(std::get<6>(results) - expected()) < 1e-12);
}

TEST_CASE("the style of features: distances of Gram matrices", "[systems]") {
    constexpr auto F = matrix<"F", "channels", "pixels">;
    constexpr auto G = matrix<"G", "channels", "channels">;
    constexpr auto V = matrix<"V", "channels", "pixels">;
    constexpr auto loss = squared_norm(F * transpose(F) / extent<"pixels"> - G);
    random_operands random(323);
    dense features = random.matrix(4, 7), target = random.matrix(4, 4), direction = random.matrix(4, 7);
    auto f = compile(loss, grad(loss, F, G), hvp(loss, F, V));
    auto const results = f(F = container<double>(features), G = container<double>(target), V = container<double>(direction));
    auto residual = [&] { return features * transpose(features) / 7 - target; };
    check_program(results, [&] { return squared_norm(residual()); }, features, target);
    dense const symmetric = residual() + transpose(residual());
    CHECK(distance(std::get<1>(results), 2 * symmetric * features / 7) < 1e-12);
    // d(R + R^T) = 2 (V F^T + F V^T) / 7
    dense const change = 2 * (direction * transpose(features) + features * transpose(direction)) / 7;
    CHECK(distance(std::get<3>(results), 2 * (change * features + symmetric * direction) / 7) < 1e-12);
}

TEST_CASE("cosine similarities, and the contrast of all pairs", "[systems]") {
    constexpr auto u = vector<"u", "d">;
    constexpr auto v = vector<"v", "d">;
    constexpr auto cosine = dot(u, v) / (norm(u) * norm(v));
    constexpr auto A = matrix<"A", "n", "d">;
    constexpr auto B = matrix<"B", "n", "d">;
    constexpr auto temperature = scalar<"temperature">;
    constexpr auto a = A / sqrt(row_sums(square(A)));
    constexpr auto b = B / sqrt(row_sums(square(B)));
    constexpr auto similarities = a * transpose(b) / temperature;
    constexpr auto contrast = sum(logsumexp_rows(similarities)) - trace(similarities);
    random_operands random(324);
    dense left = random.column(5), right = random.column(5);
    auto f = compile(cosine, grad(cosine, u, v));
    auto const results = f(u = column_container<double>(left), v = column_container<double>(right));
    check_program(results, [&] { return dot(left, right) / (norm(left) * norm(right)); }, left, right);

    dense first = random.matrix(4, 3), second = random.matrix(4, 3), heat(0.5);
    auto g = compile(contrast, grad(contrast, A, B, temperature));
    auto const of_pairs = g(A = container<double>(first), B = container<double>(second), temperature = 0.5);
    auto expected = [&] {
        number total = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            number others = 0, own = 0;
            for (std::size_t j = 0; j < 4; ++j) {
                number product = 0, of_first = 0, of_second = 0;
                for (std::size_t k = 0; k < 3; ++k) {
                    product += first(i, k) * second(j, k);
                    of_first += first(i, k) * first(i, k);
                    of_second += second(j, k) * second(j, k);
                }
                number const similarity = product / std::sqrt(of_first * of_second) / heat(0);
                others += std::exp(similarity);
                if (i == j) own = similarity;
            }
            total += std::log(others) - own;
        }
        return total;
    };
    check_program(of_pairs, expected, first, second, heat);
}

} // namespace
