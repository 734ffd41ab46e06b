// SPDX-License-Identifier: BSL-1.0
// The fastest code known for each workload: every trick is allowed. What the others can be measured against.
//
// Where the structure allows a cheaper way, `limit` takes it: the covariance is of low rank plus a diagonal
// (determinant lemma, Woodbury), the reconstruction W'WX factors through the small side. `limit_plain` is
// then the fastest code for what the other contenders compute.
#include "limit_autoencoder.hpp"
#include "limit_gaussian_process.hpp"
#include "limit_peak.hpp"
#include "limit_product_sum.hpp"
#include "limit_swish_net.hpp"

namespace bench {

void add_limit(registry& r) {
    r.autoencoders.push_back({"limit", limit::make_autoencoder<real>});
    r.autoencoders.push_back({"limit_plain", limit::make_plain_autoencoder_batch<real>});
    r.gaussian_processes.push_back({"limit", limit::make_low_rank_gaussian_process<real>});
    r.gaussian_processes.push_back(
        {"limit_plain", make<gaussian_process<real>, limit::cholesky_gaussian_process<real>>});
    r.swish_nets.push_back({"limit", limit::make_swish_net<real>});
    r.swish_nets.push_back({"peak", limit::make_peak_swish_net<real, limit::make_swish_net<real>>});
    r.product_sums.push_back({"limit", make<product_sum<real>, limit::limit_product_sum<real>>});
}

} // namespace bench
