// SPDX-License-Identifier: BSL-1.0
// Loops and calls within a stage: those that can share a pass over memory follow each other.
#include "support/catch.hpp"
#include "support/pipelines.hpp"

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto A = matrix<"A", "m", "k">;
constexpr auto B = matrix<"B", "k", "n">;
constexpr auto C = matrix<"C", "m", "n">;
constexpr auto D = matrix<"D", "n", "n">;
constexpr auto x = vector<"x", "k">;
constexpr auto y = vector<"y", "n">;
constexpr auto w = vector<"w", "m">;

// How many loops read the product of matrices that the step before them computes.
template <class... Expressions>
int loops_behind_their_products(Expressions...) {
    auto const& plan = passes_of<Expressions...>::planned;
    int count = 0;
    for (int i = 1; i < plan.step_count; ++i) {
        step const &before = plan.steps[i - 1], &loop = plan.steps[i];
        if (before.is_loop || before.code != op::product || !loop.is_loop) continue;
        for (int j = 0; j < loop.operand_count; ++j) count += loop.operands[j] == before.outputs[0];
    }
    return count;
}

TEST_CASE("a loop comes right behind the product that it reads", "[passes]") {
    CHECK(loops_behind_their_products(exp(A * B), C * D) == 1);
    CHECK(loops_behind_their_products(C * D, exp(A * B)) == 1);
    CHECK(loops_behind_their_products(C * y, sum(exp(x)), exp(A * B), exp(D)) == 1);
    CHECK(loops_behind_their_products(exp(A * B), A * B + C * D) == 1);
    CHECK(loops_behind_their_products(exp(A * x), C * D) == 0); // columns stay where they are
}

TEST_CASE("a matrix and its transpose times columns are neighbours", "[passes]") {
    auto const& plan = passes_of<decltype(C * y), decltype(exp(x)), decltype(D * y), decltype(transpose(C) * w)>::planned;
    int neighbours = 0;
    for (int i = 1; i < plan.step_count; ++i) {
        step const &a = plan.steps[i - 1], &b = plan.steps[i];
        neighbours += !a.is_loop && !b.is_loop && a.operands[0] == b.operands[0] && a.transposed[0] != b.transposed[0];
    }
    CHECK(neighbours == 1);
}

} // namespace
