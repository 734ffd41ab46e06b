// SPDX-License-Identifier: BSL-1.0
#include <ctgrad/ctgrad.hpp>

#include "../support/catch.hpp"

using namespace ctgrad;

namespace {

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto V = matrix<"V", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto Y = matrix<"Y", "N", "D">;
constexpr auto K = matrix<"K", "N", "N", spd>;

TEST_CASE("expressions are written as their user wrote them", "[show]") {
    CHECK(to_string(0.5_c * squared_norm(transpose(W) * W * x - x)) == "0.5 ‖Wᵀ W x − x‖²");
    CHECK(to_string((W + V) * x) == "(W + V) x");
    CHECK(to_string(hadamard(W + V, V)) == "(W + V) ∘ V");
    CHECK(to_string(W - (V - W)) == "W − (V − W)");
    CHECK(to_string(softmax(W * x)) == "softmax(W x)");
    CHECK(to_string(trace(inverse(K) * Y * transpose(Y))) == "tr(K⁻¹ Y Yᵀ)");
    CHECK(to_string(norm(x) / extent<"n">) == "‖x‖ / n");
}

TEST_CASE("gradients are written derived and simplified, with what is shared named once", "[show]") {
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);
    CHECK(to_string(grad(loss, W)) == "W r xᵀ + W x rᵀ where r = Wᵀ W x − x");
    CHECK(to_string(grad(0.5_c * squared_norm(W - V), W)) == "W − V");
    CHECK(to_string(grad(0.5_c * squared_norm(W - V), V)) == "−(W − V)");
    CHECK(to_string(grad(logdet(K), K)) == "K⁻¹");
    CHECK(to_string(grad(sum(W * x), W)) == "1[m x 1] xᵀ");
}

TEST_CASE("a name of what is shared does not clash with a leaf", "[show]") {
    constexpr auto r = vector<"r", "n">;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * r - r);
    CHECK(to_string(grad(loss, W)) == "W s rᵀ + W r sᵀ where s = Wᵀ W r − r");
}

} // namespace
