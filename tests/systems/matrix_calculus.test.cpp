// SPDX-License-Identifier: BSL-1.0
// The classics of matrix calculus, with respect to every argument.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands;

template <class T>
inline constexpr double tolerance = std::is_same_v<T, float> ? 2e-4 : 1e-10;

// X is 5 x 3, S square, the rest what the formula needs.
struct operands {
    random_operands random{321};
    dense X = random.matrix(5, 3), A = random.matrix(4, 5), B = random.matrix(3, 4), C = random.matrix(5, 5),
          S = random.well_conditioned(4), E = random.matrix(4, 4), F = random.matrix(4, 4), a = random.column(3),
          b = random.column(3), c = random.column(4), d = random.column(4);
    number s = number(0.5);
};

TEMPLATE_TEST_CASE("traces and quadratic forms", "[systems]", float, double) {
    using T = TestType;
    constexpr auto X = matrix<"X", "n", "k">;
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto B = matrix<"B", "k", "m">;
    constexpr auto C = matrix<"C", "n", "n">;
    constexpr auto a = vector<"a", "k">;
    constexpr auto b = vector<"b", "k">;
    operands o;
    auto f = compile(grad(trace(A * X * B), X), grad(trace(transpose(X) * C * X), X), grad(transpose(a) * transpose(X) * X * b, X),
                     grad(norm(X), X), grad(trace(transpose(X) * C * X) / trace(transpose(X) * X), X),
                     grad(trace(A * X * B), A, B), grad(trace(transpose(X) * C * X), C), grad(transpose(a) * transpose(X) * X * b, a, b));
    auto [linear, quadratic, bilinear, length, ratio, dA, dB, dC, da, db] =
        f(X = container<T>(o.X), A = container<T>(o.A), B = container<T>(o.B), C = container<T>(o.C),
          a = column_container<T>(o.a), b = column_container<T>(o.b));
    CHECK(distance(linear, transpose(o.A) * transpose(o.B)) < tolerance<T>);
    CHECK(distance(quadratic, (o.C + transpose(o.C)) * o.X) < tolerance<T>);
    CHECK(distance(bilinear, o.X * (o.a * transpose(o.b) + o.b * transpose(o.a))) < tolerance<T>);
    CHECK(distance(length, o.X / norm(o.X)) < tolerance<T>);
    number const above = trace(transpose(o.X) * o.C * o.X), below = squared_norm(o.X);
    CHECK(distance(ratio, (o.C + transpose(o.C)) * o.X / below - 2 * above / (below * below) * o.X) < tolerance<T>);
    CHECK(distance(dA, transpose(o.X * o.B)) < tolerance<T>);
    CHECK(distance(dB, transpose(o.A * o.X)) < tolerance<T>);
    CHECK(distance(dC, o.X * transpose(o.X)) < tolerance<T>);
    CHECK(distance(da, transpose(o.X) * o.X * o.b) < tolerance<T>);
    CHECK(distance(db, transpose(o.X) * o.X * o.a) < tolerance<T>);
}

TEMPLATE_TEST_CASE("inverses, determinants and resolvents", "[systems]", float, double) {
    using T = TestType;
    constexpr auto X = matrix<"X", "n", "n">;
    constexpr auto E = matrix<"E", "n", "n">;
    constexpr auto F = matrix<"F", "n", "n">;
    constexpr auto c = vector<"c", "n">;
    constexpr auto d = vector<"d", "n">;
    constexpr auto s = scalar<"s">;
    operands o;
    auto const form = transpose(c) * inverse(X) * d;
    auto const resolvent = transpose(c) * inverse(X + s * identity<"n">) * d;
    auto f = compile(form, grad(form, X, c, d), grad(trace(E * inverse(X) * F), X, E), grad(det(X), X), grad(logdet(X), X),
                     resolvent, grad(resolvent, X, s), grad(trace(X * X * X), X), grad(logdet(transpose(X) * E * X), X, E));
    auto [value, dX, dc, dd, trace_slope, trace_left, determinant, logarithm, resolved, resolvent_slope, ds, cube, sandwich,
          sandwich_middle] = f(X = container<T>(o.S), E = container<T>(o.E), F = container<T>(o.F), c = column_container<T>(o.c),
                               d = column_container<T>(o.d), s = 0.5);
    dense const y = reference::inverse(o.S), r = reference::inverse(o.S + o.s * reference::identity(4));
    CHECK(distance(value, transpose(o.c) * y * o.d) < tolerance<T>);
    CHECK(distance(dX, -(transpose(y) * o.c * transpose(o.d) * transpose(y))) < tolerance<T>);
    CHECK(distance(dc, y * o.d) < tolerance<T>);
    CHECK(distance(dd, transpose(y) * o.c) < tolerance<T>);
    CHECK(distance(trace_slope, -transpose(y * o.F * o.E * y)) < tolerance<T>);
    CHECK(distance(trace_left, transpose(y * o.F)) < tolerance<T>);
    CHECK(distance(determinant, reference::det(o.S) * transpose(y)) < tolerance<T>);
    CHECK(distance(logarithm, transpose(y)) < tolerance<T>);
    CHECK(distance(resolved, transpose(o.c) * r * o.d) < tolerance<T>);
    CHECK(distance(resolvent_slope, -(transpose(r) * o.c * transpose(o.d) * transpose(r))) < tolerance<T>);
    CHECK(distance(ds, -(transpose(o.c) * r * r * o.d)) < tolerance<T>);
    CHECK(distance(cube, 3 * transpose(o.S * o.S)) < tolerance<T>);
    CHECK(distance(sandwich, 2 * transpose(y)) < tolerance<T>);
    CHECK(distance(sandwich_middle, transpose(reference::inverse(o.E))) < 100 * tolerance<T>);
}

TEST_CASE("the log-determinant of a compressed matrix and the Rayleigh quotient", "[systems]") {
    using T = double;
    constexpr auto X = matrix<"X", "n", "k">;
    constexpr auto P = matrix<"P", "n", "n", spd>;
    constexpr auto C = matrix<"C", "n", "n">;
    constexpr auto v = vector<"v", "n">;
    operands o;
    dense p = o.random.symmetric_positive_definite(5), q = o.random.column(5);
    auto const compressed = logdet(transpose(X) * P * X);
    auto const quotient = dot(v, C * v) / dot(v, v);
    auto const generalised = dot(v, C * v) / dot(v, P * v);
    auto f = compile(compressed, grad(compressed, X, P), quotient, grad(quotient, v, C), generalised, grad(generalised, v, C, P));
    auto [value, dX, dP, rayleigh, dv, dC, general, gv, gC, gP] =
        f(X = container<T>(o.X), P = container<T>(p), C = container<T>(o.C), v = column_container<T>(q));
    dense const middle = transpose(o.X) * p * o.X;
    CHECK(distance(value, logdet(middle)) < tolerance<T>);
    CHECK(distance(dX, 2 * p * o.X * reference::inverse(middle)) < tolerance<T>);
    CHECK(distance(dP, o.X * reference::inverse(middle) * transpose(o.X)) < tolerance<T>);
    number const form = dot(q, o.C * q), length = dot(q, q), weighted = dot(q, p * q);
    CHECK(distance(rayleigh, form / length) < tolerance<T>);
    CHECK(distance(dv, (o.C + transpose(o.C)) * q / length - 2 * form / (length * length) * q) < tolerance<T>);
    CHECK(distance(dC, q * transpose(q) / length) < tolerance<T>);
    CHECK(distance(general, form / weighted) < tolerance<T>);
    CHECK(distance(gv, (o.C + transpose(o.C)) * q / weighted - 2 * form / (weighted * weighted) * (p * q)) < tolerance<T>);
    CHECK(distance(gC, q * transpose(q) / weighted) < tolerance<T>);
    CHECK(distance(gP, -(form / (weighted * weighted)) * (q * transpose(q))) < tolerance<T>);
}

TEST_CASE("second derivatives of inverses and determinants", "[systems]") {
    constexpr auto X = matrix<"X", 3, 3>;
    constexpr auto V = matrix<"V", 3, 3>;
    constexpr auto c = vector<"c", 3>;
    constexpr auto loss = transpose(c) * inverse(X) * c + logdet(X) + det(X) + trace(X * X * X) + norm(X);
    random_operands random(322);
    dense x = random.well_conditioned(3), direction = random.matrix(3, 3), side = random.column(3);
    auto f = compile(grad(sum(hadamard(grad(loss, X), V)), X));
    auto const curvature = f(X = container<double>(x), V = container<double>(direction), c = column_container<double>(side));
    auto along = [&] {
        dense const y = reference::inverse(x);
        dense const slope = transpose(y) - transpose(y) * side * transpose(side) * transpose(y) + reference::det(x) * transpose(y) +
                            3 * transpose(x * x) + x / norm(x);
        return dot(slope, direction);
    };
    CHECK(distance(curvature, central_difference(along, x)) < 1e-9);
}

} // namespace
