// SPDX-License-Identifier: BSL-1.0
// The workloads in ctgrad, with numbers for extents: the smaller sizes, each an expression of its own.

// The containers' entries begin on cache-line boundaries, as everyone's do here.
#define XTENSOR_DEFAULT_ALIGNMENT 64

#include "contender.hpp"

#include <ctgrad/ctgrad.hpp>

#include <xtensor/xfixed.hpp>

#include <algorithm>

namespace bench {
namespace {

template <class T, std::size_t... Extents>
using tensor = xt::xtensor_fixed<T, xt::xshape<Extents...>>;

template <class Tensor, class T>
Tensor tensor_of(const storage<T>& data) {
    Tensor t;
    std::copy(data.begin(), data.end(), t.begin());
    return t;
}
template <class Tensor>
auto storage_of(const Tensor& t) {
    return storage<typename Tensor::value_type>(t.begin(), t.end());
}

using namespace ctgrad;

template <class T, std::size_t Hidden, std::size_t Features>
class fixed_autoencoder {
public:
    explicit fixed_autoencoder(const autoencoder<T>& w)
        : W_(tensor_of<decltype(W_)>(w.W)), x_(tensor_of<decltype(x_)>(w.X)) {}

    void operator()() { f_(W = W_, x = x_, into(value_, dW_)); }
    typename autoencoder<T>::results collect() const { return {value_, storage_of(dW_)}; }

private:
    static constexpr auto W = matrix<"W", Hidden, Features>;
    static constexpr auto x = vector<"x", Features>;
    static constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);
    decltype(compile(loss, grad(loss, W))) f_ = compile(loss, grad(loss, W));
    tensor<T, Hidden, Features> W_, dW_;
    tensor<T, Features> x_;
    T value_{};
};

template <class T, std::size_t Samples, std::size_t Latent, std::size_t Outputs>
class fixed_gaussian_process {
public:
    explicit fixed_gaussian_process(const gaussian_process<T>& w)
        : alpha_(w.alpha), beta_(w.beta), X_(tensor_of<decltype(X_)>(w.X)), Y_(tensor_of<decltype(Y_)>(w.Y)) {
    }

    void operator()() { f_(X = X_, Y = Y_, alpha = alpha_, beta = beta_, into(value_, dX_)); }
    typename gaussian_process<T>::results collect() const { return {value_, storage_of(dX_)}; }

private:
    static constexpr auto X = matrix<"X", Samples, Latent>;
    static constexpr auto Y = matrix<"Y", Samples, Outputs>;
    static constexpr auto alpha = scalar<"alpha", positive>;
    static constexpr auto beta = scalar<"beta", positive>;
    static constexpr auto K = alpha * X * transpose(X) + identity<Samples> / beta;
    static constexpr auto likelihood =
        -0.5_c * extent<Outputs> * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y));
    decltype(compile(likelihood, grad(likelihood, X))) f_ = compile(likelihood, grad(likelihood, X));
    T alpha_, beta_;
    tensor<T, Samples, Latent> X_, dX_;
    tensor<T, Samples, Outputs> Y_;
    T value_{};
};

template <class T, class W1Data, class W2Data, class b1Data, class b2Data, class XData, class TargetData,
          auto W1, auto W2, auto b1, auto b2, auto X, auto Targets>
class fixed_swish_net {
public:
    explicit fixed_swish_net(const swish_net<T>& w)
        : W1_(tensor_of<W1Data>(w.W1)), W2_(tensor_of<W2Data>(w.W2)), b1_(tensor_of<b1Data>(w.b1)),
          b2_(tensor_of<b2Data>(w.b2)), X_(tensor_of<XData>(w.X)),
          targets_(tensor_of<TargetData>(w.targets)) {}

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
    W1Data W1_, dW1_;
    W2Data W2_, dW2_;
    b1Data b1_, db1_;
    b2Data b2_, db2_;
    XData X_;
    TargetData targets_;
    T value_{};
};

template <class T, std::size_t Features, std::size_t Hidden, std::size_t Classes>
using fixed_swish_net_sample =
    fixed_swish_net<T, tensor<T, Hidden, Features>, tensor<T, Classes, Hidden>, tensor<T, Hidden>,
                    tensor<T, Classes>, tensor<T, Features>, tensor<T, Classes>,
                    matrix<"W1", Hidden, Features>, matrix<"W2", Classes, Hidden>, vector<"b1", Hidden>,
                    vector<"b2", Classes>, vector<"x", Features>, vector<"t", Classes>>;
template <class T, std::size_t Features, std::size_t Hidden, std::size_t Classes, std::size_t Samples>
using fixed_swish_net_batch =
    fixed_swish_net<T, tensor<T, Hidden, Features>, tensor<T, Classes, Hidden>, tensor<T, Hidden>,
                    tensor<T, Classes>, tensor<T, Features, Samples>, tensor<T, Classes, Samples>,
                    matrix<"W1", Hidden, Features>, matrix<"W2", Classes, Hidden>, vector<"b1", Hidden>,
                    vector<"b2", Classes>, matrix<"X", Features, Samples>, matrix<"T", Classes, Samples>>;

template <class T>
std::unique_ptr<contender<autoencoder<T>>> make_autoencoder(const autoencoder<T>& w) {
    if (w.samples != 1) return nullptr;
    if (w.hidden == 4 && w.features == 8) return make<autoencoder<T>, fixed_autoencoder<T, 4, 8>>(w);
    if (w.hidden == 16 && w.features == 64) return make<autoencoder<T>, fixed_autoencoder<T, 16, 64>>(w);
    return nullptr;
}
template <class T>
std::unique_ptr<contender<gaussian_process<T>>> make_gaussian_process(const gaussian_process<T>& w) {
    if (w.samples != 20 || w.latent != 2 || w.outputs != 5) return nullptr;
    return make<gaussian_process<T>, fixed_gaussian_process<T, 20, 2, 5>>(w);
}
template <class T>
std::unique_ptr<contender<swish_net<T>>> make_swish_net(const swish_net<T>& w) {
    if (w.features == 4 && w.hidden == 5 && w.classes == 3 && w.samples == 1)
        return make<swish_net<T>, fixed_swish_net_sample<T, 4, 5, 3>>(w);
    if (w.features == 32 && w.hidden == 50 && w.classes == 7 && w.samples == 16)
        return make<swish_net<T>, fixed_swish_net_batch<T, 32, 50, 7, 16>>(w);
    return nullptr;
}

} // namespace

void add_ours_fixed(registry& r) {
    r.autoencoders.push_back({"ours_fixed", make_autoencoder<real>});
    r.gaussian_processes.push_back({"ours_fixed", make_gaussian_process<real>});
    r.swish_nets.push_back({"ours_fixed", make_swish_net<real>});
}

} // namespace bench
