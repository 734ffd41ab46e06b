// SPDX-License-Identifier: BSL-1.0
// The derived formulas in plain Eigen: what its users write first. Products are in a sensible order.
#include "contender.hpp"
#include "eigen_data.hpp"

namespace bench {
namespace {

template <class T>
using matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
template <class T>
using vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;

/// Input is a vector for one sample, a matrix for a batch.
template <class T, class Input>
class eigen_autoencoder {
public:
    explicit eigen_autoencoder(const autoencoder<T>& w)
        : W_(eigen_from<matrix<T>>(w.W, w.hidden)), X_(eigen_from<Input>(w.X, w.features)) {}

    void operator()() {
        const Input H = W_ * X_;
        const Input R = W_.transpose() * H - X_;
        value_ = R.squaredNorm() / 2;
        dW_ = H * R.transpose() + (W_ * R) * X_.transpose();
    }
    typename autoencoder<T>::results collect() const { return {value_, storage_from(dW_)}; }

private:
    matrix<T> W_, dW_;
    Input X_;
    T value_;
};

template <class T>
std::unique_ptr<contender<autoencoder<T>>> make_autoencoder(const autoencoder<T>& w) {
    if (w.samples == 1) return make<autoencoder<T>, eigen_autoencoder<T, vector<T>>>(w);
    return make<autoencoder<T>, eigen_autoencoder<T, matrix<T>>>(w);
}

template <class T>
class eigen_gaussian_process {
public:
    explicit eigen_gaussian_process(const gaussian_process<T>& w)
        : alpha_(w.alpha), beta_(w.beta), X_(eigen_from<matrix<T>>(w.X, w.samples)),
          Y_(eigen_from<matrix<T>>(w.Y, w.samples)) {}

    void operator()() {
        const T outputs = static_cast<T>(Y_.cols());
        const matrix<T> identity = matrix<T>::Identity(X_.rows(), X_.rows());
        const matrix<T> K = alpha_ * X_ * X_.transpose() + identity / beta_;
        const Eigen::LLT<matrix<T>> cholesky(K);
        const matrix<T> L = cholesky.matrixL();
        const matrix<T> Z = cholesky.solve(Y_);
        value_ = -outputs * L.diagonal().array().log().sum() - (Y_.array() * Z.array()).sum() / 2;
        dX_ = alpha_ * (Z * (Z.transpose() * X_) - outputs * cholesky.solve(X_));
    }
    typename gaussian_process<T>::results collect() const { return {value_, storage_from(dX_)}; }

private:
    T alpha_, beta_, value_;
    matrix<T> X_, Y_, dX_;
};

template <class T>
class eigen_swish_net {
public:
    explicit eigen_swish_net(const swish_net<T>& w)
        : W1_(eigen_from<matrix<T>>(w.W1, w.hidden)), W2_(eigen_from<matrix<T>>(w.W2, w.classes)),
          X_(eigen_from<matrix<T>>(w.X, w.features)), targets_(eigen_from<matrix<T>>(w.targets, w.classes)),
          b1_(eigen_from<vector<T>>(w.b1, w.hidden)), b2_(eigen_from<vector<T>>(w.b2, w.classes)) {}

    void operator()() {
        const T samples = static_cast<T>(X_.cols());
        const matrix<T> Z1 = (W1_ * X_).colwise() + b1_;
        const matrix<T> gate = (1 + (-Z1.array()).exp()).inverse();
        const matrix<T> H = Z1.cwiseProduct(gate);
        const matrix<T> Z2 = (W2_ * H).colwise() + b2_;
        const matrix<T> shifted = Z2.rowwise() - Z2.colwise().maxCoeff();
        const matrix<T> powers = shifted.array().exp();
        const matrix<T> totals = powers.colwise().sum();
        value_ = (targets_.colwise().sum().array() * totals.array().log()).sum() / samples -
                 targets_.cwiseProduct(shifted).sum() / samples;

        const matrix<T> dZ2 = (powers * totals.row(0).cwiseInverse().asDiagonal() - targets_) / samples;
        dW2_ = dZ2 * H.transpose();
        db2_ = dZ2.rowwise().sum();
        const matrix<T> dZ1 =
            (W2_.transpose() * dZ2).array() * (gate.array() + H.array() * (1 - gate.array()));
        dW1_ = dZ1 * X_.transpose();
        db1_ = dZ1.rowwise().sum();
    }
    typename swish_net<T>::results collect() const {
        return {value_, storage_from(dW1_), storage_from(db1_), storage_from(dW2_), storage_from(db2_)};
    }

private:
    matrix<T> W1_, W2_, X_, targets_, dW1_, dW2_;
    vector<T> b1_, b2_, db1_, db2_;
    T value_;
};

template <class T>
class eigen_product_sum {
public:
    explicit eigen_product_sum(const product_sum<T>& w)
        : A_(eigen_from<matrix<T>>(w.A, w.size)), B_(eigen_from<matrix<T>>(w.B, w.size)) {}

    void operator()() {
        const Eigen::Index n = A_.rows();
        value_ = (A_ * B_).sum();
        dA_ = B_.rowwise().sum().transpose().replicate(n, 1);
        dB_ = A_.colwise().sum().transpose().replicate(1, n);
    }
    typename product_sum<T>::results collect() const {
        return {value_, storage_from(dA_), storage_from(dB_)};
    }

private:
    matrix<T> A_, B_, dA_, dB_;
    T value_;
};

} // namespace

void add_eigen(registry& r) {
    r.autoencoders.push_back({"eigen", make_autoencoder<real>, memory::asked_for});
    r.gaussian_processes.push_back(
        {"eigen", make<gaussian_process<real>, eigen_gaussian_process<real>>, memory::asked_for});
    r.swish_nets.push_back({"eigen", make<swish_net<real>, eigen_swish_net<real>>, memory::asked_for});
    r.product_sums.push_back({"eigen", make<product_sum<real>, eigen_product_sum<real>>, memory::asked_for});
}

} // namespace bench
