// SPDX-License-Identifier: BSL-1.0
// Which leaves a result may be written over while the plan runs.
#include "support/catch.hpp"

#include <ctgrad/run/compile.hpp>
#include <ctgrad/run/overwriting.hpp>

namespace {

using namespace ctgrad;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto B = matrix<"B", "n", "n">;
constexpr auto C = matrix<"C", "n", "n">;
constexpr auto K = matrix<"K", "n", "n", spd>;

template <class Function>
struct first_plan;
template <class Plan, class... Variants>
struct first_plan<detail::function<Plan, Variants...>> {
    using type = Plan;
};

// Whether the first result may be written over what the leaf is bound to.
template <class Leaf, class... Expressions>
consteval bool first_may_overwrite(Leaf, Expressions... expressions) {
    using plan_type = typename first_plan<decltype(compile(expressions...))>::type;
    constexpr auto& plan = detail::overwriting<plan_type>::plan;
    for (int leaf = 0; leaf < plan.leaf_count; ++leaf)
        if (plan.leaves[leaf]->key == Leaf::key) return detail::overwriting_of<plan_type>.may_overwrite(leaf, 0);
    return false;
}

TEST_CASE("a result may be written over what is read entry by entry, or no more", "[run]") {
    static_assert(first_may_overwrite(A, exp(A) + B) && first_may_overwrite(B, exp(A) + B));
    static_assert(first_may_overwrite(C, C + A * B) && first_may_overwrite(C, A * B - C) && !first_may_overwrite(A, A * B - A));
    static_assert(!first_may_overwrite(A, A * B) && !first_may_overwrite(B, A * B));
    static_assert(!first_may_overwrite(A, A / sum(A) + transpose(B) * A));
    CHECK(first_may_overwrite(A, sin(A)));
}

TEST_CASE("nothing is written over what a step that may fail still needs", "[run]") {
    static_assert(!first_may_overwrite(A, exp(A), logdet(K)));
    CHECK_FALSE(first_may_overwrite(K, solve(K, A)));
}

} // namespace
