// SPDX-License-Identifier: BSL-1.0
// The elementwise loops that BLAS has no call for, vectorised by hand: one pass over memory each, as many
// outputs as the pass can give. The tape and the hand-written contenders share them.
#pragma once

#include <xsimd/xsimd.hpp>

#include <cmath>
#include <cstddef>

namespace bench {

template <class T>
using batch = xsimd::batch<T>;

/// At two lanes xsimd's transcendental functions are slower than the C library's.
template <class T>
inline constexpr bool vectorised = batch<T>::size >= 4;

/// Calls body with a batch or, for the rest, with a scalar, and the place of its first element.
template <class T, class Body>
void for_each_lane(std::size_t count, Body&& body) {
    std::size_t i = 0;
    if constexpr (vectorised<T>)
        for (; i + batch<T>::size <= count; i += batch<T>::size)
            body(batch<T>(T(0)), i);
    for (; i < count; ++i)
        body(T(0), i);
}

template <class T>
T load(T, const T* p) {
    return *p;
}
template <class T>
batch<T> load(batch<T>, const T* p) {
    return batch<T>::load_unaligned(p);
}
template <class T>
void store(T* p, T value) {
    *p = value;
}
template <class T>
void store(T* p, batch<T> value) {
    value.store_unaligned(p);
}

template <class T>
T horizontal_sum(batch<T> v) {
#if XSIMD_VERSION_MAJOR >= 9
    return xsimd::reduce_add(v);
#else
    return xsimd::hadd(v);
#endif
}

template <class T>
T squared_norm(std::size_t count, const T* x) {
    constexpr std::size_t lanes = batch<T>::size;
    batch<T> sums[4] = {batch<T>(T(0)), batch<T>(T(0)), batch<T>(T(0)), batch<T>(T(0))};
    std::size_t i = 0;
    for (; i + 4 * lanes <= count; i += 4 * lanes)
        for (std::size_t u = 0; u < 4; ++u) {
            const auto v = batch<T>::load_unaligned(x + i + u * lanes);
            sums[u] = xsimd::fma(v, v, sums[u]);
        }
    for (; i + lanes <= count; i += lanes) {
        const auto v = batch<T>::load_unaligned(x + i);
        sums[0] = xsimd::fma(v, v, sums[0]);
    }
    T sum = horizontal_sum<T>((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < count; ++i)
        sum += x[i] * x[i];
    return sum;
}

template <class T>
T sum(std::size_t count, const T* x) {
    constexpr std::size_t lanes = batch<T>::size;
    batch<T> lane_sums(T(0));
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        lane_sums += batch<T>::load_unaligned(x + i);
    T total = horizontal_sum<T>(lane_sums);
    for (; i < count; ++i)
        total += x[i];
    return total;
}

/// h = swish(z) = z sigmoid(z), and its derivative: both from the one exponential.
template <class T>
void swish(std::size_t count, const T* z, T* h, T* derivative) {
    for_each_lane<T>(count, [=](auto lane, std::size_t i) {
        using std::exp;
        using xsimd::exp;
        using Lane = decltype(lane);
        const Lane one(T(1)), v = load(lane, z + i), sigmoid = one / (one + exp(-v)), result = v * sigmoid;
        store(h + i, result);
        store(derivative + i, sigmoid + result * (one - sigmoid));
    });
}

/// a = a o b.
template <class T>
void multiply_by(std::size_t count, T* a, const T* b) {
    for_each_lane<T>(count,
                     [=](auto lane, std::size_t i) { store(a + i, load(lane, a + i) * load(lane, b + i)); });
}

/// Minus the mean over the columns of the columns' sums of targets o log_softmax(Z), and its gradient with
/// respect to Z. The largest logit of a column is subtracted before the exponential, so that nothing
/// overflows.
template <class T>
T softmax_cross_entropy(std::size_t classes, std::size_t samples, const T* Z, const T* targets, T* gradient) {
    const T scale = T(1) / static_cast<T>(samples);
    T loss = 0;
    const auto columns = [&](auto lane, std::size_t j) {
        using std::exp, std::log, std::max;
        using xsimd::exp, xsimd::log, xsimd::max;
        using Lane = decltype(lane);
        Lane largest = load(lane, Z + j);
        for (std::size_t i = 1; i < classes; ++i)
            largest = max(largest, load(lane, Z + i * samples + j));
        Lane total(T(0)), mass(T(0)), agreement(T(0));
        for (std::size_t i = 0; i < classes; ++i) {
            const Lane shifted = load(lane, Z + i * samples + j) - largest,
                       target = load(lane, targets + i * samples + j);
            const Lane power = exp(shifted);
            store(gradient + i * samples + j, power);
            total = total + power;
            mass = mass + target;
            agreement = agreement + target * shifted;
        }
        const Lane factor = mass / total * Lane(scale), column_loss = mass * log(total) - agreement;
        for (std::size_t i = 0; i < classes; ++i)
            store(gradient + i * samples + j, load(lane, gradient + i * samples + j) * factor -
                                                  load(lane, targets + i * samples + j) * Lane(scale));
        if constexpr (std::is_same_v<Lane, T>)
            loss += column_loss;
        else
            loss += horizontal_sum<T>(column_loss);
    };
    for_each_lane<T>(samples, columns);
    return loss * scale;
}

} // namespace bench
