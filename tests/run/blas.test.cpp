// SPDX-License-Identifier: BSL-1.0
// Calls of BLAS and LAPACK against the references, small and large, in float and double.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <ctgrad/run/blas.hpp>

#include <array>
#include <vector>

namespace {

using namespace ctgrad::detail;
using reference::container, reference::dense, reference::distance, reference::number, reference::random_operands, reference::tolerance;

template <class T>
std::vector<T> entries_of(dense const& a) {
    return {a.entries().begin(), a.entries().end()};
}
template <class T>
double apart(std::vector<T> const& got, dense const& expected) {
    dense result(expected.rows(), expected.columns());
    std::copy(got.begin(), got.end(), result.entries().begin());
    return distance(container<T>(result), expected);
}
dense turned(bool transposed, dense const& a) { return transposed ? transpose(a) : a; }
dense triangle(bool upper, dense a) {
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = 0; j < a.columns(); ++j)
            if (upper ? j < i : j > i) a(i, j) = 0;
    return a;
}

TEMPLATE_TEST_CASE("products, with transposes, scale and accumulation", "[run]", float, double) {
    using T = TestType;
    random_operands random(1);
    for (auto [m, n, k] : {std::array<std::size_t, 3>{1, 1, 1}, {3, 2, 4}, {40, 30, 50}, {70, 5, 3}, {2, 90, 33}})
        for (bool transpose_a : {false, true})
            for (bool transpose_b : {false, true}) {
                dense const a = random.matrix(m, k), b = random.matrix(k, n), c = random.matrix(m, n);
                auto const stored_a = entries_of<T>(turned(transpose_a, a)), stored_b = entries_of<T>(turned(transpose_b, b));
                auto result = entries_of<T>(c);
                gemm<T>(transpose_a, transpose_b, long(m), long(n), long(k), T(0.5), stored_a.data(), stored_b.data(), T(1), result.data(), result.data());
                CHECK(apart(result, 0.5 * (a * b) + c) < tolerance<T>);
            }
    for (auto [m, n] : {std::array<std::size_t, 2>{1, 1}, {5, 3}, {60, 70}, {4, 200}})
        for (bool transposed : {false, true}) {
            dense const a = random.matrix(m, n), x = random.matrix(transposed ? m : n, 1), y = random.matrix(transposed ? n : m, 1);
            auto result = entries_of<T>(y);
            auto const stored = entries_of<T>(a), vector = entries_of<T>(x);
            gemv<T>(transposed, long(m), long(n), T(2), stored.data(), vector.data(), T(-1), result.data());
            CHECK(apart(result, 2 * (turned(transposed, a) * x) - y) < tolerance<T>);
        }
}

TEMPLATE_TEST_CASE("triangular solves and inverses", "[run]", float, double) {
    using T = TestType;
    random_operands random(2);
    for (std::size_t n : {1, 2, 7})
        for (bool upper : {false, true}) {
            dense const a = random.well_conditioned(n), r = triangle(upper, a) + reference::identity(n);
            for (bool transposed : {false, true})
                for (std::size_t k : {1, 4}) {
                    dense const b = random.matrix(n, k);
                    auto x = entries_of<T>(b);
                    auto const stored = entries_of<T>(a + reference::identity(n));  // the other triangle is not read
                    solve_triangular<T>(upper, transposed, long(n), long(k), stored.data(), x.data());
                    CHECK(apart(x, solve(turned(transposed, r), b)) < 10 * tolerance<T>);
                }
            auto inverted = entries_of<T>(r);
            invert_triangular<T>(upper, long(n), inverted.data());
            CHECK(apart(inverted, inverse(r)) < 10 * tolerance<T>);
        }
}

TEMPLATE_TEST_CASE("factorisations", "[run]", float, double) {
    using T = TestType;
    random_operands random(3);
    for (std::size_t n : {1, 3, 8}) {
        dense const spd = random.symmetric_positive_definite(n), a = random.well_conditioned(n), b = random.matrix(n, 2);
        auto factor = entries_of<T>(spd);
        REQUIRE(factor_cholesky<T>(long(n), factor.data()));
        dense r(n, n);
        std::copy(factor.begin(), factor.end(), r.entries().begin());
        r = triangle(true, r);
        CHECK(apart(entries_of<T>(transpose(r) * r), spd) < tolerance<T>);
        std::vector<int> pivots(n);
        auto lu = entries_of<T>(a);
        REQUIRE(factor_lu<T>(long(n), lu.data(), pivots.data()));
        for (bool transposed : {false, true}) {
            auto x = entries_of<T>(transpose(b));  // column by column
            solve_lu<T>(transposed, long(n), 2, lu.data(), pivots.data(), x.data());
            CHECK(apart(x, transpose(solve(turned(transposed, a), b))) < 10 * tolerance<T>);
        }
        std::vector<T> work(n * n);
        invert_lu<T>(long(n), lu.data(), pivots.data(), work.data(), long(n * n));
        CHECK(apart(lu, inverse(a)) < 10 * tolerance<T>);
    }
    std::vector<T> indefinite = {1, 2, 2, 1}, singular = {1, 2, 2, 4};
    int pivots[2];
    CHECK_FALSE(factor_cholesky<T>(2, indefinite.data()));
    CHECK_FALSE(factor_lu<T>(2, singular.data(), pivots));
    CHECK(factor_cholesky<T>(0, nullptr));
    CHECK(factor_lu<T>(0, nullptr, nullptr));
    CHECK((leading(0) == 1 && leading(7) == 7));
}

} // namespace
