// SPDX-License-Identifier: BSL-1.0
// The Gaussian process latent variable model with K_ij = alpha exp(-gamma/2 |x_i - x_j|^2) + 1/beta delta_ij,
// the squared distances written as a column plus a row minus twice a product.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands;

constexpr auto squared_distances(auto X) {
    auto const squares = row_sums(square(X));
    return squares + transpose(squares) - 2_c * X * transpose(X);
}

dense covariance(dense const& latent, number alpha, number beta, number gamma) {
    dense result(latent.rows(), latent.rows());
    for (std::size_t i = 0; i < latent.rows(); ++i)
        for (std::size_t j = 0; j < latent.rows(); ++j) {
            number squared_distance = 0;
            for (std::size_t k = 0; k < latent.columns(); ++k)
                squared_distance += (latent(i, k) - latent(j, k)) * (latent(i, k) - latent(j, k));
            result(i, j) = alpha * std::exp(-gamma / 2 * squared_distance) + (i == j ? 1 / beta : 0);
        }
    return result;
}

template <class T>
void log_likelihood_agrees(auto X, auto Y, auto identity, auto data_dimensions) {
    constexpr auto alpha = scalar<"alpha", positive>;
    constexpr auto beta = scalar<"beta", positive>;
    constexpr auto gamma = scalar<"gamma", positive>;
    auto const K = alpha * exp(-0.5_c * gamma * squared_distances(X)) + identity / beta;
    auto const loss = -0.5_c * data_dimensions * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y));

    random_operands random(51);
    dense latent = random.matrix(6, 2), data = random.matrix(6, 3), a(1.5), b(4), c(1.25);
    auto f = compile(loss, grad(loss, X, alpha, beta, gamma, Y));
    auto [value, dX, dalpha, dbeta, dgamma, dY] =
        f(gamma = 1.25, X = container<T>(latent), alpha = 1.5, Y = container<T>(data), beta = 4);

    auto expected = [&] {
        dense const covariances = covariance(latent, a(0), b(0), c(0));
        return -number(1.5) * logdet(covariances) - dot(data, solve(covariances, data)) / 2;
    };
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dX, central_difference(expected, latent)) < 1e-10);
    CHECK(distance(dalpha, central_difference(expected, a)) < 1e-10);
    CHECK(distance(dbeta, central_difference(expected, b)) < 1e-10);
    CHECK(distance(dgamma, central_difference(expected, c)) < 1e-10);
    CHECK(distance(dY, central_difference(expected, data)) < 1e-10);
}

TEST_CASE("the GP-LVM with a radial basis function kernel", "[systems]") {
    log_likelihood_agrees<double>(matrix<"X", "N", "q">, matrix<"Y", "N", "D">, identity<"N">, extent<"D">);
}

TEST_CASE("the GP-LVM with a radial basis function kernel and fixed extents", "[systems]") {
    log_likelihood_agrees<double>(matrix<"X", 6, 2>, matrix<"Y", 6, 3>, identity<6>, extent<3>);
}

} // namespace
