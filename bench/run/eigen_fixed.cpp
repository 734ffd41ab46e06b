// SPDX-License-Identifier: BSL-1.0
// Tuned Eigen with the smaller sizes as template arguments.
#include "eigen_tuned.hpp"

namespace bench {
namespace {

template <class T, int Hidden, int Features>
std::unique_ptr<contender<autoencoder<T>>> autoencoder_of(const autoencoder<T>& w) {
    if (w.hidden != Hidden || w.features != Features || w.samples != 1) return nullptr;
    return make<autoencoder<T>, eigen_tuned_autoencoder<T, Hidden, Features, 1>>(w);
}
template <class T>
std::unique_ptr<contender<autoencoder<T>>> make_autoencoder(const autoencoder<T>& w) {
    if (auto made = autoencoder_of<T, 4, 8>(w)) return made;
    return autoencoder_of<T, 16, 64>(w);
}

template <class T>
std::unique_ptr<contender<gaussian_process<T>>> make_gaussian_process(const gaussian_process<T>& w) {
    if (w.samples != 20 || w.latent != 2 || w.outputs != 5) return nullptr;
    return make<gaussian_process<T>, eigen_tuned_gaussian_process<T, 20, 2, 5>>(w);
}

template <class T, int Features, int Hidden, int Classes, int Samples>
std::unique_ptr<contender<swish_net<T>>> swish_net_of(const swish_net<T>& w) {
    if (w.features != Features || w.hidden != Hidden || w.classes != Classes || w.samples != Samples)
        return nullptr;
    return make<swish_net<T>, eigen_tuned_swish_net<T, Features, Hidden, Classes, Samples>>(w);
}
template <class T>
std::unique_ptr<contender<swish_net<T>>> make_swish_net(const swish_net<T>& w) {
    if (auto made = swish_net_of<T, 4, 5, 3, 1>(w)) return made;
    return swish_net_of<T, 32, 50, 7, 16>(w);
}

} // namespace

void add_eigen_fixed(registry& r) {
    r.autoencoders.push_back({"eigen_fixed", make_autoencoder<real>});
    r.gaussian_processes.push_back({"eigen_fixed", make_gaussian_process<real>});
    r.swish_nets.push_back({"eigen_fixed", make_swish_net<real>});
}

} // namespace bench
