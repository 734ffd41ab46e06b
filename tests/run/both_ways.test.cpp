// SPDX-License-Identifier: BSL-1.0
// Products by a matrix and then by its transpose, in one pass over the matrix, against sums written out.
#include "support/catch.hpp"
#include "support/random_entries.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <ctgrad/run/compile.hpp>

namespace {

using namespace ctgrad;
using detail::both_ways;
using reference::random_entries;

template <class Plan, class... Variants>
constexpr bool begins(detail::function<Plan, Variants...> const&, int step) {
    return detail::begins_both_ways<Plan>(step);
}

TEMPLATE_TEST_CASE("a matrix and its transpose times a vector in one pass", "[run]", float, double) {
    using T = TestType;
    auto const at = [](long i) { return static_cast<std::size_t>(i); };
    T worst = 0;
    for (long m : {1, 3, 4, 9})
        for (long n : {1, 7, 16, 33, 64}) {
            auto const a = random_entries<T>(m * n), x = random_entries<T>(n);
            auto y = random_entries<T>(m), z = std::vector<T>(at(n), std::numeric_limits<T>::quiet_NaN());
            both_ways<T>{m, n, a.data(), x.data(), y.data(), z.data()}.multiply(T(1.5), T(-2));
            std::vector<long double> there(at(m)), back(at(n));
            for (long i = 0; i < m; ++i)
                for (long j = 0; j < n; ++j) there[at(i)] += 1.5L * a[at(i * n + j)] * x[at(j)];
            for (long i = 0; i < m; ++i)
                for (long j = 0; j < n; ++j) back[at(j)] -= 2 * there[at(i)] * a[at(i * n + j)];
            for (long i = 0; i < m; ++i) worst = reference::worse(worst, static_cast<T>(std::abs(y[at(i)] - there[at(i)])));
            for (long j = 0; j < n; ++j) worst = reference::worse(worst, static_cast<T>(std::abs(z[at(j)] - back[at(j)])));
        }
    CHECK(worst < 400 * std::numeric_limits<T>::epsilon());
}

TEST_CASE("a product that the transpose multiplies next is one pass with it, unless the result lies where the vector did", "[run]") {
    constexpr auto x = vector<"x", "n">;
    constexpr auto B = matrix<"B", "m", "n">;
    auto f = compile(transpose(B) * (B * x));
    static_assert(begins(f, 0) && !begins(f, 1));
    auto b = xt::xtensor<double, 2>::from_shape({70, 90});
    for (std::size_t i = 0; i < b.size(); ++i) b.data()[i] = static_cast<double>(i % 101) - 50;
    xt::xtensor<double, 1> v = xt::arange<double>(90), expected = xt::zeros<double>({90});
    for (std::size_t i = 0; i < 70; ++i) {
        double there = 0;
        for (std::size_t j = 0; j < 90; ++j) there += b(i, j) * v(j);
        for (std::size_t j = 0; j < 90; ++j) expected(j) += there * b(i, j);  // whole numbers
    }
    CHECK((f(B = b, x = v) == expected));
    f(B = b, x = v, into(v));
    CHECK((v == expected));
}

} // namespace
