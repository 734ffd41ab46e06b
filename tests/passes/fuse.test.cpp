// SPDX-License-Identifier: BSL-1.0
// Loops: what fits together is computed together, and nothing waits for itself.
#include "support/catch.hpp"
#include "support/pipelines.hpp"

#include <ctgrad/expr/derivatives.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto X = matrix<"X", "n", "k">;
constexpr auto b = vector<"b", "m">;
constexpr auto T = matrix<"T", "m", "k">;
constexpr auto Z = W * X + b;

// Whatever a unit reads is computed by units of earlier stages, or by itself.
template <class Passes>
void check_units() {
    auto const& g = Passes::ordered;
    auto const& s = Passes::selected;
    auto const& f = Passes::fused;
    int members = 0;
    for (node_id id = 0; id < g.size; ++id) {
        if (s.roles[id] != role::loop) continue;
        ++members;
        CHECK(f.stage[f.unit[id]] == f.stage[id]);
        for (int i = 0; i < g[id].arity; ++i) {
            node_id const source = f.source_of(g[id].arguments[i]);
            if (s.roles[source] != role::loop && s.roles[source] != role::call) continue;
            CAPTURE(id, source);
            // What every loop computes for itself is at hand, or made of what is.
            CHECK((f.is_member(source, f.unit[id]) || f.inlined[source] > 0 || f.stage[source] < f.stage[id]));
        }
    }
    // The lists hold every member once.
    int listed = 0;
    for (node_id unit = 0; unit < g.size; ++unit)
        for (node_id id = s.roles[unit] == role::loop && f.unit[unit] == unit ? unit : no_node; id != no_node; id = f.next_in_unit[id]) {
            CHECK(f.unit[id] == unit);
            ++listed;
        }
    CHECK(listed == members);
}

TEST_CASE("what runs over the same entries is one loop", "[passes]") {
    using one = passes_of<decltype(sum(square(tanh(T) - exp(T)))), decltype(tanh(T))>;
    CHECK(count_loops(one::planned) == 1);
    check_units<one>();
    // A sum has to be complete before it is read.
    using normalised = passes_of<decltype(exp(T) / sum(exp(T)))>;
    CHECK(count_loops(normalised::planned) == 2);
    check_units<normalised>();
}

TEST_CASE("what follows from a sum goes into the loop that sums", "[passes]") {
    // Scalars at the end, what belongs to a row or a vector between two sweeps.
    using half = passes_of<decltype(0.5_c * sum(square(T)) + 1_c)>;
    CHECK(count_loops(half::planned) == 1);
    check_units<half>();
    using softmaxes = passes_of<decltype(softmax(T)), decltype(column_sums(T))>;
    CHECK(count_loops(softmaxes::planned) == 1);
    check_units<softmaxes>();
    using rows = passes_of<decltype(T / row_sums(T) + b)>;
    CHECK(count_loops(rows::planned) == 1);
    check_units<rows>();
    using unit = passes_of<decltype(b / norm(b))>;
    CHECK(count_loops(unit::planned) == 1);
    check_units<unit>();
    // Sums of columns alone are faster row by row, and complete at the very end.
    using columns = passes_of<decltype(T / column_sums(T))>;
    CHECK(count_loops(columns::planned) == 2);
    check_units<columns>();
    // Both ways at once is too much for one loop.
    using both = passes_of<decltype(softmax(T) + softmax_rows(T))>;
    CHECK(count_loops(both::planned) > 1);
    check_units<both>();
}

TEST_CASE("a few operations on scalars at hand are no loop of their own", "[passes]") {
    using scaled = passes_of<decltype(T * (1_c / ctgrad::extent<"k">)), decltype(exp(X) / ctgrad::extent<"k">)>;
    CHECK(count_loops(scaled::planned) == 2);
    check_units<scaled>();
}

TEST_CASE("nothing waits for itself in a network and its gradients", "[passes]") {
    constexpr auto loss = softmax_cross_entropy(Z, T) + 0.5_c * squared_norm(W);
    check_units<passes_of<decltype(loss), decltype(grad(loss, W)), decltype(grad(loss, b))>>();
    check_units<passes_of<decltype(sum(row_sums(T) + row_sums(exp(T / sum(T))))), decltype(column_sums(T))>>();
}

TEST_CASE("a loop that would grow too large is parted", "[passes]") {
    constexpr auto longer = []<digest Key>(auto self, expr<Key> e, auto count) {
        if constexpr (count() == 0)
            return e;
        else
            return self(self, sin(e) + cos(T), std::integral_constant<int, count() - 1>{});
    };
    using large = passes_of<decltype(longer(longer, T, std::integral_constant<int, 60>{}))>;
    CHECK(large::planned.failure == trouble::none);
    CHECK(count_loops(large::planned) >= 2);
    CHECK(count_loops(large::planned) <= 8);
    check_units<large>();
    for (int i = 0; i < large::planned.program_count; ++i)
        CHECK(large::planned.programs[i].instruction_count <= loop_program::instruction_capacity);
}

} // namespace
