// SPDX-License-Identifier: BSL-1.0
// The number of threads that the BLAS has, and products on both sides of the sizes that it shares among them.
#include "support/catch.hpp"
#include "support/random_entries.hpp"
#include "support/worst.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <ctgrad/run/blas.hpp>
#include <ctgrad/run/both_ways.hpp>

// OpenBLAS's own, absent from any other BLAS.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));

namespace {

using namespace ctgrad::detail;
using reference::random_entries;

/// Gives OpenBLAS so many threads while it lives; another BLAS keeps its own.
class with_threads {
public:
    explicit with_threads(int count) : before_(blas_threads()) { set(count); }
    with_threads(with_threads const&) = delete;
    with_threads& operator=(with_threads const&) = delete;
    ~with_threads() { set(before_); }

private:
    static void set(int count) {
        if (openblas_set_num_threads != nullptr) openblas_set_num_threads(count);
    }
    int before_;
};

TEST_CASE("the number of threads is what the BLAS was told", "[run]") {
    CHECK(blas_threads() >= 1);
    if (openblas_set_num_threads == nullptr) return;
    for (int count : {2, 1}) {
        with_threads const scope(count);
        CHECK(blas_threads() == count);
        CHECK(is_shared(11, 10) == (count > 1));
        CHECK_FALSE(is_shared(10, 10));
    }
}

TEST_CASE("with several threads a BLAS takes over sooner, with one nothing changes", "[run]") {
    if (openblas_set_num_threads == nullptr) return;
    for (int count : {2, 1}) {
        with_threads const scope(count);
        CHECK(is_small_product<double>(256, 256));
        CHECK(is_small_product<double>(512, 512) == (count == 1));
        CHECK(pays_strips<double>(100, 100, 100) == (sizeof(pack<double>) == 64));
        CHECK(pays_strips<double>(100, 100, 101) == (sizeof(pack<double>) == 64 && count == 1));
        CHECK(pays_triangle_strips<float>(64, 10000) == (pack_size<float> > 1));
        CHECK(pays_triangle_strips<float>(200, 201) == (sizeof(pack<float>) == 64 && count == 1));
    }
}

TEST_CASE("a matrix is read once both ways unless threads share each way", "[run]") {
    if (openblas_set_num_threads == nullptr) return;
    std::vector<double> const a(257 * 256), x(256), w(257);
    std::vector<double> y(257), z(256);
    for (int count : {2, 1}) {
        with_threads const scope(count);
        CHECK(both_ways<double>{256, 256, a.data(), x.data(), w.data(), y.data(), z.data()}.pays());
        CHECK(both_ways<double>{257, 256, a.data(), x.data(), w.data(), y.data(), z.data()}.pays() == (count == 1));
    }
}

/// The largest difference of the results of `multiply(result)` with one thread and with two.
template <class T, class Multiply>
T worst_between(long entries, Multiply multiply) {
    std::array<std::vector<T>, 2> results;
    for (int count : {1, 2}) {
        with_threads const scope(count);
        std::vector<T>& result = results[static_cast<std::size_t>(count - 1)];
        result.resize(static_cast<std::size_t>(entries));
        multiply(result.data());
    }
    T worst = 0;
    for (std::size_t i = 0; i < results[0].size(); ++i) worst = reference::worse(worst, std::abs(results[0][i] - results[1][i]));
    return worst;
}

TEMPLATE_TEST_CASE("products agree with one thread and with two", "[run]", float, double) {
    using T = TestType;
    T worst = 0;
    for (auto [m, n, k] : {std::array<long, 3>{99, 100, 101}, {100, 101, 102}, {130, 33, 300}}) {
        auto const a = random_entries<T>(m * k), b = random_entries<T>(k * n);
        for (bool transpose_a : {false, true})
            for (bool transpose_b : {false, true})
                worst = reference::worse(worst, worst_between<T>(m * n, [&](T* c) { gemm<T>(transpose_a, transpose_b, m, n, k, T(2), a.data(), b.data(), T(0), c, c); }));
    }
    for (auto [m, n] : {std::array<long, 2>{256, 256}, {257, 256}, {362, 363}}) {
        auto const a = random_entries<T>(m * n), x = random_entries<T>(std::max(m, n));
        for (bool transposed : {false, true})
            worst = reference::worse(worst, worst_between<T>(transposed ? n : m, [&](T* y) { gemv<T>(transposed, m, n, T(2), a.data(), x.data(), T(0), y); }));
    }
    for (auto [n, k] : {std::array<long, 2>{200, 200}, {200, 201}, {100, 801}}) {
        auto const a = random_entries<T>(n * k);
        for (bool transposed : {false, true})
            worst = reference::worse(worst, worst_between<T>(n * n, [&](T* c) { multiply_symmetric<T>(transposed, !transposed, n, k, T(2), a.data(), a.data(), T(0), c, c); }));
    }
    CHECK(worst < 2000 * std::numeric_limits<T>::epsilon());
}

} // namespace
