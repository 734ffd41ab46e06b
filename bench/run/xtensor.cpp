// SPDX-License-Identifier: BSL-1.0
// The derived formulas in plain xtensor and xtensor-blas, written down as one thinks of them. Products are in
// a sensible order; a reduction is stored before it is broadcast, as the lazy form reads out of bounds.
#include "contender.hpp"

#include <xtensor-blas/xlinalg.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

#include <algorithm>

namespace bench {
namespace {

using xt::linalg::dot;

template <class T>
xt::xtensor<T, 1> vector_of(const storage<T>& data) {
    auto vector = xt::xtensor<T, 1>::from_shape({data.size()});
    std::copy(data.begin(), data.end(), vector.begin());
    return vector;
}
template <class T>
xt::xtensor<T, 2> matrix_of(const storage<T>& data, std::size_t rows) {
    auto matrix = xt::xtensor<T, 2>::from_shape({rows, data.size() / rows});
    std::copy(data.begin(), data.end(), matrix.begin());
    return matrix;
}
template <class Tensor>
auto storage_of(const Tensor& tensor) {
    return storage<typename Tensor::value_type>(tensor.begin(), tensor.end());
}

template <class T>
class xtensor_autoencoder_sample {
public:
    explicit xtensor_autoencoder_sample(const autoencoder<T>& w)
        : W_(matrix_of(w.W, w.hidden)), x_(vector_of(w.X)) {}

    void operator()() {
        const xt::xtensor<T, 1> h = dot(W_, x_);
        const xt::xtensor<T, 1> r = dot(xt::transpose(W_), h) - x_;
        const xt::xtensor<T, 1> v = dot(W_, r);
        value_ = xt::sum(r * r)() / 2;
        dW_ = xt::linalg::outer(h, r) + xt::linalg::outer(v, x_);
    }
    typename autoencoder<T>::results collect() const { return {value_, storage_of(dW_)}; }

private:
    xt::xtensor<T, 2> W_, dW_;
    xt::xtensor<T, 1> x_;
    T value_;
};

template <class T>
class xtensor_autoencoder_batch {
public:
    explicit xtensor_autoencoder_batch(const autoencoder<T>& w)
        : W_(matrix_of(w.W, w.hidden)), X_(matrix_of(w.X, w.features)) {}

    void operator()() {
        const xt::xtensor<T, 2> H = dot(W_, X_);
        const xt::xtensor<T, 2> R = dot(xt::transpose(W_), H) - X_;
        value_ = xt::sum(R * R)() / 2;
        dW_ = dot(H, xt::transpose(R)) + dot(dot(W_, R), xt::transpose(X_));
    }
    typename autoencoder<T>::results collect() const { return {value_, storage_of(dW_)}; }

private:
    xt::xtensor<T, 2> W_, X_, dW_;
    T value_;
};

template <class T>
std::unique_ptr<contender<autoencoder<T>>> make_autoencoder(const autoencoder<T>& w) {
    if (w.samples == 1) return make<autoencoder<T>, xtensor_autoencoder_sample<T>>(w);
    return make<autoencoder<T>, xtensor_autoencoder_batch<T>>(w);
}

template <class T>
class xtensor_gaussian_process {
public:
    explicit xtensor_gaussian_process(const gaussian_process<T>& w)
        : alpha_(w.alpha), beta_(w.beta), X_(matrix_of(w.X, w.samples)), Y_(matrix_of(w.Y, w.samples)) {}

    void operator()() {
        const T outputs = static_cast<T>(Y_.shape(1));
        const xt::xtensor<T, 2> K = alpha_ * dot(X_, xt::transpose(X_)) + xt::eye<T>(X_.shape(0)) / beta_;
        const xt::xtensor<T, 2> K_inverse = xt::linalg::inv(K);
        const xt::xtensor<T, 2> Z = dot(K_inverse, Y_);
        const T log_determinant = std::get<1>(xt::linalg::slogdet(K));
        value_ = -outputs / 2 * log_determinant - xt::sum(Y_ * Z)() / 2;
        const xt::xtensor<T, 2> dK = dot(Z, xt::transpose(Z)) - outputs * K_inverse;
        dX_ = alpha_ * dot(dK, X_);
    }
    typename gaussian_process<T>::results collect() const { return {value_, storage_of(dX_)}; }

private:
    T alpha_, beta_, value_;
    xt::xtensor<T, 2> X_, Y_, dX_;
};

template <class T>
class xtensor_swish_net {
public:
    explicit xtensor_swish_net(const swish_net<T>& w)
        : W1_(matrix_of(w.W1, w.hidden)), W2_(matrix_of(w.W2, w.classes)), X_(matrix_of(w.X, w.features)),
          targets_(matrix_of(w.targets, w.classes)), b1_(matrix_of(w.b1, w.hidden)),
          b2_(matrix_of(w.b2, w.classes)) {}

    void operator()() {
        const T samples = static_cast<T>(X_.shape(1));
        const xt::xtensor<T, 2> Z1 = dot(W1_, X_) + b1_;
        const xt::xtensor<T, 2> gate = T(1) / (T(1) + xt::exp(-Z1));
        const xt::xtensor<T, 2> H = Z1 * gate;
        const xt::xtensor<T, 2> Z2 = dot(W2_, H) + b2_;
        const xt::xtensor<T, 1> largest = xt::amax(Z2, {0});
        const xt::xtensor<T, 2> shifted = Z2 - largest;
        const xt::xtensor<T, 2> powers = xt::exp(shifted);
        const xt::xtensor<T, 1> totals = xt::sum(powers, {0});
        value_ = -xt::sum(targets_ * (shifted - xt::log(totals)))() / samples;

        const xt::xtensor<T, 2> dZ2 = (powers / totals - targets_) / samples;
        dW2_ = dot(dZ2, xt::transpose(H));
        db2_ = xt::sum(dZ2, {1});
        const xt::xtensor<T, 2> dZ1 = dot(xt::transpose(W2_), dZ2) * (gate + H * (T(1) - gate));
        dW1_ = dot(dZ1, xt::transpose(X_));
        db1_ = xt::sum(dZ1, {1});
    }
    typename swish_net<T>::results collect() const {
        return {value_, storage_of(dW1_), storage_of(db1_), storage_of(dW2_), storage_of(db2_)};
    }

private:
    xt::xtensor<T, 2> W1_, W2_, X_, targets_, b1_, b2_, dW1_, dW2_;
    xt::xtensor<T, 1> db1_, db2_;
    T value_;
};

template <class T>
class xtensor_product_sum {
public:
    explicit xtensor_product_sum(const product_sum<T>& w)
        : A_(matrix_of(w.A, w.size)), B_(matrix_of(w.B, w.size)) {}

    void operator()() {
        const xt::xtensor<T, 1> column_sums = xt::sum(A_, {0}), row_sums = xt::sum(B_, {1});
        value_ = xt::sum(dot(A_, B_))();
        dA_ = xt::broadcast(row_sums, A_.shape());
        dB_ = xt::transpose(xt::broadcast(column_sums, B_.shape()));
    }
    typename product_sum<T>::results collect() const { return {value_, storage_of(dA_), storage_of(dB_)}; }

private:
    xt::xtensor<T, 2> A_, B_, dA_, dB_;
    T value_;
};

} // namespace

void add_xtensor(registry& r) {
    r.autoencoders.push_back({"xtensor", make_autoencoder<real>, memory::asked_for});
    r.gaussian_processes.push_back(
        {"xtensor", make<gaussian_process<real>, xtensor_gaussian_process<real>>, memory::asked_for});
    r.swish_nets.push_back({"xtensor", make<swish_net<real>, xtensor_swish_net<real>>, memory::asked_for});
    r.product_sums.push_back(
        {"xtensor", make<product_sum<real>, xtensor_product_sum<real>>, memory::asked_for});
}

} // namespace bench
