// SPDX-License-Identifier: BSL-1.0
// What a contender is. It is a function object: its constructor copies the workload's inputs into the
// containers that the contender's library likes best (not timed), its call operator computes value and
// gradients (timed), and `collect` copies the results out for the comparison with the other contenders (not
// timed).
#pragma once

#include "workloads.hpp"

#include <cstddef>
#include <memory>
#include <vector>

#ifndef BENCH_SCALAR
#define BENCH_SCALAR double
#endif

namespace bench {

/// The scalar type of the program: each is compiled for double, and some contenders for float.
using real = BENCH_SCALAR;

template <class Workload>
class contender {
public:
    virtual ~contender() = default;
    virtual void repeat(std::size_t times) = 0;
    virtual typename Workload::results collect() const = 0;
};

/// The loop stands beside the call that it repeats, so that the smallest sizes are not measured as an
/// indirect call.
template <class Workload, class Body>
class repeated final : public contender<Workload> {
public:
    explicit repeated(const Workload& workload) : body_(workload) {}

    void repeat(std::size_t times) override {
        for (; times != 0; --times) {
            body_();
            asm volatile(""
                         :
                         : "r"(&body_)
                         : "memory"); // every call reads its inputs and leaves its results in memory
        }
    }
    typename Workload::results collect() const override { return body_.collect(); }

private:
    Body body_;
};

/// Whether a contender keeps its memory from call to call, which is checked, or asks for more each time.
enum class memory { kept, asked_for };

template <class Workload>
struct entry {
    const char* contender_name;
    std::unique_ptr<contender<Workload>> (*make)(const Workload&); // null where it has nothing for the size
    memory storage = memory::kept;
};

template <class Workload, class Body>
std::unique_ptr<contender<Workload>> make(const Workload& workload) {
    return std::make_unique<repeated<Workload, Body>>(workload);
}

struct registry {
    std::vector<entry<autoencoder<real>>> autoencoders;
    std::vector<entry<gaussian_process<real>>> gaussian_processes;
    std::vector<entry<swish_net<real>>> swish_nets;
    std::vector<entry<product_sum<real>>> product_sums;
};

// One function a translation unit; null where a program is built without it.
[[gnu::weak]] void add_ours(registry&);
[[gnu::weak]] void add_ours_fixed(registry&);
[[gnu::weak]] void add_limit(registry&);
[[gnu::weak]] void add_blas(registry&);
[[gnu::weak]] void add_tape(registry&);
[[gnu::weak]] void add_eigen_fixed(registry&);
[[gnu::weak]] void add_eigen_tuned(registry&);
[[gnu::weak]] void add_eigen(registry&);
[[gnu::weak]] void add_xtensor(registry&);
[[gnu::weak]] void add_torch(registry&);
[[gnu::weak]] void add_adol_c(registry&);

} // namespace bench
