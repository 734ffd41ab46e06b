// SPDX-License-Identifier: BSL-1.0
// Derivatives of derivatives, in every order: of y = tanh(W x), whose Jacobian diag(1 - y y) W is differentiated by hand.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/jacobians.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <cstddef>

namespace {

using namespace ctgrad;
using reference::apart, reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::differences, reference::distance, reference::flattened, reference::has_extents, reference::number,
    reference::random_operands, reference::tolerance;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto v = vector<"v", "n">;
constexpr auto u = vector<"u", "m">;
constexpr auto D = matrix<"D", "m", "n">;
constexpr auto y = tanh(W * x);

struct operands {
    random_operands random{381};
    dense w = random.matrix(2, 3), at = random.column(3), direction = random.column(3), weights = random.column(2),
          change = random.matrix(2, 3);

};
dense jacobian_of_y(dense const& w, dense const& at) {
    return hadamard(map(w * at, [](number z) { return 1 - std::tanh(z) * std::tanh(z); }), w);
}

TEST_CASE("Jacobians of products with Jacobians", "[derivatives]") {
    operands o;
    auto f = compile(jacobian(jacobian(y, x) * v, x), jacobian(jvp(y, x, v), x), jacobian(vjp(y, x, u), x),
                     jvp(jacobian(y, x) * v, W, D), vjp(jvp(y, x, v), x, u), jacobian(jvp(y, x, v), W));
    auto [twice, of_forward, of_reverse, forward, reverse, by_W] =
        f(W = container<double>(o.w), x = column_container<double>(o.at), v = column_container<double>(o.direction),
          u = column_container<double>(o.weights), D = container<double>(o.change));
    dense const expected = differences([&](dense const& at) { return jacobian_of_y(o.w, at) * o.direction; }, o.at);
    CHECK(distance(twice, expected) < tolerance<double>);
    CHECK(distance(of_forward, expected) < tolerance<double>);
    CHECK(distance(of_reverse, differences([&](dense const& at) { return transpose(jacobian_of_y(o.w, at)) * o.weights; }, o.at)) <
          tolerance<double>);
    CHECK(distance(reverse, transpose(expected) * o.weights) < tolerance<double>);
    dense const by_W_expected = differences([&](dense const& w) { return jacobian_of_y(w, o.at) * o.direction; }, o.w);
    CHECK(has_extents<3>(by_W, {2, 2, 3}));
    CHECK(apart(flattened(by_W, 6), by_W_expected) < tolerance<double>);
    dense change(6, 1);
    change.entries() = o.change.entries();
    CHECK(distance(forward, by_W_expected * change) < tolerance<double>);
}

TEST_CASE("Hessians of norms of Jacobians, and Jacobians of their gradients", "[derivatives]") {
    operands o;
    constexpr auto size = squared_norm(jacobian(y, x));
    constexpr auto size_by_W = squared_norm(jacobian(y, W));
    auto f = compile(hessian(size, x), hvp(size, W, D), grad(size_by_W, x, W), jacobian(grad(size, x), W));
    auto [third, product, by_x, by_W, mixed] =
        f(W = container<double>(o.w), x = column_container<double>(o.at), D = container<double>(o.change));
    auto gradient = [&](dense const& at) {
        dense place = at;
        return central_difference([&] { return reference::squared_norm(jacobian_of_y(o.w, place)); }, place);
    };
    CHECK(distance(third, differences(gradient, o.at)) < tolerance<double>);
    auto gradient_by_W = [&](number step) {
        dense place = o.w + step * o.change;
        return central_difference([&] { return reference::squared_norm(jacobian_of_y(place, o.at)); }, place);
    };
    number const h = 1e-4L;
    CHECK(distance(product, (8 * (gradient_by_W(h) - gradient_by_W(-h)) - (gradient_by_W(2 * h) - gradient_by_W(-2 * h))) /
                                (12 * h)) < tolerance<double>);
    auto mixed_gradient = [&](dense const& w) {
        dense place = o.at;
        return central_difference([&] { return reference::squared_norm(jacobian_of_y(w, place)); }, place);
    };
    CHECK(has_extents<3>(mixed, {3, 2, 3}));
    CHECK(apart(flattened(mixed, 6), differences(mixed_gradient, o.w)) < tolerance<double>);
    // dy_i / dW_ij = (1 - y_i^2) x_j
    auto size_by_W_at = [&] {
        dense const slope = map(o.w * o.at, [](number z) { return 1 - std::tanh(z) * std::tanh(z); });
        return reference::squared_norm(slope) * reference::squared_norm(o.at);
    };
    CHECK(distance(by_x, central_difference(size_by_W_at, o.at)) < tolerance<double>);
    CHECK(distance(by_W, central_difference(size_by_W_at, o.w)) < tolerance<double>);
}

TEST_CASE("Jacobians of and by rows, and without entries", "[derivatives]") {
    constexpr auto r = matrix<"r", 1, "n">;
    auto f = compile(jacobian(transpose(x) * transpose(W), x), jacobian(r * transpose(W), r), jacobian(W * transpose(r), r),
                     jacobian(square(W), W));
    operands o;
    auto evaluate = [&](dense const& w) {
        return f(W = container<double>(w), x = column_container<double>(o.at), r = container<double>(transpose(o.at)));
    };
    auto [row, row_by_row, by_row, square_by_W] = evaluate(o.w);
    CHECK(has_extents<3>(row, {1, 2, 3}));
    CHECK(apart(flattened(row, 3), o.w) < tolerance<double>);
    CHECK(has_extents<4>(row_by_row, {1, 2, 1, 3}));
    CHECK(apart(flattened(row_by_row, 3), o.w) < tolerance<double>);
    CHECK(has_extents<3>(by_row, {2, 1, 3}));
    CHECK(apart(flattened(by_row, 3), o.w) < tolerance<double>);
    CHECK(has_extents<4>(square_by_W, {2, 3, 2, 3}));
    auto [no_row, no_row_by_row, no_column, nothing] = evaluate(dense(0, 3));
    CHECK(has_extents<3>(no_row, {1, 0, 3}));
    CHECK(has_extents<4>(no_row_by_row, {1, 0, 1, 3}));
    CHECK(has_extents<3>(no_column, {0, 1, 3}));
    CHECK(has_extents<4>(nothing, {0, 3, 0, 3}));
}

TEST_CASE("Jacobians by what a function does not depend on", "[derivatives]") {
    operands o;
    auto f = compile(jacobian(y, v), jacobian(y, D), hessian(dot(x, v), x), jacobian(stop_gradient(y) * sum(x), x));
    auto [zeros, zero_array, flat, stopped] = f(W = container<double>(o.w), x = column_container<double>(o.at),
                                                v = column_container<double>(o.direction), D = container<double>(o.change));
    CHECK(distance(zeros, dense(2, 3)) == 0);
    CHECK(has_extents<3>(zero_array, {2, 2, 3}));
    CHECK(apart(flattened(zero_array, 6), dense(2, 6)) == 0);
    CHECK(distance(flat, dense(3, 3)) == 0);
    dense const value = map(o.w * o.at, [](number z) { return std::tanh(z); });
    CHECK(distance(stopped, value * dense(1, 3, 1)) < tolerance<double>);
}

TEST_CASE("Jacobians are proved while compiling", "[derivatives]") {
    STATIC_REQUIRE(equivalent(jacobian(softmax(x), x), diag(softmax(x)) - softmax(x) * transpose(softmax(x))));
    STATIC_REQUIRE(equivalent(jacobian(y, x) * v, jvp(y, x, v)));
    STATIC_REQUIRE(equivalent(transpose(jacobian(y, x)) * u, vjp(y, x, u)));
    STATIC_REQUIRE(equivalent(hvp(0.5_c * squared_norm(W * x), x, v), transpose(W) * W * v));
    STATIC_REQUIRE(equivalent(hessian(logsumexp(x), x), jacobian(softmax(x), x)));
    STATIC_REQUIRE(equivalent(squared_norm(jacobian(W * x, W)), extent<"m"> * squared_norm(x)));
    STATIC_REQUIRE(!equivalent(jacobian(y, x), W));
}

TEST_CASE("a derivative by a Jacobian that is a leaf is by that alone", "[derivatives]") {
    constexpr auto J = jacobian(W * x, x);
    constexpr auto again = substitute(x, x, x);
    constexpr auto e = log(exp(x));
    constexpr auto loss = squared_norm(J) + sum(W) * sum(square(J));
    auto f = compile(grad(loss, J), grad(loss, W), grad(dot(again, x), again), grad(dot(e, x), e), grad(squared_norm(grad(loss, J)), J));
    dense const w{{1, -2}, {3, 0.5L}}, at = reference::column({2, 5});
    auto [by_jacobian, by_leaf, by_substitute, by_stable_form, twice] = f(W = container<double>(w), x = column_container<double>(at));
    number const total = sum(w), squares = squared_norm(w);
    CHECK(distance(by_jacobian, 2 * (1 + total) * w) < 1e-14);
    CHECK(distance(by_leaf, 2 * (1 + total) * w + dense(2, 2, squares)) < 1e-14);
    CHECK(distance(by_substitute, at) == 0);
    CHECK(distance(by_stable_form, at) == 0);
    CHECK(distance(twice, 8 * (1 + total) * (1 + total) * w) < 1e-13);
}

} // namespace
