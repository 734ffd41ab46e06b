// SPDX-License-Identifier: BSL-1.0
// Small triangular solves: what is solved for, multiplied back, is what was given.
#include "support/catch.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <ctgrad/run/blas.hpp>

namespace {

using namespace ctgrad::detail;

TEMPLATE_TEST_CASE("small triangular solves of both triangles, as they are and transposed", "[run]", float, double) {
    using T = TestType;
    T const nan = std::numeric_limits<T>::quiet_NaN();
    double worst = 0;
    int small = 0;
    for (long n : {1, 2, 3, 8, 17, 64, 65})
        for (long k : {1, 2, 7, 8, 9, 17, 33, 64, 71})
            for (bool upper : {false, true})
                for (bool transposed : {false, true}) {
                    std::vector<T> r(static_cast<std::size_t>(n * n), nan), x(static_cast<std::size_t>(n * k));  // the other triangle is not read
                    auto const entry = [&](long i, long j) -> T& { return r[static_cast<std::size_t>(i * n + j)]; };
                    for (long i = 0; i < n; ++i)
                        for (long j = 0; j < n; ++j)
                            if (i == j || (i < j) == upper) entry(i, j) = i == j ? T(1.5) + T(0.01) * T(i) : static_cast<T>(std::sin(double(7 * i + j)) / double(n));
                    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(std::cos(double(i)));
                    auto const given = x;
                    solve_triangular<T>(upper, transposed, n, k, r.data(), x.data());
                    small += is_small_solve<T>(n, k);
                    for (long i = 0; i < n; ++i)
                        for (long j = 0; j < k; ++j) {
                            long double sum = 0;
                            for (long p = 0; p < n; ++p)
                                if (p == i || ((i < p) == (upper != transposed)))
                                    sum += static_cast<long double>(transposed ? entry(p, i) : entry(i, p)) * x[static_cast<std::size_t>(p * k + j)];
                            worst = reference::worse(worst, static_cast<double>(std::abs(sum - given[static_cast<std::size_t>(i * k + j)])));
                        }
                }
    CHECK(worst < 20 * static_cast<double>(std::numeric_limits<T>::epsilon()));
    CHECK(small > 100);
}

TEST_CASE("a small solve without unknowns or right-hand sides does nothing", "[run]") {
    double const r[1] = {2};
    double x[1] = {3};
    solve_triangular<double>(true, false, 0, 1, r, x);
    solve_triangular<double>(true, false, 1, 0, r, x);
    CHECK(x[0] == 3);
}

} // namespace
