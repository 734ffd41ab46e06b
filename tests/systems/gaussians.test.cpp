// SPDX-License-Identifier: BSL-1.0
// Gaussians: the likelihood through an inverse, a Cholesky factor and triangular solves; divergences; the Kalman filter.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands;

template <class T>
inline constexpr double tolerance = std::is_same_v<T, float> ? 5e-4 : 1e-10;

constexpr auto x = vector<"x", "n">;
constexpr auto mu = vector<"mu", "n">;
constexpr auto K = matrix<"K", "n", "n", spd>;

TEMPLATE_TEST_CASE("one likelihood, written in three ways", "[systems]", float, double) {
    using T = TestType;
    // through the inverse, through the Cholesky factor, and with the factor itself as the parameter
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    constexpr auto through_inverse = -0.5_c * logdet(K) - 0.5_c * transpose(x - mu) * inverse(K) * (x - mu);
    constexpr auto factor = cholesky(K);
    constexpr auto through_factor = -sum(log(diagonal(factor))) - 0.5_c * squared_norm(solve(factor, x - mu));
    constexpr auto by_factor = -sum(log(abs(diagonal(L)))) - 0.5_c * squared_norm(solve(L, x - mu));
    random_operands random(331);
    dense k = random.symmetric_positive_definite(4), at = random.column(4), mean = random.column(4), l = reference::cholesky(k);
    auto f = compile(through_inverse, grad(through_inverse, K, x, mu), through_factor, grad(through_factor, K, x, mu));
    // one factorisation for both values and all gradients
    static_assert(cost(f).calls("potrf") == 1 && cost(f).calls("getrf") == 0);
    auto [value, dK, dx, dmu, other_value, other_dK, other_dx, other_dmu] =
        f(K = container<T>(k), x = column_container<T>(at), mu = column_container<T>(mean));
    auto g = compile(by_factor, grad(by_factor, L, x));
    static_assert(cost(g).calls("potrf") == 0 && cost(g).calls("getrf") == 0 && cost(g).calls("trsm") == 2);
    auto [factor_value, dL, factor_dx] = g(L = container<T>(l), x = column_container<T>(at), mu = column_container<T>(mean));

    auto likelihood = [&](dense const& covariance) {
        return -logdet(covariance) / 2 - dot(at - mean, reference::solve(covariance, at - mean)) / 2;
    };
    dense const whitened = reference::solve(k, at - mean), slope = (whitened * transpose(whitened) - reference::inverse(k)) / 2;
    CHECK(distance(value, likelihood(k)) < tolerance<T>);
    CHECK(distance(other_value, likelihood(k)) < tolerance<T>);
    CHECK(distance(factor_value, likelihood(k)) < tolerance<T>);
    CHECK(distance(dK, slope) < tolerance<T>);
    CHECK(distance(other_dK, slope) < tolerance<T>);
    CHECK(distance(dx, -whitened) < tolerance<T>);
    CHECK(distance(other_dx, -whitened) < tolerance<T>);
    CHECK(distance(factor_dx, -whitened) < tolerance<T>);
    CHECK(distance(dmu, whitened) < tolerance<T>);
    CHECK(distance(other_dmu, whitened) < tolerance<T>);
    auto of_factor = [&] { return likelihood(reference::lower_part(l) * transpose(reference::lower_part(l))); };
    CHECK(distance(dL, central_difference(of_factor, l)) < tolerance<T>);
}

TEST_CASE("the divergence of two Gaussians", "[systems]") {
    constexpr auto nu = vector<"nu", "n">;
    constexpr auto Q = matrix<"Q", "n", "n", spd>;
    constexpr auto divergence = 0.5_c * (trace(inverse(Q) * K) + dot(nu - mu, solve(Q, nu - mu)) - extent<"n"> + logdet(Q) - logdet(K));
    random_operands random(332);
    dense k = random.symmetric_positive_definite(4), q = random.symmetric_positive_definite(4), m = random.column(4), n = random.column(4);
    auto f = compile(divergence, grad(divergence, K, Q, mu, nu));
    static_assert(cost(f).calls("potrf") == 2 && cost(f).calls("getrf") == 0);
    auto [value, dK, dQ, dmu, dnu] =
        f(K = container<double>(k), Q = container<double>(q), mu = column_container<double>(m), nu = column_container<double>(n));
    dense const p = reference::inverse(q), apart = n - m;
    CHECK(distance(value, (trace(p * k) + dot(apart, p * apart) - 4 + logdet(q) - logdet(k)) / 2) < 1e-10);
    CHECK(distance(dK, (p - reference::inverse(k)) / 2) < 1e-10);
    CHECK(distance(dQ, (p - p * (k + apart * transpose(apart)) * p) / 2) < 1e-10);
    CHECK(distance(dmu, -(p * apart)) < 1e-10);
    CHECK(distance(dnu, p * apart) < 1e-10);
}

TEST_CASE("the Mahalanobis distances of samples", "[systems]") {
    constexpr auto X = matrix<"X", "n", "b">;
    constexpr auto centred = X - mu;
    constexpr auto loss = sum(column_sums(hadamard(centred, solve(K, centred)))) + sum(sqrt(column_sums(hadamard(centred, inverse(K) * centred))));
    random_operands random(333);
    dense k = random.symmetric_positive_definite(4), samples = random.matrix(4, 6), mean = random.column(4);
    auto f = compile(loss, grad(loss, X, mu, K));
    static_assert(cost(f).calls("potrf") == 1 && cost(f).calls("potri") == 0);
    auto [value, dX, dmu, dK] = f(X = container<double>(samples), mu = column_container<double>(mean), K = container<double>(k));
    auto expected = [&] {
        dense const apart = samples - mean, squares = reference::column_sums(hadamard(apart, reference::solve(k, apart)));
        return sum(squares) + sum(map(squares, [](number square) { return std::sqrt(square); }));
    };
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dX, central_difference(expected, samples)) < 1e-10);
    CHECK(distance(dmu, central_difference(expected, mean)) < 1e-10);
    CHECK(distance(dK, central_difference(expected, k)) < 1e-10);
}

TEST_CASE("a step of the Kalman filter, and the likelihood of what was observed", "[systems]") {
    constexpr auto F = matrix<"F", "n", "n">;
    constexpr auto H = matrix<"H", "m", "n">;
    constexpr auto Q = matrix<"Q", "n", "n", spd>;
    constexpr auto R = matrix<"R", "m", "m", spd>;
    constexpr auto z = vector<"z", "m">;
    constexpr auto predicted = F * mu;
    constexpr auto prior = F * K * transpose(F) + Q;
    constexpr auto innovation = z - H * predicted;
    constexpr auto S = H * prior * transpose(H) + R;
    constexpr auto gain = prior * transpose(H) * inverse(S);
    constexpr auto updated = predicted + gain * innovation;
    constexpr auto posterior = (identity<"n"> - gain * H) * prior;
    constexpr auto loss = 0.5_c * logdet(S) + 0.5_c * dot(innovation, solve(S, innovation)) + squared_norm(updated) + trace(posterior);
    random_operands random(334);
    dense f = random.matrix(4, 4), h = random.matrix(2, 4), q = random.symmetric_positive_definite(4), k = random.symmetric_positive_definite(4),
          r = random.symmetric_positive_definite(2), m = random.column(4), observed = random.column(2);
    auto filter = compile(updated, posterior, loss, grad(loss, F, H, Q, R, K, mu, z));
    static_assert(cost(filter).calls("potrf") == 1 && cost(filter).calls("getrf") == 0);
    auto [mean, covariance, value, dF, dH, dQ, dR, dK, dmu, dz] =
        filter(F = container<double>(f), H = container<double>(h), Q = container<double>(q), R = container<double>(r),
               K = container<double>(k), mu = column_container<double>(m), z = column_container<double>(observed));
    struct step { dense mean, covariance; number loss; };
    auto run = [&] {
        dense const before = f * m, spread = f * k * transpose(f) + q, surprise = observed - h * before,
                    s = h * spread * transpose(h) + r, by = spread * transpose(h) * reference::inverse(s),
                    after = before + by * surprise, narrowed = (reference::identity(4) - by * h) * spread;
        return step{after, narrowed, logdet(s) / 2 + dot(surprise, reference::solve(s, surprise)) / 2 + squared_norm(after) + trace(narrowed)};
    };
    auto expected = [&] { return run().loss; };
    CHECK(distance(mean, run().mean) < 1e-10);
    CHECK(distance(covariance, run().covariance) < 1e-10);
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dF, central_difference(expected, f)) < 1e-10);
    CHECK(distance(dH, central_difference(expected, h)) < 1e-10);
    CHECK(distance(dQ, central_difference(expected, q)) < 1e-10);
    CHECK(distance(dR, central_difference(expected, r)) < 1e-10);
    CHECK(distance(dK, central_difference(expected, k)) < 1e-10);
    CHECK(distance(dmu, central_difference(expected, m)) < 1e-10);
    CHECK(distance(dz, central_difference(expected, observed)) < 1e-10);
}

TEST_CASE("the marginal likelihood of a Gaussian process factorises its kernel matrix once", "[systems]") {
    constexpr auto X = matrix<"X", "n", "q">;
    constexpr auto width = scalar<"width", positive>;
    constexpr auto noise = scalar<"noise", positive>;
    constexpr auto squares = row_sums(square(X));
    constexpr auto kernel = exp((2_c * X * transpose(X) - squares - transpose(squares)) / (2_c * square(width))) + noise * identity<"n">;
    constexpr auto loss = 0.5_c * dot(x, solve(kernel, x)) + 0.5_c * logdet(kernel);
    random_operands random(335);
    dense points = random.matrix(6, 2), values = random.column(6), w(0.75), s(0.5);
    auto f = compile(loss, grad(loss, X, x, width, noise));
    static_assert(cost(f).calls("potrf") == 1 && cost(f).calls("getrf") == 0 && cost(f).calls("potri") <= 1);
    auto [value, dX, dx, dwidth, dnoise] =
        f(X = container<double>(points), x = column_container<double>(values), width = 0.75, noise = 0.5);
    auto expected = [&] {
        dense k = s(0) * reference::identity(6);
        for (std::size_t i = 0; i < 6; ++i)
            for (std::size_t j = 0; j < 6; ++j) {
                number apart = 0;
                for (std::size_t l = 0; l < 2; ++l)
                    apart += (points(i, l) - points(j, l)) * (points(i, l) - points(j, l));
                k(i, j) += std::exp(-apart / (2 * w(0) * w(0)));
            }
        return dot(values, reference::solve(k, values)) / 2 + logdet(k) / 2;
    };
    CHECK(distance(value, expected()) < 1e-10);
    CHECK(distance(dX, central_difference(expected, points)) < 1e-10);
    CHECK(distance(dx, central_difference(expected, values)) < 1e-10);
    CHECK(distance(dwidth, central_difference(expected, w)) < 1e-10);
    CHECK(distance(dnoise, central_difference(expected, s)) < 1e-10);
}

} // namespace
