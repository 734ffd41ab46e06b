// SPDX-License-Identifier: BSL-1.0
// Products by a matrix and by its transpose, in one pass over the matrix, against sums written out.
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
            both_ways<T>{m, n, a.data(), x.data(), y.data(), y.data(), z.data(), true}.multiply(T(1.5), T(0), T(-2), T(0));
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

TEMPLATE_TEST_CASE("a matrix times one vector and its transpose times another, added to what is there", "[run]", float, double) {
    using T = TestType;
    auto const at = [](long i) { return static_cast<std::size_t>(i); };
    T worst = 0;
    for (long m : {1, 3, 4, 9})
        for (long n : {1, 7, 16, 33, 64}) {
            auto const a = random_entries<T>(m * n), x = random_entries<T>(n), w = random_entries<T>(m);
            auto y = random_entries<T>(m), z = random_entries<T>(n);
            auto const old_y = y, old_z = z;
            both_ways<T>{m, n, a.data(), x.data(), w.data(), y.data(), z.data()}.multiply(T(1.5), T(-1), T(-2), T(1));
            for (long i = 0; i < m; ++i) {
                long double sum = -static_cast<long double>(old_y[at(i)]);
                for (long j = 0; j < n; ++j) sum += 1.5L * a[at(i * n + j)] * x[at(j)];
                worst = reference::worse(worst, static_cast<T>(std::abs(y[at(i)] - sum)));
            }
            for (long j = 0; j < n; ++j) {
                long double sum = old_z[at(j)];
                for (long i = 0; i < m; ++i) sum -= 2.0L * a[at(i * n + j)] * w[at(i)];
                worst = reference::worse(worst, static_cast<T>(std::abs(z[at(j)] - sum)));
            }
        }
    CHECK(worst < 400 * std::numeric_limits<T>::epsilon());
}

TEST_CASE("products of one matrix both ways are one pass, in either order, where no result lies in the other's way", "[run]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto w = vector<"w", "m">;
    constexpr auto c = vector<"c", "n">;
    auto f = compile(A * x, c - transpose(A) * w);
    auto g = compile(transpose(A) * w, A * x, transpose(A) * (2_c * w));
    auto chain = compile(A * (transpose(A) * w));
    static_assert(begins(f, 0) && !begins(f, 1));
    static_assert(begins(g, 0) && !begins(g, 1));
    static_assert(!begins(chain, 0));
    auto a = xt::xtensor<double, 2>::from_shape({70, 90});
    for (std::size_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<double>(i % 101) - 50;
    xt::xtensor<double, 1> const there = xt::arange<double>(90), back = xt::arange<double>(70) - 30, added = xt::arange<double>(90) * 7;
    xt::xtensor<double, 1> Ax = xt::zeros<double>({70}), Aw = xt::zeros<double>({90});
    for (std::size_t i = 0; i < 70; ++i)
        for (std::size_t j = 0; j < 90; ++j) {
            Ax(i) += a(i, j) * there(j);
            Aw(j) += a(i, j) * back(i);  // whole numbers
        }
    xt::xtensor<double, 1> const expected = added - Aw;
    auto const [first, second] = f(A = a, x = there, w = back, c = added);
    CHECK((first == Ax && second == expected));
    auto const [turned, straight, twice] = g(A = a, x = there, w = back);
    CHECK((turned == Aw && straight == Ax && twice == 2 * Aw));

    xt::xtensor<double, 1> v = there, u = back;  // each result where the other product's vector lies
    g(A = a, x = v, w = back, into(v, u, Aw));
    CHECK((v == turned && u == straight));
    v = there;
    f(A = a, x = v, w = u = back, c = added, into(u, v));
    CHECK((u == straight && v == expected));
}

TEST_CASE("a matrix and its transpose, both added into one result, are one pass", "[run]") {
    constexpr auto A = matrix<"A", "n", "n">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto w = vector<"w", "n">;
    constexpr auto c = vector<"c", "n">;
    auto f = compile(A * x + transpose(A) * w);
    auto g = compile(c - transpose(A) * w + 2_c * (A * x));
    constexpr auto form = 0.5_c * (transpose(x) * A * x);
    auto h = compile(form, grad(form, x)); // what waits for a loop is added there: the products stay together
    static_assert(begins(f, 0) && begins(g, 0) && begins(h, 0));
    auto a = xt::xtensor<double, 2>::from_shape({70, 70});
    for (std::size_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<double>(i % 101) - 50;
    xt::xtensor<double, 1> const v = xt::arange<double>(70) - 20, u = xt::arange<double>(70) * 3, added = xt::arange<double>(70) * 7;
    xt::xtensor<double, 1> Av = xt::zeros<double>({70}), turned_Au = Av, turned_Av = Av;
    for (std::size_t i = 0; i < 70; ++i)
        for (std::size_t j = 0; j < 70; ++j) { // whole numbers
            Av(i) += a(i, j) * v(j);
            turned_Au(j) += a(i, j) * u(i);
            turned_Av(j) += a(i, j) * v(i);
        }
    CHECK((f(A = a, x = v, w = u) == Av + turned_Au));
    CHECK((g(A = a, x = v, w = u, c = added) == added - turned_Au + 2 * Av));
    auto const [value, gradient] = h(A = a, x = v);
    CHECK(value == 0.5 * xt::sum(v * Av)());
    CHECK((gradient == 0.5 * (Av + turned_Av)));
}

} // namespace
