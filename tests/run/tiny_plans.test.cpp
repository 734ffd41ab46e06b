// SPDX-License-Identifier: BSL-1.0
// Plans with small numbers for extents, whose values stay in registers: a net and an autoencoder against loops, in containers
// behind whose last entries nothing belongs to them.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <limits>
#include <random>

namespace {

using namespace ctgrad;

template <class T>
using tensor2 = xt::xtensor<T, 2>;
template <class T>
using tensor1 = xt::xtensor<T, 1>;

template <class T>
tensor2<T> random_matrix(std::size_t m, std::size_t n) {
    static std::mt19937 engine{7};
    std::uniform_real_distribution<double> entries(-1, 1);
    auto a = tensor2<T>::from_shape({m, n});
    for (T& entry : a) entry = static_cast<T>(entries(engine));
    return a;
}
template <class T>
tensor1<T> random_vector(std::size_t n) {
    auto const a = random_matrix<T>(1, n);
    auto v = tensor1<T>::from_shape({n});
    std::copy(a.begin(), a.end(), v.begin());
    return v;
}

template <class First, class Second>
double distance(First const& a, Second const& b) {
    REQUIRE(a.size() == b.size());
    double worst = 0;
    auto other = b.begin();
    for (auto const entry : a) {
        double const error = std::abs(static_cast<double>(entry) - static_cast<double>(*other++));
        worst = error <= worst ? worst : error;
        if (std::isnan(error)) return error;
    }
    return worst;
}

TEMPLATE_TEST_CASE("a small net of fixed extents", "[run]", float, double) {
    using T = TestType;
    constexpr std::size_t features = 4, hidden = 5, classes = 3;
    constexpr auto W1 = matrix<"W1", 5, 4>;
    constexpr auto b1 = vector<"b1", 5>;
    constexpr auto W2 = matrix<"W2", 3, 5>;
    constexpr auto b2 = vector<"b2", 3>;
    constexpr auto x = vector<"x", 4>;
    constexpr auto t = vector<"t", 3>;
    constexpr auto loss = softmax_cross_entropy(W2 * swish(W1 * x + b1) + b2, t);
    auto f = compile(loss, grad(loss, W1, b1, W2, b2));

    auto const w1 = random_matrix<T>(hidden, features), w2 = random_matrix<T>(classes, hidden);
    auto const c1 = random_vector<T>(hidden), c2 = random_vector<T>(classes), input = random_vector<T>(features);
    auto target = tensor1<T>::from_shape({classes});
    target.fill(0);
    target(1) = 1;

    double h[hidden], slope[hidden], logits[classes], total = 0, dz2[classes], dz1[hidden];
    for (std::size_t i = 0; i < hidden; ++i) {
        double z = c1(i);
        for (std::size_t j = 0; j < features; ++j) z += double(w1(i, j)) * input(j);
        double const gate = 1 / (1 + std::exp(-z));
        h[i] = z * gate;
        slope[i] = gate + h[i] * (1 - gate);
    }
    for (std::size_t i = 0; i < classes; ++i) {
        logits[i] = c2(i);
        for (std::size_t j = 0; j < hidden; ++j) logits[i] += double(w2(i, j)) * h[j];
        total += std::exp(logits[i]);
    }
    for (std::size_t i = 0; i < classes; ++i) dz2[i] = std::exp(logits[i]) / total - target(i);
    tensor2<double> d1 = xt::zeros<double>({hidden, features}), d2 = xt::zeros<double>({classes, hidden});
    for (std::size_t j = 0; j < hidden; ++j) {
        dz1[j] = 0;
        for (std::size_t i = 0; i < classes; ++i) {
            dz1[j] += dz2[i] * w2(i, j) * slope[j];
            d2(i, j) = dz2[i] * h[j];
        }
        for (std::size_t k = 0; k < features; ++k) d1(j, k) = dz1[j] * input(k);
    }

    double const limit = 20 * std::numeric_limits<T>::epsilon();
    auto const check = [&](T value, auto const& dW1, auto const& db1, auto const& dW2, auto const& db2) {
        CHECK(std::abs(value - (std::log(total) - logits[1])) < limit);
        CHECK(distance(dW1, d1) < limit);
        CHECK(distance(dW2, d2) < limit);
        CHECK(distance(db1, std::vector<double>(dz1, dz1 + hidden)) < limit);
        CHECK(distance(db2, std::vector<double>(dz2, dz2 + classes)) < limit);
    };
    T value = 0;
    tensor2<T> dW1, dW2;
    tensor1<T> db1, db2;
    for (int call = 0; call < 2; ++call) {
        f(W1 = w1, b1 = c1, W2 = w2, b2 = c2, x = input, t = target, into(value, dW1, db1, dW2, db2));
        check(value, dW1, db1, dW2, db2);
    }
    {
        auto const [v, g1, e1, g2, e2] = f(W1 = w1, b1 = c1, W2 = w2, b2 = c2, x = input, t = target);
        check(v, g1, e1, g2, e2);
    }
    // Results in the place of what they are the gradients of.
    auto v1 = w1, v2 = w2;
    auto a1 = c1, a2 = c2;
    f(W1 = v1, b1 = a1, W2 = v2, b2 = a2, x = input, t = target, into(value, v1, a1, v2, a2));
    check(value, v1, a1, v2, a2);
}

TEMPLATE_TEST_CASE("an autoencoder of fixed extents", "[run]", float, double) {
    using T = TestType;
    constexpr auto W = matrix<"W", 3, 11>;
    constexpr auto x = vector<"x", 11>;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);
    auto f = compile(loss, grad(loss, W));
    auto const w = random_matrix<T>(3, 11);
    auto const input = random_vector<T>(11);
    double h[3] = {}, r[11], v[3] = {}, expected = 0;
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 11; ++j) h[i] += double(w(i, j)) * input(j);
    for (std::size_t j = 0; j < 11; ++j) {
        r[j] = -double(input(j));
        for (std::size_t i = 0; i < 3; ++i) r[j] += w(i, j) * h[i];
        expected += r[j] * r[j] / 2;
        for (std::size_t i = 0; i < 3; ++i) v[i] += w(i, j) * r[j];
    }
    tensor2<double> gradient = xt::zeros<double>({3, 11});
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 11; ++j) gradient(i, j) = v[i] * input(j) + h[i] * r[j];
    T value = 0;
    tensor2<T> dW;
    f(W = w, x = input, into(value, dW));
    CHECK(std::abs(value - expected) < 200 * std::numeric_limits<T>::epsilon());
    CHECK(distance(dW, gradient) < 200 * std::numeric_limits<T>::epsilon());
    // A number that is an entry of the matrix.
    auto own = w;
    CHECK_THROWS_AS(f(W = own, x = input, into(own(2, 10), dW)), alias_error);
    CHECK_THROWS_AS(f(W = own, x = input, into(dW(0, 0), dW)), alias_error);
    CHECK((own == w));
}

} // namespace
