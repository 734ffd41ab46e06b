// SPDX-License-Identifier: BSL-1.0
// The workloads on the runtime tape: each call records the loss and sweeps back.
#include "tape.hpp"
#include "contender.hpp"

namespace bench {
namespace {

/// What came out of one workload, and the tape that each call records anew.
template <class Workload>
class recorded {
public:
    explicit recorded(const Workload& w) : w_(w) {}
    typename Workload::results collect() const { return results_; }

protected:
    void differentiate(tape<real>::variable result) {
        results_.value = tape_.value(result);
        tape_.backward(result);
    }

    Workload w_;
    tape<real> tape_;
    typename Workload::results results_;
};

class tape_autoencoder : public recorded<autoencoder<real>> {
public:
    explicit tape_autoencoder(const autoencoder<real>& w) : recorded(w) { results_.dW.resize(w.W.size()); }

    void operator()() {
        tape_.clear();
        const auto W = tape_.parameter(w_.W.data(), w_.hidden, w_.features, results_.dW.data());
        const auto X = tape_.constant(w_.X.data(), w_.features, w_.samples);
        const auto reconstruction = tape_.product(tape_.transposed(W), tape_.product(W, X));
        const auto loss = tape_.squared_norm(tape_.difference(reconstruction, X), real(0.5));
        differentiate(loss);
    }
};

class tape_gaussian_process : public recorded<gaussian_process<real>> {
public:
    explicit tape_gaussian_process(const gaussian_process<real>& w) : recorded(w) {
        results_.dX.resize(w.X.size());
    }

    void operator()() {
        tape_.clear();
        const auto X = tape_.parameter(w_.X.data(), w_.samples, w_.latent, results_.dX.data());
        const auto Y = tape_.constant(w_.Y.data(), w_.samples, w_.outputs);
        const auto covariance =
            tape_.scale_and_shift_diagonal(tape_.product(X, tape_.transposed(X)), w_.alpha, 1 / w_.beta);
        const auto K = tape_.cholesky(covariance);
        const auto likelihood = tape_.sum(tape_.log_determinant(K, -static_cast<real>(w_.outputs) / 2),
                                          tape_.inverse_quadratic(K, Y, real(-0.5)));
        differentiate(likelihood);
    }
};

class tape_swish_net : public recorded<swish_net<real>> {
public:
    explicit tape_swish_net(const swish_net<real>& w) : recorded(w) {
        results_.dW1.resize(w.W1.size());
        results_.db1.resize(w.b1.size());
        results_.dW2.resize(w.W2.size());
        results_.db2.resize(w.b2.size());
    }

    void operator()() {
        tape_.clear();
        const auto W1 = tape_.parameter(w_.W1.data(), w_.hidden, w_.features, results_.dW1.data());
        const auto b1 = tape_.parameter(w_.b1.data(), w_.hidden, 1, results_.db1.data());
        const auto W2 = tape_.parameter(w_.W2.data(), w_.classes, w_.hidden, results_.dW2.data());
        const auto b2 = tape_.parameter(w_.b2.data(), w_.classes, 1, results_.db2.data());
        const auto X = tape_.constant(w_.X.data(), w_.features, w_.samples);
        const auto targets = tape_.constant(w_.targets.data(), w_.classes, w_.samples);
        const auto hidden = tape_.swish(tape_.add_column(tape_.product(W1, X), b1));
        const auto logits = tape_.add_column(tape_.product(W2, hidden), b2);
        const auto loss = tape_.softmax_cross_entropy(logits, targets);
        differentiate(loss);
    }
};

class tape_product_sum : public recorded<product_sum<real>> {
public:
    explicit tape_product_sum(const product_sum<real>& w) : recorded(w) {
        results_.dA.resize(w.A.size());
        results_.dB.resize(w.B.size());
    }

    void operator()() {
        tape_.clear();
        const auto A = tape_.parameter(w_.A.data(), w_.size, w_.size, results_.dA.data());
        const auto B = tape_.parameter(w_.B.data(), w_.size, w_.size, results_.dB.data());
        const auto total = tape_.entry_sum(tape_.product(A, B));
        differentiate(total);
    }
};

} // namespace

void add_tape(registry& r) {
    r.autoencoders.push_back({"tape", make<autoencoder<real>, tape_autoencoder>});
    r.gaussian_processes.push_back({"tape", make<gaussian_process<real>, tape_gaussian_process>});
    r.swish_nets.push_back({"tape", make<swish_net<real>, tape_swish_net>});
    r.product_sums.push_back({"tape", make<product_sum<real>, tape_product_sum>});
}

} // namespace bench
