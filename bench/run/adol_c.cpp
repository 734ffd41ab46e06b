// SPDX-License-Identifier: BSL-1.0
// The workloads in ADOL-C: the loss in plain loops over its active scalars, recorded once when the contender
// is made. A call replays the recording forward and in reverse. The data are constants of the recording.
#include "contender.hpp"

#include <adolc/adolc.h>

namespace bench {
namespace {

/// Above so many multiplications a recording takes gigabytes and a replay seconds.
constexpr std::size_t most_multiplications = 20'000'000;

/// The recording of a loss, replayed by each call.
class recording {
public:
    /// The parameters' values one after the other; loss takes their active counterparts.
    template <class Loss>
    recording(storage<double> parameters, std::size_t multiplications, Loss&& loss)
        : parameters_(std::move(parameters)), gradient_(parameters_.size()) {
        // A replay clears all memory that active scalars ever took: each recording begins with none.
        setStoreManagerType(ADOLC_LOCATION_SINGLETONS);
        setStoreManagerType(ADOLC_LOCATION_BLOCKS);
        // Room for all of it in memory: what does not fit goes to files.
        const auto room = static_cast<unsigned>(4 * multiplications + 16 * parameters_.size() + 1024);
        trace_on(tag_, 0, room, 2 * room, room, room);
        {
            std::vector<adouble> active(parameters_.size());
            for (std::size_t i = 0; i < active.size(); ++i)
                active[i] <<= parameters_[i];
            adouble result = loss(active.data());
            result >>= value_;
        }
        trace_off();
    }

    void operator()() {
        double one = 1;
        const int n = static_cast<int>(parameters_.size());
        zos_forward(tag_, 1, n, 1, parameters_.data(), &value_);
        fos_reverse(tag_, 1, n, &one, gradient_.data());
    }

protected:
    double value() const { return value_; }
    std::size_t size() const { return parameters_.size(); }
    storage<double> gradient(std::size_t first, std::size_t count) const {
        return storage<double>(gradient_.begin() + std::ptrdiff_t(first),
                               gradient_.begin() + std::ptrdiff_t(first + count));
    }

private:
    // ADOL-C takes few tags at a time.
    class tag {
    public:
        ~tag() {
            removeTape(number_, ADOLC_REMOVE_COMPLETELY);
            free_.push_back(number_);
        }
        operator short() const { return number_; }

    private:
        static short next() {
            static short last = 0;
            if (free_.empty()) return ++last;
            const short number = free_.back();
            free_.pop_back();
            return number;
        }
        static inline std::vector<short> free_;
        short number_ = next();
    };
    tag tag_;
    storage<double> parameters_, gradient_;
    double value_ = 0;
};

/// The values of several parameters, one after the other.
storage<double> joined(std::initializer_list<const storage<double>*> parts) {
    storage<double> whole;
    for (const auto* part : parts)
        whole.insert(whole.end(), part->begin(), part->end());
    return whole;
}

/// C (m x n) = A B, where entry (i, p) of A is A[i * row + p * column]; active or not.
template <class A, class B>
std::vector<adouble> product(std::size_t m, std::size_t n, std::size_t k, const A* a, std::size_t row,
                             std::size_t column, const B* b) {
    std::vector<adouble> c(m * n);
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            c[i * n + j] = 0;
            for (std::size_t p = 0; p < k; ++p)
                c[i * n + j] += a[i * row + p * column] * b[p * n + j];
        }
    return c;
}

class adol_c_autoencoder : public recording {
public:
    explicit adol_c_autoencoder(const autoencoder<double>& w)
        : recording(w.W, multiplications(w), [&](const adouble* W) {
              const std::size_t m = w.hidden, n = w.features, b = w.samples;
              const auto H = product(m, b, n, W, n, 1, w.X.data());
              const auto R = product(n, b, m, W, 1, n, H.data());
              adouble sum = 0, residual;
              for (std::size_t i = 0; i < n * b; ++i) {
                  residual = R[i] - w.X[i];
                  sum += residual * residual;
              }
              return adouble(sum / 2);
          }) {}

    autoencoder<double>::results collect() const { return {value(), gradient(0, size())}; }
    static std::size_t multiplications(const autoencoder<double>& w) {
        return 2 * w.hidden * w.features * w.samples;
    }
};

class adol_c_gaussian_process : public recording {
public:
    explicit adol_c_gaussian_process(const gaussian_process<double>& w)
        : recording(w.X, multiplications(w), [&](const adouble* X) {
              const std::size_t N = w.samples, q = w.latent, D = w.outputs;
              // K = L L', row by row, and Z = L^-1 Y beside it.
              std::vector<adouble> L(N * N), Z(N * D);
              adouble logarithms = 0, squares = 0;
              for (std::size_t i = 0; i < N; ++i) {
                  for (std::size_t j = 0; j <= i; ++j) {
                      adouble& entry = L[i * N + j];
                      entry = 0;
                      for (std::size_t r = 0; r < q; ++r)
                          entry += X[i * q + r] * X[j * q + r];
                      entry *= w.alpha;
                      if (i == j) entry += 1 / w.beta;
                      for (std::size_t k = 0; k < j; ++k)
                          entry -= L[i * N + k] * L[j * N + k];
                      if (i == j)
                          entry = sqrt(entry);
                      else
                          entry /= L[j * N + j];
                  }
                  logarithms += log(L[i * N + i]);
                  for (std::size_t d = 0; d < D; ++d) {
                      adouble& entry = Z[i * D + d];
                      entry = w.Y[i * D + d];
                      for (std::size_t k = 0; k < i; ++k)
                          entry -= L[i * N + k] * Z[k * D + d];
                      entry /= L[i * N + i];
                      squares += entry * entry;
                  }
              }
              return adouble(-double(D) * logarithms - squares / 2);
          }) {}

    gaussian_process<double>::results collect() const { return {value(), gradient(0, size())}; }
    static std::size_t multiplications(const gaussian_process<double>& w) {
        const std::size_t N = w.samples;
        return N * N * N / 6 + N * N * (w.latent + w.outputs) / 2;
    }
};

class adol_c_swish_net : public recording {
public:
    explicit adol_c_swish_net(const swish_net<double>& w)
        : recording(joined({&w.W1, &w.b1, &w.W2, &w.b2}), multiplications(w),
                    [&](const adouble* parameters) {
                        const std::size_t f = w.features, h = w.hidden, c = w.classes, b = w.samples;
                        const adouble *W1 = parameters, *b1 = W1 + h * f, *W2 = b1 + h, *b2 = W2 + c * h;
                        auto H = product(h, b, f, W1, f, 1, w.X.data());
                        for (std::size_t i = 0; i < h * b; ++i) {
                            H[i] += b1[i / b];
                            H[i] /= 1 + exp(-H[i]);
                        }
                        auto Z = product(c, b, h, W2, h, 1, H.data());
                        for (std::size_t i = 0; i < c * b; ++i)
                            Z[i] += b2[i / b];
                        adouble loss = 0;
                        for (std::size_t j = 0; j < b; ++j) {
                            adouble largest = Z[j], total = 0, agreement = 0;
                            for (std::size_t i = 1; i < c; ++i)
                                largest = fmax(largest, Z[i * b + j]);
                            double mass = 0;
                            for (std::size_t i = 0; i < c; ++i) {
                                const adouble shifted = Z[i * b + j] - largest;
                                total += exp(shifted);
                                agreement += w.targets[i * b + j] * shifted;
                                mass += w.targets[i * b + j];
                            }
                            loss += mass * log(total) - agreement;
                        }
                        return adouble(loss / double(b));
                    }),
          sizes_{w.W1.size(), w.b1.size(), w.W2.size(), w.b2.size()} {}

    swish_net<double>::results collect() const {
        const auto [W1, b1, W2, b2] = sizes_;
        return {value(), gradient(0, W1), gradient(W1, b1), gradient(W1 + b1, W2),
                gradient(W1 + b1 + W2, b2)};
    }
    static std::size_t multiplications(const swish_net<double>& w) {
        return (w.features + w.classes + 4) * w.hidden * w.samples;
    }

private:
    struct sizes {
        std::size_t W1, b1, W2, b2;
    } sizes_;
};

class adol_c_product_sum : public recording {
public:
    explicit adol_c_product_sum(const product_sum<double>& w)
        : recording(joined({&w.A, &w.B}), multiplications(w), [&](const adouble* A) {
              const std::size_t n = w.size;
              const auto C = product(n, n, n, A, n, 1, A + n * n);
              adouble sum = 0;
              for (const adouble& entry : C)
                  sum += entry;
              return sum;
          }) {}

    product_sum<double>::results collect() const {
        const std::size_t count = size() / 2;
        return {value(), gradient(0, count), gradient(count, count)};
    }
    static std::size_t multiplications(const product_sum<double>& w) { return w.size * w.size * w.size; }
};

template <class Workload, class Body>
std::unique_ptr<contender<Workload>> make_if_small(const Workload& w) {
    return Body::multiplications(w) <= most_multiplications ? make<Workload, Body>(w) : nullptr;
}

} // namespace

void add_adol_c(registry& r) {
    r.autoencoders.push_back(
        {"adol_c", make_if_small<autoencoder<real>, adol_c_autoencoder>, memory::asked_for});
    r.gaussian_processes.push_back(
        {"adol_c", make_if_small<gaussian_process<real>, adol_c_gaussian_process>, memory::asked_for});
    r.swish_nets.push_back({"adol_c", make_if_small<swish_net<real>, adol_c_swish_net>, memory::asked_for});
    r.product_sums.push_back(
        {"adol_c", make_if_small<product_sum<real>, adol_c_product_sum>, memory::asked_for});
}

} // namespace bench
