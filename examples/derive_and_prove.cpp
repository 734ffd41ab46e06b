// SPDX-License-Identifier: BSL-1.0
// Derivations done by hand, proved by the compiler: this program compiles because they are right.
#include <ctgrad/ctgrad.hpp>

#include <iostream>

using namespace ctgrad;

// The tied autoencoder.
constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto r = transpose(W) * W * x - x;
constexpr auto loss = 0.5_c * squared_norm(r);
static_assert(equivalent(grad(loss, W), W * r * transpose(x) + W * x * transpose(r)));
// A mistake that is often made: W occurs twice, but the two terms are not the same.
static_assert(!equivalent(grad(loss, W), 2_c * W * r * transpose(x)));
// Two ways lead from W to the loss.
static_assert(count_paths(loss, W) == 2);

// With units that bend, biases, and a batch: b is added to each column, so its gradient is a sum over columns.
constexpr auto B = matrix<"B", "n", "samples">;
constexpr auto b = vector<"b", "m">;
constexpr auto h = tanh(W * B + b);
constexpr auto R = transpose(W) * h - B;
constexpr auto nonlinear = 0.5_c * squared_norm(R);
constexpr auto d = hadamard(W * R, 1_c - square(h));
static_assert(equivalent(grad(nonlinear, W), d * transpose(B) + h * transpose(R)));
static_assert(equivalent(grad(nonlinear, b), row_sums(d)));
static_assert(!equivalent(grad(nonlinear, b), d));

// The likelihood of the GP-LVM.
constexpr auto X = matrix<"X", "N", "q">;
constexpr auto Y = matrix<"Y", "N", "D">;
constexpr auto alpha = scalar<"alpha", positive>;
constexpr auto beta = scalar<"beta", positive>;
constexpr auto K = alpha * X * transpose(X) + identity<"N"> / beta;
constexpr auto likelihood = -0.5_c * extent<"D"> * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y));
static_assert(equivalent(grad(likelihood, X),
                         alpha * (inverse(K) * Y * transpose(Y) * inverse(K) * X - extent<"D"> * inverse(K) * X)));

int main() {
    std::cout << "d loss / d W = " << to_string(grad(loss, W)) << '\n'
              << "d nonlinear / d b = " << to_string(grad(nonlinear, b)) << '\n'
              << "d L / d X = " << to_string(grad(likelihood, X)) << '\n';
}

// Output:
// d loss / d W = W r xᵀ + W x rᵀ where r = Wᵀ W x − x
// d nonlinear / d b = (W (Wᵀ R − B) ∘ (1 − R∘²)) 𝟏 where R = tanh(W B + b)
// d L / d X = α (K⁻¹ Y Yᵀ K⁻¹ X − D K⁻¹ X) where K = α X Xᵀ + β⁻¹ I
