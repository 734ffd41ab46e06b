// SPDX-License-Identifier: BSL-1.0
// Leaves of indices: gathered rows and columns, picked entries, labels in the cross-entropy.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::container, reference::dense, reference::distance, reference::number,
    reference::random_operands, reference::tolerance;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "m", "k">;
constexpr auto y = indices<"y", "k">;

dense gathered_columns(dense const& a, std::vector<int> const& which) {
    dense result(a.rows(), which.size());
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = 0; j < which.size(); ++j)
            result(i, j) = a(i, static_cast<std::size_t>(which[j]));
    return result;
}
dense gathered_rows(dense const& a, std::vector<int> const& which) {
    return transpose(gathered_columns(transpose(a), which));
}
dense picked(dense const& a, std::vector<int> const& which) {
    dense result(1, which.size());
    for (std::size_t j = 0; j < which.size(); ++j)
        result(0, j) = a(static_cast<std::size_t>(which[j]), j);
    return result;
}
number exponential(number x) {
    return std::exp(x);
}

TEMPLATE_TEST_CASE("gathers, and gradients that add up where an index comes again", "[operators]", float, double) {
    using T = TestType;
    constexpr auto V = matrix<"V", "k", "n">;
    constexpr auto loss = squared_norm(columns(A, y) * V + sin(A)) + sum(exp(rows(transpose(A), y) + transpose(B))) +
                          sum(hadamard(columns(exp(A), y), B)) + sum(square(pick(B * V * transpose(V), y)));
    auto f = compile(columns(A, y), rows(transpose(A), y), pick(B, y), loss, grad(loss, A, B, V), grad(loss, columns(A, y)));
    random_operands random(441);
    auto const which = GENERATE(std::vector<int>{2, 0, 2, 2, 1}, std::vector<int>{0}, std::vector<int>{});
    std::size_t const k = which.size();
    dense a = random.matrix(3, 3), b = random.matrix(3, k), v = random.matrix(k, 3);
    auto [some_columns, some_rows, entries, value, dA, dB, dV, by_part] =
        f(A = container<T>(a), B = container<T>(b), V = container<T>(v), y = which);
    CHECK(distance(some_columns, gathered_columns(a, which)) == 0);
    CHECK(distance(some_rows, gathered_rows(transpose(a), which)) == 0);
    CHECK(distance(entries, picked(b, which)) == 0);
    dense part = gathered_columns(a, which);
    auto with = [&](dense const& gathered) {
        return squared_norm(gathered * v + map(a, [](number x) { return std::sin(x); })) +
               sum(map(transpose(gathered + b), exponential)) + dot(map(gathered_columns(a, which), exponential), b) +
               squared_norm(picked(b * v * transpose(v), which));
    };
    auto expected = [&] { return with(gathered_columns(a, which)); };
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<T>);
    CHECK(distance(dB, central_difference(expected, b)) < tolerance<T>);
    CHECK(distance(dV, central_difference(expected, v)) < tolerance<T>);
    CHECK(distance(by_part, number(2) * (part * v + map(a, [](number x) { return std::sin(x); })) * transpose(v)) < tolerance<T>);
}

TEST_CASE("gathers are differentiated twice", "[operators]") {
    constexpr auto loss = sum(hadamard(square(columns(A, y)), sin(columns(A, y)))) + sum(pow(pick(B, y), 3_c));
    auto f = compile(grad(sum(square(grad(loss, A))), A), grad(sum(square(grad(loss, B))), B));
    random_operands random(442);
    std::vector<int> const which{1, 1, 0};
    dense a = random.matrix(2, 3), b = random.matrix(2, 3);
    auto [second, by_picked] = f(A = container<double>(a), B = container<double>(b), y = which);
    auto gradient_norm = [&] {
        dense g(2, 3);
        for (std::size_t i = 0; i < 2; ++i)
            for (int j : which) {
                number const x = a(i, std::size_t(j));
                g(i, std::size_t(j)) += 2 * x * std::sin(x) + x * x * std::cos(x);
            }
        return squared_norm(g);
    };
    CHECK(distance(second, central_difference(gradient_norm, a)) < 1e-9);
    auto picked_norm = [&] {
        dense const p = picked(b, which);
        return 9 * squared_norm(hadamard(p, p));
    };
    CHECK(distance(by_picked, central_difference(picked_norm, b)) < 1e-9);
}

TEST_CASE("indices come in any container of integers", "[operators]") {
    auto f = compile(columns(A, y));
    random_operands random(443);
    dense const a = random.matrix(2, 4);
    dense const expected = gathered_columns(a, {3, 0, 3});
    auto const matrix = container<double>(a);
    CHECK(distance(f(A = matrix, y = std::vector<int>{3, 0, 3}), expected) == 0);
    CHECK(distance(f(A = matrix, y = std::array<unsigned char, 3>{3, 0, 3}), expected) == 0);
    CHECK(distance(f(A = matrix, y = xt::xtensor<std::size_t, 1>{3, 0, 3}), expected) == 0);
    xt::xtensor<std::int64_t, 1> const every_other{3, 9, 0, 9, 3};
    CHECK(distance(f(A = matrix, y = xt::view(every_other, xt::range(0, 5, 2))), expected) == 0);
    xt::xtensor_fixed<short, xt::xshape<3>> const fixed{3, 0, 3};
    CHECK(distance(f(A = matrix, y = fixed), expected) == 0);
    // Indices have no vote on float or double.
    auto g = compile(columns(A, y));
    CHECK(distance(g(A = container<float>(a), y = std::vector<long>{3, 0, 3}), expected) == 0);
}

TEST_CASE("an index that points outside is an index_error", "[operators]") {
    constexpr auto labels = indices<"labels", "k">;
    auto f = compile(columns(A, labels), sum(pick(B, labels)));
    random_operands random(444);
    auto const a = container<double>(random.matrix(4, 7)), b = container<double>(random.matrix(4, 3));
    auto const run = [&](std::vector<int> const& which) { return f(A = a, B = b, labels = which); };
    run({3, 0, 3});
    auto message = message_of<index_error>([&] { run({1, 29, 0}); });
    INFO(message);
    CHECK(mentions(message, "labels"));
    CHECK(mentions(message, "29"));
    CHECK(mentions(message, "position 1"));
    CHECK(mentions(message, "n is 7"));
    message = message_of<index_error>([&] { run({1, 0, -5}); });
    CHECK(mentions(message, "-5"));
    CHECK(mentions(message, "position 2"));
    // The narrower of two extents counts.
    message = message_of<index_error>([&] { run({5, 0, 1}); });
    CHECK(mentions(message, "m is 4"));
    CHECK_THROWS_AS(f(A = a, B = b, labels = std::vector<std::uint64_t>{0, ~std::uint64_t{0}, 0}), index_error);
    // Nothing is written before.
    xt::xtensor<double, 2> target = xt::xtensor<double, 2>::from_shape({1, 1});
    double total = 17;
    CHECK_THROWS_AS(f(A = a, B = b, labels = std::vector<int>{0, 0, 7}, into(target, total)), index_error);
    CHECK(total == 17);
    CHECK(target.shape(0) == 1);
    // A wrong count is a shape_error.
    CHECK_THROWS_AS(run({1, 0}), shape_error);
}

template <class T>
void labels_agree() {
    constexpr auto W = matrix<"W", "m", "d">;
    constexpr auto X = matrix<"X", "d", "k">;
    constexpr auto loss = softmax_cross_entropy(W * X, y);
    constexpr auto by_rows = softmax_cross_entropy_rows(transpose(X) * transpose(W), y);
    auto f = compile(loss, by_rows, grad(loss, W, W * X), grad(by_rows, W));
    random_operands random(445);
    dense w = random.matrix(3, 4), x = random.matrix(4, 5);
    std::vector<int> const which{2, 0, 1, 1, 2};
    dense one_hot(3, 5);
    for (std::size_t j = 0; j < 5; ++j) one_hot(std::size_t(which[j]), j) = 1;
    auto [value, rows_value, dW, dZ, by_rows_dW] = f(W = container<T>(w), X = container<T>(x), y = which);
    number const n = 5;
    dense const residual = (softmax(w * x) - one_hot) / n;
    CHECK(distance(value, reference::softmax_cross_entropy(w * x, one_hot)) < tolerance<T>);
    CHECK(distance(rows_value, reference::softmax_cross_entropy(w * x, one_hot)) < tolerance<T>);
    CHECK(distance(dZ, residual) < tolerance<T>);
    CHECK(distance(dW, residual * transpose(x)) < tolerance<T>);
    CHECK(distance(by_rows_dW, residual * transpose(x)) < tolerance<T>);
}

TEST_CASE("labels in the cross-entropy", "[operators]") {
    labels_agree<float>();
    labels_agree<double>();
}

TEST_CASE("labels in the cross-entropy do not overflow", "[operators]") {
    constexpr auto Z = matrix<"Z", 3, 2>;
    constexpr auto labels = indices<"labels", 2>;
    constexpr auto loss = softmax_cross_entropy(Z, labels);
    auto f = compile(loss, grad(loss, Z));
    auto [value, gradient] =
        f(Z = xt::xtensor<double, 2>{{1e4, -1e4}, {0, 1e4}, {-1e4, 0}}, labels = std::array<int, 2>{0, 0});
    CHECK(value == 1e4);  // columns: 0, and 2e4
    CHECK(distance(gradient, dense{{0, -0.5}, {0, 0.5}, {0, 0}}) < 1e-15);
    CHECK(to_string(loss) == "softmax_cross_entropy(Z, labels)");
}

TEST_CASE("a leaf of indices in a substitution", "[operators]") {
    constexpr auto z = indices<"z", "k">;
    auto f = compile(substitute(sum(square(columns(A, y))), y, z));
    random_operands random(446);
    dense const a = random.matrix(2, 3);
    std::vector<int> const which{2, 2, 0};
    CHECK(distance(f(A = container<double>(a), z = which),
                   dense(squared_norm(gathered_columns(a, which)))) < 1e-12);
}

} // namespace
