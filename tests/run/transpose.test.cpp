// SPDX-License-Identifier: BSL-1.0
// Transposes by blocks, for sizes on both sides of the widths of vectors.
#include "support/catch.hpp"

#include <vector>

#include <ctgrad/run/transpose.hpp>

namespace {

using namespace ctgrad::detail;

TEMPLATE_TEST_CASE("a matrix is transposed block by block", "[run]", float, double) {
    using T = TestType;
    for (long m : {0, 1, 3, 5, 8, 16, 17, 40})
        for (long n : {0, 1, 2, 5, 7, 8, 16, 33}) {
            std::vector<T> a(static_cast<std::size_t>(m * n)), b(a.size() + 16, T(-1));  // what lies behind stays as it is
            for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<T>(i);
            transpose_matrix(a.data(), b.data(), m, n);
            bool all = true;
            for (long i = 0; i < m; ++i)
                for (long j = 0; j < n; ++j) all = all && b[static_cast<std::size_t>(j * m + i)] == a[static_cast<std::size_t>(i * n + j)];
            for (std::size_t i = a.size(); i < b.size(); ++i) all = all && b[i] == -1;
            CAPTURE(m, n);
            CHECK(all);
        }
}

} // namespace
