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

/// The scalar type for which this translation unit is compiled.
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

template <class T>
struct registry {
    std::vector<entry<autoencoder<T>>> autoencoders;
    std::vector<entry<gaussian_process<T>>> gaussian_processes;
    std::vector<entry<swish_net<T>>> swish_nets;
};

// One function a translation unit.
void add_ours(registry<double>&);
void add_ours(registry<float>&);
void add_ours_fixed(registry<double>&);
void add_tape(registry<double>&);
void add_blas(registry<double>&);
void add_blas(registry<float>&);
void add_limit(registry<double>&);
void add_limit(registry<float>&);
void add_xtensor(registry<double>&);
void add_eigen(registry<double>&);
void add_eigen_tuned(registry<double>&);
void add_eigen_fixed(registry<double>&);

} // namespace bench
