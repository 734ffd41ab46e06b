// SPDX-License-Identifier: BSL-1.0
// Products in register tiles against sums written out, for sizes on both sides of the widths of vectors.
#include "support/catch.hpp"
#include "support/random_entries.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <ctgrad/run/blas.hpp>

namespace {

using namespace ctgrad::detail;
using reference::random_entries;

/// The largest difference of `multiply`'s C := alpha op(A) op(B) + beta D from sums written out, for a D that is C and for another.
template <class T, class Multiply>
T worst_of_product(Multiply multiply, long m, long n, long k) {
    T worst = 0;
    for (bool transpose_a : {false, true})
        for (bool transpose_b : {false, true})
            for (auto [beta, in_place] : {std::pair{T(0), true}, {T(1), true}, {T(-0.5), true}, {T(1), false}, {T(-1), false}}) {
                auto const a = random_entries<T>(m * k), b = random_entries<T>(k * n);
                auto const d = random_entries<T>(m * n);
                // What is overwritten is not read.
                auto c = in_place && beta != 0 ? d : std::vector<T>(static_cast<std::size_t>(m * n), std::numeric_limits<T>::quiet_NaN());
                T const alpha = T(-1.5);
                multiply(transpose_a, transpose_b, m, n, k, alpha, a.data(), b.data(), beta, in_place ? c.data() : d.data(), c.data());
                for (long i = 0; i < m; ++i)
                    for (long j = 0; j < n; ++j) {
                        long double sum = 0;
                        for (long p = 0; p < k; ++p) {
                            long const left = transpose_a ? p * m + i : i * k + p;
                            long const right = transpose_b ? j * k + p : p * n + j;
                            sum += static_cast<long double>(a[static_cast<std::size_t>(left)]) * b[static_cast<std::size_t>(right)];
                        }
                        auto const at = static_cast<std::size_t>(i * n + j);
                        long double const expected = alpha * sum + beta * d[at];
                        worst = reference::worse(worst, static_cast<T>(std::abs(c[at] - expected)));
                    }
            }
    return worst;
}

TEMPLATE_TEST_CASE("small products with transposes, scale and accumulation", "[run]", float, double) {
    using T = TestType;
    T worst = 0;
    for (long m : {1, 3, 4, 5, 15})
        for (long n : {1, 2, 8, 17, 35})
            for (long k : {1, 4, 7, 16, 19}) {
                worst = reference::worse(worst, worst_of_product<T>(gemm<T>, m, n, k));
                worst = reference::worse(worst, worst_of_product<T>(multiply_entries<T>, m, n, k));
            }
    CHECK(worst < 50 * std::numeric_limits<T>::epsilon());
}

TEMPLATE_TEST_CASE("products strip by strip, on both sides of the borders of tiles, strips and blocks", "[run]", float, double) {
    using T = TestType;
    auto const by_strips = [](bool transpose_a, bool transpose_b, long m, long n, long k, T alpha, T const* a, T const* b, T beta, T const* d, T* c) {
        multiply_by_strips<T>(transpose_a, transpose_b, m, n, k, alpha, a, transpose_a ? m : k, b, beta, d, c);
    };
    long const rows = tile_rows<T, tile_packs<T>>, width = tile_width<T>;
    T worst = 0;
    for (long m : {1L, rows, 2 * rows, 2 * rows + 1, 4 * rows - 1})
        for (long n : {1L, width - 1, width, 2 * width + 3})
            for (long k : {1, 127, 128, 131, 257}) worst = reference::worse(worst, worst_of_product<T>(by_strips, m, n, k));
    CHECK(worst < 500 * std::numeric_limits<T>::epsilon());
}

/// The largest difference of `multiply`'s C := alpha op(A) op(B) + beta D from sums written out, where row p of op(B) is column p of
/// op(A) times a number, and D is symmetric; infinite where C is not exactly so. The numbers are 1 where B is to be A itself.
template <class T, class Multiply>
T worst_of_symmetric(Multiply multiply, long n, long k, bool of_itself) {
    T worst = 0;
    auto const at = [](long i) { return static_cast<std::size_t>(i); };
    auto const weights = random_entries<T>(k), added = random_entries<T>(n * n);
    for (bool transpose_a : {false, true})
        for (bool transpose_b : {false, true}) {
            if (of_itself && transpose_a == transpose_b) continue;
            auto const a = random_entries<T>(n * k);
            std::vector<T> scaled(a.size()), d(at(n * n)), c(at(n * n), std::numeric_limits<T>::quiet_NaN()); // what was there is not read
            auto const entry = [&](long i, long p) { return a[at(transpose_a ? p * n + i : i * k + p)]; };
            for (long i = 0; i < n; ++i)
                for (long p = 0; p < k; ++p) scaled[at(transpose_b ? i * k + p : p * n + i)] = weights[at(p)] * entry(i, p);
            for (long i = 0; i < n; ++i)
                for (long j = 0; j < n; ++j) d[at(i * n + j)] = added[at(std::min(i, j) * n + std::max(i, j))];
            T const alpha = T(-1.5), beta = of_itself ? T(0) : T(-1);
            multiply(transpose_a, transpose_b, n, k, alpha, a.data(), of_itself ? a.data() : scaled.data(), beta, d.data(), c.data());
            for (long i = 0; i < n; ++i)
                for (long j = 0; j <= i; ++j) {
                    long double sum = 0;
                    for (long p = 0; p < k; ++p)
                        sum += (of_itself ? 1.0L : static_cast<long double>(weights[at(p)])) * entry(i, p) * entry(j, p);
                    sum = alpha * sum + beta * d[at(i * n + j)];
                    T const lower = c[at(i * n + j)], upper = c[at(j * n + i)];
                    worst = reference::worse(worst, lower == upper ? static_cast<T>(std::abs(lower - sum)) : std::numeric_limits<T>::infinity());
                }
        }
    return worst;
}

TEMPLATE_TEST_CASE("symmetric products, by strips and by a BLAS, on both sides of the borders of tiles, strips and blocks", "[run]", float, double) {
    using T = TestType;
    auto const by_strips = [](bool transpose_a, bool transpose_b, long n, long k, T alpha, T const* a, T const* b, T beta, T const* d, T* c) {
        multiply_by_strips<T, structure::upper_triangular>(transpose_a, transpose_b, n, n, k, alpha, a, transpose_a ? n : k, b, beta, d, c);
        mirror_upper(n, c);
    };
    long const rows = tile_rows<T, tile_packs<T>>, width = tile_width<T>, pack = static_cast<long>(pack_size<T>);
    T worst = 0;
    for (bool of_itself : {true, false}) {
        for (long n : {1L, pack, pack + 1, 2 * rows, 2 * rows + 1, width - 1, width, width + 1, width + pack + 1, 2 * width + 3})
            for (long k : {1, 127, 128, 131, 257}) {
                worst = reference::worse(worst, worst_of_symmetric<T>(by_strips, n, k, of_itself));
                worst = reference::worse(worst, worst_of_symmetric<T>(multiply_symmetric<T>, n, k, of_itself));
            }
        for (long n : {100, 101, 513}) worst = reference::worse(worst, worst_of_symmetric<T>(multiply_symmetric<T>, n, 20, of_itself));
    }
    CHECK(worst < 1000 * std::numeric_limits<T>::epsilon());
}

// The largest difference of a triangle of C := alpha op(A) op(B) from sums written out; infinite where it is not zero beyond the diagonal.
template <class T, class Multiply>
T worst_of_part(Multiply multiply, bool is_upper, long n, long k) {
    T worst = 0;
    auto const at = [](long i) { return static_cast<std::size_t>(i); };
    for (bool transpose_a : {false, true})
        for (bool transpose_b : {false, true})
            for (bool of_itself : {false, true}) {
                auto const a = random_entries<T>(n * k), other = random_entries<T>(n * k);
                auto const& b = of_itself ? a : other;
                std::vector<T> c(at(n * n), std::numeric_limits<T>::quiet_NaN());
                multiply(transpose_a, transpose_b, n, k, T(-1.5), a.data(), b.data(), c.data());
                for (long i = 0; i < n; ++i)
                    for (long j = 0; j < n; ++j) {
                        long double sum = 0;
                        for (long p = 0; p < k; ++p)
                            sum += static_cast<long double>(a[at(transpose_a ? p * n + i : i * k + p)]) * b[at(transpose_b ? j * k + p : p * n + j)];
                        bool const is_left_out = is_upper ? j < i : j > i;
                        T const error = static_cast<T>(std::abs(c[at(i * n + j)] - (is_left_out ? 0.0L : -1.5L * sum)));
                        worst = reference::worse(worst, is_left_out && error != 0 ? std::numeric_limits<T>::infinity() : error);
                    }
            }
    return worst;
}

template <class T, structure Part>
void check_parts() {
    auto const by_strips = [](bool transpose_a, bool transpose_b, long n, long k, T alpha, T const* a, T const* b, T* c) {
        multiply_by_strips<T, Part>(transpose_a, transpose_b, n, n, k, alpha, a, transpose_a ? n : k, b, T(0), c, c);
        clear_other_triangle<T, Part>(n, c);
    };
    long const rows = tile_rows<T, tile_packs<T>>, width = tile_width<T>, pack = static_cast<long>(pack_size<T>);
    T worst = 0;
    for (long n : {1L, pack, pack + 1, 2 * rows, 2 * rows + 1, width - 1, width, width + 1, width + pack + 1, 2 * width + 3})
        for (long k : {1, 127, 131}) {
            worst = reference::worse(worst, worst_of_part<T>(by_strips, Part == structure::upper_triangular, n, k));
            worst = reference::worse(worst, worst_of_part<T>(multiply_part<T, Part>, Part == structure::upper_triangular, n, k));
        }
    for (long n : {100, 130, 513}) worst = reference::worse(worst, worst_of_part<T>(multiply_part<T, Part>, Part == structure::upper_triangular, n, 65));
    CHECK(worst < 1000 * std::numeric_limits<T>::epsilon());
}
TEMPLATE_TEST_CASE("a triangle of a product, and zeros", "[run]", float, double) {
    check_parts<TestType, structure::lower_triangular>();
    check_parts<TestType, structure::upper_triangular>();
}

TEST_CASE("one triangle and its mirror image are computed of products large enough", "[run]") {
    STATIC_REQUIRE(pays_triangle<double>(100, 64));
    STATIC_REQUIRE_FALSE(pays_triangle<double>(31, 2000));
    STATIC_REQUIRE_FALSE(pays_triangle<float>(400, 8));
    STATIC_REQUIRE(pays_triangle<double>(64, 784) == (pack_size<double> > 1));
}

TEMPLATE_TEST_CASE("small products of a matrix and a vector", "[run]", float, double) {
    using T = TestType;
    T worst = 0;
    for (long m : {1, 3, 4, 9, 70, 75})
        for (long n : {1, 2, 8, 17, 33, 70})
            for (bool transposed : {false, true}) {
                auto const a = random_entries<T>(m * n), x = random_entries<T>(transposed ? m : n);
                auto y = random_entries<T>(transposed ? n : m);
                auto const before = y;
                gemv<T>(transposed, m, n, T(2), a.data(), x.data(), T(1), y.data());
                for (long i = 0; i < static_cast<long>(y.size()); ++i) {
                    long double sum = 0;
                    for (long p = 0; p < static_cast<long>(x.size()); ++p)
                        sum += static_cast<long double>(a[static_cast<std::size_t>(transposed ? p * n + i : i * n + p)]) * x[static_cast<std::size_t>(p)];
                    auto const at = static_cast<std::size_t>(i);
                    worst = reference::worse(worst, static_cast<T>(std::abs(y[at] - (2 * sum + before[at]))));
                }
            }
    CHECK(worst < 100 * std::numeric_limits<T>::epsilon());
}

}  // namespace
