// SPDX-License-Identifier: BSL-1.0
// Products whose rows a loop takes as they are computed, against the two steps one after the other.
#include "support/catch.hpp"
#include "support/random_entries.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <ctgrad/ctgrad.hpp>

namespace {

using namespace ctgrad;
using detail::place;
using detail::row_blocks;

constexpr auto A = matrix<"A", "m", "k">;
constexpr auto At = matrix<"At", "k", "m">;
constexpr auto B = matrix<"B", "k", "n">;
constexpr auto Bt = matrix<"Bt", "n", "k">;
constexpr auto C = matrix<"C", "m", "n">;
constexpr auto b = vector<"b", "m">;
constexpr auto c = vector<"c", "n">;

// A plan with memory of its own, in which nothing was written yet but the leaves.
template <class Plan, class T>
struct plan_in_memory {
    static constexpr auto const& plan = the_plan(Plan{});
    static constexpr long m = 400, n = 11, k = 5;
    std::vector<std::vector<T>> memory;
    detail::context<Plan, T> state;

    plan_in_memory() : memory(static_cast<std::size_t>(plan.storage_count)) {
        auto const& names = detail::names_of_plan<Plan>;
        for (int i = 0; i < plan.extent_count; ++i)
            state.sizes[i] = static_cast<long>(detail::size_of(*plan.extents[i], [&](std::uint64_t key) {
                std::string const name = names.names[names.find(key)].text;
                return static_cast<double>(name == "m" ? m : name == "n" ? n : k);
            }));
        for (int i = 0; i < plan.storage_count; ++i) {
            auto const& s = plan.storages[i];
            auto& entries = memory[static_cast<std::size_t>(i)];
            if (s.where == place::input)
                entries = drawn(plan.leaves[s.index]->leaf_name, state.rows(i) * state.columns(i));
            else
                entries.assign(static_cast<std::size_t>(m * n + m * k + 64), std::numeric_limits<T>::quiet_NaN());
            state.pointers[i] = memory[static_cast<std::size_t>(s.where == place::workspace ? first_in_buffer(i) : i)].data();
        }
    }
    // The same for each leaf of that name.
    static std::vector<T> const& drawn(std::string const& leaf, long count) {
        static std::vector<std::pair<std::string, std::vector<T>>> known;
        for (auto const& [name, entries] : known)
            if (name == leaf) return entries;
        return known.emplace_back(leaf, reference::random_entries<T>(count)).second;
    }
    static int first_in_buffer(int id) {
        int i = 0;
        while (plan.storages[i].where != place::workspace || plan.storages[i].index != plan.storages[id].index) ++i;
        return i;
    }
    std::vector<T> result(int i) const {
        T const* first = state.pointers[plan.results[i]];
        return {first, first + state.rows(plan.results[i]) * state.columns(plan.results[i])};
    }

    // All steps, those that can in blocks of rows; how many could.
    int run(bool in_blocks) {
        int count = 0;
        [&]<int... I>(std::integer_sequence<int, I...>) { (run_step<I>(in_blocks, count), ...); }(std::make_integer_sequence<int, plan.step_count>{});
        return count;
    }
    template <int I>
    void run_step(bool in_blocks, int& count) {
        if constexpr (detail::begins_row_blocks<Plan>(I)) {
            if (in_blocks && row_blocks<Plan, I, T>(state).are_apart()) return;
        } else if constexpr (detail::begins_row_blocks<Plan>(I - 1)) {
            if (row_blocks<Plan, I - 1, T> blocks(state); in_blocks && blocks.are_apart()) {
                ++count;
                return blocks.run();
            }
        }
        detail::kernel<Plan, plan.steps[I].kind, T>::run(state, plan.steps[I]);
    }
};

template <class T, class Plan>
void check_blocks(detail::function<Plan> const&) {
    plan_in_memory<Plan, T> one_by_one, by_blocks;
    CHECK(one_by_one.run(false) == 0);
    CHECK(by_blocks.run(true) == 1);
    for (int i = 0; i < one_by_one.plan.result_count; ++i) {
        auto const expected = one_by_one.result(i), got = by_blocks.result(i);
        T worst = 0, largest = 1;
        for (std::size_t j = 0; j < expected.size(); ++j) {
            worst = reference::worse(worst, std::abs(got[j] - expected[j]));
            largest = std::max(largest, std::abs(expected[j]));
        }
        CHECK(worst < 20 * std::numeric_limits<T>::epsilon() * largest);
    }
}

TEMPLATE_TEST_CASE("loops of every kind take the rows of a product as they are computed", "[run]", float, double) {
    using T = TestType;
    check_blocks<T>(compile(squared_norm(A * B - C)));
    check_blocks<T>(compile(exp(A * B)));
    check_blocks<T>(compile(A * transpose(Bt), sum(exp(A * transpose(Bt)))));
    check_blocks<T>(compile(relu(transpose(At) * B + b)));
    check_blocks<T>(compile(hadamard(tanh(transpose(At) * transpose(Bt) + transpose(c)), C)));
    check_blocks<T>(compile(softmax_rows(A * B)));
    check_blocks<T>(compile(row_sums(exp(A * B)), column_sums(exp(A * B)), sum(exp(A * B))));
    constexpr auto s = scalar<"s">;
    check_blocks<T>(compile(exp(exp(s) * (A * B)), row_sums(exp(exp(s) * (A * B)))));
    check_blocks<T>(compile(C - 2_c * (A * B), squared_norm(C - 2_c * (A * B))));
}

TEST_CASE("columns are not computed in blocks, nor what the loop reads in another way", "[run]") {
    auto const begins = []<class Plan>(detail::function<Plan> const&) { return detail::begins_row_blocks<Plan>(0); };
    CHECK(begins(compile(exp(A * B))));
    CHECK_FALSE(begins(compile(exp(A * vector<"x", "k">))));
    CHECK_FALSE(begins(compile(softmax(A * B))));
    CHECK_FALSE(begins(compile(exp(A * transpose(A)))));
    CHECK_FALSE(begins(compile(exp(matrix<"D", 4, 5> * matrix<"E", 5, 6>))));
}

// The factor lies where the loop writes: memory that is free once it is read.
template <class Plan>
void check_factor_in_result(detail::function<Plan> const&) {
    plan_in_memory<Plan, double> one_by_one, by_blocks;
    auto const& plan = by_blocks.plan;
    int const product = plan.step_count - 2;
    REQUIRE(plan.steps[product].scale >= 0);
    by_blocks.state.pointers[plan.steps[product].scale] = by_blocks.state.pointers[plan.steps[product + 1].outputs[0]];
    one_by_one.run(false);
    CHECK(by_blocks.run(true) == 1);
    double worst = 0;
    for (std::size_t i = 0; i < one_by_one.result(0).size(); ++i) worst = reference::worse(worst, std::abs(by_blocks.result(0)[i] - one_by_one.result(0)[i]));
    CHECK(worst < 1e-13);
}
TEST_CASE("the factor of a product is read before the loop writes", "[run]") { check_factor_in_result(compile(tanh(exp(scalar<"s">) * (A * B)))); }

template <class Plan>
void check_overlaps(detail::function<Plan> const&) {
    plan_in_memory<Plan, double> run;
    auto const is_apart = [&run] { return row_blocks<Plan, 0, double>(run.state).are_apart(); };
    auto const& plan = run.plan;
    auto const loop = plan.steps[1];
    double*& result = run.state.pointers[loop.outputs[0]];
    double* const own = result;
    CHECK(is_apart());
    for (int operand : plan.steps[0].operands) {
        if (operand == 0 && plan.steps[0].operands[0] != 0) continue;
        result = run.state.pointers[operand];
        CHECK_FALSE(is_apart());
        result = run.state.pointers[operand] - 1;
        CHECK_FALSE(is_apart());
    }
    double* const product = run.state.pointers[plan.steps[0].outputs[0]];
    result = product;
    CHECK(is_apart());
    result = product + 1;
    CHECK_FALSE(is_apart());
    result = own;
    CHECK(is_apart());
}
TEST_CASE("a loop that overwrites what the product reads is not run along with it", "[run]") { check_overlaps(compile(exp(A * B))); }

} // namespace
