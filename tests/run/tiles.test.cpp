// SPDX-License-Identifier: BSL-1.0
// Products in tiles of registers, for sizes on both sides of their borders: what is written, read and copied.
#include "support/catch.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <ctgrad/run/tiles.hpp>

namespace {

using namespace ctgrad::detail;

template <class T>
std::vector<T> entries_of(long count, double step) {
    std::vector<T> result(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<T>(std::sin(step * double(i) + 1));
    return result;
}

TEMPLATE_TEST_CASE("tiles leave what lies between rows, and copy the rows of B on the way", "[run]", float, double) {
    using T = TestType;
    constexpr long gap = 3, width = tile_width<T>;
    double worst = 0;
    bool keeps = true, copies = true;
    for (long m : {1l, 2l, long(tile_rows<T, tile_packs<T>>), 7l, 9l, 13l})
        for (long n : {1l, 5l, width * 3 / 4 - 1, width * 3 / 4, width - 1, width, width + 1})
            for (long k : {1l, 6l})
                for (T beta : {T(0), T(2)}) {
                    long const row = n + gap;
                    auto const a = entries_of<T>(m * k, 0.7), b = entries_of<T>(k * row, 0.3);
                    auto c = entries_of<T>(m * row, 0.1);
                    auto const before = c;
                    std::vector<T> copy(static_cast<std::size_t>(k * width + width), T(9));
                    matrix_product<T> product{m, n, k, T(-0.5), a.data(), k, 1, b.data(), row, beta, c.data(), c.data(), row};
                    if (n <= width) product.copy = copy.data();
                    multiply_in_tiles(product);
                    for (long i = 0; i < m; ++i)
                        for (long j = 0; j < row; ++j) {
                            auto const at = static_cast<std::size_t>(i * row + j);
                            double sum = 0;
                            for (long p = 0; p < k; ++p)
                                if (j < n) sum += double(a[static_cast<std::size_t>(i * k + p)]) * double(b[static_cast<std::size_t>(p * row + j)]);
                            if (j < n) worst = reference::worse(worst, std::abs(double(c[at]) - (-0.5 * sum + double(beta) * double(before[at]))));
                            else keeps = keeps && c[at] == before[at];
                        }
                    for (long p = 0; n <= width && p < k; ++p)
                        for (long j = 0; j < n; ++j)
                            copies = copies && copy[static_cast<std::size_t>(p * width + j)] == b[static_cast<std::size_t>(p * row + j)];
                }
    CHECK(worst < 20 * double(std::numeric_limits<T>::epsilon()));
    CHECK(keeps);
    CHECK(copies);
}

TEMPLATE_TEST_CASE("the transpose of A is read where it is", "[run]", float, double) {
    using T = TestType;
    double worst = 0;
    for (long m : {1l, 11l})
        for (long n : {4l, 37l}) {
            constexpr long k = 5;
            auto const a = entries_of<T>(m * k, 0.2), b = entries_of<T>(k * n, 0.4);
            std::vector<T> c(static_cast<std::size_t>(m * n), std::numeric_limits<T>::quiet_NaN());
            multiply_in_tiles(matrix_product<T>{m, n, k, T(1), a.data(), 1, m, b.data(), n, T(0), c.data(), c.data(), n});
            for (long i = 0; i < m; ++i)
                for (long j = 0; j < n; ++j) {
                    double sum = 0;
                    for (long p = 0; p < k; ++p) sum += double(a[static_cast<std::size_t>(p * m + i)]) * double(b[static_cast<std::size_t>(p * n + j)]);
                    auto const at = static_cast<std::size_t>(i * n + j);
                    worst = reference::worse(worst, std::abs(double(c[at]) - sum));
                }
        }
    CHECK(worst < 20 * double(std::numeric_limits<T>::epsilon()));
}

} // namespace
