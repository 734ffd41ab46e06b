// SPDX-License-Identifier: BSL-1.0
// Jacobians in closed form, and what their plans may not do.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <cstddef>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance, reference::number,
    reference::random_operands, reference::tolerance;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto s = scalar<"s">;

TEST_CASE("structured Jacobians stay structured", "[derivatives]") {
    constexpr auto V = matrix<"V", "k", "m">;
    CHECK(to_string(jacobian(W * x, x)) == "W");
    CHECK(to_string(jacobian(x, x)) == "I");
    CHECK(to_string(jacobian(tanh(x), x)) == "diag(1 − tanh(x)∘²)");
    CHECK(to_string(jacobian(tanh(exp(x)), x)) == "diag(exp(x) ∘ (1 − tanh(exp(x))∘²))");
    CHECK(to_string(W * jacobian(tanh(x), x)) == "W diag(1 − tanh(x)∘²)");
    CHECK(to_string(jacobian(W * tanh(x), x)) == "W ∘ (1 − tanh(x)∘²)ᵀ");
    CHECK(to_string(jacobian(tanh(W * x), x)) == "diag(1 − tanh(W x)∘²) W");
    CHECK(to_string(squared_norm(jacobian(tanh(x), x))) == "‖1 − tanh(x)∘²‖²");
    // A chain of layers is a product of matrices for each layer after the first; the slopes scale rows or columns.
    auto const two_layers = compile(jacobian(sigmoid(V * tanh(W * x)), x));
    CHECK(cost(two_layers).calls("gemm") == 1);
    CHECK(cost(two_layers).calls("gemv") == 2);
    CHECK(cost(two_layers).calls("diag") == 0);
    auto const slopes = compile(W * jacobian(relu(x), x), sum(jacobian(sin(x), x)));
    CHECK(cost(slopes).calls("gemm") == 0);
    CHECK(cost(slopes).calls("diag") == 0);
}

template <class T>
void closed_forms(auto W, auto V, auto x, auto s) {
    auto const hidden = tanh(W * x);
    auto f = compile(jacobian(V * hidden, x), jacobian(V * hidden, hidden), jacobian(softmax(x), x), jacobian(x / norm(x), x),
                     jacobian(dot(x, x), x), jacobian(s * s * x, s), jacobian(s * s * s, s), jacobian(x, x),
                     squared_norm(jacobian(hidden, x)));
    random_operands random(334);
    dense const w = random.matrix(2, 3), v = random.matrix(4, 2), at = random.column(3);
    number const scale = 0.5L;
    auto [two_layers, outer_layer, of_softmax, of_unit, of_square, by_scalar, of_scalar, of_itself, size] =
        f(W = container<T>(w), V = container<T>(v), x = column_container<T>(at), s = static_cast<T>(scale));
    dense const slope = map(w * at, [](number z) { return 1 - std::tanh(z) * std::tanh(z); });
    CHECK(distance(two_layers, v * hadamard(slope, w)) < tolerance<T>);
    CHECK(distance(outer_layer, v) == 0);
    dense const p = reference::softmax(at);
    CHECK(distance(of_softmax, hadamard(p, reference::identity(3)) - p * transpose(p)) < tolerance<T>);
    number const length = reference::norm(at);
    dense const unit = at / length;
    CHECK(distance(of_unit, (reference::identity(3) - unit * transpose(unit)) / length) < tolerance<T>);
    CHECK(distance(of_square, 2 * transpose(at)) < tolerance<T>);
    CHECK(distance(by_scalar, 2 * scale * at) < tolerance<T>);
    CHECK(distance(of_scalar, 3 * scale * scale) < tolerance<T>);
    CHECK(distance(of_itself, reference::identity(3)) == 0);
    CHECK(distance(size, reference::squared_norm(hadamard(slope, w))) < tolerance<T>);
}

TEST_CASE("Jacobians of scans, and Hessians of products of entries", "[derivatives]") {
    constexpr auto c = vector<"c", "n">;
    auto f = compile(jacobian(cumulative_sum(x), x), hessian(product(c), c), jacobian(cumulative_logsumexp(x), x));
    dense const at = reference::column({0.5L, -2, 1.5L, 0.25L}), with_zero = reference::column({3, 0, 2, 5});
    auto [of_sum, of_product, of_logsumexp] = f(x = column_container<double>(at), c = column_container<double>(with_zero));
    dense sums(4, 4), others(4, 4), shares(4, 4);
    for (std::size_t i = 0; i < 4; ++i) {
        number total = 0;
        for (std::size_t j = 0; j <= i; ++j)
            total += std::exp(at(j));
        for (std::size_t j = 0; j < 4; ++j) {
            sums(i, j) = j <= i;
            shares(i, j) = j <= i ? std::exp(at(j)) / total : 0;
            others(i, j) = i != j;
            for (std::size_t k = 0; k < 4; ++k)
                if (k != i && k != j) others(i, j) *= with_zero(k);
        }
    }
    CHECK(distance(of_sum, sums) < tolerance<double>);
    CHECK(distance(of_product, others) < tolerance<double>);
    CHECK(distance(of_logsumexp, shares) < tolerance<double>);
}

TEST_CASE("Jacobians of cross products", "[derivatives]") {
    constexpr auto u = vector<"u", 3>;
    constexpr auto v = vector<"v", 3>;
    auto f = compile(jacobian(cross(u, v), v), jacobian(cross(u, v), u));
    dense const a = reference::column({1, -2, 3}), b = reference::column({0.5L, 4, -1});
    auto [by_second, by_first] = f(u = column_container<double>(a), v = column_container<double>(b));
    auto of = [](dense const& p) { return dense{{0, -p(2), p(1)}, {p(2), 0, -p(0)}, {-p(1), p(0), 0}}; };
    CHECK(distance(by_second, of(a)) < tolerance<double>);
    CHECK(distance(by_first, -of(b)) < tolerance<double>);
}

TEST_CASE("Jacobians in closed form", "[derivatives]") {
    closed_forms<double>(W, matrix<"V", "k", "m">, x, s);
}
TEST_CASE("Jacobians in closed form in float, with fixed extents", "[derivatives]") {
    closed_forms<float>(matrix<"W", 2, 3>, matrix<"V", 4, 2>, vector<"x", 3>, s);
}

} // namespace
