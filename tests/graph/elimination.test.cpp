// SPDX-License-Identifier: BSL-1.0
// Elimination and Cholesky factorisations against closed forms, and what they say of matrices that have none.
#include "support/catch.hpp"

#include <ctgrad/graph/elimination.hpp>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace {

using namespace ctgrad::detail;

// A matrix with memory of its own.
struct matrix {
    int rows, columns;
    std::vector<double> value, error;

    matrix(int rows, int columns, std::function<double(int, int)> entry = [](int, int) { return 0.; })
        : rows(rows), columns(columns), error(std::size_t(rows * columns)) {
        for (int i = 0; i < rows; ++i)
            for (int j = 0; j < columns; ++j) value.push_back(entry(i, j));
    }
    small_matrix view() { return {value.data(), error.data(), rows, columns}; }
    double operator()(int i, int j) const { return value[std::size_t(i * columns + j)]; }
    double blur(int i, int j) const { return error[std::size_t(i * columns + j)] * 0x1p-52; }
};

matrix inverse_of(matrix a) {
    matrix y(a.rows, a.rows);
    elimination(a.view()).write_inverse(y.view());
    return y;
}

double factorial(int n) { return std::tgamma(n + 1.); }
double binomial(int n, int k) { return std::round(factorial(n) / (factorial(k) * factorial(n - k))); }

TEST_CASE("the inverse of Pascal's matrix", "[graph]") {
    for (int n : {1, 2, 3, 5, 7}) {
        // Lower triangular, of binomials; its inverse is that with signs.
        matrix const inverse = inverse_of(matrix(n, n, [](int i, int j) { return j > i ? 0 : binomial(i, j); }));
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j) {
                double const expected = j > i ? 0 : binomial(i, j) * ((i + j) % 2 == 0 ? 1 : -1);
                CHECK(std::abs(inverse(i, j) - expected) <= inverse.blur(i, j));
                CHECK(inverse.blur(i, j) < 1e-8);
            }
    }
}

TEST_CASE("the inverse of Hilbert's matrix is off by no more than is said", "[graph]") {
    for (int n : {2, 3, 4, 5, 6}) {
        matrix hilbert(n, n, [](int i, int j) { return 1. / (i + j + 1); });
        matrix const inverse = inverse_of(hilbert);
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j) {
                double const binomials = binomial(n + i, n - j - 1) * binomial(n + j, n - i - 1) * binomial(i + j, i) * binomial(i + j, i);
                double const expected = ((i + j) % 2 == 0 ? 1 : -1) * (i + j + 1) * binomials;
                CHECK(std::abs(inverse(i, j) - expected) <= inverse.blur(i, j));
            }
    }
}

TEST_CASE("determinants of Vandermonde's matrices", "[graph]") {
    std::mt19937 engine(1);
    for (int n : {1, 2, 3, 4, 5})
        for (int trial = 0; trial < 20; ++trial) {
            std::vector<double> nodes;
            for (int i = 0; i < n; ++i) nodes.push_back(static_cast<double>(engine() % 2000) / 500 - 2);
            matrix a(n, n, [&](int i, int j) { return std::pow(nodes[std::size_t(i)], j); });
            double expected = 1;
            for (int i = 0; i < n; ++i)
                for (int j = 0; j < i; ++j) expected *= nodes[std::size_t(i)] - nodes[std::size_t(j)];
            elimination const eliminated(a.view());
            if (expected == 0) {
                CHECK((eliminated.is_singular() || std::abs(eliminated.determinant().value) <= eliminated.determinant().error * 0x1p-52));
                continue;
            }
            if (eliminated.is_singular()) continue;  // as far as rounding lets it tell
            approximation const det = eliminated.determinant(), logarithm = eliminated.log_determinant();
            CHECK(std::abs(det.value - expected) <= det.error * 0x1p-52);
            CHECK(std::abs(logarithm.value - std::log(std::abs(expected))) <= logarithm.error * 0x1p-52);
        }
}

TEST_CASE("two equations have the solution of Cramer, with either side transposed", "[graph]") {
    std::mt19937 engine(2);
    auto const draw = [&] { return static_cast<double>(engine() % 2001) / 1000 - 1; };
    for (int trial = 0; trial < 200; ++trial) {
        matrix a(2, 2, [&](int, int) { return draw(); }), b(2, 3, [&](int, int) { return draw(); }), y(2, 3), z(2, 3), c(2, 2);
        double const det = a(0, 0) * a(1, 1) - a(0, 1) * a(1, 0);
        if (std::abs(det) < 1e-3) continue;
        elimination const eliminated(a.view());
        eliminated.write_solution(b.view(), y.view());
        eliminated.write_solution(b.view(), z.view(), true);
        eliminated.write_cofactors(c.view());
        for (int j = 0; j < 3; ++j) {
            CHECK(std::abs(y(0, j) - (a(1, 1) * b(0, j) - a(0, 1) * b(1, j)) / det) <= y.blur(0, j));
            CHECK(std::abs(y(1, j) - (a(0, 0) * b(1, j) - a(1, 0) * b(0, j)) / det) <= y.blur(1, j));
            CHECK(std::abs(z(0, j) - (a(1, 1) * b(0, j) - a(1, 0) * b(1, j)) / det) <= z.blur(0, j));
            CHECK(std::abs(z(1, j) - (a(0, 0) * b(1, j) - a(0, 1) * b(0, j)) / det) <= z.blur(1, j));
        }
        for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 2; ++j)
                CHECK(std::abs(c(i, j) - (i == j ? 1 : -1) * a(1 - i, 1 - j)) <= c.blur(i, j));
    }
}

TEST_CASE("a singular matrix has no inverse, and neither has what is not finite", "[graph]") {
    matrix const singular(3, 3, [](int i, int j) { return 3. * i + j; });
    matrix bad(2, 2, [](int i, int j) { return i == j ? 1 : std::nan(""); });
    matrix large(2, 2, [](int i, int j) { return i == j ? 1e150 : 0; });
    for (matrix a : {singular, bad, large}) {
        CHECK(elimination(a.view()).is_singular());
        CHECK(std::isnan(inverse_of(a)(0, 0)));
        CHECK(std::isnan(elimination(a.view()).log_determinant().value));
    }
}

TEST_CASE("Cholesky's factor of Pascal's symmetric matrix is Pascal's triangle", "[graph]") {
    for (int n : {1, 2, 4, 6}) {
        matrix a(n, n, [](int i, int j) { return binomial(i + j, i); }), l(n, n), both(n, n);
        write_cholesky(a.view(), l.view());
        write_cholesky_factor(a.view(), both.view());
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j) {
                CHECK(std::abs(l(i, j) - (j > i ? 0 : binomial(i, j))) <= 1e-12 + l.blur(i, j));
                CHECK(both(i, j) == l(std::max(i, j), std::min(i, j)));
            }
        unfactored const whole(both.view(), op::cholesky_factor);
        for (int i = 0; i < n * n; ++i) CHECK(std::abs(whole.whole.value[i] - a.value[std::size_t(i)]) < 1e-9);
        CHECK(unfactored(a.view(), op::lu_factor).whole.value == a.value.data());
    }
}

TEST_CASE("what is not positive definite has no Cholesky factor", "[graph]") {
    matrix a(2, 2, [](int i, int j) { return i == j ? 1 : 2; }), l(2, 2);
    write_cholesky(a.view(), l.view());
    for (double entry : l.value) CHECK(std::isnan(entry));
}

TEST_CASE("all of it happens while compiling", "[graph]") {
    constexpr double det = [] {
        double value[] = {2, 1, 1, 3}, error[4] = {};
        return elimination({value, error, 2, 2}).determinant().value;
    }();
    static_assert(det > 4.999999999 && det < 5.000000001);
    CHECK(det > 4);
}

} // namespace
