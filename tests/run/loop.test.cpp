// SPDX-License-Identifier: BSL-1.0
// Loops that sweep a line several times, for extents on both sides of the widths of vectors.
#include "support/catch.hpp"
#include "support/small_matrices.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;
using reference::worse;

template <class T>
xt::xtensor<T, 2> random_matrix(std::size_t rows, std::size_t columns) {
    static std::mt19937 engine{30};
    std::uniform_real_distribution<double> entries(-3, 3);
    auto result = xt::xtensor<T, 2>::from_shape({rows, columns});
    for (T& entry : result) entry = static_cast<T>(entries(engine));
    return result;
}

constexpr auto Z = matrix<"Z", "classes", "samples">;
constexpr auto Y = matrix<"Y", "classes", "samples">;
constexpr auto b = vector<"b", "classes">;
constexpr auto c = vector<"c", "samples">;

TEMPLATE_TEST_CASE("softmax cross-entropy and its gradients are one loop along the columns", "[run]", float, double) {
    using T = TestType;
    constexpr auto loss = softmax_cross_entropy(Z + b, Y);
    auto f = compile(loss, grad(loss, Z, b));
    static_assert(cost(f).calls("loop") == 1 && cost(f).calls("logsumexp") == 0);
    double worst = 0;
    for (std::size_t m : {1u, 2u, 7u, 33u})
        for (std::size_t n : {1u, 3u, 8u, 17u, 40u}) {
            auto const z = random_matrix<T>(m, n), y = random_matrix<T>(m, n);
            auto const bias = xt::xtensor<T, 1>(xt::view(random_matrix<T>(m, 1), xt::all(), 0));
            auto [value, dZ, db] = f(Z = z, Y = y, b = bias);
            long double expected = 0;
            std::vector<long double> sums(m);
            for (std::size_t j = 0; j < n; ++j) {
                long double total = 0, mass = 0;
                for (std::size_t i = 0; i < m; ++i) total += std::exp(static_cast<long double>(z(i, j)) + bias(i)), mass += y(i, j);
                for (std::size_t i = 0; i < m; ++i) {
                    long double const x = static_cast<long double>(z(i, j)) + bias(i);
                    expected -= y(i, j) * (x - std::log(total)) / n;
                    long double const slope = (mass * std::exp(x) / total - y(i, j)) / n;
                    sums[i] += slope;
                    worst = worse(worst, static_cast<double>(std::abs(dZ(i, j) - slope)));
                }
            }
            worst = worse(worst, static_cast<double>(std::abs(value - expected) / n));
            for (std::size_t i = 0; i < m; ++i) worst = worse(worst, static_cast<double>(std::abs(db(i) - sums[i])));
        }
    CHECK(worst < 300 * std::numeric_limits<T>::epsilon());
}

TEMPLATE_TEST_CASE("rows are centred and normalised in one loop", "[run]", float, double) {
    using T = TestType;
    constexpr auto centred = Z - row_means(Z);
    auto f = compile(centred / sqrt(row_means(square(centred)) + 1_c), row_max(exp(centred)) + b, column_sums(centred));
    static_assert(cost(f).calls("loop") == 1);
    double worst = 0;
    for (std::size_t m : {1u, 3u, 9u})
        for (std::size_t n : {1u, 2u, 8u, 19u, 33u}) {
            auto const z = random_matrix<T>(m, n);
            auto const bias = xt::xtensor<T, 1>(xt::view(random_matrix<T>(m, 1), xt::all(), 0));
            auto [normalised, top, sums] = f(Z = z, b = bias);
            std::vector<long double> expected_sums(n);
            for (std::size_t i = 0; i < m; ++i) {
                long double mean = 0, variance = 0, largest = 0;
                for (std::size_t j = 0; j < n; ++j) mean += z(i, j) / static_cast<long double>(n);
                for (std::size_t j = 0; j < n; ++j) {
                    variance += (z(i, j) - mean) * (z(i, j) - mean) / n;
                    largest = std::max(largest, std::exp(z(i, j) - mean));
                    expected_sums[j] += z(i, j) - mean;
                }
                for (std::size_t j = 0; j < n; ++j)
                    worst = worse(worst, static_cast<double>(std::abs(normalised(i, j) - (z(i, j) - mean) / std::sqrt(variance + 1))));
                worst = worse(worst, static_cast<double>(std::abs(top(i) - (largest + bias(i))) / largest));
            }
            for (std::size_t j = 0; j < n; ++j) worst = worse(worst, static_cast<double>(std::abs(sums(0, j) - expected_sums[j])));
        }
    CHECK(worst < 100 * std::numeric_limits<T>::epsilon());
}

// Entry by entry what the evaluator says, infinities and NaN too.
template <class T, class Result>
void check_entries(ctgrad::detail::op code, small_matrices::matrix const& a, Result const& got) {
    bool const by_rows = ctgrad::detail::about(code).shape == ctgrad::detail::shape_rule::to_column;
    small_matrices::matrix const expected = small_matrices::evaluated(code, a, a, by_rows ? a.rows : 1, by_rows ? 1 : a.columns);
    REQUIRE(got.size() == expected.value.size());
    for (std::size_t i = 0; i < expected.value.size(); ++i) {
        double const x = expected.value[i], y = static_cast<double>(got.data()[i]);
        CAPTURE(ctgrad::detail::about(code).name, a.rows, a.columns, i, x, y);
        if (std::isnan(x))
            CHECK(std::isnan(y));
        else if (std::isinf(x))
            CHECK(y == x);
        else
            CHECK(std::abs(y - x) <= (std::is_same_v<T, float> ? 1e-5 : 1e-13) * (1 + std::abs(x)));
    }
}

TEMPLATE_TEST_CASE("maxima and logarithms of sums, with infinities and NaN", "[run]", float, double) {
    using T = TestType;
    using ctgrad::detail::op;
    constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    auto by_columns = compile(logsumexp(Z), column_max(Z));
    auto by_rows = compile(logsumexp_rows(Z), row_max(Z));
    for (int m : {0, 1, 3, 17})
        for (int n : {1, 3, 8, 21})
            for (double special : {0.5, inf, -inf, nan}) {
                auto z = random_matrix<T>(std::size_t(m), std::size_t(n));
                if (z.size() > 0) z.data()[z.size() * 2 / 3] = static_cast<T>(special);
                small_matrices::matrix const a(m, n, std::vector<double>(z.begin(), z.end()));
                auto [column_logs, column_tops] = by_columns(Z = z);
                auto [row_logs, row_tops] = by_rows(Z = z);
                check_entries<T>(op::logsumexp_columns, a, column_logs);
                check_entries<T>(op::column_max, a, column_tops);
                check_entries<T>(op::logsumexp_rows, a, row_logs);
                check_entries<T>(op::row_max, a, row_tops);
            }
}

TEST_CASE("maxima and what follows from them in one loop over a vector", "[run]") {
    auto f = compile(log_softmax(c), max(c), squared_norm(c), c / norm(c));
    static_assert(cost(f).calls("loop") == 1);
    double const inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t n : {1u, 5u, 8u, 21u}) {
        auto x = xt::xtensor<double, 1>(xt::view(random_matrix<double>(n, 1), xt::all(), 0));
        double total = 0, square = 0, top = -inf;
        for (double entry : x) total += std::exp(entry), square += entry * entry, top = std::max(top, entry);
        auto [logs, largest, squared, direction] = f(c = x);
        CHECK(largest == top);
        CHECK(squared == Approx(square));
        CHECK(logs(n - 1) == Approx(x(n - 1) - std::log(total)).margin(1e-12));
        CHECK(direction(n - 1) == Approx(x(n - 1) / std::sqrt(square)));
        // NaN is not lost on the way, wherever it stands; what is far below the largest entry counts nothing.
        x(n / 2) = nan;
        CHECK(std::isnan(std::get<1>(f(c = x))));
        x(n / 2) = 1e300;
        CHECK(std::get<0>(f(c = x))(n / 2) == 0);
    }
}

TEMPLATE_TEST_CASE("outer products are written, and added up, several rows at a time", "[run]", float, double) {
    using T = TestType;
    constexpr auto u = vector<"u", "m">;
    constexpr auto a = vector<"a", "m">;
    constexpr auto v = vector<"v", "n">;
    constexpr auto b = vector<"b", "n">;
    constexpr auto C = matrix<"C", "m", "n">;
    constexpr auto E = hadamard(C, outer(u, v)) + 2_c * outer(a, b);
    auto f = compile(E, column_sums(E));
    static_assert(cost(f).calls("loop") == 1);
    auto const entry = [](std::size_t i, int seed) { return static_cast<T>((i * 7 + static_cast<std::size_t>(seed)) % 11) - T(4); };
    auto const fill = [&](auto& container, int seed) {
        for (std::size_t i = 0; i < container.size(); ++i) container.data()[i] = entry(i, seed);
    };
    for (std::size_t const m : {0, 1, 3, 4, 5, 8, 11})
        for (std::size_t const n : {0, 1, 3, 8, 16, 19, 67, 131}) {
            auto u_data = xt::xtensor<T, 1>::from_shape({m}), a_data = u_data, v_data = xt::xtensor<T, 1>::from_shape({n}), b_data = v_data;
            auto C_data = xt::xtensor<T, 2>::from_shape({m, n}), result = C_data, sums = xt::xtensor<T, 2>::from_shape({1, n});
            fill(u_data, 1), fill(a_data, 2), fill(v_data, 3), fill(b_data, 5), fill(C_data, 8);
            f(C = C_data, u = u_data, v = v_data, a = a_data, b = b_data, into(result, sums));
            T worst = 0;
            for (std::size_t j = 0; j < n; ++j) {
                for (std::size_t i = 0; i < m; ++i) {
                    T const exact = C_data(i, j) * u_data(i) * v_data(j) + 2 * a_data(i) * b_data(j);  // small whole numbers
                    worst = std::max(worst, std::abs(result(i, j) - exact));
                    sums(0, j) -= exact;
                }
                worst = std::max(worst, std::abs(sums(0, j)));
            }
            CHECK(worst == 0);
        }
}

} // namespace
