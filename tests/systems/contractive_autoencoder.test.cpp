// SPDX-License-Identifier: BSL-1.0
// The contractive autoencoder |V e(x) + c - x|^2 + lambda |de/dx|^2: the penalty is a Jacobian that is differentiated again.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <type_traits>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

struct sigmoid_activation {
    static constexpr auto of(auto z) { return sigmoid(z); }
    static number at(number z) { return reference::sigmoid(z); }
    static constexpr auto slope_from(auto y) { return hadamard(y, 1_c - y); }
    static number slope_at(number z) { return at(z) * (1 - at(z)); }
};
struct tanh_activation {
    static constexpr auto of(auto z) { return tanh(z); }
    static number at(number z) { return std::tanh(z); }
    static constexpr auto slope_from(auto y) { return 1_c - square(y); }
    static number slope_at(number z) { return 1 - at(z) * at(z); }
};

constexpr auto lambda = scalar<"lambda">;

template <class Activation, class T>
void one_layer(auto W, auto b, auto V, auto c, auto x) {
    auto const e = Activation::of(W * x + b);
    auto const reconstruction = squared_norm(V * e + c - x);
    auto const loss = reconstruction + lambda * squared_norm(jacobian(e, x));
    // |de/dx|^2 in closed form: row i of W is scaled by the slope of unit i.
    auto const by_hand = reconstruction + lambda * dot(square(Activation::slope_from(e)), row_sums(square(W)));

    random_operands random(351);
    dense w = random.matrix(3, 4), hidden_bias = random.column(3), v = random.matrix(4, 3), output_bias = random.column(4);
    dense const sample = random.column(4);
    number const strength = 0.375L;
    auto f = compile(loss, grad(loss, W, b, V, c));
    CHECK(cost(f).calls("gemm") == 0);
    auto const evaluate = [&](auto& function) {
        return function(W = container<T>(w), b = column_container<T>(hidden_bias), V = container<T>(v),
                        c = column_container<T>(output_bias), x = column_container<T>(sample),
                        lambda = static_cast<T>(strength));
    };
    auto expected = [&] {
        dense const z = w * sample + hidden_bias;
        dense const jacobian_of_e = hadamard(map(z, Activation::slope_at), w);
        return squared_norm(v * map(z, Activation::at) + output_bias - sample) + strength * squared_norm(jacobian_of_e);
    };
    auto check = [&](auto const& results) {
        auto const& [value, dW, db, dV, dc] = results;
        CHECK(distance(value, expected()) < tolerance<T>);
        CHECK(distance(dW, central_difference(expected, w)) < tolerance<T>);
        CHECK(distance(db, central_difference(expected, hidden_bias)) < tolerance<T>);
        CHECK(distance(dV, central_difference(expected, v)) < tolerance<T>);
        CHECK(distance(dc, central_difference(expected, output_bias)) < tolerance<T>);
    };
    check(evaluate(f));
    if constexpr (std::is_same_v<T, double>) {
        auto g = compile(by_hand, grad(by_hand, W, b, V, c));
        check(evaluate(g));
    }
}

TEST_CASE("the contractive autoencoder with one layer", "[systems]") {
    one_layer<sigmoid_activation, double>(matrix<"W", "h", "n">, vector<"b", "h">, matrix<"V", "n", "h">, vector<"c", "n">,
                                          vector<"x", "n">);
    one_layer<tanh_activation, float>(matrix<"W", 3, 4>, vector<"b", 3>, matrix<"V", 4, 3>, vector<"c", 4>, vector<"x", 4>);
}

template <class Activation, class T>
void two_layers(auto W, auto b, auto U, auto d, auto V, auto c, auto x) {
    auto const first = Activation::of(W * x + b);
    auto const e = Activation::of(U * first + d);
    auto const loss = squared_norm(V * e + c - x) + lambda * squared_norm(jacobian(e, x));

    random_operands random(352);
    dense w = random.matrix(4, 5), first_bias = random.column(4), u = random.matrix(3, 4), second_bias = random.column(3),
          v = random.matrix(5, 3), output_bias = random.column(5);
    dense const sample = random.column(5);
    number const strength = 0.375L;
    auto f = compile(loss, grad(loss, W, b, U, d, V, c));
    CHECK(cost(f).calls("gemm") == 3);  // the Jacobian, and what flows back through it: the slopes cost none
    auto [value, dW, db, dU, dd, dV, dc] =
        f(W = container<T>(w), b = column_container<T>(first_bias), U = container<T>(u), d = column_container<T>(second_bias),
          V = container<T>(v), c = column_container<T>(output_bias), x = column_container<T>(sample),
          lambda = static_cast<T>(strength));
    auto expected = [&] {
        dense const z = w * sample + first_bias, z2 = u * map(z, Activation::at) + second_bias;
        dense const jacobian_of_e =
            hadamard(map(z2, Activation::slope_at), u * hadamard(map(z, Activation::slope_at), w));
        return squared_norm(v * map(z2, Activation::at) + output_bias - sample) + strength * squared_norm(jacobian_of_e);
    };
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dW, central_difference(expected, w)) < tolerance<T>);
    CHECK(distance(db, central_difference(expected, first_bias)) < tolerance<T>);
    CHECK(distance(dU, central_difference(expected, u)) < tolerance<T>);
    CHECK(distance(dd, central_difference(expected, second_bias)) < tolerance<T>);
    CHECK(distance(dV, central_difference(expected, v)) < tolerance<T>);
    CHECK(distance(dc, central_difference(expected, output_bias)) < tolerance<T>);
}

TEST_CASE("the contractive autoencoder with two layers", "[systems]") {
    two_layers<tanh_activation, double>(matrix<"W", "h", "n">, vector<"b", "h">, matrix<"U", "k", "h">, vector<"d", "k">,
                                        matrix<"V", "n", "k">, vector<"c", "n">, vector<"x", "n">);
    two_layers<sigmoid_activation, float>(matrix<"W", 4, 5>, vector<"b", 4>, matrix<"U", 3, 4>, vector<"d", 3>,
                                          matrix<"V", 5, 3>, vector<"c", 5>, vector<"x", 5>);
}

} // namespace
