// SPDX-License-Identifier: BSL-1.0
// Several plans for the same results: which one runs at which sizes, and that all of them are right.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::container, reference::dense, reference::distance, reference::number, reference::random_operands,
    reference::tolerance;

constexpr auto A = matrix<"A", "m", "k">;
constexpr auto B = matrix<"B", "k", "l">;
constexpr auto C = matrix<"C", "l", "n">;

TEST_CASE("the order of a chain follows the sizes of the call", "[passes]") {
    auto f = compile(A * B * C);
    static_assert(cost(f).variants > 1);
    random_operands random(3);
    for (auto [m, k, l, n] : {std::array<std::size_t, 4>{2, 30, 20, 10}, {30, 20, 10, 2}, {20, 2, 30, 20}, {9, 20, 2, 30}, {7, 7, 7, 7}}) {
        dense const a = random.matrix(m, k), b = random.matrix(k, l), c = random.matrix(l, n);
        CHECK(distance(f(A = container<double>(a), B = container<double>(b), C = container<double>(c)), a * b * c) < 1e-12);
        double const left = double(m * k * l + m * l * n), right = double(k * l * n + m * k * n);
        CHECK(cost(f).flops(m, k, l, n) == 2 * std::min(left, right));
    }
}

TEST_CASE("fixed extents leave nothing open", "[passes]") {
    auto f = compile(matrix<"A", 2, 30> * matrix<"B", 30, 20> * matrix<"C", 20, 10>);
    static_assert(cost(f).variants == 1);
    CHECK(cost(f).flops() == 2 * (2 * 30 * 20 + 2 * 20 * 10));
}

TEST_CASE("a vector needs no variants", "[passes]") {
    constexpr auto x = vector<"x", "n">;
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto loss = squared_norm(transpose(W) * W * x - x);
    auto f = compile(loss, grad(loss, W));
    CHECK(cost(f).variants == 1);
}

// The likelihood of the Gaussian process latent variable model and its gradients; with scalars that are not declared
// positive nothing is known to be definite, and the large matrix is factorised.
constexpr auto X = matrix<"X", "N", "q">;
constexpr auto Y = matrix<"Y", "N", "D">;
constexpr auto likelihood(auto alpha, auto noise) {
    auto const K = alpha * X * transpose(X) + noise * identity<"N">;
    return -0.5_c * extent<"D"> * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y));
}
constexpr auto alpha = scalar<"alpha", positive>;
constexpr auto noise = scalar<"noise", positive>;
constexpr auto any_alpha = scalar<"alpha">;
constexpr auto any_noise = scalar<"noise">;
constexpr auto small_side = likelihood(alpha, noise);
constexpr auto large_side = likelihood(any_alpha, any_noise);

struct model {
    dense x, y;
    number scale = 0.75, variance;

    dense slope() const {  // of the likelihood with respect to K
        dense const inverted = inverse(covariance()), solved = inverted * y;
        return number(0.5) * (solved * transpose(solved)) - number(0.5) * number(y.columns()) * inverted;
    }
    dense covariance() const { return scale * (x * transpose(x)) + variance * reference::identity(x.rows()); }
    number value() const {
        return -number(y.columns()) / 2 * logdet(covariance()) - dot(y, solve(covariance(), y)) / 2;
    }
};

TEST_CASE("a low rank plus a diagonal goes through the small side", "[passes]") {
    auto f = compile(small_side, grad(small_side, X, alpha, noise, Y));
    static_assert(cost(f).variants > 1);
    // No step grows faster than N where q and D are small.
    static_assert(cost(f).flops(4000, 2, 5) < 2.1 * cost(f).flops(2000, 2, 5));
    static_assert(cost(f).workspace(4000, 2, 5) < 4000 * 50);
    random_operands random(5);
    for (auto [N, q, D] : {std::array<std::size_t, 3>{24, 2, 3}, {3, 5, 4}, {2, 12, 14}, {9, 1, 1}}) {
        model m{random.matrix(N, q), random.matrix(N, D), 0.75, 0.5};
        auto const [value, dX, dalpha, dnoise, dY] =
            f(X = container<double>(m.x), Y = container<double>(m.y), alpha = 0.75, noise = 0.5);
        dense const slope = m.slope();
        CHECK(distance(value, m.value()) < 1e-11);
        CHECK(distance(dX, number(2) * m.scale * (slope * m.x)) < 1e-11);
        CHECK(distance(dalpha, dot(slope, m.x * transpose(m.x))) < 1e-11);
        CHECK(distance(dnoise, trace(slope)) < 1e-11);
        CHECK(distance(dY, number(-1) * solve(m.covariance(), m.y)) < 1e-11);
    }
}

// The error of a gradient relative to its largest entry.
template <class Actual>
double error_of(Actual const& actual, dense const& expected) {
    number largest = 0;
    for (number const entry : expected.entries())
        largest = std::max(largest, std::abs(entry));
    return distance(actual / double(largest), expected / dense(largest));
}

TEST_CASE("the small side is as accurate as the factorisation of the large one, down to little noise", "[passes]") {
    auto f = compile(small_side, grad(small_side, X));
    auto g = compile(large_side, grad(large_side, X));
    random_operands random(7);
    for (double variance : {1., 1e-2, 1e-4, 1e-6}) {
        model m{random.matrix(40, 3), random.matrix(40, 4), 0.75, variance};
        dense const expected_slope = number(2) * m.scale * (m.slope() * m.x);
        auto const x = container<double>(m.x), y = container<double>(m.y);
        auto const [value, dX] = f(X = x, Y = y, alpha = 0.75, noise = variance);
        auto const [large_value, large_dX] = g(X = x, Y = y, any_alpha = 0.75, any_noise = variance);
        CAPTURE(variance);
        CHECK(error_of(dX, expected_slope) <= 10 * error_of(large_dX, expected_slope) + 1e-14);
        CHECK(std::abs(number(value) / m.value() - 1) <= 10 * std::abs(number(large_value) / m.value() - 1) + 1e-14);
    }
}

TEST_CASE("a diagonal of several entries, a flat factor and one column", "[passes]") {
    random_operands random(11);
    constexpr auto d = vector<"d", "N", positive>;
    dense const x = random.matrix(20, 3), y = random.matrix(20, 2), spread = random.positive(20, 1);

    constexpr auto diagonal_plus = X * transpose(X) + diag(d);
    dense const K = x * transpose(x) + reference::diag(spread);
    auto f = compile(solve(diagonal_plus, Y), logdet(diagonal_plus), trace(inverse(diagonal_plus)));
    static_assert(cost(f).calls("potrf", 20, 3, 2) == 1);
    static_assert(cost(f).flops(4000, 3, 2) < 2.1 * cost(f).flops(2000, 3, 2));
    auto const [solution, determinant, trace_of_inverse] =
        f(X = container<double>(x), Y = container<double>(y), d = reference::column_container<double>(spread));
    CHECK(distance(solution, solve(K, y)) < 1e-12);
    CHECK(distance(determinant, logdet(K)) < 1e-12);
    CHECK(distance(trace_of_inverse, trace(inverse(K))) < 1e-12);

    // Ridge regression with more features than samples.
    constexpr auto Z = matrix<"Z", "samples", "features">;
    constexpr auto targets = vector<"targets", "samples">;
    auto ridge = compile(solve(transpose(Z) * Z + 0.5_c * identity<"features">, transpose(Z) * targets));
    dense const z = random.matrix(3, 20), t = random.matrix(3, 1);
    CHECK(distance(ridge(Z = container<double>(z), targets = reference::column_container<double>(t)),
                   solve(transpose(z) * z + number(0.5) * reference::identity(20), transpose(z) * t)) < 1e-12);
    static_assert(cost(ridge).flops(3, 4000) < 2.1 * cost(ridge).flops(3, 2000));

    // Sherman and Morrison: nothing but loops.
    constexpr auto u = vector<"u", "N">;
    auto updated = compile(solve(u * transpose(u) + noise * identity<"N">, Y));
    static_assert(cost(updated).calls("potrf") == 0);
    dense const column = random.matrix(20, 1);
    CHECK(distance(updated(u = reference::column_container<double>(column), Y = container<double>(y), noise = 0.5),
                   solve(column * transpose(column) + number(0.5) * reference::identity(20), y)) < 1e-12);
}

// A tied autoencoder of many samples, one a column or one a row: its products are distributed and factored by the sizes.
constexpr auto weights = matrix<"weights", "hidden", "features">;
constexpr auto columns = matrix<"columns", "features", "samples">;
constexpr auto rows = matrix<"rows", "samples", "features">;
constexpr auto loss_of_columns = 0.5_c * squared_norm(transpose(weights) * weights * columns - columns);
constexpr auto loss_of_rows = 0.5_c * squared_norm(rows * transpose(weights) * weights - rows);

TEST_CASE("whatever plan the sizes choose, value and gradient are the same", "[passes]") {
    auto f = compile(loss_of_columns, grad(loss_of_columns, weights));
    auto g = compile(loss_of_rows, grad(loss_of_rows, weights));
    CHECK(cost(f).variants == 4);
    random_operands random(13);
    for (auto [hidden, features, samples] :
         {std::array<std::size_t, 3>{3, 40, 30}, {30, 4, 20}, {30, 40, 2}, {12, 12, 12}, {40, 30, 36}, {20, 28, 20}, {64, 100, 64}}) {
        dense const w = number(0.3) * random.matrix(hidden, features), x = random.matrix(features, samples);
        dense const residual = transpose(w) * (w * x) - x;
        dense const slope = w * (residual * transpose(x) + x * transpose(residual));
        double const largest = double(*std::max_element(slope.entries().begin(), slope.entries().end()));
        auto const [value, gradient] = f(weights = container<double>(w), columns = container<double>(x));
        auto const [same_value, same_gradient] = g(weights = container<double>(w), rows = container<double>(transpose(x)));
        CAPTURE(hidden, features, samples);
        CHECK(distance(value, dot(residual, residual) / 2) < 1e-12 * double(dot(residual, residual)));
        CHECK(distance(gradient, slope) < 1e-12 * largest);
        CHECK(distance(same_value, dot(residual, residual) / 2) < 1e-12 * double(dot(residual, residual)));
        CHECK(distance(same_gradient, slope) < 1e-12 * largest);
    }
}

TEST_CASE("where the residual vanishes the gradient loses no more digits than the residual has", "[passes]") {
    // Orthonormal rows, and samples from their span but for a millionth: the residual is what rounding and that leave.
    std::size_t const hidden = 8, features = 64, samples = 8;
    dense w(hidden, features), noise(features, samples);
    for (std::size_t i = 0; i < hidden; ++i)
        for (std::size_t j = 0; j < features; ++j) w(i, j) = (__builtin_popcountll(i & j) % 2 != 0 ? -1 : 1) / number(8);  // of Hadamard
    random_operands random(17);
    dense const x = transpose(w) * random.matrix(hidden, samples) + number(1e-6) * random.matrix(features, samples);
    dense const residual = transpose(w) * (w * x) - x;
    dense const slope = w * (residual * transpose(x) + x * transpose(residual));
    auto f = compile(loss_of_columns, grad(loss_of_columns, weights));
    static_assert(cost(f).flops(8, 64, 8) < 5 * 2 * 8 * 64 * 8);  // W R is not multiplied
    auto const [value, gradient] = f(weights = container<double>(w), columns = container<double>(x));
    CHECK(std::abs(number(value) / (dot(residual, residual) / 2) - 1) < 1e-7);
    CHECK(distance(gradient, slope) < 1e-13);  // of W, X of order 1, as the residual's own rounding
}

} // namespace
