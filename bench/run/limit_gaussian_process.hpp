// SPDX-License-Identifier: BSL-1.0
// The fastest code known for the Gaussian-process latent-variable model: by Cholesky, and by its low rank.
#pragma once

#include "contender.hpp"
#include "elementwise.hpp"
#include "limit_product.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

namespace bench::limit {

/// Cholesky with the right-hand sides as further columns of the matrix: K = U'U and U'^-1 [Y X] come from one
/// sweep. The matrix is made where it is needed, in registers: a panel of eight rows is the rank-q product,
/// less the product of the rows above, solved with the panel's own triangle, and only then stored. K itself
/// is never in memory.
template <class T>
class cholesky_gaussian_process {
public:
    explicit cholesky_gaussian_process(const gaussian_process<T>& w)
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
        constexpr std::size_t q = Latent, latent_vectors = (q + lanes - 1) / lanes,
                              padded = OutputVectors * lanes;
        // A vector may reach beyond its row, into the next one or into the spare line at the end: those
        // lanes are not used.
        batch<T> xx[q][latent_vectors], xy[q][OutputVectors], yy[OutputVectors];
        for (std::size_t r = 0; r < q; ++r) {
            for (auto& entry : xx[r])
                entry = batch<T>(T(0));
            for (auto& entry : xy[r])
                entry = batch<T>(T(0));
        }
        for (auto& entry : yy)
            entry = batch<T>(T(0));
        for (std::size_t i = 0; i < N_; ++i) {
            const T* const x = X_.data() + i * q;
            const T* const y = Y_.data() + i * D_;
            batch<T> x_row[latent_vectors], y_row[OutputVectors];
            for (std::size_t v = 0; v < latent_vectors; ++v)
                x_row[v] = batch<T>::load_unaligned(x + v * lanes);
            for (std::size_t v = 0; v < OutputVectors; ++v) {
                y_row[v] = batch<T>::load_unaligned(y + v * lanes);
                yy[v] = xsimd::fma(y_row[v], y_row[v], yy[v]);
            }
            for (std::size_t r = 0; r < q; ++r) {
                const batch<T> entry(x[r]);
                for (std::size_t v = 0; v < latent_vectors; ++v)
                    xx[r][v] = xsimd::fma(entry, x_row[v], xx[r][v]);
                for (std::size_t v = 0; v < OutputVectors; ++v)
                    xy[r][v] = xsimd::fma(entry, y_row[v], xy[r][v]);
            }
        }

        T M[q][q], G[q][padded], S[q][padded], inverse[q][q], squares[padded];
        const T D = static_cast<T>(D_), ab = alpha_ * beta_;
        for (std::size_t r = 0; r < q; ++r) {
            T row[latent_vectors * lanes];
            for (std::size_t v = 0; v < latent_vectors; ++v)
                xx[r][v].store_unaligned(row + v * lanes);
            for (std::size_t c = 0; c < q; ++c)
                M[r][c] = ab * row[c] + (r == c ? T(1) : T(0));
            for (std::size_t v = 0; v < OutputVectors; ++v)
                xy[r][v].store_unaligned(G[r] + v * lanes);
            for (std::size_t c = D_; c < padded; ++c)
                G[r][c] = T(0);
        }
        for (std::size_t v = 0; v < OutputVectors; ++v)
            yy[v].store_unaligned(squares + v * lanes);

        // M is positive definite: Gauss-Jordan elimination of [M G I] without pivots gives S and M^-1.
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
        alignas(64) T A[most][latent_vectors * lanes] = {};
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
        // A row's store reaches into the rows that come after it and are written later; the last rows are cut
        // to size.
        for (std::size_t i = 0; i < N_; ++i) {
            const T* const x = X_.data() + i * q;
            const T* const y = Y_.data() + i * D_;
            const bool inside = i * q + latent_vectors * lanes <= N_ * q;
            T entries[latent_vectors * lanes];
            for (std::size_t v = 0; v < latent_vectors; ++v) {
                const auto add = [&](T factor, std::size_t row, batch<T> sums) {
                    return xsimd::fma(batch<T>(factor), batch<T>::load_aligned(A[row] + v * lanes), sums);
                };
                batch<T> even(T(0)), odd(T(0));
                std::size_t d = 0;
                for (; d + 2 <= D_; d += 2) {
                    even = add(y[d], d, even);
                    odd = add(y[d + 1], d + 1, odd);
                }
                if (d < D_) even = add(y[d], d, even);
                for (std::size_t r = 0; r < q; ++r)
                    odd = add(x[r], D_ + r, odd);
                (even + odd).store_unaligned((inside ? dX + i * q : entries) + v * lanes);
            }
            if (!inside) std::copy_n(entries, q, dX + i * q);
        }
    }
    typename gaussian_process<T>::results collect() const { return results_; }

    static bool fits(const gaussian_process<T>& w) {
        return w.latent == Latent && round_up(w.outputs, lanes) == OutputVectors * lanes;
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

} // namespace bench::limit
