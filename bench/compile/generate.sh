#!/bin/bash
# SPDX-License-Identifier: BSL-1.0
# generate.sh KIND [SIZE]: prints a program whose compile time is of interest.
#   includes       the header alone
#   autoencoder    the tied linear autoencoder and its gradient
#   hessian        the Hessian of the tied linear autoencoder by its weights
#   contractive    the contractive autoencoder with two layers: value and gradient in every weight and bias
#   recurrent SIZE SIZE steps of a recurrent net with shared weights: value and gradients
#   net SIZE       a swish net of SIZE layers under softmax cross-entropy: value and gradient in every weight and bias
#   chain SIZE     SIZE steps x + x, each using the one before twice: value and gradient
#   residual SIZE  SIZE steps x + tanh(x), which no identity folds: value and gradient
#   proof_autoencoder, proof_gp_lvm, proof_contractive   a gradient by hand, proved
set -euo pipefail
kind=$1 size=${2:-0}

# list FORMAT: FORMAT for 1 ... size, with commas; every %d is the number.
list() {
    local i separator=''
    for ((i = 1; i <= size; ++i)); do
        printf '%s' "$separator${1//%d/$i}"
        separator=', '
    done
}

net() {
    echo 'constexpr auto h0 = matrix<"x", "h", "batch">;'
    echo 'constexpr auto target = matrix<"target", "h", "batch">;'
    local i
    for ((i = 1; i <= size; ++i)); do
        echo "constexpr auto W$i = matrix<\"W$i\", \"h\", \"h\">;"
        echo "constexpr auto b$i = vector<\"b$i\", \"h\">;"
        echo "constexpr auto h$i = swish(W$i * h$((i - 1)) + b$i);"
    done
    cat <<END
constexpr auto loss = softmax_cross_entropy(h$size, target);

void run(tensor2 const& sample, tensor2 const& weights, tensor1 const& biases, double& value, tensor2* dW, tensor1* db) {
    auto f = compile(loss, grad(loss, $(list 'W%d, b%d')));
    f(h0 = sample, target = sample, $(list 'W%d = weights, b%d = biases'),
      into(value, $(list 'dW[%d], db[%d]')));
}
END
}

chain() { # chain STEP: of SIZE steps, with %d for the number of the one before
    local i
    echo 'constexpr auto x0 = vector<"x", "n">;'
    for ((i = 0; i < size; ++i)); do echo "constexpr auto x$((i + 1)) = ${1//%d/$i};"; done
    cat <<END
constexpr auto loss = squared_norm(x$size);

void run(tensor1 const& sample, double& value, tensor1& gradient) {
    auto f = compile(loss, grad(loss, x0));
    f(x0 = sample, into(value, gradient));
}
END
}

autoencoder() {
    cat <<'END'
constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);

void run(tensor2 const& weights, tensor1 const& sample, double& value, tensor2& gradient) {
    auto f = compile(loss, grad(loss, W));
    f(W = weights, x = sample, into(value, gradient));
}
END
}

proof_autoencoder() {
    cat <<'END'
constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto r = transpose(W) * W * x - x;
static_assert(equivalent(grad(0.5_c * squared_norm(r), W), W * r * transpose(x) + W * x * transpose(r)));
END
}

proof_gp_lvm() {
    cat <<'END'
constexpr auto X = matrix<"X", "N", "q">;
constexpr auto Y = matrix<"Y", "N", "D">;
constexpr auto alpha = scalar<"alpha", positive>;
constexpr auto beta = scalar<"beta", positive>;
constexpr auto K = alpha * X * transpose(X) + identity<"N"> / beta;
constexpr auto L = -0.5_c * extent<"D"> * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y));
static_assert(equivalent(grad(L, X), alpha * (inverse(K) * Y * transpose(Y) * inverse(K) * X - extent<"D"> * inverse(K) * X)));
END
}

proof_contractive() {
    cat <<'END'
constexpr auto W = matrix<"W", "h", "n">;
constexpr auto b = vector<"b", "h">;
constexpr auto x = vector<"x", "n">;
constexpr auto h = sigmoid(W * x + b);
constexpr auto slope = hadamard(h, 1_c - h);
constexpr auto d = hadamard(hadamard(square(slope), 1_c - 2_c * h), row_sums(square(W)));
static_assert(equivalent(grad(0.5_c * squared_norm(jacobian(h, x)), W), d * transpose(x) + diag(square(slope)) * W));
END
}

hessian() {
    cat <<'END'
constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);

void run(tensor2 const& weights, tensor1 const& sample, xt::xtensor<double, 4>& second) {
    auto f = compile(hessian(loss, W));
    f(W = weights, x = sample, into(second));
}
END
}

contractive() {
    cat <<'END'
constexpr auto W = matrix<"W", "h", "n">;
constexpr auto U = matrix<"U", "k", "h">;
constexpr auto V = matrix<"V", "n", "k">;
constexpr auto b = vector<"b", "h">;
constexpr auto d = vector<"d", "k">;
constexpr auto c = vector<"c", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto e = sigmoid(U * sigmoid(W * x + b) + d);
constexpr auto loss = squared_norm(V * e + c - x) + 0.1_c * squared_norm(jacobian(e, x));

void run(tensor2 const& weights, tensor1 const& sample, double& value, tensor2* gradients, tensor1* biases) {
    auto f = compile(loss, grad(loss, W, U, V, b, d, c));
    f(W = weights, U = weights, V = weights, b = sample, d = sample, c = sample, x = sample,
      into(value, gradients[0], gradients[1], gradients[2], biases[0], biases[1], biases[2]));
}
END
}

recurrent() {
    cat <<END
constexpr auto W = matrix<"W", "h", "h">;
constexpr auto U = matrix<"U", "h", "n">;
constexpr auto b = vector<"b", "h">;
constexpr auto x = vector<"x", "n">;
constexpr auto initial = vector<"initial", "h">;
constexpr auto state = unroll<$size>(initial, [](auto h, auto) { return tanh(W * h + U * x + b); });
constexpr auto loss = squared_norm(state);

void run(tensor2 const& weights, tensor1 const& sample, double& value, tensor2& dW, tensor2& dU, tensor1& db) {
    auto f = compile(loss, grad(loss, W, U, b));
    f(W = weights, U = weights, b = sample, x = sample, initial = sample, into(value, dW, dU, db));
}
END
}

cat <<'END'
// SPDX-License-Identifier: BSL-1.0
#include <ctgrad/ctgrad.hpp>

using namespace ctgrad;
using tensor1 = xt::xtensor<double, 1>;
using tensor2 = xt::xtensor<double, 2>;

END
case $kind in
    includes) ;;
    autoencoder | proof_* | hessian | contractive | recurrent) "$kind" ;;
    net) net ;;
    chain) chain 'x%d + x%d' ;;
    residual) chain 'x%d + tanh(x%d)' ;;
    *)
        echo "generate.sh: no such kind: $kind" >&2
        exit 2
        ;;
esac
