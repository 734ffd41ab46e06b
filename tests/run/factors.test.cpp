// SPDX-License-Identifier: BSL-1.0
// What stands for a matrix in solves, inverses and determinants, for every kind of factor; singular matrices and NaN.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"
#include "support/worst.hpp"

#include <ctgrad/run/factors.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace ctgrad::detail;
using reference::dense, reference::number, reference::random_operands;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// A factor with its memory.
template <op Kind>
struct factor {
    std::vector<double> memory;
    factored<Kind, double> whole;
    bool succeeded;

    explicit factor(dense const& a) : memory(a.entries().begin(), a.entries().end()), whole{nullptr, long(a.rows())}, succeeded(true) {
        memory.resize(a.rows() * a.rows() + a.rows() + 1);
        whole.entries = memory.data();
        if constexpr (!is_triangular_factor(Kind)) succeeded = whole.factorise();
    }
};

double apart(std::vector<double> const& got, dense const& expected) {
    double worst = 0;
    for (std::size_t i = 0; i < expected.entries().size(); ++i) {
        double const error = std::abs(got[i] - static_cast<double>(expected.entries()[i])) / (1 + std::abs(static_cast<double>(expected.entries()[i])));
        worst = reference::worse(worst, error);
    }
    return worst;
}

// By determinants of minors, whatever the rank.
dense cofactors(dense const& a) {
    dense result(a.rows(), a.rows());
    for (std::size_t r = 0; r < a.rows(); ++r)
        for (std::size_t c = 0; c < a.rows(); ++c) {
            dense minor(a.rows() - 1, a.rows() - 1);
            for (std::size_t i = 0, row = 0; i < a.rows(); ++i) {
                if (i == r) continue;
                for (std::size_t j = 0, column = 0; j < a.rows(); ++j)
                    if (j != c) minor(row, column++) = a(i, j);
                ++row;
            }
            result(r, c) = ((r + c) % 2 == 0 ? 1 : -1) * reference::det(minor);
        }
    return result;
}

template <op Kind>
void check_factor(dense const& a) {
    random_operands random(7);
    std::size_t const n = a.rows();
    INFO(about(Kind).name << " of " << n);
    factor<Kind> const f(a);
    REQUIRE(f.succeeded);
    std::vector<double> x(n * 3), scratch(n * n + 3 * n + 8), inverted(n * n);
    for (std::size_t k : {1, 3})
        for (bool transposed : {false, true}) {
            dense const b = random.matrix(n, k);
            std::vector<double> const right(b.entries().begin(), b.entries().end());
            dense const expected = solve(transposed ? transpose(a) : a, b);
            REQUIRE(f.whole.solve(transposed, false, long(k), right.data(), x.data(), scratch.data()));
            CHECK(apart(x, expected) < 1e-11);
            dense const turned = transpose(b);
            std::vector<double> const rows(turned.entries().begin(), turned.entries().end());
            REQUIRE(f.whole.solve(transposed, true, long(k), rows.data(), x.data(), scratch.data()));
            CHECK(apart(x, expected) < 1e-11);
        }
    REQUIRE(f.whole.invert(inverted.data(), scratch.data()));
    CHECK(apart(inverted, inverse(a)) < 1e-11);
    double logarithm = 0;
    REQUIRE(f.whole.logdet(logarithm));
    CHECK(std::abs(logarithm - static_cast<double>(logdet(a))) < 1e-11);
    if constexpr (!is_triangular_factor(Kind)) {  // the determinant of a triangle is the product of its diagonal
        CHECK(std::abs(f.whole.det().times(1) / static_cast<double>(reference::det(a)) - 1) < 1e-11);
        std::vector<double> const whole(a.entries().begin(), a.entries().end());
        std::vector<double> found(n * n);
        std::vector<double> work(n * n + n + 8);
        f.whole.cofactors(whole.data(), found.data(), work.data());
        CHECK(apart(found, cofactors(a)) < 1e-10);
    }
}

TEST_CASE("every kind of factor solves, inverts and tells the determinant", "[run]") {
    random_operands random(1);
    for (std::size_t n : {1, 2, 3, 5}) {
        dense const spd = random.symmetric_positive_definite(n), a = random.well_conditioned(n), s = random.symmetric(n);
        dense lower = a, upper = a;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                if (j > i) lower(i, j) = 0;
                if (j < i) upper(i, j) = 0;
                if (i == j) lower(i, j) = upper(i, j) = number(1.5) + number(i);
            }
        check_factor<op::cholesky_factor>(spd);
        check_factor<op::symmetric_factor>(spd);
        check_factor<op::symmetric_factor>(s - 3 * reference::identity(n));
        check_factor<op::lu_factor>(a);
        check_factor<op::lower_factor>(lower);
        check_factor<op::upper_factor>(upper);
    }
}

TEST_CASE("what cannot be factorised is told", "[run]") {
    dense const indefinite = {{1, 2}, {2, 1}}, singular = {{1, 2}, {2, 4}};
    CHECK_FALSE(factor<op::cholesky_factor>(indefinite).succeeded);
    CHECK(factor<op::symmetric_factor>(indefinite).succeeded);
    double x[2], scratch[8], value;
    double const b[2] = {1, 1};
    factor<op::lu_factor> const f(singular);
    CHECK_FALSE(f.whole.is_regular());
    CHECK_FALSE(f.whole.solve(false, false, 1, b, x, scratch));
    CHECK_FALSE(f.whole.invert(scratch, scratch + 4));
    CHECK_FALSE(f.whole.logdet(value));
    CHECK(f.whole.det().times(1) == 0);
    CHECK_FALSE(factor<op::lower_factor>(dense{{1, 0}, {1, 0}}).whole.is_regular());
}

TEST_CASE("cofactors of singular matrices are right", "[run]") {
    for (dense const& a : {dense{{1, 2, 3}, {2, 4, 6.5}, {3, 6, 1}}, dense{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}, dense{{0, 0, 0}, {0, 1, 2}, {0, 3, 4}},
                           dense{{1, 2, 3}, {2, 4, 6}, {3, 6, 9}}, dense(3, 3)}) {
        factor<op::lu_factor> const f(a);
        std::vector<double> const whole(a.entries().begin(), a.entries().end());
        std::vector<double> found(9), work(16);
        f.whole.cofactors(whole.data(), found.data(), work.data());
        CHECK(apart(found, cofactors(a)) < 1e-12);
    }
}

TEST_CASE("NaN in a matrix is NaN in every result, and no failure", "[run]") {
    dense a = {{4, 1, 0}, {1, 4, 1}, {0, 1, 4}};
    for (std::size_t place : {0, 4, 8}) {
        dense bad = a;
        bad.entries()[place] = nan;
        auto const check = [&](auto const& f) {
            CHECK(f.succeeded);
            std::vector<double> x(3), scratch(16), inverted(9);
            double const b[3] = {1, 2, 3};
            double value = 0;
            CHECK(f.whole.solve(false, false, 1, b, x.data(), scratch.data()));
            CHECK(f.whole.invert(inverted.data(), scratch.data()));
            CHECK(f.whole.logdet(value));
            CHECK(std::isnan(value));
            for (double entry : x) CHECK(std::isnan(entry));
            for (double entry : inverted) CHECK(std::isnan(entry));
        };
        check(factor<op::cholesky_factor>(bad));
        check(factor<op::symmetric_factor>(bad));
        check(factor<op::lu_factor>(bad));
    }
    std::vector<double> entries(21, 1e308);
    CHECK_FALSE(has_nan(entries.data(), 21));
    entries[3] = std::numeric_limits<double>::infinity();
    entries[4] = -entries[3];
    CHECK_FALSE(has_nan(entries.data(), 21));
    for (std::size_t place : {0, 9, 20}) {
        std::vector<double> with_nan = entries;
        with_nan[place] = nan;
        CHECK(has_nan(with_nan.data(), 21));
    }
}

TEST_CASE("products of many factors neither overflow nor underflow on the way", "[run]") {
    scaled_product<double> product;
    for (int i = 0; i < 400; ++i) product.multiply(1e300);
    for (int i = 0; i < 400; ++i) product.multiply(-1e-300);
    CHECK(product.times(3) == Approx(3));
    product.multiply(0);
    CHECK(product.times(5) == 0);
    scaled_product<float> large;
    for (int i = 0; i < 100; ++i) large.multiply(1e30f);
    CHECK(large.times(1) == std::numeric_limits<float>::infinity());
}

} // namespace
