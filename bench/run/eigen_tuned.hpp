// SPDX-License-Identifier: BSL-1.0
// Eigen in the hands of someone who knows it: no temporaries, products written straight into their
// destination, the factorisation in place. An extent is a number, or Eigen::Dynamic; with numbers Eigen
// unrolls.
#pragma once

#include "contender.hpp"
#include "eigen_data.hpp"

namespace bench {

template <class T, int Hidden, int Features, int Samples>
class eigen_tuned_autoencoder {
public:
    explicit eigen_tuned_autoencoder(const autoencoder<T>& w)
        : W_(eigen_from<weights>(w.W, w.hidden)), dW_(W_), X_(eigen_from<input>(w.X, w.features)), R_(X_),
          H_(Eigen::Index(w.hidden), Eigen::Index(w.samples)), V_(H_) {}

    void operator()() {
        H_.noalias() = W_ * X_;
        R_.noalias() = W_.transpose() * H_;
        R_ -= X_;
        V_.noalias() = W_ * R_;
        value_ = R_.squaredNorm() / 2;
        if constexpr (Samples == 1) {
            // Column by column in one pass: no product, so that no temporary either.
            for (Eigen::Index j = 0; j < dW_.cols(); ++j)
                dW_.col(j) = H_ * R_(j) + V_ * X_(j);
        } else {
            dW_.noalias() = H_ * R_.transpose();
            dW_.noalias() += V_ * X_.transpose();
        }
    }
    typename autoencoder<T>::results collect() const { return {value_, storage_from(dW_)}; }

private:
    using weights = Eigen::Matrix<T, Hidden, Features>;
    using input = Eigen::Matrix<T, Features, Samples>;
    using code = Eigen::Matrix<T, Hidden, Samples>;
    weights W_, dW_;
    input X_, R_;
    code H_, V_;
    T value_;
};

template <class T, int Samples, int Latent, int Outputs>
class eigen_tuned_gaussian_process {
public:
    explicit eigen_tuned_gaussian_process(const gaussian_process<T>& w)
        : alpha_(w.alpha), beta_(w.beta), X_(eigen_from<latent>(w.X, w.samples)), Z_X_(X_), dX_(X_),
          Y_(eigen_from<outputs>(w.Y, w.samples)), Z_Y_(Y_),
          K_(Eigen::Index(w.samples), Eigen::Index(w.samples)),
          P_(Eigen::Index(w.outputs), Eigen::Index(w.latent)) {}

    void operator()() {
        const T columns = static_cast<T>(Y_.cols());
        if constexpr (Samples == Eigen::Dynamic) {
            K_.setZero();
            K_.template selfadjointView<Eigen::Lower>().rankUpdate(X_, alpha_);
        } else {
            K_.noalias() = alpha_ * X_ * X_.transpose();
        }
        K_.diagonal().array() += 1 / beta_;
        const Eigen::LLT<Eigen::Ref<covariance>> cholesky(K_); // in place
        Z_Y_ = Y_;
        cholesky.matrixL().solveInPlace(Z_Y_);
        value_ = -columns * K_.diagonal().array().log().sum() - Z_Y_.squaredNorm() / 2;
        cholesky.matrixU().solveInPlace(Z_Y_);
        Z_X_ = X_;
        cholesky.solveInPlace(Z_X_);
        P_.noalias() = Z_Y_.transpose() * X_;
        dX_.noalias() = alpha_ * Z_Y_ * P_;
        dX_ -= (alpha_ * columns) * Z_X_;
    }
    typename gaussian_process<T>::results collect() const { return {value_, storage_from(dX_)}; }

private:
    using latent = Eigen::Matrix<T, Samples, Latent>;
    using outputs = Eigen::Matrix<T, Samples, Outputs>;
    using covariance = Eigen::Matrix<T, Samples, Samples>;
    T alpha_, beta_, value_;
    latent X_, Z_X_, dX_;
    outputs Y_, Z_Y_;
    covariance K_;
    Eigen::Matrix<T, Outputs, Latent> P_;
};

template <class T, int Features, int Hidden, int Classes, int Samples>
class eigen_tuned_swish_net {
public:
    explicit eigen_tuned_swish_net(const swish_net<T>& w)
        : W1_(eigen_from<Eigen::Matrix<T, Hidden, Features>>(w.W1, w.hidden)), dW1_(W1_),
          W2_(eigen_from<Eigen::Matrix<T, Classes, Hidden>>(w.W2, w.classes)), dW2_(W2_),
          X_(eigen_from<Eigen::Matrix<T, Features, Samples>>(w.X, w.features)),
          targets_(eigen_from<Eigen::Matrix<T, Classes, Samples>>(w.targets, w.classes)), Z2_(targets_),
          b1_(eigen_from<Eigen::Matrix<T, Hidden, 1>>(w.b1, w.hidden)), db1_(b1_),
          b2_(eigen_from<Eigen::Matrix<T, Classes, 1>>(w.b2, w.classes)), db2_(b2_),
          H_(Eigen::Index(w.hidden), Eigen::Index(w.samples)), Z1_(H_), slope_(H_) {}

    void operator()() {
        const T scale = T(1) / static_cast<T>(X_.cols());
        Z1_.noalias() = W1_ * X_;
        Z1_.colwise() += b1_;
        slope_ = (1 + (-Z1_.array()).exp()).inverse();
        H_ = Z1_.cwiseProduct(slope_);
        slope_.array() += H_.array() * (1 - slope_.array());
        Z2_.noalias() = W2_ * H_;
        Z2_.colwise() += b2_;
        T loss = 0;
        for (Eigen::Index j = 0; j < Z2_.cols(); ++j) {
            auto z = Z2_.col(j).array();
            const auto target = targets_.col(j).array();
            z -= z.maxCoeff();
            loss -= (target * z).sum();
            z = z.exp();
            const T total = z.sum(), mass = target.sum();
            loss += mass * std::log(total);
            z = z * (mass / total * scale) - target * scale;
        }
        value_ = loss * scale;

        dW2_.noalias() = Z2_ * H_.transpose();
        db2_ = Z2_.rowwise().sum();
        Z1_.noalias() = W2_.transpose() * Z2_;
        Z1_.array() *= slope_.array();
        dW1_.noalias() = Z1_ * X_.transpose();
        db1_ = Z1_.rowwise().sum();
    }
    typename swish_net<T>::results collect() const {
        return {value_, storage_from(dW1_), storage_from(db1_), storage_from(dW2_), storage_from(db2_)};
    }

private:
    Eigen::Matrix<T, Hidden, Features> W1_, dW1_;
    Eigen::Matrix<T, Classes, Hidden> W2_, dW2_;
    Eigen::Matrix<T, Features, Samples> X_;
    Eigen::Matrix<T, Classes, Samples> targets_, Z2_;
    Eigen::Matrix<T, Hidden, 1> b1_, db1_;
    Eigen::Matrix<T, Classes, 1> b2_, db2_;
    Eigen::Matrix<T, Hidden, Samples> H_, Z1_, slope_;
    T value_;
};

template <class T, int Size>
class eigen_tuned_product_sum {
public:
    explicit eigen_tuned_product_sum(const product_sum<T>& w)
        : A_(eigen_from<square>(w.A, w.size)), dA_(A_), B_(eigen_from<square>(w.B, w.size)), dB_(B_),
          column_sums_(A_.row(0)), row_sums_(A_.col(0)) {}

    void operator()() {
        column_sums_.noalias() = A_.colwise().sum();
        row_sums_.noalias() = B_.rowwise().sum();
        value_ = column_sums_ * row_sums_;
        dA_.rowwise() = row_sums_.transpose();
        dB_.colwise() = column_sums_.transpose();
    }
    typename product_sum<T>::results collect() const {
        return {value_, storage_from(dA_), storage_from(dB_)};
    }

private:
    using square = Eigen::Matrix<T, Size, Size>;
    square A_, dA_, B_, dB_;
    Eigen::Matrix<T, 1, Size> column_sums_;
    Eigen::Matrix<T, Size, 1> row_sums_;
    T value_;
};

} // namespace bench
