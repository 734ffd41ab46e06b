// SPDX-License-Identifier: BSL-1.0
// Kernels of LIBXSMM, where they are used, against sums written out; the program `libxsmm` is built with them.
#include "support/catch.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <ctgrad/run/libxsmm.hpp>

namespace {

using ctgrad::detail::multiply_by_libxsmm;

#ifdef CTGRAD_USE_LIBXSMM

TEMPLATE_TEST_CASE("products by kernels of LIBXSMM", "[run]", float, double) {
    using T = TestType;
    T const nan = std::numeric_limits<T>::quiet_NaN();
    // Twice, and more sizes than are remembered: kernels are found again, and make room for each other.
    for (int round = 0; round < 2; ++round)
        for (long m : {1, 2, 5, 8, 17, 64})
            for (long n : {1, 3, 8, 19, 64})
                for (long k : {1, 4, 7, 64})
                    for (bool transposed : {false, true})
                        for (T beta : {T(0), T(1)}) {
                            std::vector<T> a(static_cast<std::size_t>(m * k)), b(static_cast<std::size_t>(k * n));
                            for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<T>(std::sin(double(i) + 1));
                            for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<T>(std::cos(3 * double(i)));
                            std::vector<T> c(static_cast<std::size_t>(m * n), beta == 0 ? nan : T(0.5));
                            if (!multiply_by_libxsmm<T>(transposed, m, n, k, T(1), a.data(), b.data(), beta, c.data())) {
                                CHECK(transposed);  // of those it has a kernel on some machines only
                                continue;
                            }
                            double worst = 0;
                            for (long i = 0; i < m; ++i)
                                for (long j = 0; j < n; ++j) {
                                    double expected = beta == 0 ? 0 : 0.5;
                                    for (long p = 0; p < k; ++p)
                                        expected += double(a[static_cast<std::size_t>(transposed ? p * m + i : i * k + p)]) *
                                                    double(b[static_cast<std::size_t>(p * n + j)]);
                                    double const error = std::abs(double(c[static_cast<std::size_t>(i * n + j)]) - expected);
                                    if (!(error <= worst)) worst = error;
                                }
                            CAPTURE(m, n, k, transposed, beta);
                            CHECK(worst < 100 * double(std::numeric_limits<T>::epsilon()));
                        }
}

TEST_CASE("what LIBXSMM does not do, or no better, is left to others", "[run]") {
    double const a[1] = {2}, b[1] = {3};
    double c[1] = {5};
    CHECK_FALSE(multiply_by_libxsmm<double>(false, 1, 1, 1, 0.5, a, b, 0, c));
    CHECK_FALSE(multiply_by_libxsmm<double>(false, 1, 1, 1, 1, a, b, 0.5, c));
    CHECK_FALSE(multiply_by_libxsmm<double>(false, 0, 1, 1, 1, a, b, 0, c));
    CHECK_FALSE(multiply_by_libxsmm<double>(false, 65, 1, 1, 1, a, b, 0, c));
    CHECK(c[0] == 5);
}

#else

TEST_CASE("without the option LIBXSMM takes no product", "[run]") {
    double const a[1] = {2}, b[1] = {3};
    double c[1] = {5};
    CHECK_FALSE(multiply_by_libxsmm<double>(false, 1, 1, 1, 1, a, b, 0, c));
    CHECK(c[0] == 5);
}

#endif

} // namespace
