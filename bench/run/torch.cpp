// SPDX-License-Identifier: BSL-1.0
// The workloads in PyTorch's C++ library: each call records the loss, the engine sweeps back through it. One
// thread.
#include "contender.hpp"

#include <torch/torch.h>

namespace bench {
namespace {

template <class T>
at::Tensor tensor_of(const storage<T>& data, std::initializer_list<std::size_t> extents) {
    const std::vector<std::int64_t> shape(extents.begin(), extents.end());
    return torch::from_blob(const_cast<T*>(data.data()), shape, torch::CppTypeToScalarType<T>::value).clone();
}
template <class T>
storage<T> storage_of(const at::Tensor& tensor) {
    const at::Tensor contiguous = tensor.contiguous();
    return storage<T>(contiguous.data_ptr<T>(), contiguous.data_ptr<T>() + contiguous.numel());
}

/// What the loss is differentiated with respect to, and what came out.
template <class T>
class differentiated {
public:
    explicit differentiated(std::vector<at::Tensor> parameters) : parameters_(std::move(parameters)) {
        for (auto& parameter : parameters_)
            parameter.requires_grad_();
    }

protected:
    const at::Tensor& parameter(std::size_t i) const { return parameters_[i]; }
    void differentiate(const at::Tensor& loss) {
        gradients_ = torch::autograd::grad({loss}, parameters_);
        value_ = loss.item<T>();
    }
    T value() const { return value_; }
    storage<T> gradient(std::size_t i) const { return storage_of<T>(gradients_[i]); }

private:
    std::vector<at::Tensor> parameters_, gradients_;
    T value_{};
};

template <class T>
class torch_autoencoder : differentiated<T> {
public:
    explicit torch_autoencoder(const autoencoder<T>& w)
        : differentiated<T>({tensor_of(w.W, {w.hidden, w.features})}),
          X_(w.samples == 1 ? tensor_of(w.X, {w.features}) : tensor_of(w.X, {w.features, w.samples})) {}

    void operator()() {
        const auto& W = this->parameter(0);
        const auto residual = at::matmul(W.t(), at::matmul(W, X_)) - X_;
        this->differentiate(residual.square().sum() * 0.5);
    }
    typename autoencoder<T>::results collect() const { return {this->value(), this->gradient(0)}; }

private:
    at::Tensor X_;
};

template <class T>
class torch_gaussian_process : differentiated<T> {
public:
    explicit torch_gaussian_process(const gaussian_process<T>& w)
        : differentiated<T>({tensor_of(w.X, {w.samples, w.latent})}), alpha_(w.alpha), beta_(w.beta),
          Y_(tensor_of(w.Y, {w.samples, w.outputs})) {}

    void operator()() {
        const auto& X = this->parameter(0);
        const auto K = alpha_ * at::mm(X, X.t()) + at::eye(X.size(0), X.options()) / beta_;
        const auto L = at::linalg_cholesky(K);
        const auto Z = at::linalg_solve_triangular(L, Y_, /*upper=*/false);
        this->differentiate(-double(Y_.size(1)) * L.diagonal().log().sum() - 0.5 * Z.square().sum());
    }
    typename gaussian_process<T>::results collect() const { return {this->value(), this->gradient(0)}; }

private:
    double alpha_, beta_;
    at::Tensor Y_;
};

/// Samples are rows and targets are classes, as the library likes them.
template <class T>
class torch_swish_net : differentiated<T> {
public:
    explicit torch_swish_net(const swish_net<T>& w)
        : differentiated<T>({tensor_of(w.W1, {w.hidden, w.features}), tensor_of(w.b1, {w.hidden}),
                             tensor_of(w.W2, {w.classes, w.hidden}), tensor_of(w.b2, {w.classes})}),
          X_(tensor_of(w.X, {w.features, w.samples}).t().contiguous()),
          targets_(tensor_of(w.targets, {w.classes, w.samples}).argmax(0)) {}

    void operator()() {
        const auto hidden = at::silu(at::linear(X_, this->parameter(0), this->parameter(1)));
        const auto logits = at::linear(hidden, this->parameter(2), this->parameter(3));
        this->differentiate(at::cross_entropy_loss(logits, targets_));
    }
    typename swish_net<T>::results collect() const {
        return {this->value(), this->gradient(0), this->gradient(1), this->gradient(2), this->gradient(3)};
    }

private:
    at::Tensor X_, targets_;
};

template <class T>
class torch_product_sum : differentiated<T> {
public:
    explicit torch_product_sum(const product_sum<T>& w)
        : differentiated<T>({tensor_of(w.A, {w.size, w.size}), tensor_of(w.B, {w.size, w.size})}) {}

    void operator()() { this->differentiate(at::mm(this->parameter(0), this->parameter(1)).sum()); }
    typename product_sum<T>::results collect() const {
        return {this->value(), this->gradient(0), this->gradient(1)};
    }
};

} // namespace

void add_torch(registry& r) {
    at::set_num_threads(1);
    r.autoencoders.push_back({"torch", make<autoencoder<real>, torch_autoencoder<real>>, memory::asked_for});
    r.gaussian_processes.push_back(
        {"torch", make<gaussian_process<real>, torch_gaussian_process<real>>, memory::asked_for});
    r.swish_nets.push_back({"torch", make<swish_net<real>, torch_swish_net<real>>, memory::asked_for});
    r.product_sums.push_back({"torch", make<product_sum<real>, torch_product_sum<real>>, memory::asked_for});
}

} // namespace bench
