// SPDX-License-Identifier: BSL-1.0
// What an expert writes by hand on top of BLAS and LAPACK: the derivation done on paper, every product in its
// cheapest order, all memory allocated beforehand, transposes as flags, and vectorised loops for what BLAS
// has no call for.
#include "calls.hpp"
#include "contender.hpp"
#include "elementwise.hpp"

namespace bench {
namespace {

using calls::as;

template <class T>
class blas_autoencoder {
public:
    explicit blas_autoencoder(const autoencoder<T>& w)
        : m_(w.hidden), n_(w.features), b_(w.samples), W_(w.W), X_(w.X), H_(m_ * b_), R_(n_ * b_),
          V_(m_ * b_) {
        results_.dW.resize(m_ * n_);
    }

    // h = W x;  r = W'h - x;  v = W r;  dW = h r' + v x'.
    void operator()() {
        const T* W = W_.data();
        const T* X = X_.data();
        T *H = H_.data(), *R = R_.data(), *V = V_.data(), *dW = results_.dW.data();
        std::copy_n(X, n_ * b_, R);
        if (b_ == 1) {
            calls::gemv(as::is, m_, n_, T(1), W, X, T(0), H);
            calls::gemv(as::transposed, m_, n_, T(1), W, H, T(-1), R);
            calls::gemv(as::is, m_, n_, T(1), W, R, T(0), V);
            // Not two calls of ger, which would read and write dW twice, and want it filled with zeros
            // before.
            for (std::size_t i = 0; i < m_; ++i) {
                T* const row = dW + i * n_;
                const T h = H[i], v = V[i];
                for_each_lane<T>(n_, [=](auto lane, std::size_t j) {
                    using Lane = decltype(lane);
                    store(row + j, Lane(h) * load(lane, R + j) + Lane(v) * load(lane, X + j));
                });
            }
        } else {
            calls::gemm(as::is, as::is, m_, b_, n_, T(1), W, X, T(0), H);
            calls::gemm(as::transposed, as::is, n_, b_, m_, T(1), W, H, T(-1), R);
            calls::gemm(as::is, as::is, m_, b_, n_, T(1), W, R, T(0), V);
            calls::gemm(as::is, as::transposed, m_, n_, b_, T(1), H, R, T(0), dW);
            calls::gemm(as::is, as::transposed, m_, n_, b_, T(1), V, X, T(1), dW);
        }
        results_.value = squared_norm(n_ * b_, R) / 2;
    }
    typename autoencoder<T>::results collect() const { return results_; }

private:
    std::size_t m_, n_, b_;
    storage<T> W_, X_, H_, R_, V_;
    typename autoencoder<T>::results results_;
};

template <class T>
class blas_gaussian_process {
public:
    explicit blas_gaussian_process(const gaussian_process<T>& w)
        : N_(w.samples), q_(w.latent), D_(w.outputs), alpha_(w.alpha), beta_(w.beta), X_(w.X), Y_(w.Y),
          K_(N_ * N_), Z_(N_ * (D_ + q_)), P_(D_ * q_) {
        results_.dX.resize(N_ * q_);
    }

    // K = U'U;  K Z = [Y X];  value = -D sum log u_ii - |U'^-1 Y|^2/2;  dX = alpha (Z_Y (Z_Y'X) - D Z_X).
    void operator()() {
        const T* X = X_.data();
        T *K = K_.data(), *Z = Z_.data(), *dX = results_.dX.data();
        const std::size_t width = D_ + q_;
        // Below some 64 rows the whole product is faster than its upper triangle.
        if (N_ < 64)
            calls::gemm(as::is, as::transposed, N_, N_, q_, alpha_, X, X, T(0), K);
        else
            calls::syrk_upper(N_, q_, alpha_, X, T(0), K);
        for (std::size_t i = 0; i < N_; ++i)
            K[i * N_ + i] += 1 / beta_;
        calls::cholesky_upper(N_, K);

        T log_diagonal = 0;
        for (std::size_t i = 0; i < N_; ++i)
            log_diagonal += std::log(K[i * N_ + i]);
        for (std::size_t i = 0; i < N_; ++i) {
            std::copy_n(Y_.data() + i * D_, D_, Z + i * width);
            std::copy_n(X + i * q_, q_, Z + i * width + D_);
        }
        calls::trsm_upper(as::transposed, N_, width, K, Z);
        T quadratic = 0;
        for (std::size_t i = 0; i < N_; ++i)
            quadratic += squared_norm(D_, Z + i * width);
        results_.value = -static_cast<T>(D_) * log_diagonal - quadratic / 2;
        calls::trsm_upper(as::is, N_, width, K, Z);

        // Z_Y and Z_X are columns of one matrix: the leading dimension is its width.
        const int N = calls::integer(N_), D = calls::integer(D_), q = calls::integer(q_),
                  leading = calls::integer(width);
        cxxblas::gemm<int>(cxxblas::RowMajor, cxxblas::Trans, cxxblas::NoTrans, D, q, N, T(1), Z, leading, X,
                           q, T(0), P_.data(), q);
        for (std::size_t i = 0; i < N_; ++i)
            std::copy_n(Z + i * width + D_, q_, dX + i * q_);
        cxxblas::gemm<int>(cxxblas::RowMajor, cxxblas::NoTrans, cxxblas::NoTrans, N, q, D, alpha_, Z, leading,
                           P_.data(), q, -alpha_ * static_cast<T>(D_), dX, q);
    }
    typename gaussian_process<T>::results collect() const { return results_; }

private:
    std::size_t N_, q_, D_;
    T alpha_, beta_;
    storage<T> X_, Y_, K_, Z_, P_;
    typename gaussian_process<T>::results results_;
};

template <class T>
class blas_swish_net {
public:
    explicit blas_swish_net(const swish_net<T>& w)
        : w_(w), Z1_(w.hidden * w.samples), H_(Z1_.size()), slope_(Z1_.size()), Z2_(w.classes * w.samples),
          dZ2_(Z2_.size()) {
        results_.dW1.resize(w.W1.size());
        results_.db1.resize(w.b1.size());
        results_.dW2.resize(w.W2.size());
        results_.db2.resize(w.b2.size());
    }

    void operator()() {
        const std::size_t f = w_.features, h = w_.hidden, c = w_.classes, b = w_.samples;
        T *Z1 = Z1_.data(), *H = H_.data(), *Z2 = Z2_.data(), *dZ2 = dZ2_.data();
        layer(h, b, f, w_.W1.data(), w_.X.data(), w_.b1.data(), Z1);
        swish(h * b, Z1, H, slope_.data());
        layer(c, b, h, w_.W2.data(), H, w_.b2.data(), Z2);
        results_.value = softmax_cross_entropy(c, b, Z2, w_.targets.data(), dZ2);

        T* dZ1 = Z1; // the logits of the first layer are not needed any more
        if (b == 1)
            calls::gemv(as::transposed, c, h, T(1), w_.W2.data(), dZ2, T(0), dZ1);
        else
            calls::gemm(as::transposed, as::is, h, b, c, T(1), w_.W2.data(), dZ2, T(0), dZ1);
        multiply_by(h * b, dZ1, slope_.data());
        outer(c, h, b, dZ2, H, results_.dW2.data());
        outer(h, f, b, dZ1, w_.X.data(), results_.dW1.data());
        for (std::size_t i = 0; i < c; ++i)
            results_.db2[i] = sum(b, dZ2 + i * b);
        for (std::size_t i = 0; i < h; ++i)
            results_.db1[i] = sum(b, dZ1 + i * b);
    }
    typename swish_net<T>::results collect() const { return results_; }

private:
    // Z = W X + b: the bias is put into Z first, and the product is added to it by the same call.
    static void layer(std::size_t m, std::size_t n, std::size_t k, const T* W, const T* X, const T* bias,
                      T* Z) {
        if (n == 1) {
            std::copy_n(bias, m, Z);
            calls::gemv(as::is, m, k, T(1), W, X, T(1), Z);
        } else {
            for (std::size_t i = 0; i < m; ++i)
                std::fill_n(Z + i * n, n, bias[i]);
            calls::gemm(as::is, as::is, m, n, k, T(1), W, X, T(1), Z);
        }
    }
    // dW = dZ X'.
    static void outer(std::size_t m, std::size_t n, std::size_t samples, const T* dZ, const T* X, T* dW) {
        if (samples == 1) {
            for (std::size_t i = 0; i < m; ++i) {
                const T left = dZ[i];
                T* const row = dW + i * n;
                for_each_lane<T>(n, [=](auto lane, std::size_t j) {
                    store(row + j, decltype(lane)(left) * load(lane, X + j));
                });
            }
        } else {
            calls::gemm(as::is, as::transposed, m, n, samples, T(1), dZ, X, T(0), dW);
        }
    }

    swish_net<T> w_;
    storage<T> Z1_, H_, slope_, Z2_, dZ2_;
    typename swish_net<T>::results results_;
};

/// Column sums and row sums are products with ones.
template <class T>
class blas_product_sum {
public:
    explicit blas_product_sum(const product_sum<T>& w)
        : n_(w.size), A_(w.A), B_(w.B), ones_(n_, T(1)), column_sums_(n_), row_sums_(n_) {
        results_.dA.resize(n_ * n_);
        results_.dB.resize(n_ * n_);
    }

    void operator()() {
        const T* ones = ones_.data();
        T *columns = column_sums_.data(), *rows = row_sums_.data();
        calls::gemv(as::transposed, n_, n_, T(1), A_.data(), ones, T(0), columns);
        calls::gemv(as::is, n_, n_, T(1), B_.data(), ones, T(0), rows);
        cxxblas::dot<int>(calls::integer(n_), columns, 1, rows, 1, results_.value);
        for (std::size_t i = 0; i < n_; ++i) {
            std::copy_n(rows, n_, results_.dA.data() + i * n_);
            std::fill_n(results_.dB.data() + i * n_, n_, columns[i]);
        }
    }
    typename product_sum<T>::results collect() const { return results_; }

private:
    std::size_t n_;
    storage<T> A_, B_, ones_, column_sums_, row_sums_;
    typename product_sum<T>::results results_;
};

/// One matrix product and nothing else, as a measure; what the product leaves open is computed by `collect`.
template <class T>
class one_product {
public:
    explicit one_product(const product_sum<T>& w) : n_(w.size), A_(w.A), B_(w.B), C_(n_ * n_) {}

    void operator()() {
        calls::gemm(as::is, as::is, n_, n_, n_, T(1), A_.data(), B_.data(), T(0), C_.data());
    }
    typename product_sum<T>::results collect() const {
        typename product_sum<T>::results results{sum(n_ * n_, C_.data()), storage<T>(n_ * n_),
                                                 storage<T>(n_ * n_)};
        for (std::size_t i = 0; i < n_; ++i)
            for (std::size_t j = 0; j < n_; ++j)
                for (std::size_t k = 0; k < n_; ++k) {
                    results.dA[i * n_ + k] += B_[k * n_ + j];
                    results.dB[k * n_ + j] += A_[i * n_ + k];
                }
        return results;
    }

private:
    std::size_t n_;
    storage<T> A_, B_, C_;
};

} // namespace

void add_blas(registry& r) {
    r.autoencoders.push_back({"blas", make<autoencoder<real>, blas_autoencoder<real>>});
    r.gaussian_processes.push_back({"blas", make<gaussian_process<real>, blas_gaussian_process<real>>});
    r.swish_nets.push_back({"blas", make<swish_net<real>, blas_swish_net<real>>});
    r.product_sums.push_back({"blas", make<product_sum<real>, blas_product_sum<real>>});
    r.product_sums.push_back({"one_product", make<product_sum<real>, one_product<real>>});
}

} // namespace bench
