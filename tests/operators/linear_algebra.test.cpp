// SPDX-License-Identifier: BSL-1.0
// Inverse, solve and log-determinant of matrices of no structure, symmetric and positive definite ones.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

// The entries of A count as independent whatever its structure, here and in the reference alike.
template <class T>
void solves_agree(auto A, auto B, auto b, dense a, double tolerance = reference::tolerance<T>) {
    random_operands random(141);
    dense matrix_side = random.matrix(a.rows(), 3), vector_side = random.column(a.rows());
    auto const loss = logdet(A) + sum(square(inverse(A))) + squared_norm(solve(A, B)) + dot(b, solve(A, b)) +
                      trace(inverse(A) * A * A);
    auto f = compile(logdet(A), inverse(A), solve(A, B), solve(A, b), inverse(A) * B,
                     transpose(b) * inverse(A), loss, grad(loss, A, B, b));
    auto [log_determinant, inverted, solved, solved_vector, product, row, value, dA, dB, db] =
        f(A = container<T>(a), B = container<T>(matrix_side), b = column_container<T>(vector_side));

    auto expected = [&] {
        return logdet(a) + squared_norm(inverse(a)) + squared_norm(solve(a, matrix_side)) +
               dot(vector_side, solve(a, vector_side)) + trace(a);
    };
    CHECK(distance(log_determinant, logdet(a)) < tolerance);
    CHECK(distance(inverted, inverse(a)) < tolerance);
    CHECK(distance(solved, solve(a, matrix_side)) < tolerance);
    CHECK(distance(solved_vector, solve(a, vector_side)) < tolerance);
    CHECK(distance(product, solve(a, matrix_side)) < tolerance);
    CHECK(distance(row, transpose(vector_side) * inverse(a)) < tolerance);
    CHECK(distance(value, expected()) < tolerance);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance);
    CHECK(distance(dB, central_difference(expected, matrix_side)) < tolerance);
    CHECK(distance(db, central_difference(expected, vector_side)) < tolerance);
}

TEMPLATE_TEST_CASE("inverse, solve and log-determinant", "[operators]", float, double) {
    random_operands random(142);
    auto const n = GENERATE(1, 2, 5);
    solves_agree<TestType>(matrix<"A", "n", "n">, matrix<"B", "n", "p">, vector<"b", "n">,
                           random.well_conditioned(n));
}

TEST_CASE("inverse, solve and log-determinant where the determinant is negative and rows must be exchanged",
          "[operators]") {
    solves_agree<double>(matrix<"A", "n", "n">, matrix<"B", "n", "p">, vector<"b", "n">,
                         {{0, 2, 1}, {1, 0, 1}, {3, 1, 0.5}});
}

TEST_CASE("inverse, solve and log-determinant with fixed extents", "[operators]") {
    random_operands random(143);
    solves_agree<double>(matrix<"A", 4, 4>, matrix<"B", 4, 3>, vector<"b", 4>, random.well_conditioned(4));
}

TEST_CASE("inverse, solve and log-determinant of a positive definite matrix", "[operators]") {
    random_operands random(144);
    auto const n = GENERATE(1, 5);
    solves_agree<double>(matrix<"A", "n", "n", spd>, matrix<"B", "n", "p">, vector<"b", "n">,
                         random.symmetric_positive_definite(n));
}

TEST_CASE("inverse, solve and log-determinant of a symmetric indefinite matrix", "[operators]") {
    random_operands random(145);
    dense const diagonal = hadamard(reference::identity(5), reference::column({4, -4, 5, -5, 4}));
    dense const operand = random.symmetric(5) + diagonal;
    solves_agree<double>(matrix<"A", "n", "n", symmetric>, matrix<"B", "n", "p">, vector<"b", "n">, operand);
}

TEST_CASE("a gradient through a matrix that is positive definite by construction", "[operators]") {
    constexpr auto X = matrix<"X", "n", "q">;
    constexpr auto d = scalar<"d", positive>;
    constexpr auto y = vector<"y", "n">;
    constexpr auto gram = X * transpose(X) + d * identity<"n">;
    constexpr auto loss = logdet(gram) + transpose(y) * solve(gram, y);
    random_operands random(147);
    dense x = random.matrix(5, 3), noise(0.5), target = random.column(5);
    auto f = compile(loss, grad(loss, X, d, y));
    auto [value, dX, dd, dy] = f(X = container<double>(x), d = 0.5f, y = column_container<double>(target));
    auto expected = [&] {
        dense const k = x * transpose(x) + noise * reference::identity(5);
        return logdet(k) + dot(target, solve(k, target));
    };
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, x)) < tolerance<double>);
    CHECK(distance(dd, central_difference(expected, noise)) < tolerance<double>);
    CHECK(distance(dy, central_difference(expected, target)) < tolerance<double>);
}

TEST_CASE("diagonals and diagonal matrices", "[operators]") {
    constexpr auto A = matrix<"A", "n", "n">;
    constexpr auto v = vector<"v", "n">;
    constexpr auto loss = squared_norm(A * diag(v) * A) + dot(v, diagonal(A * A)) +
                          squared_norm(diag(v) + A) + logdet(diag(v) + A) + trace(diag(v) * A);
    random_operands random(148);
    dense a = random.well_conditioned(4), d = random.positive(4, 1);
    auto f = compile(diag(v), diagonal(A), loss, grad(loss, A, v));
    auto [diagonal_matrix_value, diagonal_value, value, dA, dv] =
        f(A = container<double>(a), v = column_container<double>(d));
    auto expected = [&] {
        dense const middle = hadamard(reference::identity(4), d),
                    squares = hadamard(reference::identity(4), a * a);
        return squared_norm(a * middle * a) + dot(d, row_sums(squares)) + squared_norm(middle + a) +
               logdet(middle + a) + trace(middle * a);
    };
    CHECK(distance(diagonal_matrix_value, hadamard(reference::identity(4), d)) == 0);
    CHECK(distance(diagonal_value, row_sums(hadamard(reference::identity(4), a))) == 0);
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<double>);
    CHECK(distance(dv, central_difference(expected, d)) < tolerance<double>);
}

} // namespace
