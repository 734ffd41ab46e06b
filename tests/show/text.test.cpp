// SPDX-License-Identifier: BSL-1.0
#include <ctgrad/ctgrad.hpp>

#include "../support/catch.hpp"

using namespace ctgrad;

namespace {

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto V = matrix<"V", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto X = matrix<"X", "N", "q">;
constexpr auto Y = matrix<"Y", "N", "D">;
constexpr auto K = matrix<"K", "N", "N", spd>;
constexpr auto alpha = scalar<"alpha", positive>;
constexpr auto beta = scalar<"beta", positive>;

TEST_CASE("expressions are written as their user wrote them", "[show]") {
    CHECK(to_string(0.5_c * squared_norm(transpose(W) * W * x - x)) == "0.5 ‖Wᵀ W x − x‖²");
    CHECK(to_string(softmax(W * x)) == "softmax(W x)");
    CHECK(to_string(trace(inverse(K) * Y * transpose(Y))) == "tr(K⁻¹ Y Yᵀ)");
    CHECK(to_string(logdet(K) + trace(transpose(X) * solve(K + K, X)) * 2_c) == "log|K| + tr(Xᵀ (K + K)⁻¹ X) · 2");
    CHECK(to_string(norm(x) / extent<"n">) == "‖x‖ / n");
    CHECK(to_string(outer(W * x, x)) == "W x xᵀ");
    CHECK(to_string(transpose(inverse(K * K))) == "(K K)⁻ᵀ");
}

TEST_CASE("parentheses stand where they are needed, and nowhere else", "[show]") {
    CHECK(to_string((W + V) * x) == "(W + V) x");
    CHECK(to_string(W + (V + W)) == "W + V + W");
    CHECK(to_string(W - (V - W)) == "W − (V − W)");
    CHECK(to_string(W * (x + x)) == "W (x + x)");
    CHECK(to_string(hadamard(W + V, V)) == "(W + V) ∘ V");
    CHECK(to_string(hadamard(W * transpose(V), W * transpose(V) + V * transpose(V))) == "W Vᵀ ∘ (W Vᵀ + V Vᵀ)");
    CHECK(to_string(transpose(W + V)) == "(W + V)ᵀ");
    CHECK(to_string(square(alpha + beta)) == "(α + β)²");
    CHECK(to_string(sqrt(alpha) * x) == "√α x");
    CHECK(to_string(W / alpha * x) == "(W / α) x");
    CHECK(to_string(exp(W + V)) == "exp(W + V)");
}

TEST_CASE("signs join the sums they stand in", "[show]") {
    CHECK(to_string(-(W - V)) == "−(W − V)");
    CHECK(to_string(W - -V) == "W + V");
    CHECK(to_string(-alpha * W + V) == "V − α W");
    CHECK(to_string(-1_c * W - 2_c * V) == "−W − 2 V");
    CHECK(to_string(W * -x) == "W (−x)");
}

TEST_CASE("numbers and powers", "[show]") {
    CHECK(to_string(2_c * 3_c * W) == "2 · 3 W");
    CHECK(to_string(pow(alpha, 3_c) + pow(alpha, -12_c)) == "α³ + α⁻¹²");
    CHECK(to_string(pow(x, 3_c)) == "x∘³");
    CHECK(to_string(pow(alpha, beta)) == "α^(β)");
    CHECK(to_string(reciprocal(alpha) * W) == "α⁻¹ W");
    CHECK(to_string(W / V) == "W ⊘ V");
}

TEST_CASE("names of leaves are symbols", "[show]") {
    constexpr auto W1 = matrix<"W1", "h", "n">;
    constexpr auto theta_2 = scalar<"theta_2">;
    constexpr auto noise = scalar<"log_noise">;
    CHECK(to_string(theta_2 * W1 * x) == "θ₂ W₁ x");
    CHECK(to_latex(theta_2 * W1 * x) == "\\theta_{2} W_{1} x");
    CHECK(to_string(noise * x) == "log_noise x");
    CHECK(to_latex(noise * x) == "\\mathrm{log\\_noise} x");
}

TEST_CASE("gradients are written derived and simplified, with what is shared named once", "[show]") {
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);
    CHECK(to_string(grad(loss, W)) == "W r xᵀ + W x rᵀ where r = Wᵀ W x − x");
    CHECK(to_latex(grad(loss, W)) == "W r x^{\\top} + W x r^{\\top} \\quad\\text{where}\\quad r = W^{\\top} W x - x");
    CHECK(to_string(grad(0.5_c * squared_norm(W - V), W)) == "W − V");
    CHECK(to_string(grad(0.5_c * squared_norm(W - V), V)) == "V − W");
    CHECK(to_string(grad(logdet(K), K)) == "K⁻¹");
    CHECK(to_string(grad(sum(W * x), W)) == "𝟏 xᵀ");
    CHECK(to_string(hadamard(x, ones<"n", "m">)) == "x 𝟏ᵀ");
}

TEST_CASE("limits that keep infinities out are not mentioned", "[show]") {
    CHECK(to_string(grad(sum(swish(x)), x)) == "σ(x) + swish(x) ∘ (1 − σ(x))");
    CHECK(to_string(grad(sum(gelu(x)), x)).find("where") == std::string::npos);
    CHECK(to_string(minimum(1000_c, x)) == "minimum(1000, x)");
}

TEST_CASE("a softmax is called so", "[show]") {
    constexpr auto T = matrix<"T", "m", "n">;
    CHECK(to_string(grad(sum(logsumexp(W)), W)) == "softmax(W)");
    CHECK(to_string(grad(sum(logsumexp_rows(W)), W)) == "softmax_rows(W)");
    CHECK(to_string(exp(W - logsumexp(V))) == "exp(W − logsumexp(V))");
    CHECK(to_string(grad(softmax_cross_entropy(W, T), W)) == "n⁻¹ (𝟏ᵀ T ∘ softmax(W)) − n⁻¹ T");
}

TEST_CASE("the gradient of a nonlinear autoencoder with biases", "[show]") {
    constexpr auto B = matrix<"X", "n", "samples">;
    constexpr auto b = vector<"b", "m">;
    constexpr auto c = vector<"c", "n">;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * tanh(W * B + b) + c - B);
    CHECK(to_string(grad(loss, W)) == "(W S ∘ (1 − R∘²)) Xᵀ + R Sᵀ where S = Wᵀ R + c − X, R = tanh(W X + b)");
    CHECK(to_string(grad(loss, c)) == "(Wᵀ tanh(W X + b) + c − X) 𝟏");
}

TEST_CASE("the GP-LVM reads as in the literature", "[show]") {
    constexpr auto covariance = alpha * X * transpose(X) + identity<"N"> / beta;
    constexpr auto likelihood = -0.5_c * extent<"D"> * logdet(covariance) - 0.5_c * trace(inverse(covariance) * Y * transpose(Y));
    CHECK(to_string(likelihood) == "−0.5 D log|K| − 0.5 tr(K⁻¹ Y Yᵀ) where K = α X Xᵀ + I / β");
    CHECK(to_string(grad(likelihood, X)) == "α (K⁻¹ Y Yᵀ K⁻¹ X − D K⁻¹ X) where K = α X Xᵀ + β⁻¹ I");
    CHECK(to_latex(grad(likelihood, X)) ==
          "\\alpha \\left(K^{-1} Y Y^{\\top} K^{-1} X - D K^{-1} X\\right) \\quad\\text{where}\\quad "
          "K = \\alpha X X^{\\top} + \\beta^{-1} I_{N}");
}

TEST_CASE("a name of what is shared does not clash with a leaf", "[show]") {
    constexpr auto r = vector<"r", "n">;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * r - r);
    CHECK(to_string(grad(loss, W)) == "W s rᵀ + W r sᵀ where s = Wᵀ W r − r");
}

TEST_CASE("LaTeX", "[show]") {
    CHECK(to_latex(0.5_c * squared_norm(W - V)) == "\\tfrac{1}{2} \\left\\lVert W - V \\right\\rVert_F^{2}");
    CHECK(to_latex(0.5_c * squared_norm(x)) == "\\tfrac{1}{2} \\left\\lVert x \\right\\rVert^{2}");
    CHECK(to_latex((W + V) / (alpha + beta) * x) == "\\frac{W + V}{\\alpha + \\beta} x");
    CHECK(to_latex(1e-5_c * row_sums(hadamard(W, V))) == "10^{-5} \\left(W \\circ V\\right) \\mathbf{1}");
    CHECK(to_latex(pow(x, alpha - 1_c)) == "x^{\\circ \\left(\\alpha - 1\\right)}");
    CHECK(to_latex(log_softmax(W * x)) == "\\operatorname{log\\_softmax}\\left(W x\\right)");
}

TEST_CASE("parts are written by their ranges, assemblies as blocks", "[show]") {
    constexpr auto W1 = matrix<"W1", "m", "n">;
    constexpr auto y = indices<"y", "k">;
    CHECK(to_string(rows<2, 3>(W) * x) == "W[2:5, :] x");
    CHECK(to_string(element<1, 2>(W + V)) == "(W + V)[1, 2]");
    CHECK(to_string(element<3>(x) + element<0>(transpose(x))) == "x[3] + (xᵀ)[0]");
    CHECK(to_string(vertical(W, V, W) * x) == "[W; V; W] x");
    CHECK(to_string(transpose(horizontal(W, V))) == "[W, V]ᵀ");
    CHECK(to_string(rows(W, y)) == "W[y, :]");
    CHECK(to_string(grad(0.5_c * squared_norm(rows<2, 3>(W)), W)) == "place[2:5, :](W[2:5, :])");
    CHECK(to_latex(columns<0, 1>(W1)) == "W_{1}{}_{:,0}");
    CHECK(to_latex(rows(W, y)) == "W{}_{y,:}");
    CHECK(to_latex(vertical(W, V)) == "\\begin{bmatrix} W \\\\ V \\end{bmatrix}");
    CHECK(to_latex(reshape<"N", 2>(x)) == "\\operatorname{reshape}_{N, 2}\\left(x\\right)");
}

} // namespace
