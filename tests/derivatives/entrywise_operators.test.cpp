// SPDX-License-Identifier: BSL-1.0
// Jacobians, Hessians and products with vectors of elementwise functions, scans and extrema, against closed forms.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>

namespace {

using namespace ctgrad;
using reference::column_container, reference::dense, reference::distance, reference::number, reference::random_operands;

constexpr auto v = vector<"v", "n">;
constexpr auto d = vector<"d", "n">;
constexpr auto cubic = elementwise<"cubic of derivatives">([](auto x) { return x * x * x; }, [](auto x) { return 3_c * x * x; });

// e^(v_j - y_i) for j <= i.
dense running_softmax(dense const& at) {
    dense slopes(at.rows(), at.rows());
    for (std::size_t i = 0; i < at.rows(); ++i) {
        number total = 0;
        for (std::size_t j = 0; j <= i; ++j) total += std::exp(at(j));
        for (std::size_t j = 0; j <= i; ++j) slopes(i, j) = std::exp(at(j)) / total;
    }
    return slopes;
}

TEST_CASE("Jacobians of elementwise functions and scans", "[derivatives]") {
    auto f = compile(jacobian(cubic(v), v), jacobian(lgamma(v), v), jacobian(huber(v, 1_c), v), jacobian(pow(v, d), d),
                     jacobian(cumulative_sum(square(v)), v), jacobian(cumulative_logsumexp(v), v), jacobian(max(v) * v, v),
                     jacobian(where(v > 1_c, log(v - 1_c), 0_c), v));
    random_operands random(181);
    dense at = 3 * random.positive(5, 1), exponents = random.column(5);
    auto [of_cubic, of_lgamma, of_huber, of_pow, of_sums, of_logs, of_max, of_where] =
        f(v = column_container<double>(at), d = column_container<double>(exponents));
    auto diagonal_of = [&](auto slope) { return diag(map(at, slope)); };
    CHECK(distance(of_cubic, diagonal_of([](number x) { return 3 * x * x; })) < 1e-13);
    CHECK(distance(of_lgamma, diagonal_of([](number x) {
                       number const h = 1e-3L;  // of sixth order
                       auto at_step = [&](int k) { return std::lgamma(x + k * h) - std::lgamma(x - k * h); };
                       return (45 * at_step(1) - 9 * at_step(2) + at_step(3)) / (60 * h);
                   })) < 1e-12);
    CHECK(distance(of_huber, diagonal_of([](number x) { return std::min(x, number(1)); })) < 1e-13);
    dense power = diag(at);
    for (std::size_t i = 0; i < 5; ++i) power(i, i) = std::pow(at(i), exponents(i)) * std::log(at(i));
    CHECK(distance(of_pow, power) < 1e-13);
    CHECK(distance(of_sums, lower_part(dense(5, 1, 1) * transpose(2 * at))) < 1e-13);
    CHECK(distance(of_logs, running_softmax(at)) < 1e-13);
    std::size_t top = 0;
    for (std::size_t i = 1; i < 5; ++i)
        if (at(i) > at(top)) top = i;
    dense scaling = at(top) * reference::identity(5);
    for (std::size_t i = 0; i < 5; ++i) scaling(i, top) += at(i);
    CHECK(distance(of_max, scaling) < 1e-13);
    CHECK(distance(of_where, diagonal_of([](number x) { return x > 1 ? 1 / (x - 1) : 0; })) < 1e-12);
}

TEST_CASE("second order and forward mode of scans, products and extrema", "[derivatives]") {
    constexpr auto logs = cumulative_logsumexp(v);
    auto f = compile(hessian(product(v), v), hvp(product(v), v, d), jvp(product(v), v, d), hessian(sum(cubic(v)), v),
                     hvp(sum(logs), v, d), jvp(logs, v, d), jvp(max(v), v, d), jvp(cubic(v), v, d));
    random_operands random(182);
    dense at = 2 * random.column(5), along = random.column(5);
    at(1) = at(3) = 0;
    auto [product_hessian, product_hvp, product_jvp, cubic_hessian, log_hvp, log_jvp, max_jvp, cubic_jvp] =
        f(v = column_container<double>(at), d = column_container<double>(along));
    dense hessian_of(5, 5), gradient_of(5, 1);
    for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t j = 0; j < 5; ++j) {
            number rest = 1;
            for (std::size_t k = 0; k < 5; ++k)
                if (k != i && k != j) rest *= at(k);
            (i == j ? gradient_of(i) : hessian_of(i, j)) = rest;
        }
    CHECK(distance(product_hessian, hessian_of) < 1e-13);
    CHECK(distance(product_hvp, hessian_of * along) < 1e-13);
    CHECK(std::abs(product_jvp - dot(gradient_of, along)) < 1e-13);
    CHECK(distance(cubic_hessian, diag(6 * at)) < 1e-13);
    // The Hessian of y_i is diag(p) - p p^T with p = row i of the Jacobian.
    dense const p = running_softmax(at);
    dense const curvature = diag(transpose(column_sums(p))) - transpose(p) * p;
    CHECK(distance(log_hvp, curvature * along) < 1e-13);
    CHECK(distance(log_jvp, p * along) < 1e-13);
    std::size_t top = 0;
    for (std::size_t i = 1; i < 5; ++i)
        if (at(i) > at(top)) top = i;
    CHECK(max_jvp == along(top));
    CHECK(distance(cubic_jvp, hadamard(3 * hadamard(at, at), along)) < 1e-13);
}

} // namespace
