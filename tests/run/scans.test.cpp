// SPDX-License-Identifier: BSL-1.0
// Scans in place and next to their limits.
#include "support/catch.hpp"

#include <ctgrad/run/scans.hpp>

#include <cmath>
#include <numeric>
#include <vector>

namespace {

using namespace ctgrad::detail;

TEMPLATE_TEST_CASE("products of many entries", "[run]", float, double) {
    using T = TestType;
    for (long count = 0; count < 40; ++count) {
        std::vector<T> a(std::size_t(count), T(1));
        for (long i = 0; i < count; i += 3) a[std::size_t(i)] = T(2);
        CHECK(product_of(a.data(), count) == std::ldexp(T(1), int((count + 2) / 3)));
        if (count == 0) continue;
        a[std::size_t(count - 1)] = 0;
        CHECK(product_of(a.data(), count) == 0);
    }
}

TEST_CASE("what stands before times what stands after is the product of the others", "[run]") {
    std::vector<double> const a = {2, 3, 0.5, 5, -1};
    std::vector<double> before(5), after(5);
    products_before(a.data(), before.data(), 5);
    products_after(a.data(), after.data(), 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(before[i] * a[i] * after[i] == product_of(a.data(), 5));
}

TEST_CASE("a recurrence forwards is the one backwards, turned round", "[run]") {
    for (long n : {0L, 1L, 2L, 7L}) {
        std::vector<double> a, b, forwards(std::size_t(n) + 1, -1), backwards(std::size_t(n) + 1, -1);
        for (long i = 0; i < n; ++i) a.push_back(0.5 * double(i) - 1), b.push_back(double(i * i) - 3);
        recurrence(a.data(), b.data(), forwards.data(), n);
        std::vector<double> const turned_a(a.rbegin(), a.rend()), turned_b(b.rbegin(), b.rend());
        reverse_recurrence(turned_a.data(), turned_b.data(), backwards.data(), n);
        for (long i = 0; i < n; ++i) CHECK(forwards[std::size_t(i)] == backwards[std::size_t(n - 1 - i)]);
        CHECK(forwards.back() == -1);
        CHECK(backwards.back() == -1);
    }
}

TEST_CASE("sums may overwrite what they sum", "[run]") {
    std::vector<double> a(9), b(9, 1);
    std::iota(a.begin(), a.end(), 1.);
    cumulative_sum(a.data(), a.data(), 9);
    reverse_cumulative_sum(b.data(), b.data(), 9);
    for (std::size_t i = 0; i < 9; ++i) {
        CHECK(a[i] == double((i + 1) * (i + 2) / 2));
        CHECK(b[i] == double(9 - i));
    }
}

TEST_CASE("logarithms of growing sums do not overflow, and forget what is small", "[run]") {
    std::vector<double> const a = {-800, 0, 800, 800, -800};
    std::vector<double> y(5);
    cumulative_logsumexp(a.data(), y.data(), 5);
    CHECK(y == std::vector<double>{-800, 0, 800, 800 + std::log(2.), 800 + std::log(2.)});
}

} // namespace
