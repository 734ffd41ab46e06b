// SPDX-License-Identifier: BSL-1.0
// The fastest code known for the swish net.
#pragma once

#include <ctgrad/run/exponential.hpp>

#include "contender.hpp"
#include "elementwise.hpp"
#include "limit_product.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>
#include <utility>

namespace bench::limit {

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
        const std::size_t f = w_.features, h = w_.hidden, c = w_.classes, b = w_.samples;
        const T *X = w_.X.data(), *b1 = w_.b1.data(), *b2 = w_.b2.data();
        T *H = H_.data(), *slope = slope_.data(), *dZ1 = dZ1_.data(), *Z2 = Z2_.data(), *dZ2 = dZ2_.data();
        product(h, b, std::array{term<T>{is(w_.W1.data(), f), is(X, b), f}}, H,
                [=](std::size_t i, std::size_t j, batch<T> value) {
                    const batch<T> one(T(1)), z = value + batch<T>(b1[i]),
                                              gate = one / (one + ctgrad::detail::exponential_of(-z)), result = z * gate;
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
            if constexpr (std::is_same_v<piece, batch<T>>)
                ctgrad::detail::exponential_of(piece::load_aligned(lanes + i)).store_aligned(lanes + i);
            else
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

} // namespace bench::limit
