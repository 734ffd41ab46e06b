// SPDX-License-Identifier: BSL-1.0
// What the processor itself allows: a measure, not an implementation.
#pragma once

#include "contender.hpp"
#include "elementwise.hpp"

#include <memory>

namespace bench::limit {

/// As many multiplications with additions as the five matrix products of a net of two layers and its gradients take, in
/// registers, none waiting for another, and nothing else: no code that multiplies that much takes less time. The results come
/// from `Reference`, untimed.
template <class T, auto Reference>
class peak_swish_net {
public:
    explicit peak_swish_net(const swish_net<T>& w)
        : count_(w.hidden * w.samples * (2 * w.features + 3 * w.classes)), reference_(Reference(w)) {}

    void operator()() {
        batch<T> sums[chains], factor(factor_);
        for (std::size_t c = 0; c < chains; ++c)
            sums[c] = batch<T>(T(c));
        for (std::size_t done = 0; done < count_; done += chains * batch<T>::size)
            for (auto& sum : sums)
                sum = xsimd::fma(sum, factor, factor);
        for (std::size_t c = 1; c < chains; ++c)
            sums[0] += sums[c];
        left_ = xsimd::hadd(sums[0]);
    }
    typename swish_net<T>::results collect() const {
        reference_->repeat(1);
        return reference_->collect();
    }

private:
    static constexpr std::size_t chains = 16; // more than an addition takes cycles, times two

    std::size_t count_;
    std::unique_ptr<contender<swish_net<T>>> reference_;
    T factor_ = T(0.5); // not known while compiling: compilers fold the chain that starts at its fixed point
    T left_{};
};

template <class T, auto Reference>
std::unique_ptr<contender<swish_net<T>>> make_peak_swish_net(const swish_net<T>& w) {
    if (w.samples == 1 || !Reference(w)) return nullptr;
    return make<swish_net<T>, peak_swish_net<T, Reference>>(w);
}

} // namespace bench::limit
