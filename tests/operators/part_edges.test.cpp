// SPDX-License-Identifier: BSL-1.0
// Parts of leaves with a structure, second derivatives through them, and parts and assemblies of nothing.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands;

// Another value for the entries outside a structure.
template <class Keep>
dense outside(dense a, Keep keep, number value) {
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = 0; j < a.columns(); ++j)
            if (!keep(i, j)) a(i, j) = value;
    return a;
}

TEST_CASE("parts of leaves with a structure read nothing outside it", "[operators]") {
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
    constexpr auto S = matrix<"S", "n", "n", symmetric>;
    constexpr auto x = vector<"x", "n">;
    constexpr auto loss = sum(square(rows<1, 2>(L))) + sum(exp(columns<0, 2>(D))) + element<0, 1>(S) * element<2, 0>(S) +
                          squared_norm(vertical(L, D) * x);
    auto f = compile(rows<0, 2>(L), columns<0, 2>(D), element<0, 1>(S), loss, grad(loss, L, D, x), hvp(loss, x, x));
    random_operands random(451);
    auto const below = [](std::size_t i, std::size_t j) { return j <= i; };
    auto const on = [](std::size_t i, std::size_t j) { return i == j; };
    dense l = outside(random.matrix(3, 3), below, 0), d = outside(random.matrix(3, 3), on, 0), s = random.symmetric(3),
          v = random.column(3);
    number const nan = std::nan("");
    auto [upper, left, entry, value, dL, dD, dx, curvature] =
        f(L = container<double>(outside(l, below, nan)), D = container<double>(outside(d, on, nan)), S = container<double>(s),
          x = column_container<double>(v));
    auto expected = [&] {
        dense const a = outside(l, below, 0), b = outside(d, on, 0);
        number total = s(0, 1) * s(2, 0) + squared_norm(a * v) + squared_norm(b * v);
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 3; ++j) {
                if (i > 0) total += a(i, j) * a(i, j);
                if (j < 2) total += std::exp(b(i, j));
            }
        return total;
    };
    CHECK(distance(upper, dense{{l(0, 0), 0, 0}, {l(1, 0), l(1, 1), 0}}) == 0);
    CHECK(distance(left, dense{{d(0, 0), 0}, {0, d(1, 1)}, {0, 0}}) == 0);
    CHECK(distance(entry, s(0, 1)) == 0);
    CHECK(distance(value, expected()) < 1e-12);
    CHECK(distance(dL, outside(central_difference(expected, l), below, 0)) < 1e-9);
    CHECK(distance(dD, outside(central_difference(expected, d), on, 0)) < 1e-9);
    CHECK(distance(dx, central_difference(expected, v)) < 1e-9);
    CHECK(distance(curvature, number(2) * (transpose(l) * (l * v) + transpose(d) * (d * v))) < 1e-12);
}

TEST_CASE("parts, assemblies and gathers of nothing", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto y = indices<"y", "k">;
    constexpr auto loss = sum(square(rows<0, 0>(A))) + sum(exp(horizontal(A, columns(A, y))));
    constexpr auto doubled = sum(square(vertical(rows<0, 1>(vec(A)), vec(A))));
    auto f = compile(rows<0, 0>(A), vertical(rows<0, 0>(A), A), loss, grad(loss, A), hessian(doubled, vec(A)));
    number const e = std::exp(number(1));
    {
        auto [nothing, all, value, gradient, curvature] = f(A = container<double>(dense(2, 3, 1)), y = std::vector<int>{});
        CHECK(nothing.shape(0) == 0);
        CHECK(distance(all, dense(2, 3, 1)) == 0);
        CHECK(distance(value, 6 * e) < 1e-12);
        CHECK(distance(gradient, dense(2, 3, e)) < 1e-12);
        dense diagonal = number(2) * reference::identity(6);
        diagonal(0, 0) = 4;
        CHECK(distance(curvature, diagonal) == 0);
    }
    {
        auto [nothing, all, value, gradient, curvature] = f(A = container<double>(dense(2, 1, 1)), y = std::vector<int>{0, 0});
        CHECK(nothing.shape(1) == 1);
        CHECK(distance(value, 6 * e) < 1e-12);
        CHECK(distance(gradient, dense(2, 1, 3 * e)) < 1e-12);  // the column itself, and twice by the indices
        CHECK(curvature(0, 0) == 4);
        CHECK(all.shape(0) == 2);
    }
    auto [nothing, all, value, gradient, curvature] =
        compile(rows<0, 0>(A), vertical(rows<0, 0>(A), A), sum(A), grad(sum(columns(A, y)), A), vertical(A, A))(
            A = container<double>(dense(0, 4)), y = std::vector<int>{3, 3});
    CHECK(nothing.shape(0) + all.shape(0) + gradient.shape(0) + curvature.shape(0) == 0);
    CHECK(value == 0);
}

} // namespace
