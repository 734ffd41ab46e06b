// SPDX-License-Identifier: BSL-1.0
// Products with Jacobians and Hessians: forward mode, reverse mode, and forward over reverse.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

template <class T>
void layer(auto W, auto b, auto x, auto dx, auto u) {
    auto const y = sigmoid(W * x + b);
    auto const f = 0.5_c * squared_norm(transpose(W) * y - x);
    auto compiled = compile(jvp(y, x, dx), vjp(y, x, u), hvp(f, x, dx), jvp(y, W * x, u), vjp(y, W, u),
                            vjp(y, b, u), grad(squared_norm(jvp(y, x, dx)), W), hvp(f, b, u));
    random_operands random(324);
    dense w = random.matrix(3, 4);
    dense bias = random.column(3);
    dense const at = random.column(4), direction = random.column(4), weights = random.column(3);
    auto [forward, reverse, curvature, at_preactivation, by_W, by_b, by_W_of_forward, curvature_b] =
        compiled(W = container<T>(w), b = column_container<T>(bias), x = column_container<T>(at),
                 dx = column_container<T>(direction), u = column_container<T>(weights));

    auto slope = [&] {
        return map(w * at + bias, [](number z) { return reference::sigmoid(z) * (1 - reference::sigmoid(z)); });
    };
    auto expected_forward = [&] { return hadamard(slope(), w * direction); };
    dense const weighted = hadamard(slope(), weights);
    CHECK(distance(forward, expected_forward()) < tolerance<T>);
    CHECK(distance(reverse, transpose(w) * weighted) < tolerance<T>);
    CHECK(distance(at_preactivation, weighted) < tolerance<T>);
    CHECK(distance(by_W, weighted * transpose(at)) < tolerance<T>);
    CHECK(distance(by_b, weighted) < tolerance<T>);
    auto size = [&] { return squared_norm(expected_forward()); };
    CHECK(distance(by_W_of_forward, central_difference(size, w)) < tolerance<T>);

    // The Hessian's product is the change of the gradient, here derived by hand, along the direction.
    auto gradients = [&](dense const& x_at, dense const& b_at) {
        dense const h = map(w * x_at + b_at, reference::sigmoid);
        dense const r = transpose(w) * h - x_at;
        dense const by_h = hadamard(w * r, hadamard(h, 1 - h));
        return std::pair(transpose(w) * by_h - r, by_h);
    };
    number const h = 1e-4L;
    auto along = [&](auto f_at) {
        return (8 * (f_at(h) - f_at(-h)) - (f_at(2 * h) - f_at(-2 * h))) / (12 * h);
    };
    CHECK(distance(curvature, along([&](number s) { return gradients(at + s * direction, bias).first; })) < tolerance<T>);
    CHECK(distance(curvature_b, along([&](number s) { return gradients(at, bias + s * weights).second; })) < tolerance<T>);
}

TEST_CASE("products with the Jacobians of a layer", "[derivatives]") {
    layer<double>(matrix<"W", "m", "n">, vector<"b", "m">, vector<"x", "n">, vector<"dx", "n">, vector<"u", "m">);
}
TEST_CASE("products with the Jacobians of a layer in float, with fixed extents", "[derivatives]") {
    layer<float>(matrix<"W", 3, 4>, vector<"b", 3>, vector<"x", 4>, vector<"dx", 4>, vector<"u", 3>);
}

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto v = vector<"v", "n">;
constexpr auto M = matrix<"M", "m", "n">;

TEST_CASE("products with Hessians against closed forms", "[derivatives]") {
    random_operands random(325);
    dense const w = random.matrix(4, 3), at = random.column(3), direction = random.column(3), m = random.matrix(4, 3);
    constexpr auto autoencoder = squared_norm(transpose(W) * W * x - x);
    constexpr auto log_sum_exp = log(sum(exp(x)));
    constexpr auto quotient = squared_norm(W * x) / squared_norm(x);
    auto f = compile(hvp(autoencoder, x, v), hvp(log_sum_exp, x, v), hvp(quotient, x, v), hvp(dot(x, v), x, v),
                     hvp(autoencoder, M, M), hvp(squared_norm(W), W, M));
    auto [by_x, of_lse, of_quotient, of_linear, absent, of_square] =
        f(W = container<double>(w), x = column_container<double>(at), v = column_container<double>(direction),
          M = container<double>(m));
    dense const gram = transpose(w) * w, residual = gram - reference::identity(3);
    CHECK(distance(by_x, 2 * residual * (residual * direction)) < tolerance<double>);
    dense const p = reference::softmax(at);
    CHECK(distance(of_lse, hadamard(p, direction) - p * reference::dot(p, direction)) < tolerance<double>);
    // r = x'Gx / x'x: gradient 2 (G - r) x / x'x, Hessian 2 (G - r I - x g' - g x') / x'x.
    number const size = reference::squared_norm(at), r = reference::dot(at, gram * at) / size;
    dense const g = 2 / size * (gram * at - r * at);
    dense const expected = 2 / size * (gram * direction - r * direction - at * reference::dot(g, direction) - g * reference::dot(at, direction));
    CHECK(distance(of_quotient, expected) < tolerance<double>);
    CHECK(distance(of_linear, dense(3, 1)) == 0);
    CHECK(distance(absent, dense(4, 3)) == 0);
    CHECK(distance(of_square, 2 * m) < tolerance<double>);
}

// No matrix product, no n x n matrix: the costs of forward mode and of a Hessian's product are those of a few gemv.
TEST_CASE("neither Jacobian nor Hessian is formed for a product with it", "[derivatives]") {
    constexpr auto y = tanh(W * tanh(transpose(W) * W * x));
    auto const forward = compile(jvp(y, x, v));
    CHECK(cost(forward).calls("gemm") == 0);
    CHECK(cost(forward).calls("gemv") == 6);
    auto const quadratic = compile(hvp(squared_norm(transpose(W) * W * x - x), x, v));
    CHECK(cost(quadratic).calls("gemm") == 0);
    CHECK(cost(quadratic).calls("gemv") == 4);
    auto const nonlinear = compile(hvp(squared_norm(y), x, v));
    CHECK(cost(nonlinear).calls("gemm") == 0);
}

TEST_CASE("derivatives nest in each other", "[derivatives]") {
    constexpr auto s = scalar<"s">;
    // d/ds of d/ds ... of s^5 and of exp(s s), forward in reverse in forward.
    constexpr auto fifth = pow(s, 5_c);
    constexpr auto second = jvp(jvp(fifth, s, 1_c), s, 1_c);
    constexpr auto third = grad(second, s);
    constexpr auto fourth = vjp(third, s, 1_c);
    constexpr auto mixed = jvp(grad(squared_norm(jvp(exp(square(s)), s, 1_c)), s), s, 2_c);
    auto f = compile(second, third, fourth, mixed, grad(hvp(fifth, s, 3_c), s), substitute(grad(s * s, s), s, 3_c * s));
    number const at = 0.75L;
    auto [d2, d3, d4, m, d3_times_3, replaced] = f(s = static_cast<double>(at));
    CHECK(distance(d2, 20 * at * at * at) < tolerance<double>);
    CHECK(distance(d3, 60 * at * at) < tolerance<double>);
    CHECK(distance(d4, 120 * at) < tolerance<double>);
    CHECK(distance(d3_times_3, 180 * at * at) < tolerance<double>);
    CHECK(distance(replaced, 6 * at) < tolerance<double>);
    // (2 s e^(s s))^2 = 4 s^2 E with E = e^(2 s s), E' = 4 s E: twice its second derivative is
    // 2 (8 + 32 s^2 + 64 s^4 + 16 s^2 ... ) E, term by term below.
    number const E = std::exp(2 * at * at);
    CHECK(distance(m, 2 * (8 + 80 * at * at + 64 * at * at * at * at) * E) < tolerance<double>);
}

TEST_CASE("substitution is of the derivative, not of what it was taken of", "[derivatives]") {
    constexpr auto a = scalar<"a">;
    constexpr auto b = scalar<"b">;
    auto f = compile(substitute(grad(a * b, a), a, b), grad(substitute(a * b, a, b), b), jvp(stop_gradient(a) * a, a, b));
    auto [partial, total, half_stopped] = f(a = 2.0, b = 5.0);
    CHECK(half_stopped == 10);
    CHECK(partial == 5);
    CHECK(total == 10);
}

TEST_CASE("the branch not taken contributes nothing to a Jacobian, be its slope infinite", "[derivatives]") {
    constexpr auto y = where(x > 0_c, log(x), x);
    auto f = compile(jacobian(y, x), jvp(y, x, v), vjp(y, x, v), hessian(sum(y), x));
    dense const at = reference::column({0, 1, -1}), direction = reference::column({2, 3, 4});
    auto [matrix_of_slopes, forward, reverse, curvature] =
        f(x = column_container<double>(at), v = column_container<double>(direction));
    CHECK(distance(matrix_of_slopes, reference::identity(3)) == 0);
    CHECK(distance(forward, direction) == 0);
    CHECK(distance(reverse, direction) == 0);
    CHECK(distance(curvature, dense{{0, 0, 0}, {0, -1, 0}, {0, 0, 0}}) == 0);
}

} // namespace
