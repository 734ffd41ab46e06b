// SPDX-License-Identifier: BSL-1.0
// What a plan costs, and which of several is the cheapest.
#include "support/catch.hpp"
#include "support/pipelines.hpp"

#include <ctgrad/expr/functions.hpp>
#include <ctgrad/passes/work.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto A = matrix<"A", "m", "k">;
constexpr auto B = matrix<"B", "k", "n">;
constexpr auto C = matrix<"C", "m", "n">;
constexpr auto K = matrix<"K", "n", "n", spd>;
constexpr double m = 5, k = 7, n = 11;
constexpr auto sizes = [](std::uint64_t key) { return key == hash("m") ? m : key == hash("k") ? k : n; };

template <class... Expressions>
constexpr double operations(Expressions...) {
    return operations_of(passes_of<Expressions...>::planned, sizes);
}
template <class... Expressions>
constexpr double entries(Expressions...) {
    return entries_of(passes_of<Expressions...>::planned, sizes);
}

TEST_CASE("operations are counted as textbooks do", "[passes]") {
    static_assert(operations(A * B) == 2 * m * k * n);
    static_assert(operations(C + A * B) == 2 * m * k * n);
    static_assert(operations(A * transpose(A)) == m * m * k && operations(transpose(A) * A) == m * k * k);  // one triangle
    static_assert(operations(exp(C) + C) == 2 * m * n);
    static_assert(operations(sum(C)) == m * n);
    CHECK(std::abs(operations(logdet(K)) - (n * n * n / 3 + 2 * n)) < 1e-9);
    CHECK(std::abs(operations(solve(K, transpose(C))) - (n * n * n / 3 + 2 * n * n * m)) < m * n + 1e-9);
}

TEST_CASE("entries are counted where they are read or written", "[passes]") {
    static_assert(entries(A * B) == m * k + k * n + m * n);
    static_assert(entries(exp(C)) == 2 * m * n);
    static_assert(entries(sum(C)) == m * n + 1);
}

TEST_CASE("the cheapest plan is found, the first of equals", "[passes]") {
    constexpr auto& small = passes_of<decltype(exp(C))>::planned;
    constexpr auto& large = passes_of<decltype(exp(A * B))>::planned;
    static_assert(cheapest_plan(sizes, small, large) == 0 && cheapest_plan(sizes, large, small) == 1);
    static_assert(cheapest_plan(sizes, large, large, small, small) == 2);
}

} // namespace
