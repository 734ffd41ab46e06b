// SPDX-License-Identifier: BSL-1.0
// A compiled function is a value: copies share nothing, so that each thread may call its own.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <array>
#include <thread>
#include <utility>

namespace {

using namespace ctgrad;
using reference::container, reference::dense, reference::distance, reference::random_operands,
    reference::tolerance;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto X = matrix<"X", "n", "batch">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * tanh(W * X) - X);

dense gradient(dense const& w, dense const& x) {
    dense const hidden = map(w * x, [](reference::number z) { return std::tanh(z); });
    dense const residual = transpose(w) * hidden - x;
    dense const slope = map(hidden, [](reference::number h) { return 1 - h * h; });
    return hidden * transpose(residual) + hadamard(w * residual, slope) * transpose(x);
}

TEST_CASE("copies run at the same time", "[call]") {
    auto f = compile(grad(loss, W));
    struct job {
        xt::xtensor<double, 2> w, x, result;
        dense expected;
        double worst = 0;
    };
    auto make_job = [](int seed, int m, int n, int batch) {
        random_operands random(seed);
        dense const w = random.matrix(m, n), x = random.matrix(n, batch);
        return job{container<double>(w), container<double>(x), {}, gradient(w, x)};
    };
    std::array<job, 3> jobs{make_job(261, 5, 9, 4), make_job(262, 5, 9, 4), make_job(263, 20, 11, 7)};
    // Called once before it is copied, so that there is a workspace that could be shared by mistake.
    f(W = jobs[0].w, X = jobs[0].x, into(jobs[0].result));

    std::array<std::thread, 3> threads;
    for (std::size_t k = 0; k < 3; ++k)
        threads[k] = std::thread([copy = f, &job = jobs[k]]() mutable {
            for (int repetition = 0; repetition < 200; ++repetition) {
                copy(W = job.w, X = job.x, into(job.result));
                job.worst = std::max(job.worst, distance(job.result, job.expected));
            }
        });
    for (auto& thread : threads)
        thread.join();
    for (auto const& job : jobs)
        CHECK(job.worst < tolerance<double>);
}

TEST_CASE("a compiled function is copied, moved and assigned", "[call]") {
    auto f = compile(grad(loss, W));
    random_operands random(264);
    dense const w = random.matrix(4, 6), x = random.matrix(6, 3), expected = gradient(w, x);
    auto check = [&](auto& function) {
        CHECK(distance(function(W = container<double>(w), X = container<double>(x)), expected) <
              tolerance<double>);
    };
    check(f);
    auto copy = f;
    check(copy);
    auto moved = std::move(copy);
    check(moved);
    copy = moved;
    check(copy);
    moved = std::move(f);
    check(moved);
}

} // namespace
