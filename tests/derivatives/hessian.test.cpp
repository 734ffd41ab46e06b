// SPDX-License-Identifier: BSL-1.0
// Hessians and products with them, against second differences in extended precision and closed forms.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <cstddef>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

// Differences of differences: column j is the change of the gradient with entry j.
dense second_difference(auto loss, dense& variable) {
    std::size_t const n = variable.entries().size();
    dense result(n, n);
    number const h = 1e-3L;
    for (std::size_t j = 0; j < n; ++j) {
        number const here = variable.entries()[j];
        auto gradient_at = [&](int steps) {
            variable.entries()[j] = here + steps * h;
            return central_difference(loss, variable);
        };
        dense const slope = (8 * (gradient_at(1) - gradient_at(-1)) - (gradient_at(2) - gradient_at(-2))) / (12 * h);
        variable.entries()[j] = here;
        for (std::size_t i = 0; i < n; ++i)
            result(i, j) = slope.entries()[i];
    }
    return result;
}

TEST_CASE("Hessians of functions of a column", "[derivatives]") {
    constexpr auto X = matrix<"X", "N", "n">;
    constexpr auto K = matrix<"K", "n", "n", spd>;
    constexpr auto t = vector<"t", "N">;
    constexpr auto w = vector<"w", "n">;
    constexpr auto v = vector<"v", "n">;
    random_operands random(361);
    dense const samples = random.matrix(5, 3), kernel = random.symmetric_positive_definite(3), labels = random.mask(5, 1, 0.5L),
                direction = random.column(3);
    dense at = random.column(3);
    auto const logistic = sum(softplus(X * w)) - dot(t, X * w) + 0.5_c * squared_norm(w);
    auto const valley = 100_c * squared_norm(K * w - square(w)) + squared_norm(1_c - w);  // a bent one, as Rosenbrock's
    auto const quotient = transpose(w) * K * w / dot(w, w);
    auto const autoencoder = squared_norm(transpose(X) * X * w - w);
    auto const log_sum_exp = logsumexp(X * w);
    auto const gaussian = 0.5_c * transpose(w) * solve(K, w) + 0.5_c * logdet(K + w * transpose(w));

    auto f = compile(hessian(logistic, w), hessian(valley, w), hessian(quotient, w), hessian(autoencoder, w),
                     hessian(log_sum_exp, w), hessian(gaussian, w));
    auto g = compile(hvp(logistic, w, v), hvp(valley, w, v), hvp(quotient, w, v), hvp(autoencoder, w, v), hvp(log_sum_exp, w, v),
                     hvp(gaussian, w, v));
    auto const data = container<double>(samples), gram = container<double>(kernel);
    auto const classes = column_container<double>(labels), place = column_container<double>(at);
    auto [h1, h2, h3, h4, h5, h6] = f(X = data, K = gram, t = classes, w = place);
    auto [p1, p2, p3, p4, p5, p6] = g(X = data, K = gram, t = classes, w = place, v = column_container<double>(direction));
    auto check = [&](auto const& matrix, auto const& product, auto loss) {
        dense const expected = second_difference(loss, at);
        CHECK(distance(matrix, expected) < tolerance<double>);
        CHECK(distance(product, expected * direction) < tolerance<double>);
    };
    check(h1, p1, [&] {
        dense const z = samples * at;
        return reference::sum(map(z, reference::softplus)) - reference::dot(labels, z) + reference::squared_norm(at) / 2;
    });
    check(h2, p2, [&] {
        return 100 * reference::squared_norm(kernel * at - hadamard(at, at)) + reference::squared_norm(1 - at);
    });
    check(h3, p3, [&] { return reference::dot(at, kernel * at) / reference::dot(at, at); });
    check(h4, p4, [&] { return reference::squared_norm(transpose(samples) * samples * at - at); });
    check(h5, p5, [&] { return reference::logsumexp(samples * at)(0); });
    check(h6, p6, [&] {
        return reference::dot(at, reference::solve(kernel, at)) / 2 + reference::logdet(kernel + at * transpose(at)) / 2;
    });
}

TEST_CASE("Hessians in float, with fixed extents", "[derivatives]") {
    constexpr auto x = vector<"x", 3>;
    constexpr auto v = vector<"v", 3>;
    random_operands random(363);
    dense const at = random.column(3), direction = random.column(3), p = reference::softmax(at);
    auto f = compile(hessian(logsumexp(x), x), hvp(logsumexp(x), x, v));
    auto [second, product] = f(x = column_container<float>(at), v = column_container<float>(direction));
    dense const expected = hadamard(p, reference::identity(3)) - p * transpose(p);
    CHECK(distance(second, expected) < tolerance<float>);
    CHECK(distance(product, expected * direction) < tolerance<float>);
}

TEST_CASE("the Hessian of the tied autoencoder by its weights", "[derivatives]") {
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto D = matrix<"D", "m", "n">;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);
    random_operands random(362);
    dense w = random.matrix(2, 3);
    dense const at = random.column(3), direction = random.matrix(2, 3);
    auto f = compile(hessian(loss, W), hvp(loss, W, D));
    auto [hessian_of_loss, product] =
        f(W = container<double>(w), x = column_container<double>(at), D = container<double>(direction));
    dense const expected = second_difference([&] { return reference::squared_norm(transpose(w) * w * at - at) / 2; }, w);
    REQUIRE(hessian_of_loss.dimension() == 4);
    double worst = 0;
    dense expected_product(2, 3);
    for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j) {
            number const entry = hessian_of_loss(i / 3, i % 3, j / 3, j % 3);
            worst = reference::worse(worst, static_cast<double>(std::abs(entry - expected(i, j))));
            expected_product.entries()[i] += expected(i, j) * direction.entries()[j];
        }
    CHECK(worst < tolerance<double>);
    CHECK(distance(product, expected_product) < tolerance<double>);
}

} // namespace
