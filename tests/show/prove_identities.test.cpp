// SPDX-License-Identifier: BSL-1.0
// Identities of matrix calculus, right ones proved and subtly wrong ones refuted while compiling.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto B = matrix<"B", "n", "n">;
constexpr auto X = matrix<"X", "m", "n">;
constexpr auto K = matrix<"K", "n", "n", spd>;
constexpr auto S = matrix<"S", "n", "n", symmetric>;
constexpr auto u = vector<"u", "n">;
constexpr auto v = vector<"v", "n">;

TEST_CASE("the classics", "[show]") {
    static_assert(equivalent(grad(trace(A * B), A), transpose(B)));
    static_assert(!equivalent(grad(trace(A * B), A), B));
    static_assert(equivalent(grad(trace(transpose(X) * X), X), 2_c * X));
    static_assert(equivalent(grad(dot(u, A * v), A), u * transpose(v)));
    static_assert(!equivalent(grad(dot(u, A * v), A), v * transpose(u)));
    static_assert(equivalent(grad(dot(u, A * u), u), (A + transpose(A)) * u));
    static_assert(!equivalent(grad(dot(u, A * u), u), 2_c * A * u));
    static_assert(equivalent(grad(dot(u, S * u), u), 2_c * S * u));  // of a symmetric matrix it is true
    static_assert(equivalent(grad(logdet(A), A), transpose(inverse(A))));
    static_assert(!equivalent(grad(logdet(A), A), inverse(A)));
    static_assert(equivalent(grad(det(A), A), det(A) * transpose(inverse(A))));
    static_assert(equivalent(grad(dot(u, solve(A, v)), A), -(solve(transpose(A), u) * transpose(solve(A, v)))));
    static_assert(!equivalent(grad(dot(u, solve(A, v)), A), solve(transpose(A), u) * transpose(solve(A, v))));
    static_assert(equivalent(grad(logdet(transpose(X) * X + K), X), 2_c * X * inverse(transpose(X) * X + K)));
    static_assert(equivalent(grad(norm(X), X), X / norm(X)));
    static_assert(!equivalent(grad(norm(X), X), X / squared_norm(X)));
}

TEST_CASE("matrices without derivatives", "[show]") {
    static_assert(equivalent(transpose(A * B), transpose(B) * transpose(A)));
    static_assert(!equivalent(transpose(A * B), transpose(A) * transpose(B)));
    static_assert(!equivalent(A * B, B * A));
    static_assert(!equivalent(A, transpose(A)));
    static_assert(equivalent(S, transpose(S)));
    static_assert(equivalent(inverse(A * B), inverse(B) * inverse(A)));
    static_assert(equivalent(logdet(A * B), logdet(A) + logdet(B)));
    static_assert(!equivalent(logdet(A + B), logdet(A) + logdet(B)));
    // Woodbury, and the push-through identity.
    constexpr auto n_side = identity<"n"> + transpose(X) * X;
    constexpr auto m_side = identity<"m"> + X * transpose(X);
    static_assert(equivalent(inverse(n_side), identity<"n"> - transpose(X) * inverse(m_side) * X));
    static_assert(equivalent(X * inverse(n_side), inverse(m_side) * X));
    static_assert(equivalent(logdet(n_side), logdet(m_side)));
    static_assert(!equivalent(inverse(n_side), identity<"n"> - transpose(X) * m_side * X));
    static_assert(!equivalent(X, transpose(X)));  // another shape
    constexpr auto L = cholesky(K);
    static_assert(equivalent(L * transpose(L), K));
    static_assert(!equivalent(transpose(L) * L, K));
}

TEST_CASE("declared structure is respected", "[show]") {
    constexpr auto Q = matrix<"Q", "n", "n", orthogonal>;
    static_assert(equivalent(transpose(Q) * Q, identity<"n">));
    static_assert(!equivalent(Q, transpose(Q)));
    static_assert(!equivalent(Q * Q, identity<"n">));
    constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
    static_assert(equivalent(D, diag(diagonal(D))));
    static_assert(!equivalent(A, diag(diagonal(A))));
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    static_assert(equivalent(L, lower_part(L)));
    static_assert(!equivalent(L, transpose(L)));
    constexpr auto beta = scalar<"beta", positive>;
    static_assert(equivalent(sqrt(square(beta)), beta));
    static_assert(!equivalent(sqrt(square(scalar<"b">)), scalar<"b">));
}

TEST_CASE("points where a value is not finite are drawn again", "[show]") {
    constexpr auto x = vector<"x", "n">;
    static_assert(equivalent(log(square(x)), 2_c * log(x)));            // where both are finite
    static_assert(equivalent(grad(sum(log(x)), x), 1_c / x));
    static_assert(equivalent(log(-x) + log(1_c / -x), zeros<"n">));
    static_assert(equivalent(square(sqrt(x - 1_c)), x - 1_c));
    static_assert(equivalent(inverse(X * transpose(X)) * X * transpose(X), identity<"m">));  // singular where m > n
    static_assert(equivalent(where(x < 0_c, exp(x), exp(-x)), exp(-abs(x))));
}

TEST_CASE("a true zero is zero beside large terms, a small difference is not", "[show]") {
    constexpr auto x = vector<"x", "n">;
    static_assert(equivalent(1e8_c * x + 1_c - 1e8_c * x - 1_c, zeros<"n">));
    static_assert(equivalent((A + B) * (A + B) - A * A - B * B - A * B - B * A, zeros<"n", "n">));
    static_assert(!equivalent((A + B) * (A + B) - A * A - B * B - 2_c * A * B, zeros<"n", "n">));
    static_assert(!equivalent(x + 1e-10_c, x));
    static_assert(!equivalent(1e-9_c * x, zeros<"n">));
}

} // namespace
