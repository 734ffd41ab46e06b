// SPDX-License-Identifier: BSL-1.0
// Factorisations at the edges: NaN and infinity, determinants out of range, condition 1e10, 1 x 1 and empty matrices, zero
// right-hand sides. A NaN in a matrix is no failure of its factorisation: it reaches every result.
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
constexpr auto P = matrix<"P", "n", "n", spd>;
constexpr auto S = matrix<"S", "n", "n", symmetric>;
constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
constexpr auto B = matrix<"B", "n", "k">;
constexpr auto b = vector<"b", "n">;

template <class Result>
bool is_all_nan(Result const& result) {
    if constexpr (std::is_arithmetic_v<Result>)
        return std::isnan(result);
    else
        return std::all_of(result.begin(), result.end(), [](auto entry) { return std::isnan(entry); });
}

TEST_CASE("a NaN in a matrix reaches every result of its factorisation", "[systems]") {
    using T = double;
    auto const nan = std::numeric_limits<T>::quiet_NaN();
    random_operands random(311);
    auto const side = column_container<T>(dense(4, 1)), ones = column_container<T>(dense(4, 1, 1));
    auto const zeros = container<T>(dense(4, 3));
    auto const i = GENERATE(0, 1, 3), j = GENERATE(0, 2, 3);
    auto put = [&](auto bound) {
        bound(i, j) = bound(j, i) = nan;
        return bound;
    };
    // also where the right-hand side is zero, and where the matrix is not definite
    auto check = [&](auto K, dense const& k) {
        auto f = compile(logdet(K), det(K), inverse(K), solve(K, b), solve(K, B), grad(logdet(K), K));
        auto [logarithm, determinant, inverted, solved, many, slope] = f(K = put(container<T>(k)), b = side, B = zeros);
        CHECK(is_all_nan(logarithm));
        CHECK(is_all_nan(determinant));
        CHECK(is_all_nan(inverted));
        CHECK(is_all_nan(solved));
        CHECK(is_all_nan(many));
        CHECK(is_all_nan(slope));
    };
    check(A, random.well_conditioned(4));
    check(P, random.symmetric_positive_definite(4));
    check(P, -random.symmetric_positive_definite(4));
    check(S, random.symmetric(4));
    auto f = compile(cholesky(P), solve(P, b));
    auto [factor, solved] = f(P = put(container<T>(reference::identity(4))), b = ones);
    for (std::size_t row = 0; row < 4; ++row)
        for (std::size_t column = 0; column <= row; ++column)
            CHECK(std::isnan(factor(row, column)));
    CHECK(is_all_nan(solved));
}

TEST_CASE("a NaN on the right-hand side reaches its column of the solution", "[systems]") {
    random_operands random(312);
    auto const row = GENERATE(0, 3);
    auto right = container<double>(random.matrix(4, 3));
    right(row, 1) = std::numeric_limits<double>::quiet_NaN();
    auto f = compile(solve(A, B), solve(P, B));
    auto [general, definite] = f(A = container<double>(random.matrix(4, 4)), B = right,
                                 P = container<double>(random.symmetric_positive_definite(4)));
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 3; ++j) {
            CHECK(std::isnan(general(i, j)) == (j == 1));
            CHECK(std::isnan(definite(i, j)) == (j == 1));
        }
}

TEST_CASE("a NaN in structured matrices", "[systems]") {
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    auto f = compile(logdet(L), solve(L, b), logdet(D), solve(D, b), inverse(D));
    auto [logarithm, solved, diagonal_logarithm, divided, inverted] =
        f(L = container<double>({{1, 0, 0}, {2, nan, 0}, {3, 4, 5}}), D = column_container<double>(reference::column({1, nan, 2})),
          b = column_container<double>(dense(3, 1, 1)));
    CHECK(std::isnan(logarithm));
    CHECK(solved(0) == 1);
    CHECK(std::isnan(solved(1)));
    CHECK(std::isnan(solved(2)));
    CHECK(std::isnan(diagonal_logarithm));
    CHECK(divided(0) == 1);
    CHECK(std::isnan(divided(1)));
    CHECK(divided(2) == 0.5);
    CHECK(std::isnan(inverted(1, 1)));
    CHECK(inverted(0, 1) == 0);
}

TEST_CASE("infinite entries go through as arithmetic has them", "[systems]") {
    auto const infinity = std::numeric_limits<double>::infinity();
    auto f = compile(logdet(P), det(P), solve(P, b), logdet(A));
    auto const k = container<double>({{4, 0}, {0, infinity}});
    auto [logarithm, determinant, solved, eliminated] = f(P = k, A = k, b = column_container<double>(dense(2, 1, 1)));
    CHECK(logarithm == infinity);
    CHECK(determinant == infinity);
    CHECK(eliminated == infinity);
    CHECK(solved(0) == 0.25);
    CHECK(solved(1) == 0);
    // inf - inf is undefined, and LAPACKs differ: but nothing finite comes out
    auto const undefined = container<double>({{infinity, infinity}, {infinity, infinity}});
    auto g = compile(logdet(P), logdet(S));
    auto [definite, symmetric_logarithm] = g(P = undefined, S = undefined);
    CHECK_FALSE(std::isfinite(definite));
    CHECK_FALSE(std::isfinite(symmetric_logarithm));
}

TEST_CASE("determinants outside the range of the type", "[systems]") {
    using T = double;
    auto f = compile(logdet(A), logdet(S), logdet(L), logdet(D), grad(logdet(A), A), grad(logdet(D), D));
    auto const size = GENERATE(1e-5, 1e5);
    dense const k = number(-size) * reference::identity(100);
    auto [general, symmetric_value, triangular_value, diagonal_value, slope, diagonal_slope] =
        f(A = container<T>(k), S = container<T>(k), L = container<T>(k), D = container<T>(k));
    number const expected = 100 * std::log(number(size));
    CHECK(distance(general, expected) < tolerance<T>);
    CHECK(distance(symmetric_value, expected) < tolerance<T>);
    CHECK(distance(triangular_value, expected) < tolerance<T>);
    CHECK(distance(diagonal_value, expected) < tolerance<T>);
    CHECK(distance(slope, reference::inverse(k)) < tolerance<T>);
    CHECK(distance(diagonal_slope, reference::inverse(k)) < tolerance<T>);
}

TEST_CASE("condition 1e10", "[systems]") {
    // Q diag(1, ..., 1e-10) Q^T with a reflection Q: solves lose ten digits, log-determinants none that matter.
    dense const direction = reference::column({0.5, -0.5, 0.5, -0.5, 0.25, 0.75});
    dense const q = reference::identity(6) - number(2) * (direction * transpose(direction)) / squared_norm(direction);
    dense const values = reference::column({1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10});
    auto const k = container<double>(q * reference::diag(values) * transpose(q));
    dense exact(6, 6);  // what was bound, to the last bit
    std::copy(k.begin(), k.end(), exact.entries().begin());
    exact = (exact + transpose(exact)) / 2;
    auto const bound = container<double>(exact);
    random_operands random(313);
    dense const solution = random.column(6), right = exact * solution;
    auto f = compile(logdet(P), solve(P, b), logdet(A), solve(A, b), logdet(S), dot(b, solve(P, b)));
    auto [definite, by_cholesky, general, by_elimination, symmetric_value, form] =
        f(P = bound, A = bound, S = bound, b = column_container<double>(right));
    for (double logarithm : {definite, general, symmetric_value})
        CHECK(distance(logarithm, logdet(exact)) < 1e-6);
    CHECK(distance(by_cholesky, solution) < 1e-4);
    CHECK(distance(by_elimination, solution) < 1e-4);
    CHECK(distance(form, dot(right, solution)) < 1e-10);
}

TEST_CASE("empty matrices", "[systems]") {
    auto f = compile(logdet(A), logdet(P), det(S), inverse(A), solve(A, B), cholesky(P), trace(A), grad(logdet(A), A), grad(det(L), L));
    dense const none(0, 0);
    auto [logarithm, definite, determinant, inverted, solved, factor, total, slope, triangular_slope] =
        f(A = container<double>(none), P = container<double>(none), S = container<double>(none), L = container<double>(none),
          B = container<double>(dense(0, 3)));
    CHECK(logarithm == 0);
    CHECK(definite == 0);
    CHECK(determinant == 1);
    CHECK(total == 0);
    CHECK(solved.shape(1) == 3);
    CHECK(inverted.size() + solved.size() + factor.size() + slope.size() + triangular_slope.size() == 0);
    auto g = compile(solve(A, B), solve(P, B), solve(L, B), solve(D, B), grad(sum(solve(A, B)), A));
    dense const k = reference::identity(3);
    auto [a, p, l, d, none_summed] = g(A = container<double>(k), P = container<double>(k), L = container<double>(k),
                                       D = container<double>(k), B = container<double>(dense(3, 0)));
    CHECK(a.shape(0) == 3);
    CHECK(a.size() + p.size() + l.size() + d.size() == 0);
    CHECK(distance(none_summed, dense(3, 3)) == 0);
}

TEST_CASE("zero right-hand sides", "[systems]") {
    random_operands random(314);
    auto const loss = dot(b, solve(A, b)) + squared_norm(solve(P, b)) + dot(b, solve(L, b));
    auto f = compile(loss, grad(loss, A, P, L, b));
    auto [value, dA, dP, dL, db] = f(A = container<double>(random.well_conditioned(4)), b = column_container<double>(dense(4, 1)),
                                     P = container<double>(random.symmetric_positive_definite(4)),
                                     L = container<double>(random.well_conditioned(4)));
    CHECK(value == 0);
    for (auto const& slope : {dA, dP, dL})
        CHECK(distance(slope, dense(4, 4)) == 0);
    CHECK(distance(db, dense(4, 1)) == 0);
}

TEST_CASE("a scalar is a 1 x 1 matrix to every function", "[systems]") {
    constexpr auto alpha = scalar<"alpha">;
    constexpr auto beta = scalar<"beta", positive>;
    constexpr auto gamma = scalar<"gamma", spd>;
    constexpr auto loss = logdet(alpha) + inverse(alpha) + norm(alpha) + det(alpha) + cholesky(beta) + trace(alpha) + diag(alpha) +
                          diagonal(alpha) + solve(alpha, beta) + logdet(beta) + squared_norm(transpose(alpha)) + sum(alpha) +
                          dot(alpha, beta) + outer(alpha, beta) + logdet(gamma) + lower_part(alpha) + upper_part(alpha) +
                          strictly_lower_part(alpha) + alpha * alpha + hadamard(alpha, beta) + solve(gamma, alpha) + det(inverse(gamma));
    auto f = compile(loss, grad(loss, alpha, beta, gamma));
    dense a(number(-1.25)), s(number(2.5)), p(number(0.75));
    auto [value, dalpha, dbeta, dgamma] = f(alpha = -1.25, beta = 2.5, gamma = 0.75);
    auto expected = [&] {
        number const x = a(0), y = s(0), z = p(0);
        return std::log(std::abs(x)) + 1 / x + std::abs(x) + x + std::sqrt(y) + 3 * x + y / x + std::log(y) + x * x + x + 2 * x * y +
               std::log(z) + 2 * x + x * x + x * y + x / z + 1 / z;
    };
    CHECK(distance(value, expected()) < 1e-14);
    CHECK(distance(dalpha, central_difference(expected, a)) < 1e-13);
    CHECK(distance(dbeta, central_difference(expected, s)) < 1e-13);
    CHECK(distance(dgamma, central_difference(expected, p)) < 1e-13);
}

} // namespace
