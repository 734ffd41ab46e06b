// SPDX-License-Identifier: BSL-1.0
// The fastest code known for each workload: every trick is allowed. What the others can be measured against.
//
// `limit` computes what the other contenders compute. `limit_low_rank` uses the structure as well: the
// covariance is of low rank plus a diagonal (determinant lemma, Woodbury), the reconstruction W'WX factors
// through the small side.
#include "contender.hpp"
#include "elementwise.hpp"
#include "limit_product.hpp"

#include <stdexcept>

namespace bench {
namespace {

using limit::is;
using limit::transposed;

constexpr std::size_t round_up(std::size_t n, std::size_t multiple) {
    return (n + multiple - 1) / multiple * multiple;
}

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
class limit_autoencoder_batch {
public:
    explicit limit_autoencoder_batch(const autoencoder<T>& w)
        : m_(w.hidden), n_(w.features), b_(w.samples), W_(w.W), X_(w.X), H_(m_ * b_), R_(n_ * b_),
          V_(m_ * b_) {
        results_.dW.resize(m_ * n_);
    }

    void operator()() {
        using limit::product, limit::term;
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
        using limit::product, limit::term;
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
    if (w.samples % batch<T>::size == 0) return make<autoencoder<T>, limit_autoencoder_batch<T>>(w);
    return nullptr;
}
template <class T>
std::unique_ptr<contender<autoencoder<T>>> make_low_rank_autoencoder(const autoencoder<T>& w) {
    if (w.samples == 1 || w.samples % batch<T>::size != 0) return nullptr;
    return make<autoencoder<T>, low_rank_autoencoder_batch<T>>(w);
}

// --- Gaussian-process latent-variable model ---

/// Cholesky with the right-hand sides as further columns of the matrix: K = U'U and U'^-1 [Y X] come from one
/// sweep. The matrix is made where it is needed, in registers: a panel of eight rows is the rank-q product,
/// less the product of the rows above, solved with the panel's own triangle, and only then stored. K itself
/// is never in memory.
template <class T>
class limit_gaussian_process {
public:
    explicit limit_gaussian_process(const gaussian_process<T>& w)
        : N_(w.samples), q_(w.latent), D_(w.outputs), rows_(round_up(N_, panel)),
          right_(round_up(rows_, lanes)), width_(round_up(D_ + q_, lanes)), stride_(right_ + width_),
          alpha_(w.alpha), beta_(w.beta), X_(w.X), Y_(w.Y), U_(rows_ * stride_), Xt_(q_ * stride_),
          left_(rows_ * q_), inverse_diagonal_(round_up(rows_, lanes)), P_(q_ * width_) {
        results_.dX.resize(N_ * q_);
    }

    void operator()() {
        for (std::size_t i = 0; i < N_; ++i)
            for (std::size_t r = 0; r < q_; ++r) {
                Xt_[r * stride_ + i] = X_[i * q_ + r];
                left_[i * q_ + r] = alpha_ * X_[i * q_ + r];
            }
        for (std::size_t i = 0; i < N_; ++i) {
            T* const row = U_.data() + i * stride_ + right_;
            for (std::size_t d = 0; d < D_; ++d)
                row[d] = Y_[i * D_ + d];
            for (std::size_t r = 0; r < q_; ++r)
                row[D_ + r] = X_[i * q_ + r];
        }
        for (std::size_t i = 0; i < rows_; i += panel)
            factor_panel(i);
        results_.value = value();
        for (std::size_t i = rows_; i != 0; i -= panel)
            for (std::size_t j = 0; j < width_;) {
                const std::size_t left = (width_ - j) / lanes;
                if (left >= 3)
                    back_substitute<3>(i - panel, j), j += 3 * lanes;
                else if (left == 2)
                    back_substitute<2>(i - panel, j), j += 2 * lanes;
                else
                    back_substitute<1>(i - panel, j), j += lanes;
            }
        gradient();
    }
    typename gaussian_process<T>::results collect() const { return results_; }

private:
    static constexpr std::size_t lanes = batch<T>::size, panel = 8;
    static constexpr std::size_t tile_vectors = sizeof(batch<T>) == 64 ? 3 : 1;
    static constexpr std::size_t diagonal_vectors = lanes < panel ? panel / lanes : 1;

    // Eight rows of K, or of the right-hand sides, less what the rows above contribute.
    template <std::size_t Vectors>
    void eliminate(std::size_t i, std::size_t j, batch<T> (&tile)[panel][Vectors]) const {
        const std::size_t stride = stride_;
        const T* const U = U_.data();
        if (j < right_) {
            for (auto& row : tile)
                for (auto& entry : row)
                    entry = batch<T>(T(0));
            for (std::size_t r = 0; r < q_; ++r)
                for (std::size_t v = 0; v < Vectors; ++v) {
                    const auto x = batch<T>::load_aligned(Xt_.data() + r * stride + j + v * lanes);
                    for (std::size_t p = 0; p < panel; ++p)
                        tile[p][v] = xsimd::fma(batch<T>(left_[(i + p) * q_ + r]), x, tile[p][v]);
                }
        } else {
            for (std::size_t p = 0; p < panel; ++p)
                for (std::size_t v = 0; v < Vectors; ++v)
                    tile[p][v] = batch<T>::load_aligned(U + (i + p) * stride + j + v * lanes);
        }
        const T* row = U;
        for (std::size_t k = 0; k < i; ++k, row += stride) {
            batch<T> right[Vectors];
            for (std::size_t v = 0; v < Vectors; ++v)
                right[v] = batch<T>::load_aligned(row + j + v * lanes);
            for (std::size_t p = 0; p < panel; ++p) {
                const batch<T> factor(row[i + p]);
                for (std::size_t v = 0; v < Vectors; ++v)
                    tile[p][v] = xsimd::fnma(factor, right[v], tile[p][v]);
            }
        }
    }

    template <std::size_t Vectors>
    void solve_tile(std::size_t i, std::size_t j, const T (&u)[panel][panel]) {
        batch<T> tile[panel][Vectors];
        eliminate(i, j, tile);
        for (std::size_t p = 0; p < panel; ++p) {
            const batch<T> scale(inverse_diagonal_[i + p]);
            for (std::size_t v = 0; v < Vectors; ++v) {
                tile[p][v] *= scale;
                tile[p][v].store_aligned(U_.data() + (i + p) * stride_ + j + v * lanes);
            }
            for (std::size_t t = p + 1; t < panel; ++t)
                for (std::size_t v = 0; v < Vectors; ++v)
                    tile[t][v] = xsimd::fnma(batch<T>(u[p][t]), tile[p][v], tile[t][v]);
        }
    }

    void factor_panel(std::size_t i) {
        const std::size_t diagonal = i / lanes * lanes;
        alignas(64) T u[panel][panel];
        {
            batch<T> tile[panel][diagonal_vectors];
            eliminate(i, diagonal, tile);
            for (std::size_t p = 0; p < panel; ++p) {
                alignas(64) T row[diagonal_vectors * lanes];
                for (std::size_t v = 0; v < diagonal_vectors; ++v)
                    tile[p][v].store_aligned(row + v * lanes);
                std::copy_n(row + (i - diagonal), panel, u[p]);
                u[p][p] += 1 / beta_;
            }
        }
        for (std::size_t p = 0; p < panel; ++p) {
            if (!(u[p][p] > 0)) throw std::domain_error("not positive definite");
            const T scale = 1 / std::sqrt(u[p][p]);
            inverse_diagonal_[i + p] = scale;
            for (std::size_t c = 0; c < panel; ++c)
                u[p][c] *= scale;
            for (std::size_t t = p + 1; t < panel; ++t)
                for (std::size_t c = 0; c < panel; ++c)
                    u[t][c] -= u[p][t] * u[p][c];
        }
        for (std::size_t j = (i + panel) / lanes * lanes; j < stride_;) {
            // A tile lies either in K or in the right-hand sides.
            const std::size_t left = ((j < right_ ? right_ : stride_) - j) / lanes;
            if (tile_vectors >= 3 && left >= 3)
                solve_tile<3>(i, j, u), j += 3 * lanes;
            else if (tile_vectors >= 2 && left >= 2)
                solve_tile<2>(i, j, u), j += 2 * lanes;
            else
                solve_tile<1>(i, j, u), j += lanes;
        }
        for (std::size_t p = 0; p < panel; ++p)
            std::copy_n(u[p], panel, U_.data() + (i + p) * stride_ + i);
    }

    // -D sum log u_ii - |U'^-1 Y|^2/2
    T value() {
        batch<T> logarithms(T(0));
        std::size_t i = 0;
        for (; i + lanes <= N_; i += lanes)
            logarithms += xsimd::log(batch<T>::load_aligned(inverse_diagonal_.data() + i));
        T log_sum = horizontal_sum<T>(logarithms);
        for (; i < N_; ++i)
            log_sum += std::log(inverse_diagonal_[i]);
        T squares = 0;
        for (std::size_t j = 0; j < width_; j += lanes) {
            batch<T> sums(T(0));
            for (std::size_t row = 0; row < N_; ++row) {
                const auto entry = batch<T>::load_aligned(U_.data() + row * stride_ + right_ + j);
                sums = xsimd::fma(entry, entry, sums);
            }
            alignas(64) T columns[lanes];
            sums.store_aligned(columns);
            for (std::size_t c = 0; c < lanes && j + c < D_; ++c)
                squares += columns[c];
        }
        return static_cast<T>(D_) * log_sum - squares / 2;
    }

    template <std::size_t Vectors>
    void back_substitute(std::size_t i, std::size_t j) {
        T* const U = U_.data();
        T* const Z = U + right_ + j;
        const std::size_t stride = stride_;
        batch<T> tile[panel][Vectors];
        for (std::size_t p = 0; p < panel; ++p)
            for (std::size_t v = 0; v < Vectors; ++v)
                tile[p][v] = batch<T>::load_aligned(Z + (i + p) * stride + v * lanes);
        for (std::size_t k = i + panel; k < rows_; ++k) {
            batch<T> below[Vectors];
            for (std::size_t v = 0; v < Vectors; ++v)
                below[v] = batch<T>::load_aligned(Z + k * stride + v * lanes);
            for (std::size_t p = 0; p < panel; ++p) {
                const batch<T> factor(U[(i + p) * stride + k]);
                for (std::size_t v = 0; v < Vectors; ++v)
                    tile[p][v] = xsimd::fnma(factor, below[v], tile[p][v]);
            }
        }
        for (std::size_t p = panel; p-- != 0;) {
            const batch<T> scale(inverse_diagonal_[i + p]);
            for (std::size_t v = 0; v < Vectors; ++v) {
                tile[p][v] *= scale;
                tile[p][v].store_aligned(Z + (i + p) * stride + v * lanes);
            }
            for (std::size_t t = 0; t < p; ++t)
                for (std::size_t v = 0; v < Vectors; ++v)
                    tile[t][v] = xsimd::fnma(batch<T>(U[(i + t) * stride + i + p]), tile[p][v], tile[t][v]);
        }
    }

    // dX = alpha (Z_Y (Z_Y'X) - D Z_X): with P' = [X'Z_Y, -D I] it is alpha [Z_Y Z_X] P.
    void gradient() {
        for (std::size_t r = 0; r < q_; ++r) {
            for (std::size_t j = 0; j < width_; j += lanes) {
                batch<T> sums[2] = {batch<T>(T(0)), batch<T>(T(0))};
                for (std::size_t i = 0; i < rows_; i += 2)
                    for (std::size_t u = 0; u < 2; ++u)
                        sums[u] = xsimd::fma(
                            batch<T>(Xt_[r * stride_ + i + u]),
                            batch<T>::load_aligned(U_.data() + (i + u) * stride_ + right_ + j), sums[u]);
                ((sums[0] + sums[1]) * batch<T>(alpha_)).store_aligned(P_.data() + r * width_ + j);
            }
            for (std::size_t c = D_; c < width_; ++c)
                P_[r * width_ + c] = T(0);
            P_[r * width_ + D_ + r] = -alpha_ * static_cast<T>(D_);
        }
        for (std::size_t i = 0; i < N_; ++i)
            for (std::size_t r = 0; r < q_; ++r) {
                batch<T> sums(T(0));
                for (std::size_t j = 0; j < width_; j += lanes)
                    sums = xsimd::fma(batch<T>::load_aligned(U_.data() + i * stride_ + right_ + j),
                                      batch<T>::load_aligned(P_.data() + r * width_ + j), sums);
                results_.dX[i * q_ + r] = horizontal_sum<T>(sums);
            }
    }

    std::size_t N_, q_, D_, rows_, right_, width_, stride_;
    T alpha_, beta_;
    storage<T> X_, Y_, U_, Xt_, left_, inverse_diagonal_, P_;
    typename gaussian_process<T>::results results_;
};

/// M = I + alpha beta X'X (q x q), G = X'Y, S = M^-1 G:
/// log|K| = log|M| - N log beta;  tr(K^-1 Y Y') = beta (|Y|^2 - alpha beta <G, S>);
/// dX = alpha beta^2 Y S' - alpha beta X (alpha beta^2 S S' + D M^-1). One pass over [X Y] in, one out.
template <class T, std::size_t Latent, std::size_t OutputVectors>
class low_rank_gaussian_process {
public:
    explicit low_rank_gaussian_process(const gaussian_process<T>& w)
        : N_(w.samples), D_(w.outputs), alpha_(w.alpha), beta_(w.beta), X_(w.X), Y_(w.Y) {
        results_.dX.resize(N_ * Latent);
    }

    void operator()() {
        constexpr std::size_t q = Latent, padded = OutputVectors * lanes;
        // A vector may reach beyond its row, into the next one or into the spare vector at the end: those
        // lanes are not used.
        batch<T> xx[q], xy[q][OutputVectors], yy[OutputVectors];
        for (std::size_t r = 0; r < q; ++r) {
            xx[r] = batch<T>(T(0));
            for (auto& entry : xy[r])
                entry = batch<T>(T(0));
        }
        for (auto& entry : yy)
            entry = batch<T>(T(0));
        for (std::size_t i = 0; i < N_; ++i) {
            const T* const x = X_.data() + i * q;
            const T* const y = Y_.data() + i * D_;
            const auto x_row = batch<T>::load_unaligned(x);
            batch<T> y_row[OutputVectors];
            for (std::size_t v = 0; v < OutputVectors; ++v) {
                y_row[v] = batch<T>::load_unaligned(y + v * lanes);
                yy[v] = xsimd::fma(y_row[v], y_row[v], yy[v]);
            }
            for (std::size_t r = 0; r < q; ++r) {
                const batch<T> entry(x[r]);
                xx[r] = xsimd::fma(entry, x_row, xx[r]);
                for (std::size_t v = 0; v < OutputVectors; ++v)
                    xy[r][v] = xsimd::fma(entry, y_row[v], xy[r][v]);
            }
        }

        T M[q][q], G[q][padded], S[q][padded], inverse[q][q], squares[padded];
        const T D = static_cast<T>(D_), ab = alpha_ * beta_;
        for (std::size_t r = 0; r < q; ++r) {
            T row[lanes];
            xx[r].store_unaligned(row);
            for (std::size_t c = 0; c < q; ++c)
                M[r][c] = ab * row[c] + (r == c ? T(1) : T(0));
            for (std::size_t v = 0; v < OutputVectors; ++v)
                xy[r][v].store_unaligned(G[r] + v * lanes);
            for (std::size_t c = D_; c < padded; ++c)
                G[r][c] = T(0);
        }
        for (std::size_t v = 0; v < OutputVectors; ++v)
            yy[v].store_unaligned(squares + v * lanes);

        // Cholesky of M on [G I], then back: S and M^-1.
        for (std::size_t r = 0; r < q; ++r) {
            for (std::size_t c = 0; c < padded; ++c)
                S[r][c] = G[r][c];
            for (std::size_t c = 0; c < q; ++c)
                inverse[r][c] = r == c ? T(1) : T(0);
        }
        T determinant = 1;
        for (std::size_t r = 0; r < q; ++r) {
            const T scale = 1 / M[r][r];
            determinant *= M[r][r];
            for (std::size_t t = 0; t < q; ++t) {
                if (t == r) continue;
                const T factor = M[t][r] * scale;
                for (std::size_t c = r; c < q; ++c)
                    M[t][c] -= factor * M[r][c];
                for (std::size_t c = 0; c < padded; ++c)
                    S[t][c] -= factor * S[r][c];
                for (std::size_t c = 0; c < q; ++c)
                    inverse[t][c] -= factor * inverse[r][c];
            }
        }
        for (std::size_t r = 0; r < q; ++r) {
            const T scale = 1 / M[r][r];
            for (std::size_t c = 0; c < padded; ++c)
                S[r][c] *= scale;
            for (std::size_t c = 0; c < q; ++c)
                inverse[r][c] *= scale;
        }
        T agreement = 0, y_squared = 0;
        for (std::size_t r = 0; r < q; ++r)
            for (std::size_t c = 0; c < D_; ++c)
                agreement += G[r][c] * S[r][c];
        for (std::size_t c = 0; c < D_; ++c)
            y_squared += squares[c];
        results_.value = -D / 2 * (std::log(determinant) - static_cast<T>(N_) * std::log(beta_)) -
                         beta_ / 2 * (y_squared - ab * agreement);

        // dX = [Y X] A.
        constexpr std::size_t most = padded + q;
        alignas(64) T A[most][lanes] = {};
        for (std::size_t d = 0; d < D_; ++d)
            for (std::size_t r = 0; r < q; ++r)
                A[d][r] = ab * beta_ * S[r][d];
        for (std::size_t s = 0; s < q; ++s)
            for (std::size_t r = 0; r < q; ++r) {
                T inner = 0;
                for (std::size_t d = 0; d < D_; ++d)
                    inner += S[s][d] * S[r][d];
                A[D_ + s][r] = -ab * (ab * beta_ * inner + D * inverse[s][r]);
            }
        T* const dX = results_.dX.data();
        const auto row = [&](std::size_t i) {
            batch<T> even(T(0)), odd(T(0));
            const T* const x = X_.data() + i * q;
            const T* const y = Y_.data() + i * D_;
            std::size_t d = 0;
            for (; d + 2 <= D_; d += 2) {
                even = xsimd::fma(batch<T>(y[d]), batch<T>::load_aligned(A[d]), even);
                odd = xsimd::fma(batch<T>(y[d + 1]), batch<T>::load_aligned(A[d + 1]), odd);
            }
            if (d < D_) even = xsimd::fma(batch<T>(y[d]), batch<T>::load_aligned(A[d]), even);
            for (std::size_t s = 0; s < q; ++s)
                odd = xsimd::fma(batch<T>(x[s]), batch<T>::load_aligned(A[D_ + s]), odd);
            return even + odd;
        };
        // A row's store reaches into the rows that come after it and are written later; the last ones are cut
        // to size.
        std::size_t i = 0;
        for (; i * q + lanes <= N_ * q; ++i)
            row(i).store_unaligned(dX + i * q);
        for (; i < N_; ++i) {
            T entries[lanes];
            row(i).store_unaligned(entries);
            std::copy_n(entries, q, dX + i * q);
        }
    }
    typename gaussian_process<T>::results collect() const { return results_; }

    static bool fits(const gaussian_process<T>& w) {
        return w.latent == Latent && Latent <= lanes && round_up(w.outputs, lanes) == OutputVectors * lanes;
    }

private:
    static constexpr std::size_t lanes = batch<T>::size;

    std::size_t N_, D_;
    T alpha_, beta_;
    storage<T> X_, Y_;
    typename gaussian_process<T>::results results_;
};

template <class T, std::size_t Latent, std::size_t Outputs>
std::unique_ptr<contender<gaussian_process<T>>> low_rank_of(const gaussian_process<T>& w) {
    using body = low_rank_gaussian_process<T, Latent, round_up(Outputs, batch<T>::size) / batch<T>::size>;
    return body::fits(w) ? make<gaussian_process<T>, body>(w) : nullptr;
}
template <class T>
std::unique_ptr<contender<gaussian_process<T>>> make_low_rank_gaussian_process(const gaussian_process<T>& w) {
    if (auto made = low_rank_of<T, 2, 5>(w)) return made;
    if (auto made = low_rank_of<T, 2, 12>(w)) return made;
    return low_rank_of<T, 5, 12>(w);
}

// --- swish net ---

/// A batch: the elementwise work happens on each vector of a product before it leaves the first-level cache.
template <class T>
class limit_swish_net {
public:
    explicit limit_swish_net(const swish_net<T>& w)
        : w_(w), H_(w.hidden * w.samples), slope_(H_.size()), dZ1_(H_.size()), Z2_(w.classes * w.samples),
          dZ2_(Z2_.size()) {
        results_.dW1.resize(w.W1.size());
        results_.db1.resize(w.b1.size());
        results_.dW2.resize(w.W2.size());
        results_.db2.resize(w.b2.size());
    }

    void operator()() {
        using limit::product, limit::term;
        const std::size_t f = w_.features, h = w_.hidden, c = w_.classes, b = w_.samples;
        const T *X = w_.X.data(), *b1 = w_.b1.data(), *b2 = w_.b2.data();
        T *H = H_.data(), *slope = slope_.data(), *dZ1 = dZ1_.data(), *Z2 = Z2_.data(), *dZ2 = dZ2_.data();
        product(h, b, std::array{term<T>{is(w_.W1.data(), f), is(X, b), f}}, H,
                [=](std::size_t i, std::size_t j, batch<T> value) {
                    const batch<T> one(T(1)), z = value + batch<T>(b1[i]),
                                              gate = one / (one + xsimd::exp(-z)), result = z * gate;
                    xsimd::fma(result, one - gate, gate).store_unaligned(slope + i * b + j);
                    return result;
                });
        product(c, b, std::array{term<T>{is(w_.W2.data(), h), is(H, b), h}}, Z2,
                [=](std::size_t i, std::size_t, batch<T> value) { return value + batch<T>(b2[i]); });
        results_.value = softmax_cross_entropy(c, b, Z2, w_.targets.data(), dZ2);

        product(h, b, std::array{term<T>{transposed(w_.W2.data(), h), is(dZ2, b), c}}, dZ1,
                [=](std::size_t i, std::size_t j, batch<T> value) {
                    return value * batch<T>::load_unaligned(slope + i * b + j);
                });
        product(c, h, std::array{term<T>{is(dZ2, b), transposed(H, b), b}}, results_.dW2.data());
        product(h, f, std::array{term<T>{is(dZ1, b), transposed(X, b), b}}, results_.dW1.data());
        for (std::size_t i = 0; i < c; ++i)
            results_.db2[i] = sum(b, dZ2 + i * b);
        for (std::size_t i = 0; i < h; ++i)
            results_.db1[i] = sum(b, dZ1 + i * b);
    }
    typename swish_net<T>::results collect() const { return results_; }

private:
    swish_net<T> w_;
    storage<T> H_, slope_, dZ1_, Z2_, dZ2_;
    typename swish_net<T>::results results_;
};

/// One sample and a handful of units: a layer is one vector of eight lanes from its weights to its gradient,
/// and nothing goes through memory in between. Vectors reach beyond short rows, reading what the other
/// operand's zeros cancel and writing what the next row overwrites; behind the last row lies the storage's
/// spare line.
template <class T, std::size_t Hidden, std::size_t Classes>
class limit_small_swish_net {
public:
    explicit limit_small_swish_net(const swish_net<T>& w) : w_(w) {
        results_.dW1.resize(w.W1.size());
        results_.db1.resize(w.b1.size());
        results_.dW2.resize(w.W2.size());
        results_.db2.resize(w.b2.size());
    }

    void operator()() {
        const T *W1 = w_.W1.data(), *W2 = w_.W2.data();
        // Two rows of four features a vector; sums of neighbours, twice, leave a row's product in its lane.
        const eight x4 = get(w_.X.data()), x = __builtin_shufflevector(x4, x4, 0, 1, 2, 3, 0, 1, 2, 3);
        const eight last = Hidden > 6 ? get(W1 + 24 * (Hidden > 6)) : eight{};
        const eight z = add_neighbours(add_neighbours(get(W1) * x, get(W1 + 8) * x),
                                       add_neighbours(get(W1 + 16) * x, last * x)) +
                        get(w_.b1.data());
        const eight gate = 1 / (1 + exp(-z)), h = first<Hidden>(z * gate, eight{}),
                    slope = gate + h * (1 - gate);

        eight w[Classes], product[4] = {};
        for (std::size_t i = 0; i < Classes; ++i) {
            w[i] = get(W2 + i * Hidden);
            product[i] = w[i] * h;
        }
        const eight pairs =
            add_neighbours(add_neighbours(product[0], product[1]), add_neighbours(product[2], product[3]));
        const eight logits = add_neighbours(pairs, pairs) + get(w_.b2.data());

        // Reductions over the first four lanes, the result in each of them.
        const eight lowest = eight{} - 1e30f, padded = first<Classes>(logits, lowest);
        eight largest = maximum(padded, __builtin_shufflevector(padded, padded, 2, 3, 0, 1, 6, 7, 4, 5));
        largest = maximum(largest, __builtin_shufflevector(largest, largest, 1, 0, 3, 2, 5, 4, 7, 6));
        const eight shifted = padded - largest, powers = exp(shifted),
                    target = first<Classes>(get(w_.targets.data()), eight{});
        const T total = four_lanes(powers), mass = four_lanes(target);
        results_.value = mass * std::log(total) - four_lanes(target * shifted);

        const eight dlogits = powers * (mass / total) - target;
        put(results_.db2.data(), dlogits);
        eight back{};
        for (std::size_t i = 0; i < Classes; ++i) {
            const eight lane = eight{} + dlogits[i];
            back += lane * w[i];
            put(results_.dW2.data() + i * Hidden, lane * h);
        }
        const eight dz = back * slope;
        put(results_.db1.data(), dz);
        T* const dW1 = results_.dW1.data();
        put(dW1, __builtin_shufflevector(dz, dz, 0, 0, 0, 0, 1, 1, 1, 1) * x);
        put(dW1 + 8, __builtin_shufflevector(dz, dz, 2, 2, 2, 2, 3, 3, 3, 3) * x);
        if constexpr (Hidden > 4) put(dW1 + 16, __builtin_shufflevector(dz, dz, 4, 4, 4, 4, 5, 5, 5, 5) * x);
        if constexpr (Hidden > 6) put(dW1 + 24, __builtin_shufflevector(dz, dz, 6, 6, 6, 6, 7, 7, 7, 7) * x);
    }
    typename swish_net<T>::results collect() const { return results_; }

    static bool fits(const swish_net<T>& w) {
        return w.features == 4 && w.hidden == Hidden && w.classes == Classes && w.samples == 1;
    }

private:
    static_assert(4 < Hidden && Hidden <= 8 && Classes <= 4);
    typedef T eight __attribute__((vector_size(8 * sizeof(T))));

    static eight get(const T* p) {
        eight v;
        __builtin_memcpy(&v, p, sizeof v);
        return v;
    }
    static void put(T* p, eight v) { __builtin_memcpy(p, &v, sizeof v); }
    static eight add_neighbours(eight a, eight b) {
        return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14) +
               __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
    }
    static eight maximum(eight a, eight b) { return a > b ? a : b; }
    static T four_lanes(eight v) { return (v[0] + v[1]) + (v[2] + v[3]); }
    /// The first lanes of a, the others of b.
    template <std::size_t Count>
    static eight first(eight a, eight b) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return __builtin_shufflevector(a, b, (I < Count ? I : I + 8)...);
        }
        (std::make_index_sequence<8>());
    }
    static eight exp(eight v) {
        using piece = std::conditional_t<(batch<T>::size > 8), xsimd::make_sized_batch_t<T, 8>, batch<T>>;
        alignas(64) T lanes[8];
        __builtin_memcpy(lanes, &v, sizeof v);
        for (std::size_t i = 0; i < 8; i += piece::size)
            xsimd::exp(piece::load_aligned(lanes + i)).store_aligned(lanes + i);
        __builtin_memcpy(&v, lanes, sizeof v);
        return v;
    }

    swish_net<T> w_;
    typename swish_net<T>::results results_;
};

template <class T>
std::unique_ptr<contender<swish_net<T>>> make_swish_net(const swish_net<T>& w) {
    if (limit_small_swish_net<T, 5, 3>::fits(w)) return make<swish_net<T>, limit_small_swish_net<T, 5, 3>>(w);
    if (w.samples % batch<T>::size == 0) return make<swish_net<T>, limit_swish_net<T>>(w);
    return nullptr;
}

} // namespace

void add_limit(registry<scalar>& r) {
    r.autoencoders.push_back({"limit", make_autoencoder<scalar>});
    r.autoencoders.push_back({"limit_low_rank", make_low_rank_autoencoder<scalar>});
    r.gaussian_processes.push_back({"limit", make<gaussian_process<scalar>, limit_gaussian_process<scalar>>});
    r.gaussian_processes.push_back({"limit_low_rank", make_low_rank_gaussian_process<scalar>});
    r.swish_nets.push_back({"limit", make_swish_net<scalar>});
}

} // namespace bench
