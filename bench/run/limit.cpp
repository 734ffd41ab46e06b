// SPDX-License-Identifier: BSL-1.0
// The fastest code known for each workload: every trick is allowed. What the others can be measured against.
//
// `limit` computes what the other contenders compute. `limit_low_rank` uses the structure as well: the
// covariance is of low rank plus a diagonal (determinant lemma, Woodbury), the reconstruction W'WX factors
// through the small side.
#include "limit_autoencoder.hpp"
#include "limit_gaussian_process.hpp"
#include "limit_swish_net.hpp"

namespace bench {

void add_limit(registry<real>& r) {
    r.autoencoders.push_back({"limit", limit::make_autoencoder<real>});
    r.autoencoders.push_back({"limit_low_rank", limit::make_low_rank_autoencoder<real>});
    r.gaussian_processes.push_back(
        {"limit", make<gaussian_process<real>, limit::limit_gaussian_process<real>>});
    r.gaussian_processes.push_back({"limit_low_rank", limit::make_low_rank_gaussian_process<real>});
    r.swish_nets.push_back({"limit", limit::make_swish_net<real>});
}

} // namespace bench
