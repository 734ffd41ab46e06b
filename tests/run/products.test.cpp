// SPDX-License-Identifier: BSL-1.0
// Products in register tiles against sums written out, for sizes on both sides of the widths of vectors.
#include "support/catch.hpp"
#include "support/random_entries.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <ctgrad/run/blas.hpp>

namespace {

using namespace ctgrad::detail;
using reference::random_entries;

/// The largest difference of `multiply`'s C := alpha op(A) op(B) + beta C from sums written out.
template <class T, class Multiply>
T worst_of_product(Multiply multiply, long m, long n, long k) {
    T worst = 0;
    for (bool transpose_a : {false, true})
        for (bool transpose_b : {false, true})
            for (T beta : {T(0), T(1), T(-0.5)}) {
                auto const a = random_entries<T>(m * k), b = random_entries<T>(k * n);
                // What beta = 0 overwrites is not read.
                auto c = beta == 0 ? std::vector<T>(static_cast<std::size_t>(m * n), std::numeric_limits<T>::quiet_NaN()) : random_entries<T>(m * n);
                auto const before = c;
                T const alpha = T(-1.5);
                multiply(transpose_a, transpose_b, m, n, k, alpha, a.data(), b.data(), beta, c.data());
                for (long i = 0; i < m; ++i)
                    for (long j = 0; j < n; ++j) {
                        long double sum = 0;
                        for (long p = 0; p < k; ++p) {
                            long const left = transpose_a ? p * m + i : i * k + p;
                            long const right = transpose_b ? j * k + p : p * n + j;
                            sum += static_cast<long double>(a[static_cast<std::size_t>(left)]) * b[static_cast<std::size_t>(right)];
                        }
                        auto const at = static_cast<std::size_t>(i * n + j);
                        long double const expected = alpha * sum + (beta == 0 ? 0 : beta * before[at]);
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
    long const rows = tile_rows<T, tile_packs<T>>, width = tile_width<T>;
    T worst = 0;
    for (long m : {1L, rows, 2 * rows, 2 * rows + 1, 4 * rows - 1})
        for (long n : {1L, width - 1, width, 2 * width + 3})
            for (long k : {1, 127, 128, 131, 257}) worst = reference::worse(worst, worst_of_product<T>(multiply_by_strips<T>, m, n, k));
    CHECK(worst < 500 * std::numeric_limits<T>::epsilon());
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
