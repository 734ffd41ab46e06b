// SPDX-License-Identifier: BSL-1.0
// The gradient as the sum over all paths through the computational graph, and by the reverse sweep, over the depth of a
// residual net: s + tanh(U s + b), repeated. Each step offers two ways back, so the paths double with it, where the sweep
// passes each node once. The sums must agree. For both, the same interpreter evaluates the derived graphs; the compiled
// function stands beside it.
#include <ctgrad/ctgrad.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

namespace {

using namespace ctgrad;

constexpr auto U = matrix<"U", "n", "n">;
constexpr auto b = vector<"b", "n">;
constexpr auto x = vector<"x", "n">;
template <std::size_t Depth>
constexpr auto loss = 0.5_c * squared_norm(unroll<Depth>(x, [](auto s, auto) { return s + tanh(U * s + b); }));

/// Microseconds of one call, of as many as take at least 20 milliseconds.
template <class Function>
double microseconds(Function function) {
    using clock = std::chrono::steady_clock;
    const auto start = clock::now();
    double elapsed = 0;
    long calls = 0;
    do {
        function();
        ++calls;
        elapsed = std::chrono::duration<double, std::micro>(clock::now() - start).count();
    } while (elapsed < 2e4);
    return elapsed / static_cast<double>(calls);
}

/// One line of the table; whether the sums agree.
template <std::size_t Depth>
bool row() {
    using detail::evaluation, detail::random_point;
    constexpr auto& derived = detail::derivation<grad(loss<Depth>, x).key>::derived;
    random_point point(1);
    point.note(derived);
    point.settle();

    std::vector<double> sum, gradient;
    const double by_paths = microseconds([&] {
        sum.assign(static_cast<std::size_t>(point.size_of(detail::extent_of<"n">)), 0);
        detail::visit_contributions<loss<Depth>.key, x.key>([&](const auto&, const auto& graph) {
            const evaluation values(graph, point);
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += values[graph.roots[0]].value[i];
        });
    });
    const double by_sweep = microseconds([&] {
        const evaluation values(derived, point);
        gradient.assign(values[derived.roots[0]].value, values[derived.roots[0]].value + sum.size());
    });
    auto f = compile(grad(loss<Depth>, x));
    const std::size_t n = 3;
    const xt::xtensor<double, 2> weights = 0.1 * xt::ones<double>({n, n});
    const xt::xtensor<double, 1> start = xt::ones<double>({n});
    xt::xtensor<double, 1> result = start;
    const double compiled = microseconds([&] { f(U = weights, b = start, x = start, into(result)); });

    double difference = 0, size = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        difference = std::max(difference, std::abs(sum[i] - gradient[i]));
        size = std::max(size, std::abs(gradient[i]));
    }
    std::printf("%6zu %9llu %16.1f %16.2f %16.3f\n", Depth, count_paths(loss<Depth>, x), by_paths, by_sweep, compiled);
    return difference <= 1e-9 * size;
}

} // namespace

int main() {
    std::printf("%6s %9s %16s %16s %16s\n", "depth", "paths", "all paths, us", "sweep, us", "compiled, us");
    const bool agree[] = {row<2>(), row<4>(), row<6>(), row<8>(), row<10>(), row<12>()};
    for (const bool agreed : agree)
        if (!agreed) {
            std::printf("the sum over paths is not the gradient\n");
            return 1;
        }
    return 0;
}
