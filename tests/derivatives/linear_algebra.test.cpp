// SPDX-License-Identifier: BSL-1.0
// Derivative operators on factorisations and on leaves of declared structure; proofs about them while compiling.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance, reference::number,
    reference::random_operands;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto V = matrix<"V", "n", "n">;
constexpr auto P = matrix<"P", "n", "n", spd>;
constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
constexpr auto b = vector<"b", "n">;

// The change of `f(x + t v)` at t = 0, entry by entry.
template <class Function>
dense along(Function f, dense const& x, dense const& v) {
    number const h = 1e-4L;
    return (8 * (f(x + h * v) - f(x - h * v)) - (f(x + 2 * h * v) - f(x - 2 * h * v))) / (12 * h);
}

TEST_CASE("forward mode through factorisations", "[derivatives]") {
    random_operands random(351);
    dense const a = random.well_conditioned(4), p = random.symmetric_positive_definite(4), l = random.well_conditioned(4),
                v = random.matrix(4, 4), side = random.column(4);
    auto f = compile(jvp(det(A), A, V), jvp(cholesky(P), P, V + transpose(V)), jvp(logdet(A), A, V), jvp(solve(L, b), L, V),
                     jvp(solve(D, b), D, V), jvp(inverse(A), A, V));
    auto [determinant, factor, logarithm, solved, divided, inverted] =
        f(A = container<double>(a), P = container<double>(p), L = container<double>(l), D = container<double>(l), V = container<double>(v),
          b = column_container<double>(side));
    using namespace reference;
    CHECK(distance(determinant, along([](dense const& x) { return dense(reference::det(x)); }, a, v)) < 1e-10);
    CHECK(distance(factor, along([](dense const& x) { return reference::cholesky(x); }, p, v + transpose(v))) < 1e-10);
    CHECK(distance(logarithm, along([](dense const& x) { return dense(reference::logdet(x)); }, a, v)) < 1e-10);
    // what changes outside the structure does not count
    CHECK(distance(solved, along([&](dense const& x) { return reference::solve(reference::lower_part(x), side); }, l, v)) < 1e-10);
    CHECK(distance(divided, along([&](dense const& x) { return reference::solve(reference::diag(reference::diagonal(x)), side); }, l, v)) < 1e-10);
    CHECK(distance(inverted, -(reference::inverse(a) * v * reference::inverse(a))) < 1e-10);
}

TEST_CASE("Jacobians and Hessians of solves", "[derivatives]") {
    random_operands random(352);
    dense const a = random.well_conditioned(4), p = random.symmetric_positive_definite(4), l = random.well_conditioned(4),
                side = random.column(4);
    constexpr auto form = 0.5_c * dot(b, solve(P, b)) + squared_norm(solve(cholesky(P), b));
    auto f = compile(jacobian(solve(A, b), b), jacobian(solve(L, tanh(b)), b), jacobian(D * b, b), hessian(form, b),
                     hvp(logdet(A), A, V));
    auto [general, triangular, scaling, curvature, product] =
        f(A = container<double>(a), P = container<double>(p), L = container<double>(l), D = container<double>(l), b = column_container<double>(side),
          V = container<double>(p));
    dense const slope = map(side, [](number x) { return 1 / (std::cosh(x) * std::cosh(x)); });
    CHECK(distance(general, reference::inverse(a)) < 1e-10);
    CHECK(distance(triangular, reference::inverse(reference::lower_part(l)) * reference::diag(slope)) < 1e-10);
    CHECK(distance(scaling, reference::diag(reference::diagonal(l))) < 1e-10);
    CHECK(distance(curvature, 3 * reference::inverse(p)) < 1e-9);
    dense const inverted = transpose(reference::inverse(a));
    CHECK(distance(product, -(inverted * transpose(p) * inverted)) < 1e-9);
}

TEST_CASE("gradients that are proved while compiling", "[derivatives]") {
    static_assert(equivalent(grad(logdet(A), A), transpose(inverse(A))));
    static_assert(equivalent(grad(det(A), A), det(A) * transpose(inverse(A))));
    static_assert(equivalent(grad(logdet(L), L), inverse(diag(diagonal(L)))));
    static_assert(equivalent(grad(trace(inverse(A) * V), A), -transpose(inverse(A) * V * inverse(A))));
    static_assert(equivalent(cholesky(P) * transpose(cholesky(P)), P));
    static_assert(equivalent(grad(2_c * sum(log(diagonal(cholesky(P)))), P), inverse(P)));
    static_assert(equivalent(grad(squared_norm(solve(cholesky(P), b)), P), -inverse(P) * b * transpose(b) * inverse(P)));
    static_assert(equivalent(grad(sum(D * V), D), diag(row_sums(V))));
    static_assert(!equivalent(grad(det(A), A), transpose(inverse(A))));
    SUCCEED();
}

TEST_CASE("gradients by leaves of every structure agree with differences", "[derivatives]") {
    constexpr auto U = matrix<"U", "n", "n", upper_triangular>;
    constexpr auto S = matrix<"S", "n", "n", symmetric>;
    constexpr auto O = matrix<"O", "n", "n", orthogonal>;
    constexpr auto s = scalar<"s", positive>;
    constexpr auto loss = dot(b, solve(P + s * identity<"n">, b)) + squared_norm(solve(L * U, b)) + logdet(S) + squared_norm(D * O * b) + det(S) +
                          sum(square(cholesky(P) * b));
    random_operands random(353);
    auto f = compile(loss, grad(loss, P, L, U, S, D, O, s, b));
    auto const checked = check_gradient(
        f, P = container<double>(random.symmetric_positive_definite(3)), L = container<double>(random.well_conditioned(3)),
        U = container<double>(random.well_conditioned(3)), S = container<double>(random.symmetric(3)),
        D = column_container<double>(random.column(3)), O = container<double>({{0.6, -0.8, 0}, {0.8, 0.6, 0}, {0, 0, 1}}), s = 0.5,
        b = column_container<double>(random.column(3)));
    CAPTURE(checked);
    CHECK(checked < 1e-6);
}

} // namespace
