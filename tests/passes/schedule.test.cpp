// SPDX-License-Identifier: BSL-1.0
// Plans: nothing is read before it is written, values that live together do not overlap, and every leaf that was written is
// bound.
#include "support/catch.hpp"
#include "support/pipelines.hpp"
#include "support/plans.hpp"

#include <ctgrad/expr/derivatives.hpp>

#include <string>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto V = matrix<"V", "n", "m">;
constexpr auto x = vector<"x", "n">;
constexpr auto K = matrix<"K", "n", "n", spd>;
constexpr auto s = scalar<"s">;

template <class Plan>
void check_plan(Plan const& p) {
    CHECK(p.failure == trouble::none);
    plan_checks::check_order(p);
    plan_checks::check_buffers(p);
    for (int i = 0; i < p.step_count; ++i) {
        CHECK((p.steps[i].kind >= 0 && p.steps[i].kind <= i));
        CHECK(p.steps[i].has_form_of(p.steps[p.steps[i].kind]));
        if (p.steps[i].is_loop) CHECK((p.steps[i].program >= 0 && p.steps[i].program < p.program_count));
    }
    for (int i = 0; i < p.storage_count; ++i)
        if (p.storages[i].where != place::workspace) CHECK(p.storages[i].index >= 0);
}

TEST_CASE("a network with its gradients", "[passes]") {
    constexpr auto loss = squared_norm(V * tanh(W * x) - x) + s * squared_norm(W);
    using passes = passes_of<decltype(loss), decltype(grad(loss, W)), decltype(grad(loss, V))>;
    check_plan(passes::planned);
    CHECK(passes::planned.leaf_count == 4);
    CHECK(text_of(passes::planned.result_shapes[1]) == "m x n");
}

TEST_CASE("factorisations, parts and assemblies", "[passes]") {
    constexpr auto value = logdet(K + s * identity<"n">) + dot(x, solve(K, x));
    check_plan(passes_of<decltype(value), decltype(grad(value, K)), decltype(grad(value, x))>::planned);
    check_plan(passes_of<decltype(vertical(W, exp(transpose(V)), W)), decltype(rows<0, 2>(sin(W))), decltype(transpose(W))>::planned);
}

TEST_CASE("results that are leaves, numbers, or the same are written, too", "[passes]") {
    using passes = passes_of<decltype(W), decltype(zeros<"m">), decltype(exp(x)), decltype(exp(x)), decltype(transpose(W)), decltype(ctgrad::extent<"n">)>;
    check_plan(passes::planned);
    CHECK(passes::planned.step_count >= 5);
}

TEST_CASE("a leaf that simplification made superfluous is bound still", "[passes]") {
    using passes = passes_of<decltype(grad(sum(W * x) + s, s))>;
    check_plan(passes::planned);
    CHECK(passes::planned.leaf_count == 3);
}

TEST_CASE("products of a long chain share two buffers", "[passes]") {
    constexpr auto power = K * K * K * K * K * x;
    using passes = passes_of<decltype(power)>;
    check_plan(passes::planned);
    CHECK(passes::planned.buffer_count == 2);
}

} // namespace
