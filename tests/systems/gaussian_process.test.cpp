// SPDX-License-Identifier: BSL-1.0
// The Gaussian process latent variable model: K = alpha X X' + 1/beta I for latent points X (N x q) and data
// Y (N x D); the log-likelihood is L1 + L2 = -D/2 log|K| - 1/2 tr(K^-1 Y Y') up to a constant.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands, reference::tolerance;

struct operands {
    dense latent, data, scale, precision;

    explicit operands(std::size_t points = 6, std::size_t latent_dimensions = 2,
                      std::size_t data_dimensions = 4)
        : latent(0, 0), data(0, 0), scale(number(0.75)), precision(number(2.5)) {
        random_operands random(41);
        latent = random.matrix(points, latent_dimensions);
        data = random.matrix(points, data_dimensions);
    }

    dense covariance() const {
        return scale * (latent * transpose(latent)) +
               dense(1) / precision * reference::identity(latent.rows());
    }
    number log_determinant_term() const { return -number(data.columns()) / 2 * logdet(covariance()); }
    number trace_term() const { return -dot(data, solve(covariance(), data)) / 2; }

    // By hand: dL/dK for either term, from which the others follow.
    dense log_determinant_slope() const { return -number(data.columns()) / 2 * inverse(covariance()); }
    dense trace_slope() const {
        dense const solved = solve(covariance(), data);
        return number(0.5) * solved * transpose(solved);
    }
    dense latent_gradient(dense const& slope) const { return 2 * scale * slope * latent; }
    dense scale_gradient(dense const& slope) const { return dot(slope, latent * transpose(latent)); }
    dense precision_gradient(dense const& slope) const {
        return -trace(slope) / (precision(0) * precision(0));
    }
};

constexpr auto X = matrix<"X", "N", "q">;
constexpr auto Y = matrix<"Y", "N", "D">;
constexpr auto alpha = scalar<"alpha", positive>;
constexpr auto beta = scalar<"beta", positive>;
constexpr auto K = alpha * X * transpose(X) + identity<"N"> / beta;

TEST_CASE("the log-determinant term of the GP-LVM", "[systems]") {
    operands given;
    constexpr auto loss = -0.5_c * extent<"D"> * logdet(K);
    auto f = compile(loss, grad(loss, X, alpha, beta));
    auto [value, dX, dalpha, dbeta] =
        f(X = container<double>(given.latent), alpha = 0.75, beta = 2.5, extent<"D"> = 4);

    auto expected = [&] { return given.log_determinant_term(); };
    dense const slope = given.log_determinant_slope();
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, given.latent)) < tolerance<double>);
    CHECK(distance(dalpha, central_difference(expected, given.scale)) < tolerance<double>);
    CHECK(distance(dbeta, central_difference(expected, given.precision)) < tolerance<double>);
    CHECK(distance(dX, given.latent_gradient(slope)) < tolerance<double>);
    CHECK(distance(dalpha, given.scale_gradient(slope)) < tolerance<double>);
    CHECK(distance(dbeta, given.precision_gradient(slope)) < tolerance<double>);
}

TEST_CASE("the trace term of the GP-LVM", "[systems]") {
    operands given;
    constexpr auto loss = -0.5_c * trace(inverse(K) * Y * transpose(Y));
    auto f = compile(loss, grad(loss, X, alpha, beta, Y));
    auto [value, dX, dalpha, dbeta, dY] =
        f(X = container<double>(given.latent), Y = container<double>(given.data), alpha = 0.75, beta = 2.5);

    auto expected = [&] { return given.trace_term(); };
    dense const slope = given.trace_slope();
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dX, central_difference(expected, given.latent)) < tolerance<double>);
    CHECK(distance(dalpha, central_difference(expected, given.scale)) < tolerance<double>);
    CHECK(distance(dbeta, central_difference(expected, given.precision)) < tolerance<double>);
    CHECK(distance(dY, central_difference(expected, given.data)) < tolerance<double>);
    CHECK(distance(dX, given.latent_gradient(slope)) < tolerance<double>);
    CHECK(distance(dalpha, given.scale_gradient(slope)) < tolerance<double>);
    CHECK(distance(dbeta, given.precision_gradient(slope)) < tolerance<double>);
    CHECK(distance(dY, -solve(given.covariance(), given.data)) < tolerance<double>);
}

template <class T>
void log_likelihood_agrees(auto X, auto Y, auto alpha, auto beta, auto identity, auto data_dimensions,
                           operands given) {
    auto const K = alpha * X * transpose(X) + identity / beta;
    auto const loss = -0.5_c * data_dimensions * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y));
    auto f = compile(loss, grad(loss, X, alpha, beta, Y));
    auto [value, dX, dalpha, dbeta, dY] =
        f(X = container<T>(given.latent), Y = container<T>(given.data), alpha = 0.75, beta = 2.5);

    auto expected = [&] { return given.log_determinant_term() + given.trace_term(); };
    dense const slope = given.log_determinant_slope() + given.trace_slope();
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dX, central_difference(expected, given.latent)) < tolerance<T>);
    CHECK(distance(dalpha, central_difference(expected, given.scale)) < tolerance<T>);
    CHECK(distance(dbeta, central_difference(expected, given.precision)) < tolerance<T>);
    CHECK(distance(dY, central_difference(expected, given.data)) < tolerance<T>);
    CHECK(distance(dX, given.latent_gradient(slope)) < tolerance<T>);
    CHECK(distance(dalpha, given.scale_gradient(slope)) < tolerance<T>);
    CHECK(distance(dbeta, given.precision_gradient(slope)) < tolerance<T>);
    CHECK(distance(dY, -solve(given.covariance(), given.data)) < tolerance<T>);
}

TEMPLATE_TEST_CASE("the log-likelihood of the GP-LVM", "[systems]", float, double) {
    auto const latent_dimensions = GENERATE(1, 2);
    log_likelihood_agrees<TestType>(X, Y, alpha, beta, identity<"N">, extent<"D">,
                                    operands(6, latent_dimensions, 4));
}

TEST_CASE("the log-likelihood of the GP-LVM with more latent dimensions than points", "[systems]") {
    log_likelihood_agrees<double>(X, Y, alpha, beta, identity<"N">, extent<"D">, operands(3, 5, 1));
}

TEST_CASE("the log-likelihood of the GP-LVM with fixed extents", "[systems]") {
    log_likelihood_agrees<double>(matrix<"X", 6, 2>, matrix<"Y", 6, 4>, alpha, beta, identity<6>, 4_c,
                                  operands());
}

TEST_CASE("the log-likelihood of the GP-LVM whose covariance is not known to be positive definite",
          "[systems]") {
    log_likelihood_agrees<double>(X, Y, scalar<"alpha">, scalar<"beta">, identity<"N">, extent<"D">,
                                  operands());
}

} // namespace
