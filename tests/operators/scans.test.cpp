// SPDX-License-Identifier: BSL-1.0
// Products of entries and cumulative sums: values, gradients and second derivatives against their definitions.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column, reference::column_container, reference::container,
    reference::dense, reference::distance, reference::number, reference::random_operands, reference::tolerance;

constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

// The product of all entries but some.
number product_without(dense const& a, std::initializer_list<std::size_t> left_out) {
    number product = 1;
    for (std::size_t i = 0; i < a.entries().size(); ++i)
        if (std::find(left_out.begin(), left_out.end(), i) == left_out.end()) product *= a.entries()[i];
    return product;
}

template <class T>
void products_agree(auto A, auto D, dense const& a, dense const& d) {
    constexpr auto slope = grad(product(A), A);
    constexpr auto along = grad(sum(hadamard(D, slope)), A);
    auto f = compile(product(A), slope, along, grad(sum(hadamard(square(D), along)), A), grad(square(product(A)), A));
    auto [value, first, second, third, of_square] = f(A = container<T>(a), D = container<T>(d));
    std::size_t const n = a.entries().size();
    dense expected = a, hessian_product = a, third_product = a, square_slope = a;
    for (std::size_t i = 0; i < n; ++i) {
        expected.entries()[i] = product_without(a, {i});
        square_slope.entries()[i] = 2 * product_without(a, {}) * product_without(a, {i});
        number sum = 0, sum_of_pairs = 0;
        for (std::size_t j = 0; j < n; ++j) {
            if (j == i) continue;
            sum += d.entries()[j] * product_without(a, {i, j});
            for (std::size_t k = 0; k < n; ++k)
                if (k != i && k != j) sum_of_pairs += d.entries()[j] * d.entries()[k] * d.entries()[k] * product_without(a, {i, j, k});
        }
        hessian_product.entries()[i] = sum;
        third_product.entries()[i] = sum_of_pairs;
    }
    CHECK(distance(value, product_without(a, {})) < tolerance<T>);
    CHECK(distance(first, expected) < tolerance<T>);
    CHECK(distance(second, hessian_product) < tolerance<T>);
    CHECK(distance(third, third_product) < tolerance<T>);
    CHECK(distance(of_square, square_slope) < tolerance<T>);
}

TEMPLATE_TEST_CASE("the product of all entries, with none, one, two and three zeros", "[operators]", float, double) {
    random_operands random(161);
    auto const [m, n] = GENERATE(std::array{2, 5}, std::array{1, 3}, std::array{4, 1}, std::array{1, 1});
    dense a = 2 * random.matrix(m, n), d = random.matrix(m, n);
    for (std::size_t place : {1000, 2, 0, 1}) {  // more zeros each time
        if (place < a.entries().size()) a.entries()[place] = 0;
        products_agree<TestType>(matrix<"A", "m", "n">, matrix<"D", "m", "n">, a, d);
    }
}

TEST_CASE("the product of all entries with fixed extents, of NaN and of nothing", "[operators]") {
    random_operands random(162);
    products_agree<double>(matrix<"A", 3, 7>, matrix<"D", 3, 7>, 2 * random.matrix(3, 7), random.matrix(3, 7));
    constexpr auto A = matrix<"A", "m", "n">;
    auto f = compile(product(A), grad(product(A), A));
    auto [of_nothing, no_slope] = f(A = xt::xtensor<double, 2>::from_shape({0, 3}));
    CHECK(of_nothing == 1);
    CHECK(no_slope.size() == 0);
    auto [value, slope] = f(A = xt::xtensor<double, 2>{{2, nan}, {3, 4}});
    CHECK(std::isnan(value));
    CHECK(slope(0, 1) == 24);
    CHECK(std::isnan(slope(0, 0)));
    auto [large, large_slope] = f(A = xt::xtensor<double, 2>{{infinity, 2}, {-1, 4}});
    CHECK(large == -infinity);
    CHECK(large_slope(0, 0) == -8);
    CHECK(large_slope(1, 0) == infinity);
}

dense running_sum(dense const& v) {
    dense y = v;
    for (std::size_t i = 1; i < v.rows(); ++i) y(i) += y(i - 1);
    return y;
}
dense running_logsumexp(dense const& v) {
    dense y = v;
    for (std::size_t i = 1; i < v.rows(); ++i) {
        number const top = std::max(y(i - 1), v(i));
        y(i) = top + std::log(std::exp(y(i - 1) - top) + std::exp(v(i) - top));
    }
    return y;
}
// d y_i / d v_j of the cumulative logsumexp.
dense running_softmax(dense const& v) {
    dense const y = running_logsumexp(v);
    dense slopes(v.rows(), v.rows());
    for (std::size_t i = 0; i < v.rows(); ++i)
        for (std::size_t j = 0; j <= i; ++j) slopes(i, j) = std::exp(v(j) - y(i));
    return slopes;
}

template <class T>
void cumulative_agree(auto v, auto u, dense at, dense const& weights) {
    constexpr auto sums = cumulative_sum(square(v));
    constexpr auto logs = cumulative_logsumexp(v);
    constexpr auto slope = grad(dot(u, logs), v);
    auto f = compile(sums, grad(dot(u, square(sums)), v), logs, slope, grad(dot(u, exp(slope)), v));
    auto [value, value_slope, logarithm, logarithm_slope, second] = f(v = column_container<T>(at), u = column_container<T>(weights));
    auto squares = [&] { return running_sum(hadamard(at, at)); };
    CHECK(distance(value, squares()) < tolerance<T>);
    CHECK(distance(value_slope, central_difference([&] { return dot(weights, hadamard(squares(), squares())); }, at)) <
          tolerance<T>);
    CHECK(distance(logarithm, running_logsumexp(at)) < tolerance<T>);
    CHECK(distance(logarithm_slope, transpose(running_softmax(at)) * weights) < tolerance<T>);
    CHECK(distance(second, central_difference(
                               [&] {
                                   return dot(weights, map(transpose(running_softmax(at)) * weights,
                                                           [](number x) { return std::exp(x); }));
                               },
                               at)) < tolerance<T>);
}

TEMPLATE_TEST_CASE("cumulative sums and their exponential kin", "[operators]", float, double) {
    random_operands random(163);
    int const n = GENERATE(1, 2, 7, 40);
    cumulative_agree<TestType>(vector<"v", "n">, vector<"u", "n">, 3 * random.column(n), random.column(n));
}

TEST_CASE("cumulative sums with fixed extents and of nothing", "[operators]") {
    random_operands random(164);
    cumulative_agree<double>(vector<"v", 6>, vector<"u", 6>, 3 * random.column(6), random.column(6));
    constexpr auto v = vector<"v", "n">;
    auto f = compile(cumulative_sum(v), cumulative_logsumexp(v), grad(sum(cumulative_logsumexp(v)), v));
    auto [sums, logarithms, slope] = f(v = xt::xtensor<double, 1>::from_shape({0}));
    CHECK(sums.size() + logarithms.size() + slope.size() == 0);
}

TEST_CASE("the cumulative logsumexp at large arguments, of infinities and NaN", "[operators]") {
    constexpr auto v = vector<"v", "n">;
    constexpr auto u = vector<"u", "n">;
    constexpr auto slope = grad(dot(u, cumulative_logsumexp(v)), v);
    auto f = compile(cumulative_logsumexp(v), slope, grad(dot(u, slope), v));
    dense const at = column({-1e4, 1e4, -1e3, 9999, 1e4, 0}), weights = column({1, 0.5, -2, 3, 0.25, 1});
    auto [value, first, second] = f(v = column_container<double>(at), u = column_container<double>(weights));
    CHECK(distance(value, running_logsumexp(at)) < 1e-12);
    CHECK(distance(first, transpose(running_softmax(at)) * weights) < 1e-10);
    for (double entry : second) CHECK(std::isfinite(entry));

    // An event that cannot have happened yet.
    auto [masked, masked_slope, unused] =
        f(v = xt::xtensor<double, 1>{-infinity, -infinity, 0., 0., -infinity}, u = xt::xtensor<double, 1>{0., 0., 1., 1., 1.});
    CHECK(distance(masked, column({-infinity, -infinity, 0, std::log(number(2)), std::log(number(2))})) < 1e-15);
    CHECK(distance(masked_slope, column({0, 0, 2, 1, 0})) < 1e-15);

    auto [spoilt, spoilt_slope, spoilt_second] = f(v = xt::xtensor<double, 1>{1., nan, 2.}, u = xt::xtensor<double, 1>{1., 1., 1.});
    CHECK(spoilt(0) == 1);
    CHECK(std::isnan(spoilt(1)));
    CHECK(std::isnan(spoilt(2)));
    CHECK(std::isnan(spoilt_slope(0)));
}

} // namespace
