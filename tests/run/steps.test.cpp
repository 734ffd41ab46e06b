// SPDX-License-Identifier: BSL-1.0
// Calls in which every vector fits a pack, and those just beyond, against loops: a net and an autoencoder whose extents are
// names, in containers behind whose last entries nothing belongs to them.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace {

using namespace ctgrad;

template <class T>
using tensor2 = xt::xtensor<T, 2>;
template <class T>
using tensor1 = xt::xtensor<T, 1>;

template <class Tensor>
Tensor random_tensor(typename Tensor::shape_type const& shape) {
    static std::mt19937 engine{11};
    std::uniform_real_distribution<double> entries(-1, 1);
    auto a = Tensor::from_shape(shape);
    for (auto& entry : a) entry = static_cast<typename Tensor::value_type>(entries(engine));
    return a;
}

/// The distance of all entries of both, or NaN.
template <class First, class Second>
double distance(First const& a, Second const& b) {
    REQUIRE(a.size() == b.size());
    double total = 0;
    auto other = b.begin();
    for (auto const entry : a) total += std::abs(static_cast<double>(entry) - static_cast<double>(*other++));
    return total;
}

constexpr auto W1 = matrix<"W1", "hidden", "features">;
constexpr auto b1 = vector<"b1", "hidden">;
constexpr auto W2 = matrix<"W2", "classes", "hidden">;
constexpr auto b2 = vector<"b2", "classes">;
constexpr auto x = vector<"x", "features">;
constexpr auto t = vector<"t", "classes">;
constexpr auto net_loss = softmax_cross_entropy(W2 * swish(W1 * x + b1) + b2, t);

template <class T>
struct net {
    tensor2<T> w1, w2;
    tensor1<T> c1, c2, input, target;

    net(std::size_t features, std::size_t hidden, std::size_t classes)
        : w1(random_tensor<tensor2<T>>({hidden, features})), w2(random_tensor<tensor2<T>>({classes, hidden})),
          c1(random_tensor<tensor1<T>>({hidden})), c2(random_tensor<tensor1<T>>({classes})),
          input(random_tensor<tensor1<T>>({features})), target(random_tensor<tensor1<T>>({classes})) {}

    struct results {
        double value = 0;
        tensor2<double> dW1, dW2;
        tensor1<double> db1, db2;
    };
    results expected() const {
        std::size_t const hidden = c1.size(), classes = c2.size(), features = input.size();
        results r{0, xt::zeros<double>(w1.shape()), xt::zeros<double>(w2.shape()), xt::zeros<double>(c1.shape()), xt::zeros<double>(c2.shape())};
        std::vector<double> h(hidden), slope(hidden), logits(classes);
        double total = 0, mass = 0;
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
            mass += target(i);
        }
        for (std::size_t i = 0; i < classes; ++i) {
            r.value -= target(i) * (logits[i] - std::log(total));
            r.db2(i) = mass * std::exp(logits[i]) / total - target(i);
            for (std::size_t j = 0; j < hidden; ++j) {
                r.dW2(i, j) = r.db2(i) * h[j];
                r.db1(j) += r.db2(i) * w2(i, j) * slope[j];
            }
        }
        for (std::size_t i = 0; i < hidden; ++i)
            for (std::size_t j = 0; j < features; ++j) r.dW1(i, j) = r.db1(i) * input(j);
        return r;
    }
};

TEMPLATE_TEST_CASE("a net whose vectors may each be a pack", "[run]", float, double) {
    using T = TestType;
    auto f = compile(net_loss, grad(net_loss, W1, b1, W2, b2));
    double const limit = 400 * std::numeric_limits<T>::epsilon();
    T value = 0;
    tensor2<T> dW1, dW2;
    tensor1<T> db1, db2;
    for (std::size_t features : {1u, 4u, 8u, 17u})
        for (std::size_t hidden : {1u, 2u, 4u, 5u, 7u, 8u, 9u, 16u})
            for (std::size_t classes : {1u, 3u, 8u, 11u, 16u}) {
                net<T> const n(features, hidden, classes);
                auto const right = n.expected();
                for (int call = 0; call < 2; ++call) {
                    f(W1 = n.w1, b1 = n.c1, W2 = n.w2, b2 = n.c2, x = n.input, t = n.target, into(value, dW1, db1, dW2, db2));
                    CAPTURE(features, hidden, classes, call);
                    CHECK(std::abs(value - right.value) < limit);
                    CHECK(distance(dW1, right.dW1) + distance(dW2, right.dW2) + distance(db1, right.db1) + distance(db2, right.db2) < 4 * limit);
                }
            }
    // In the place of what they are the gradients of.
    net<T> n(4, 5, 3);
    auto const right = n.expected();
    f(W1 = n.w1, b1 = n.c1, W2 = n.w2, b2 = n.c2, x = n.input, t = n.target, into(value, n.w1, n.c1, n.w2, n.c2));
    CHECK(distance(n.w1, right.dW1) + distance(n.w2, right.dW2) + distance(n.c1, right.db1) + distance(n.c2, right.db2) < 4 * limit);
}

TEMPLATE_TEST_CASE("logits that are no numbers, or too large for the exponential, where vectors are packs", "[run]", float, double) {
    using T = TestType;
    constexpr T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
    constexpr auto loss = softmax_cross_entropy(b2, t);
    auto f = compile(loss, grad(loss, b2));
    tensor1<T> const one{1, 0, 0};
    {
        auto const [value, slope] = f(b2 = tensor1<T>{T(1e30), 0, 1}, t = one);
        CHECK(value == 0);
        CHECK((slope == tensor1<T>{0, 0, 0}));
    }
    {
        auto const [value, slope] = f(b2 = tensor1<T>{0, nan, 1}, t = one);
        CHECK(std::isnan(value));
        CHECK((std::isnan(slope(0)) && std::isnan(slope(2))));
    }
    {
        auto const [value, slope] = f(b2 = tensor1<T>{-infinity, 0, 0}, t = one);
        CHECK(value == infinity);
        CHECK((slope == tensor1<T>{-1, T(0.5), T(0.5)}));
    }
}

TEMPLATE_TEST_CASE("an autoencoder whose vectors may each be a pack", "[run]", float, double) {
    using T = TestType;
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto y = vector<"y", "n">;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * y - y);
    auto f = compile(loss, grad(loss, W));
    double const limit = 2000 * std::numeric_limits<T>::epsilon();
    for (std::size_t m : {1u, 2u, 4u, 8u, 9u})
        for (std::size_t n : {1u, 3u, 8u, 16u, 17u}) {
            auto const w = random_tensor<tensor2<T>>({m, n});
            auto const input = random_tensor<tensor1<T>>({n});
            std::vector<double> h(m), v(m), r(n);
            double expected = 0;
            for (std::size_t i = 0; i < m; ++i)
                for (std::size_t j = 0; j < n; ++j) h[i] += double(w(i, j)) * input(j);
            for (std::size_t j = 0; j < n; ++j) {
                r[j] = -double(input(j));
                for (std::size_t i = 0; i < m; ++i) r[j] += w(i, j) * h[i];
                expected += r[j] * r[j] / 2;
                for (std::size_t i = 0; i < m; ++i) v[i] += w(i, j) * r[j];
            }
            tensor2<double> gradient = xt::zeros<double>({m, n});
            for (std::size_t i = 0; i < m; ++i)
                for (std::size_t j = 0; j < n; ++j) gradient(i, j) = v[i] * input(j) + h[i] * r[j];
            auto const [value, dW] = f(W = w, y = input);
            CAPTURE(m, n);
            CHECK(std::abs(value - expected) < limit);
            CHECK(distance(dW, gradient) < 8 * limit);
        }
}

} // namespace
