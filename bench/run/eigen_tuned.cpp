// SPDX-License-Identifier: BSL-1.0
// Tuned Eigen, extents known at run time.
#include "eigen_tuned.hpp"

namespace bench {
namespace {

constexpr int any = Eigen::Dynamic;

template <class T>
std::unique_ptr<contender<autoencoder<T>>> make_autoencoder(const autoencoder<T>& w) {
    if (w.samples == 1) return make<autoencoder<T>, eigen_tuned_autoencoder<T, any, any, 1>>(w);
    return make<autoencoder<T>, eigen_tuned_autoencoder<T, any, any, any>>(w);
}
template <class T>
std::unique_ptr<contender<swish_net<T>>> make_swish_net(const swish_net<T>& w) {
    if (w.samples == 1) return make<swish_net<T>, eigen_tuned_swish_net<T, any, any, any, 1>>(w);
    return make<swish_net<T>, eigen_tuned_swish_net<T, any, any, any, any>>(w);
}

} // namespace

void add_eigen_tuned(registry& r) {
    r.autoencoders.push_back({"eigen_tuned", make_autoencoder<real>, memory::asked_for});
    r.gaussian_processes.push_back(
        {"eigen_tuned", make<gaussian_process<real>, eigen_tuned_gaussian_process<real, any, any, any>>,
         memory::asked_for});
    r.swish_nets.push_back({"eigen_tuned", make_swish_net<real>, memory::asked_for});
    r.product_sums.push_back(
        {"eigen_tuned", make<product_sum<real>, eigen_tuned_product_sum<real, any>>, memory::asked_for});
}

} // namespace bench
