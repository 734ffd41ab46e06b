// SPDX-License-Identifier: BSL-1.0
// Determinants, whose gradient is the matrix of cofactors: right for singular matrices and where the determinant leaves the
// range of the type on the way.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <limits>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto B = matrix<"B", "n", "n">;

dense of_rank(std::size_t n, std::size_t rank) {
    random_operands random(211);
    // Few bits an entry: products are exact, and some pivot is exactly zero.
    auto coarse = [](number x) { return std::round(x * 8) / 4; };
    return map(random.matrix(n, rank), coarse) * map(random.matrix(rank, n), coarse);
}

TEMPLATE_TEST_CASE("the determinant and its gradient", "[operators]", float, double) {
    using T = TestType;
    random_operands random(212);
    auto const n = GENERATE(1, 2, 3, 5);
    auto const a_is_regular = GENERATE(true, false);
    dense a = a_is_regular ? random.well_conditioned(n) / 2 : of_rank(n, n - 1), b = random.well_conditioned(n) / 4;
    auto const loss = 0.5_c * square(det(A * B + A));
    auto f = compile(det(A), grad(det(A), A), loss, grad(loss, A, B));
    auto [value, slope, chained, dA, dB] = f(A = container<T>(a), B = container<T>(b));
    auto determinant = [&] { return reference::det(a); };
    auto expected = [&] { return number(0.5) * std::pow(reference::det(a * b + a), 2); };
    // Of a singular matrix the value is rounding alone, other from one BLAS kernel to the next.
    CHECK(distance(value, determinant()) < (a_is_regular ? 1 : 10) * tolerance<T>);
    CHECK(distance(slope, central_difference(determinant, a)) < tolerance<T>);
    if (!a_is_regular) return;  // the chained determinant is zero up to rounding, which float magnifies
    CHECK(distance(chained, expected()) < 10 * tolerance<T>);
    CHECK(distance(dA, central_difference(expected, a)) < 10 * tolerance<T>);
    CHECK(distance(dB, central_difference(expected, b)) < 10 * tolerance<T>);
}

TEST_CASE("the gradient of the determinant of a singular matrix", "[operators]") {
    auto const n = GENERATE(2, 3, 4, 6);
    auto const missing = GENERATE(1, 2);
    dense a = of_rank(n, n - missing);
    auto f = compile(det(A), grad(det(A), A));
    auto [value, slope] = f(A = container<double>(a));
    auto expected = [&] { return reference::det(a); };
    CHECK(distance(value, dense(0)) < 1e-10);
    CHECK(distance(slope, central_difference(expected, a)) < 1e-10);
    // products of integers meet an exact zero
    dense twice{{1, 2, 3, 0}, {2, 4, 6, 0}, {1, 0, 1, 2}, {0, 1, 5, 3}};
    auto exact = f(A = container<double>(twice));
    CHECK(std::get<0>(exact) == 0);
    CHECK(distance(std::get<1>(exact), central_difference([&] { return reference::det(twice); }, twice)) < 1e-14);
    auto zeros = f(A = container<double>(dense(n, n)));
    CHECK(std::get<0>(zeros) == 0);
    CHECK(distance(std::get<1>(zeros), dense(n, n)) == 0);
}

TEST_CASE("the second derivative of a determinant", "[operators]") {
    random_operands random(213);
    dense a = random.well_conditioned(4), b = random.matrix(4, 4);
    auto const inner = sum(hadamard(grad(det(A), A), B));
    auto f = compile(inner, grad(inner, A));
    auto [value, slope] = f(A = container<double>(a), B = container<double>(b));
    auto along = [&] { return sum(hadamard(reference::det(a) * transpose(reference::inverse(a)), b)); };
    CHECK(distance(value, along()) < 1e-10);
    CHECK(distance(slope, central_difference(along, a)) < 1e-9);
    auto const message = message_of<singular_matrix>([&] { f(A = container<double>(of_rank(4, 2)), B = container<double>(b)); });
    CHECK(mentions(message, "A"));
}

TEST_CASE("determinants of declared structures", "[operators]") {
    constexpr auto P = matrix<"P", "n", "n", spd>;
    constexpr auto S = matrix<"S", "n", "n", symmetric>;
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    constexpr auto U = matrix<"U", "n", "n", upper_triangular>;
    constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
    constexpr auto loss = det(P) + 2_c * det(S) + 3_c * det(L) + 4_c * det(U) + 5_c * det(D);
    random_operands random(214);
    dense p = random.symmetric_positive_definite(4), s = random.symmetric(4), l = random.matrix(4, 4),
          u = random.matrix(4, 4), d = random.column(4);
    d(2) = 0;
    auto f = compile(loss, grad(loss, P, S, L, U, D));
    auto [value, dP, dS, dL, dU, dD] = f(P = container<double>(p), S = container<double>(s), L = container<double>(l),
                                         U = container<double>(u), D = column_container<double>(d));
    auto expected = [&] {
        using reference::det;
        return det(p) + 2 * det(s) + 3 * det(lower_part(l)) + 4 * det(upper_part(u)) + 5 * det(diag(d));
    };
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dP, central_difference(expected, p)) < 1e-10);
    CHECK(distance(dS, central_difference(expected, s)) < 1e-10);
    CHECK(distance(dL, central_difference(expected, l)) < 1e-10);
    CHECK(distance(dU, central_difference(expected, u)) < 1e-10);
    CHECK(distance(dD, diag(central_difference(expected, d))) < 1e-10);
}

TEST_CASE("the determinant of a triangle is the product of its diagonal", "[operators]") {
    constexpr auto P = matrix<"P", "n", "n", spd>;
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    constexpr auto U = matrix<"U", "n", "n", upper_triangular>;
    constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
    constexpr auto v = vector<"v", "n">;
    constexpr auto s = scalar<"s">;
    constexpr auto loss = det(L) + det(transpose(U)) + det(D) + det(diag(exp(v))) + det(s * identity<"n">) + det(diag(v) + s * identity<"n">);
    auto f = compile(loss, grad(loss, L, U, D, v, s), grad(grad(det(diag(v) * s), s), v));
    // no factorisation and no matrix: only the gradients, which are matrices, are filled
    static_assert(cost(f).calls("getrf") + cost(f).calls("potrf") + cost(f).calls("gemm") == 0);
    static_assert(cost(f).workspace(100) < 100 * 100);
    random_operands random(215);
    dense l = random.matrix(4, 4), u = random.matrix(4, 4), d = random.column(4), w = random.column(4), scale(0.75);
    l(1, 1) = 0;
    auto [value, dL, dU, dD, dv, ds, mixed] = f(L = container<double>(l), U = container<double>(u), D = column_container<double>(d),
                                                v = column_container<double>(w), s = 0.75);
    auto expected = [&] {
        using reference::det;
        dense const exponentials = map(w, [](number x) { return std::exp(x); });
        return det(lower_part(l)) + det(upper_part(u)) + det(diag(d)) + det(diag(exponentials)) + std::pow(scale(0), number(4)) +
               det(diag(w) + scale * reference::identity(4));
    };
    CHECK(distance(value, expected()) < 1e-12);
    CHECK(distance(dL, central_difference(expected, l)) < 1e-10);
    CHECK(distance(dU, central_difference(expected, u)) < 1e-10);
    CHECK(distance(dD, diag(central_difference(expected, d))) < 1e-10);
    CHECK(distance(dv, central_difference(expected, w)) < 1e-10);
    CHECK(distance(ds, central_difference(expected, scale)) < 1e-10);
    auto slope = [&] { return 4 * std::pow(scale(0), number(3)) * det(diag(w)); };
    CHECK(distance(mixed, central_difference(slope, w)) < 1e-10);
    // of a factor the determinant is half that of the matrix, and A^T times its cofactors is det(A) I
    constexpr auto root = det(cholesky(P));
    auto g = compile(root, grad(root, P), det(diag(v)));
    static_assert(cost(g).calls("getrf") == 0);
    dense const p = random.symmetric_positive_definite(4);
    auto [root_value, dP, huge] = g(P = container<double>(p), v = column_container<double>(reference::column({1e200, 1e200, 1e-200, 1e-200})));
    CHECK(distance(root_value, std::sqrt(reference::det(p))) < 1e-12);
    CHECK(distance(dP, number(0.5) * std::sqrt(reference::det(p)) * reference::inverse(p)) < 1e-12);
    CHECK(std::abs(huge - 1) < 1e-14);
}

TEST_CASE("determinants of huge and tiny matrices", "[operators]") {
    auto f = compile(det(A), grad(det(A), A));
    SECTION("the factors leave the range, the product does not") {
        auto [value, slope] = f(A = container<double>(reference::diag(reference::column({1e200, 1e200, 1e-200, 1e-200}))));
        CHECK(std::abs(value - 1) < 1e-14);
        CHECK(distance(1e200 * xt::xtensor<double, 2>(1e-200 * slope), reference::diag(reference::column({1e-200, 1e-200, 1e200, 1e200}))) < 1e-14);
    }
    SECTION("overflow") {
        auto [value, slope] = f(A = container<double>(number(1e200) * reference::identity(3)));
        CHECK(value == std::numeric_limits<double>::infinity());
        CHECK(slope(0, 0) == std::numeric_limits<double>::infinity());
        CHECK(slope(0, 1) == 0);
    }
    SECTION("underflow") {
        auto [value, slope] = f(A = container<double>(number(1e-200) * reference::identity(3)));
        CHECK(value == 0);
        CHECK(distance(slope, dense(3, 3)) == 0);
    }
    SECTION("the logarithm of a determinant is computed as such") {
        constexpr auto P = matrix<"P", "n", "n", spd>;
        constexpr auto loss = log(abs(det(A))) + 0.5_c * log(det(P));
        auto g = compile(loss, grad(loss, A, P));
        auto [value, dA, dP] = g(A = container<double>(number(-1e-200) * reference::identity(3)),
                                 P = container<double>(number(1e200) * reference::identity(3)));
        CHECK(distance(value, number(-1.5) * std::log(number(1e200))) < 1e-13);
        CHECK(distance(xt::xtensor<double, 2>(1e-200 * dA), -reference::identity(3)) < 1e-13);
        CHECK(distance(xt::xtensor<double, 2>(1e200 * dP), number(0.5) * reference::identity(3)) < 1e-13);
    }
}

TEST_CASE("a determinant shares its factorisation with solves", "[operators]") {
    constexpr auto b = vector<"b", "n">;
    auto f = compile(det(A), logdet(A), solve(A, b), grad(det(A), A));
    static_assert(cost(f).calls("getrf") == 1);
    auto const empty = container<double>(dense(0, 0));
    auto [value, logarithm, solution, slope] = f(A = empty, b = column_container<double>(dense(0, 1)));
    CHECK(value == 1);
    CHECK(logarithm == 0);
    CHECK(solution.size() == 0);
    CHECK(slope.size() == 0);
}

} // namespace
