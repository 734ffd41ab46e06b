// SPDX-License-Identifier: BSL-1.0
// Short products of a matrix and a vector against sums written out, for sizes on both sides of the widths of vectors.
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

// Vectors with room behind their last entry hold NaN there, vectors without are followed by nothing: sanitizers would tell.
template <whole_vectors Whole, class V>
lane<V> worst_of_products() {
    using T = lane<V>;
    T worst = 0;
    auto const with_room = [](std::vector<T> v, bool whole) {
        if (whole) v.resize(v.size() + pack_size<T>, std::numeric_limits<T>::quiet_NaN());
        return v;
    };
    for (long m : {1, 2, 3, 4, 5, 8, 9, 21})
        for (long n : {1, 2, 7, 8, 17, 33, 67})
            for (bool transposed : {false, true})
                for (T beta : {T(0), T(1)}) {
                    auto const size = static_cast<std::size_t>(transposed ? n : m);
                    auto const a = random_entries<T>(m * n), x = with_room(random_entries<T>(transposed ? m : n), Whole.x);
                    // What beta = 0 overwrites is not read.
                    auto const before = beta == 0 ? std::vector<T>(size, std::numeric_limits<T>::quiet_NaN()) : random_entries<T>(static_cast<long>(size));
                    auto y = with_room(before, Whole.y);
                    gemv<T, Whole, V>(transposed, m, n, T(-1.5), a.data(), x.data(), beta, y.data());
                    for (long i = 0; i < static_cast<long>(size); ++i) {
                        long double sum = 0;
                        for (long p = 0; p < (transposed ? m : n); ++p)
                            sum += static_cast<long double>(a[static_cast<std::size_t>(transposed ? p * n + i : i * n + p)]) * x[static_cast<std::size_t>(p)];
                        auto const at = static_cast<std::size_t>(i);
                        long double const expected = T(-1.5) * sum + (beta == 0 ? 0 : before[at]);
                        worst = reference::worse(worst, static_cast<T>(std::abs(y[at] - expected)));
                    }
                }
    return worst;
}

TEMPLATE_TEST_CASE("short products of a matrix and a vector", "[run]", pack<float>, pack<double>, half_pack<float>) {
    using T = lane<TestType>;
    T const limit = 100 * std::numeric_limits<T>::epsilon();
    CHECK(worst_of_products<whole_vectors{}, TestType>() < limit);
    CHECK(worst_of_products<whole_vectors{true, false}, TestType>() < limit);
    CHECK(worst_of_products<whole_vectors{false, true}, TestType>() < limit);
    CHECK(worst_of_products<whole_vectors{true, true}, TestType>() < limit);
}

TEMPLATE_TEST_CASE("the sums of several packs in one", "[run]", pack<float>, pack<double>, half_pack<float>) {
    using V = TestType;
    using T = lane<V>;
    constexpr int width = static_cast<int>(lane_count<V>);
    T entries[width][width], sums[width];
    V packs[width];
    for (int i = 0; i < width; ++i) {
        for (int j = 0; j < width; ++j) entries[i][j] = static_cast<T>(100 * i + j);
        packs[i] = load<V>(entries[i]);
    }
    store(sums_of<width>(packs), sums);
    for (int i = 0; i < width; ++i) CHECK(sums[i] == static_cast<T>(width * 100 * i + width * (width - 1) / 2));
    store(sums_of<(width + 1) / 2>(packs), sums);
    for (int i = 0; i < (width + 1) / 2; ++i) CHECK(sums[i] == static_cast<T>(width * 100 * i + width * (width - 1) / 2));
}

}  // namespace
