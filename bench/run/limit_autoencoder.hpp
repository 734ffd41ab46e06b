// SPDX-License-Identifier: BSL-1.0
// The fastest code known for the tied autoencoder.
#pragma once

#include "contender.hpp"
#include "elementwise.hpp"
#include "limit_product.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>

namespace bench::limit {

// --- tied autoencoder, one sample ---

/// Two passes over W, one write of dW: while rows of W are in the first-level cache they serve W x and W'h,
/// then W r and the gradient. Features: 0 when known only at run time.
template <class T, std::size_t Features, std::size_t Rows>
class limit_autoencoder_sample {
public:
    explicit limit_autoencoder_sample(const autoencoder<T>& w)
        : m_(w.hidden), n_(w.features), W_(w.W), x_(w.X), r_(w.features), h_(w.hidden) {
        results_.dW.resize(m_ * n_);
    }

    void operator()() {
        const std::size_t n = Features ? Features : n_;
        const T* const x = x_.data();
        T* const r = r_.data();
        T* const h = h_.data();
        for (std::size_t i = 0; i < m_; i += rows) {
            const T* const W = W_.data() + i * n;
            row_products(n, W, x, h + i);
            vector factors[rows];
            for (std::size_t p = 0; p < rows; ++p)
                factors[p] = vector(h[i + p]);
            for (std::size_t j = 0; j < n; j += lanes) {
                vector even = i == 0 ? -get(x, j) : get(r, j), odd(T(0));
                for (std::size_t p = 0; p < rows; p += 2) {
                    even = xsimd::fma(factors[p], get(W + p * n, j), even);
                    odd = xsimd::fma(factors[p + 1], get(W + (p + 1) * n, j), odd);
                }
                (even + odd).store_aligned(r + j);
            }
        }
        results_.value = squared_norm(n, r) / 2;
        for (std::size_t i = 0; i < m_; i += rows) {
            const T* const W = W_.data() + i * n;
            T* const dW = results_.dW.data() + i * n;
            T v[rows];
            row_products(n, W, r, v);
            for (std::size_t j = 0; j < n; j += lanes) {
                const vector rj = vector::load_aligned(r + j), xj = vector::load_aligned(x + j);
                for (std::size_t p = 0; p < rows; ++p)
                    xsimd::fma(vector(h[i + p]), rj, vector(v[p]) * xj).store_aligned(dW + p * n + j);
            }
        }
    }
    typename autoencoder<T>::results collect() const { return results_; }

    static bool fits(const autoencoder<T>& w) {
        return w.samples == 1 && w.hidden % rows == 0 && w.features % (lanes * steps) == 0 &&
               (Features == 0 || w.features == Features);
    }

private:
    static constexpr std::size_t rows = Rows;
    // The widest vector that divides the row.
    using vector = std::conditional_t<Features != 0 && Features % batch<T>::size != 0,
                                      xsimd::make_sized_batch_t<T, 8>, batch<T>>;
    static constexpr std::size_t lanes = vector::size;
    // Two sets of sums hide the latency of the additions in longer rows.
    static constexpr std::size_t steps = Rows >= 8 || (Features != 0 && Features < 4 * lanes) ? 1 : 2;

    static vector get(const T* row, std::size_t j) { return vector::load_aligned(row + j); }

    static void row_products(std::size_t n, const T* W, const T* x, T* out) {
        vector sums[steps][rows];
        for (auto& set : sums)
            for (auto& s : set)
                s = vector(T(0));
        for (std::size_t j = 0; j < n; j += steps * lanes)
            for (std::size_t u = 0; u < steps; ++u) {
                const vector xj = get(x, j + u * lanes);
                for (std::size_t p = 0; p < rows; ++p)
                    sums[u][p] = xsimd::fma(get(W + p * n, j + u * lanes), xj, sums[u][p]);
            }
        for (std::size_t u = 1; u < steps; ++u)
            for (std::size_t p = 0; p < rows; ++p)
                sums[0][p] += sums[u][p];
        if constexpr (rows == lanes)
            xsimd::haddp(sums[0]).store_unaligned(out);
        else
            for (std::size_t p = 0; p < rows; ++p)
                out[p] = xsimd::hadd(sums[0][p]);
    }

    std::size_t m_, n_;
    storage<T> W_, x_, r_, h_;
    typename autoencoder<T>::results results_;
};

// --- tied autoencoder, a batch ---

template <class T>
class plain_autoencoder_batch {
public:
    explicit plain_autoencoder_batch(const autoencoder<T>& w)
        : m_(w.hidden), n_(w.features), b_(w.samples), W_(w.W), X_(w.X), H_(m_ * b_), R_(n_ * b_),
          V_(m_ * b_) {
        results_.dW.resize(m_ * n_);
    }

    void operator()() {
        const T *W = W_.data(), *X = X_.data();
        T *H = H_.data(), *R = R_.data(), *V = V_.data();
        product(m_, b_, std::array{term<T>{is(W, n_), is(X, b_), n_}}, H);
        batch<T> squares(T(0));
        product(n_, b_, std::array{term<T>{transposed(W, n_), is(H, b_), m_}}, R,
                [&](std::size_t i, std::size_t j, batch<T> value) {
                    const batch<T> residual = value - batch<T>::load_unaligned(X + i * b_ + j);
                    squares = xsimd::fma(residual, residual, squares);
                    return residual;
                });
        results_.value = horizontal_sum<T>(squares) / 2;
        product(m_, b_, std::array{term<T>{is(W, n_), is(R, b_), n_}}, V);
        product(
            m_, n_,
            std::array{term<T>{is(H, b_), transposed(R, b_), b_}, term<T>{is(V, b_), transposed(X, b_), b_}},
            results_.dW.data());
    }
    typename autoencoder<T>::results collect() const { return results_; }

private:
    std::size_t m_, n_, b_;
    storage<T> W_, X_, H_, R_, V_;
    typename autoencoder<T>::results results_;
};

/// R = W'H - X is never formed: with S = W W', W R = S H - H, dW = H H' W + (S H - 2 H) X', and the value is
/// (<H, S H> - 2 |H|^2 + |X|^2)/2, which loses digits as the reconstruction becomes perfect.
template <class T>
class low_rank_autoencoder_batch {
public:
    explicit low_rank_autoencoder_batch(const autoencoder<T>& w)
        : m_(w.hidden), n_(w.features), b_(w.samples), W_(w.W), X_(w.X), H_(m_ * b_), S_(m_ * m_),
          M_(m_ * b_), G_(m_ * m_) {
        results_.dW.resize(m_ * n_);
    }

    void operator()() {
        const T *W = W_.data(), *X = X_.data();
        T *H = H_.data(), *S = S_.data(), *M = M_.data(), *G = G_.data();
        product(m_, b_, std::array{term<T>{is(W, n_), is(X, b_), n_}}, H);
        product(m_, m_, std::array{term<T>{is(W, n_), transposed(W, n_), n_}}, S);
        batch<T> agreement(T(0));
        product(m_, b_, std::array{term<T>{is(S, m_), is(H, b_), m_}}, M,
                [&](std::size_t i, std::size_t j, batch<T> value) {
                    const batch<T> h = batch<T>::load_unaligned(H + i * b_ + j), shifted = value - (h + h);
                    agreement = xsimd::fma(h, shifted, agreement);
                    return shifted;
                });
        results_.value = (horizontal_sum<T>(agreement) + squared_norm(n_ * b_, X)) / 2;
        product(m_, m_, std::array{term<T>{is(H, b_), transposed(H, b_), b_}}, G);
        product(m_, n_,
                std::array{term<T>{is(G, m_), is(W, n_), m_}, term<T>{is(M, b_), transposed(X, b_), b_}},
                results_.dW.data());
    }
    typename autoencoder<T>::results collect() const { return results_; }

private:
    std::size_t m_, n_, b_;
    storage<T> W_, X_, H_, S_, M_, G_;
    typename autoencoder<T>::results results_;
};

template <class T, std::size_t Features, std::size_t Rows>
std::unique_ptr<contender<autoencoder<T>>> autoencoder_sample_of(const autoencoder<T>& w) {
    using body = limit_autoencoder_sample<T, Features, Rows>;
    return body::fits(w) ? make<autoencoder<T>, body>(w) : nullptr;
}
template <class T>
std::unique_ptr<contender<autoencoder<T>>> make_autoencoder(const autoencoder<T>& w) {
    if (auto made = autoencoder_sample_of<T, 8, 4>(w)) return made;
    if (auto made = autoencoder_sample_of<T, 64, 8>(w)) return made;
    if (auto made = autoencoder_sample_of<T, 256, 8>(w)) return made;
    if (auto made = autoencoder_sample_of<T, 0, 4>(w)) return made;
    if (w.samples % batch<T>::size == 0) return make<autoencoder<T>, low_rank_autoencoder_batch<T>>(w);
    return nullptr;
}
template <class T>
std::unique_ptr<contender<autoencoder<T>>> make_plain_autoencoder_batch(const autoencoder<T>& w) {
    if (w.samples == 1 || w.samples % batch<T>::size != 0) return nullptr;
    return make<autoencoder<T>, plain_autoencoder_batch<T>>(w);
}

} // namespace bench::limit
