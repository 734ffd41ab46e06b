// SPDX-License-Identifier: BSL-1.0
// What a loop needs: the exact count is that of the loop program it becomes, and the bound is never below it.
#include "support/catch.hpp"
#include "support/pipelines.hpp"

#include <ctgrad/expr/derivatives.hpp>

#include <algorithm>
#include <tuple>
#include <vector>

namespace {

using namespace ctgrad;
using namespace graphs;

using counts = std::tuple<int, int, int>;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto X = matrix<"X", "n", "k">;
constexpr auto b = vector<"b", "m">;
constexpr auto T = matrix<"T", "m", "k">;
constexpr auto alpha = scalar<"alpha">;

template <class Passes>
void compare_with_programs() {
    auto const& g = Passes::ordered;
    auto fused = Passes::fused;
    std::vector<counts> counted, written;
    int outputs = 0, outputs_written = 0;
    for (node_id unit = 0; unit < g.size; ++unit) {
        if (!fused.is_loop(unit) || fused.unit[unit] != unit || fused.inlined[unit] > 0) continue;
        loop_demand const exact = fused.exactly(unit, no_node);
        counted.emplace_back(exact.inputs, exact.numbers, exact.instructions);
        outputs += exact.outputs;
        CHECK(exact.fits());
        loop_demand most;
        for (node_id id = unit; id != no_node; id = fused.next_in_unit[id]) {
            int instructions = 1;
            for (int i = 0; i < g[id].arity; ++i) instructions += fused.inlined[fused.source_of(g[id].arguments[i])];
            most += fused.at_most(id, instructions);
        }
        CHECK(most.inputs >= exact.inputs);
        CHECK(most.numbers >= exact.numbers);
        CHECK(most.instructions >= exact.instructions);
        CHECK(most.outputs >= exact.outputs);
    }
    auto const& plan = Passes::planned;
    for (int i = 0; i < plan.step_count; ++i) {
        if (!plan.steps[i].is_loop) continue;
        loop_program const& p = plan.programs[plan.steps[i].program];
        written.emplace_back(p.input_count, p.number_count, p.instruction_count);
        outputs_written += p.output_count;
    }
    std::sort(counted.begin(), counted.end());
    std::sort(written.begin(), written.end());
    REQUIRE(!written.empty());
    CHECK(counted == written);
    CHECK(outputs <= outputs_written); // what a loop keeps for itself from one sweep to the next is counted by nobody
}

TEST_CASE("what loops need is what their programs have", "[passes]") {
    compare_with_programs<passes_of<decltype(sum(square(tanh(T) - exp(T)))), decltype(tanh(T))>>();
    compare_with_programs<passes_of<decltype(alpha * T + sigmoid(W * X + b)), decltype(row_sums(hadamard(T, T)))>>();
    // A scalar that each reader computes for itself.
    compare_with_programs<passes_of<decltype((alpha + 1_c) * T), decltype((alpha + 1_c) * exp(W * X))>>();
    constexpr auto net = softmax_cross_entropy(swish(W * X + b), T);
    compare_with_programs<passes_of<decltype(net), decltype(grad(net, W)), decltype(grad(net, b))>>();
}

TEST_CASE("a loop that would need too much is two", "[passes]") {
    constexpr auto state = unroll<30>(T, [](auto x, auto) { return x + tanh(x); });
    using many = passes_of<decltype(squared_norm(state)), decltype(grad(squared_norm(state), T))>;
    compare_with_programs<many>();
    CHECK(count_loops(many::planned) > 1);
}

}  // namespace
