// SPDX-License-Identifier: BSL-1.0
// The workloads in ctgrad: the loss as an expression, everything else derived while compiling. Extents are
// names.
#include "contender.hpp"

#include <ctgrad/ctgrad.hpp>

#include <xtensor/xtensor.hpp>

#include <algorithm>

namespace bench {
namespace {

template <class T, std::size_t Rank>
using tensor = xt::xtensor<T, Rank, xt::layout_type::row_major, aligned_allocator<T>>;

template <class T>
tensor<T, 1> vector_of(const storage<T>& data) {
    auto vector = tensor<T, 1>::from_shape({data.size()});
    std::copy(data.begin(), data.end(), vector.begin());
    return vector;
}
template <class T>
tensor<T, 2> matrix_of(const storage<T>& data, std::size_t rows) {
    auto matrix = tensor<T, 2>::from_shape({rows, data.size() / rows});
    std::copy(data.begin(), data.end(), matrix.begin());
    return matrix;
}
template <class T, std::size_t Rank>
storage<T> storage_of(const tensor<T, Rank>& t) {
    return storage<T>(t.begin(), t.end());
}

namespace tied_autoencoder {
using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto X = matrix<"X", "n", "samples">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);
constexpr auto batch_loss = 0.5_c * squared_norm(transpose(W) * W * X - X);

template <class T>
class sample {
public:
    explicit sample(const autoencoder<T>& w) : W_(matrix_of(w.W, w.hidden)), dW_(W_), x_(vector_of(w.X)) {}

    void operator()() { f_(W = W_, x = x_, into(value_, dW_)); }
    typename autoencoder<T>::results collect() const { return {value_, storage_of(dW_)}; }

private:
    decltype(compile(loss, grad(loss, W))) f_ = compile(loss, grad(loss, W));
    tensor<T, 2> W_, dW_;
    tensor<T, 1> x_;
    T value_{};
};

template <class T>
class batch {
public:
    explicit batch(const autoencoder<T>& w)
        : W_(matrix_of(w.W, w.hidden)), dW_(W_), X_(matrix_of(w.X, w.features)) {}

    void operator()() { f_(W = W_, X = X_, into(value_, dW_)); }
    typename autoencoder<T>::results collect() const { return {value_, storage_of(dW_)}; }

private:
    decltype(compile(batch_loss, grad(batch_loss, W))) f_ = compile(batch_loss, grad(batch_loss, W));
    tensor<T, 2> W_, dW_, X_;
    T value_{};
};

template <class T>
std::unique_ptr<contender<autoencoder<T>>> make_for(const autoencoder<T>& w) {
    if (w.samples == 1) return make<autoencoder<T>, sample<T>>(w);
    return make<autoencoder<T>, batch<T>>(w);
}
} // namespace tied_autoencoder

namespace gp_lvm {
using namespace ctgrad;

constexpr auto X = matrix<"X", "N", "q">;
constexpr auto Y = matrix<"Y", "N", "D">;
constexpr auto alpha = scalar<"alpha", positive>;
constexpr auto beta = scalar<"beta", positive>;
constexpr auto K = alpha * X * transpose(X) + identity<"N"> / beta;
constexpr auto likelihood = -0.5_c * extent<"D"> * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y));

template <class T>
class model {
public:
    explicit model(const gaussian_process<T>& w)
        : alpha_(w.alpha), beta_(w.beta), X_(matrix_of(w.X, w.samples)), dX_(X_),
          Y_(matrix_of(w.Y, w.samples)) {}

    void operator()() { f_(X = X_, Y = Y_, alpha = alpha_, beta = beta_, into(value_, dX_)); }
    typename gaussian_process<T>::results collect() const { return {value_, storage_of(dX_)}; }

private:
    decltype(compile(likelihood, grad(likelihood, X))) f_ = compile(likelihood, grad(likelihood, X));
    T alpha_, beta_;
    tensor<T, 2> X_, dX_, Y_;
    T value_{};
};
} // namespace gp_lvm

namespace two_layer_net {
using namespace ctgrad;

constexpr auto W1 = matrix<"W1", "hidden", "features">;
constexpr auto b1 = vector<"b1", "hidden">;
constexpr auto W2 = matrix<"W2", "classes", "hidden">;
constexpr auto b2 = vector<"b2", "classes">;

/// X and the targets are vectors for one sample, matrices for a batch.
template <class T, class Data, auto X, auto Targets>
class net {
public:
    explicit net(const swish_net<T>& w, Data X_data, Data targets)
        : W1_(matrix_of(w.W1, w.hidden)), dW1_(W1_), W2_(matrix_of(w.W2, w.classes)), dW2_(W2_),
          b1_(vector_of(w.b1)), db1_(b1_), b2_(vector_of(w.b2)), db2_(b2_), X_(std::move(X_data)),
          targets_(std::move(targets)) {}

    void operator()() {
        f_(W1 = W1_, b1 = b1_, W2 = W2_, b2 = b2_, X = X_, Targets = targets_,
           into(value_, dW1_, db1_, dW2_, db2_));
    }
    typename swish_net<T>::results collect() const {
        return {value_, storage_of(dW1_), storage_of(db1_), storage_of(dW2_), storage_of(db2_)};
    }

private:
    static constexpr auto loss = softmax_cross_entropy(W2 * swish(W1 * X + b1) + b2, Targets);
    decltype(compile(loss, grad(loss, W1, b1, W2, b2))) f_ = compile(loss, grad(loss, W1, b1, W2, b2));
    tensor<T, 2> W1_, dW1_, W2_, dW2_;
    tensor<T, 1> b1_, db1_, b2_, db2_;
    Data X_, targets_;
    T value_{};
};

template <class T>
class sample : public net<T, tensor<T, 1>, vector<"x", "features">, vector<"t", "classes">> {
public:
    explicit sample(const swish_net<T>& w) : sample::net(w, vector_of(w.X), vector_of(w.targets)) {}
};
template <class T>
class batch
    : public net<T, tensor<T, 2>, matrix<"X", "features", "samples">, matrix<"T", "classes", "samples">> {
public:
    explicit batch(const swish_net<T>& w)
        : batch::net(w, matrix_of(w.X, w.features), matrix_of(w.targets, w.classes)) {}
};

template <class T>
std::unique_ptr<contender<swish_net<T>>> make_for(const swish_net<T>& w) {
    if (w.samples == 1) return make<swish_net<T>, sample<T>>(w);
    return make<swish_net<T>, batch<T>>(w);
}
} // namespace two_layer_net

namespace sum_of_product {
using namespace ctgrad;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto B = matrix<"B", "n", "n">;
constexpr auto total = sum(A * B);

template <class T>
class square {
public:
    explicit square(const product_sum<T>& w)
        : A_(matrix_of(w.A, w.size)), dA_(A_), B_(matrix_of(w.B, w.size)), dB_(B_) {}

    void operator()() { f_(A = A_, B = B_, into(value_, dA_, dB_)); }
    typename product_sum<T>::results collect() const { return {value_, storage_of(dA_), storage_of(dB_)}; }

private:
    decltype(compile(total, grad(total, A, B))) f_ = compile(total, grad(total, A, B));
    tensor<T, 2> A_, dA_, B_, dB_;
    T value_{};
};
} // namespace sum_of_product

} // namespace

void add_ours(registry& r) {
    r.autoencoders.push_back({"ours", tied_autoencoder::make_for<real>});
    r.gaussian_processes.push_back({"ours", make<gaussian_process<real>, gp_lvm::model<real>>});
    r.swish_nets.push_back({"ours", two_layer_net::make_for<real>});
    r.product_sums.push_back({"ours", make<product_sum<real>, sum_of_product::square<real>>});
}

} // namespace bench
