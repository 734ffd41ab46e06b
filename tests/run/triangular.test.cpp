// SPDX-License-Identifier: BSL-1.0
// Products by triangles, of which the other half is never read, against sums written out.
#include "support/catch.hpp"
#include "support/random_entries.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <ctgrad/run/compile.hpp>
#include <xtensor/xadapt.hpp>

namespace {

using namespace ctgrad;
using detail::triangular_matrix;
using reference::random_entries;

std::size_t at(long i) { return static_cast<std::size_t>(i); }

// A triangle with NaN beyond the diagonal, and entry (i, j) of what it stands for.
template <class T>
struct sample {
    bool is_upper, is_transposed;
    long n;
    std::vector<T> entries;

    sample(bool upper, bool transposed, long size) : is_upper(upper), is_transposed(transposed), n(size), entries(random_entries<T>(size * size)) {
        for (long i = 0; i < n; ++i)
            for (long j = 0; j < n; ++j)
                if (is_upper ? j < i : j > i) entries[at(i * n + j)] = std::numeric_limits<T>::quiet_NaN();
    }
    long double operator()(long i, long j) const {
        if (is_transposed) std::swap(i, j);
        return (is_upper ? j < i : j > i) ? 0.0L : entries[at(i * n + j)];
    }
    triangular_matrix<T> matrix() const { return {is_upper, is_transposed, n, entries.data()}; }
};

template <class T, class Check>
void for_all_triangles(std::initializer_list<long> sizes, Check check) {
    for (long n : sizes)
        for (bool is_upper : {false, true})
            for (bool is_transposed : {false, true}) check(sample<T>(is_upper, is_transposed, n));
}

TEMPLATE_TEST_CASE("a triangle times a vector, from either side", "[run]", float, double) {
    using T = TestType;
    T worst = 0;
    for_all_triangles<T>({1, 2, 3, 4, 5, 7, 8, 17, 33, 70}, [&](sample<T> const& r) {
        for (bool from_right : {false, true})
            for (T beta : {T(0), T(-3)}) {
                auto const x = random_entries<T>(r.n), added = random_entries<T>(r.n);
                auto y = beta == 0 ? std::vector<T>(at(r.n), std::numeric_limits<T>::quiet_NaN()) : added;
                r.matrix().multiply_vector(from_right, T(1.5), x.data(), beta, y.data());
                for (long i = 0; i < r.n; ++i) {
                    long double expected = beta == 0 ? 0 : beta * static_cast<long double>(added[at(i)]);
                    for (long j = 0; j < r.n; ++j) expected += 1.5L * (from_right ? r(j, i) : r(i, j)) * x[at(j)];
                    worst = reference::worse(worst, static_cast<T>(std::abs(y[at(i)] - expected)));
                }
            }
    });
    CHECK(worst < 40 * std::numeric_limits<T>::epsilon());
}

TEMPLATE_TEST_CASE("a triangle times a matrix, from either side", "[run]", float, double) {
    using T = TestType;
    T worst = 0;
    for_all_triangles<T>({1, 3, 8, 47, 48, 49, 65}, [&](sample<T> const& r) {
        for (long k : {1, 5, 16, 33})
            for (bool from_right : {false, true})
                for (bool transpose_b : {false, true}) {
                    auto const b = random_entries<T>(r.n * k);
                    auto c = std::vector<T>(at(r.n * k), std::numeric_limits<T>::quiet_NaN());
                    // B is n x k, beside R from the left; from the right it is k x n.
                    if (from_right)
                        r.matrix().multiply_from_right(transpose_b, k, T(-2), b.data(), c.data());
                    else
                        r.matrix().multiply_from_left(transpose_b, k, T(-2), b.data(), c.data());
                    long const rows = from_right ? k : r.n, columns = from_right ? r.n : k;
                    auto const entry = [&](long i, long j) { return static_cast<long double>(b[at(transpose_b ? j * rows + i : i * columns + j)]); };
                    for (long i = 0; i < rows; ++i)
                        for (long j = 0; j < columns; ++j) {
                            long double expected = 0;
                            for (long p = 0; p < r.n; ++p) expected -= 2 * (from_right ? entry(i, p) * r(p, j) : r(i, p) * entry(p, j));
                            worst = reference::worse(worst, static_cast<T>(std::abs(c[at(i * columns + j)] - expected)));
                        }
                }
    });
    CHECK(worst < 60 * std::numeric_limits<T>::epsilon());
}

TEMPLATE_TEST_CASE("a compiled product reads the triangle of a leaf where it is", "[run]", float, double) {
    using T = TestType;
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    constexpr auto B = matrix<"B", "n", "k">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto m = vector<"m", "n">;
    auto drawn = compile(m + L * x);
    auto turned = compile(transpose(L) * x);
    auto whole = compile(L * B);
    auto gram = compile(squared_norm(L * B), grad(squared_norm(L * B), L, B));
    for (long n : {1, 4, 6, 30, 60}) {
        sample<T> const r(false, false, n);
        xt::xtensor<T, 2> const entries = xt::adapt(r.entries, std::vector<std::size_t>{at(n), at(n)});
        xt::xtensor<T, 1> const v = xt::adapt(random_entries<T>(n), std::vector<std::size_t>{at(n)}), mean = 2 * v;
        xt::xtensor<T, 2> const b = xt::adapt(random_entries<T>(n * 3), std::vector<std::size_t>{at(n), 3});
        xt::xtensor<T, 2> full = xt::zeros<T>({at(n), at(n)});
        for (long i = 0; i < n; ++i)
            for (long j = 0; j <= i; ++j) full(i, j) = r.entries[at(i * n + j)];
        T const bound = 60 * std::numeric_limits<T>::epsilon();
        auto const is_near = [bound](auto const& got, auto const& expected) {
            return xt::amax(xt::abs(got - expected))() < bound * (1 + xt::amax(xt::abs(expected))());
        };
        auto const times = [&](auto const& a, auto const& other) {
            xt::xtensor<T, 2> product = xt::zeros<T>({a.shape(0), other.shape(1)});
            for (std::size_t i = 0; i < a.shape(0); ++i)
                for (std::size_t j = 0; j < other.shape(1); ++j)
                    for (std::size_t p = 0; p < a.shape(1); ++p) product(i, j) += a(i, p) * other(p, j);
            return product;
        };
        xt::xtensor<T, 2> const column = xt::reshape_view(v, {at(n), std::size_t(1)});
        xt::xtensor<T, 1> const there = xt::reshape_view(times(full, column), {at(n)});
        xt::xtensor<T, 1> const back = xt::reshape_view(times(xt::xtensor<T, 2>(xt::transpose(full)), column), {at(n)});
        CHECK(is_near(drawn(L = entries, x = v, m = mean), xt::xtensor<T, 1>(there + mean)));
        CHECK(is_near(turned(L = entries, x = v), back));
        xt::xtensor<T, 2> const product = times(full, b);
        CHECK(is_near(whole(L = entries, B = b), product));
        auto const [value, dL, dB] = gram(L = entries, B = b);
        xt::xtensor<T, 2> expected = 2 * times(product, xt::xtensor<T, 2>(xt::transpose(b)));
        for (long i = 0; i < n; ++i)
            for (long j = i + 1; j < n; ++j) expected(i, j) = 0;
        CHECK(std::abs(value - xt::sum(xt::square(product))()) < bound * (1 + value));
        CHECK(is_near(dL, expected));
        CHECK(is_near(dB, xt::xtensor<T, 2>(2 * times(xt::xtensor<T, 2>(xt::transpose(full)), product))));
    }
}

} // namespace
