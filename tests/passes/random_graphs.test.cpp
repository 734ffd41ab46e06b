// SPDX-License-Identifier: BSL-1.0
// Thousands of random graphs through all passes: each keeps every value and every invariant, derivatives are what
// differences say, and the plan computes the values, step by step. CTGRAD_RANDOM_GRAPHS is how many, CTGRAD_RANDOM_SEED
// where they begin: `./dev random` sets both.
#include "support/catch.hpp"
#include "support/random_graphs.hpp"
#include "support/run_plan.hpp"

#include <ctgrad/graph/verify.hpp>

#include <cstdlib>
#include <map>

namespace {

using namespace graphs;

constexpr int roots = recipe::roots_wanted, room = 1500;
using plain = graph_builder<room, roots>;
using towards_normal_form = rewriting_builder<normalising, normalising_by_op, room, roots>;
using finished = graph<room, roots>;

template <class Graph>
std::unique_ptr<finished> keep(Graph const& g) {
    auto const needed = std::make_unique<reachable_nodes<Graph>>(g);
    return std::make_unique<finished>(shrink<room>(g, *needed));
}

template <class Pass>
std::unique_ptr<finished> rewritten(finished const& g) {
    auto const pass = std::make_unique<Pass>(g);
    for (node_id id = 0; id < g.size; ++id)
        pass->visit(id);
    return keep(pass->finish());
}

// Counts how often something was compared at all: a test that compares nothing proves nothing.
struct tally {
    std::map<std::string, int> compared;
    int with_op[op_count] = {};  // graphs that got through all passes
    int fused = 0;               // loops of several ops
};

template <class Before, class After>
std::string compare_roots(char const* pass, Before const& before, After const& after, std::uint64_t seed, bool only_values,
                          tally& count) {
    for (trouble told : {trouble::out_of_capacity, trouble::long_extent, trouble::not_batched})  // to the user, in a message
        if (after.failure == told) return {};
    if (after.failure != trouble::none) return std::string(pass) + " failed with trouble " + std::to_string(int(after.failure));
    if (defect const d = verify(after)) return std::string(pass) + ": " + d.problem + ": " + text_of(after, d.at);
    evaluation<Before, moved_point> const old_values(before, point_for(before, seed));
    evaluation<After, moved_point> const new_values(after, point_for(before, seed));
    for (int i = 0; i < roots; ++i) {
        if (only_values && is_derivative(before[before.roots[i]].code)) continue;
        if (before[before.roots[i]].code == op::substitute) continue;
        small_matrix const old_value = old_values[before.roots[i]], new_value = new_values[after.roots[i]];
        if (!is_finite(old_value) || !is_exact(old_value) || (is_finite(new_value) && !is_exact(new_value))) continue;
        ++count.compared[pass];
        if (std::string const what = difference(old_value, new_value); !what.empty())
            return std::string(pass) + ": root " + std::to_string(i) + ": " + what + "\n  before: " +
                   text_of(before, before.roots[i]) + "\n  after:  " + text_of(after, after.roots[i]);
    }
    return {};
}

bool is_in_structure(source const& leaf, int i, int j) {
    switch (leaf.form) {
    case structure::diagonal_matrix: return i == j;
    case structure::lower_triangular: return j <= i;
    case structure::upper_triangular: return j >= i;
    case structure::orthogonal: return false;  // no entry moves alone
    default: return true;
    }
}

// root 1 against differences of root 0, where it is the gradient of that with respect to a leaf.
std::string compare_with_differences(written_graph const& written, finished const& derived, std::uint64_t seed, tally& count) {
    node const& gradient = written[written.roots[1]];
    if (gradient.code != op::gradient || gradient.arguments[0] != written.roots[0]) return {};
    node const& variable = written[gradient.arguments[1]];
    if (variable.code != op::leaf) return {};
    for (node_id id = 0; id < written.size; ++id)
        if (written[id].code == op::stop_gradient) return {};  // differences do not stop there
    moved_point const point = point_for(written, seed);
    evaluation<finished, moved_point> const values(derived, point);
    small_matrix const slopes = values[derived.roots[1]];
    if (!is_finite(slopes) || !is_finite(values[derived.roots[0]])) return {};
    for (int place = 0; place < slopes.size(); ++place) {
        int const i = place / slopes.columns, j = place % slopes.columns;
        if (!is_in_structure(*variable.leaf, i, j)) continue;
        double const expected = central_difference(derived, derived.roots[0], point, variable.leaf, place);
        if (!std::isfinite(expected)) continue;
        bool const both = (variable.leaf->form == structure::symmetric || variable.leaf->form == structure::spd) && i != j;
        double const got = slopes.value[place] + (both ? slopes.value[j * slopes.columns + i] : 0);
        ++count.compared["differences"];
        if (std::abs(got - expected) <= 1e-6 * (1 + std::abs(expected))) continue;
        std::ostringstream text;
        text << "the gradient's entry (" << i << ", " << j << ") is " << got << ", by differences " << expected
             << "\n  gradient: " << text_of(derived, derived.roots[1]);
        return text.str();
    }
    return {};
}

// The last passes: what the plan of a graph computes.
std::string problem_of_plan(finished const& ordered, std::uint64_t seed, tally& count) {
    using passes = run_time_passes<written_graph, finished>;
    passes::ordered = ordered;
    auto const plan = std::make_unique<passes::plan_type>(passes::make_plan());
    if (plan->failure != trouble::none) return "the plan failed with trouble " + std::to_string(int(plan->failure));
    moved_point const point = point_for(passes::written, seed);
    evaluation<finished, moved_point> const values(ordered, point);
    plan_run<passes::plan_type, moved_point> run(*plan, point);
    if (!run.problem().empty()) return run.problem();
    for (int i = 0; i < plan->step_count; ++i)
        count.fused += plan->steps[i].is_loop && plan->programs[plan->steps[i].program].instruction_count > 1;
    for (int i = 0; i < roots; ++i) {
        small_matrix const expected = values[ordered.roots[i]];
        if (!is_finite(expected) || !is_exact(expected)) continue;
        ++count.compared["plan"];
        if (std::string const what = difference(expected, run.result(i)); !what.empty())
            return "plan: root " + std::to_string(i) + ": " + what + "\n  " + text_of(ordered, ordered.roots[i]);
    }
    return {};
}

// The same for the passes that decide by size, when an extent is taken to be small.
template <assumption Small>
std::string problem_of_orders(finished const& simplified, std::uint64_t seed, tally& count) {
    using builder = rewriting_builder<kernelising, kernelising_by_op, room, roots, Small>;
    auto const once = rewritten<distribution<towards_normal_form, finished, Small>>(simplified);
    std::string what = compare_roots("distribute", simplified, *once, seed, false, count);
    if (!what.empty() || once->failure != trouble::none) return what;
    auto const distributed = rewritten<distribution<towards_normal_form, finished, Small>>(*once);
    what = compare_roots("distribute", *once, *distributed, seed, false, count);
    if (!what.empty() || distributed->failure != trouble::none) return what;
    auto const bracketed = rewritten<product_ordering<builder, finished, Small>>(*distributed);
    what = compare_roots("order", *distributed, *bracketed, seed, false, count);
    if (!what.empty() || bracketed->failure != trouble::none) return what;
    auto const ordered = rewritten<sharing<plain, finished>>(*bracketed);
    what = compare_roots("share", *bracketed, *ordered, seed, false, count);
    return what.empty() && ordered->failure == trouble::none ? problem_of_plan(*ordered, seed, count) : what;
}
constexpr assumption small_m = extent_of<"m">.terms[0].factors[0].key;

// What is wrong with the passes' work on a graph; "" if nothing.
std::string problem_of_passes(recipe const& r, std::uint64_t seed, tally& count) {
    auto const written = build_graph(r);
    if (defect const d = verify(*written)) return std::string("as written: ") + d.problem;

    auto const expanding = std::make_unique<plain>(expand<plain>(*written));
    auto const expanded = keep(*expanding);
    extent_pool pool;
    auto const differentiated = std::make_unique<plain>(differentiate<plain>(*expanded, &pool));
    auto const derived = keep(*differentiated);
    if (derived->failure == trouble::absent_subexpression) return {};  // expanding may replace what a derivative is taken by
    std::string what = compare_roots("expand and differentiate", *written, *derived, seed, true, count);
    if (!what.empty() || derived->failure != trouble::none) return what;
    what = compare_with_differences(*written, *derived, seed, count);
    if (!what.empty()) return what;

    auto const simplified = rewritten<simplification<towards_normal_form, finished>>(*derived);
    what = compare_roots("simplify", *derived, *simplified, seed, false, count);
    if (!what.empty() || simplified->failure != trouble::none) return what;
    for (node const& n : r.nodes)
        ++count.with_op[int(n.code)];
    using passes = run_time_passes<written_graph, finished>;
    passes::written = *written;
    passes::expanded = *expanded;
    passes::derived = *derived;
    what = problem_of_orders<0>(*simplified, seed, count);
    return what.empty() ? problem_of_orders<small_m>(*simplified, seed, count) : what;
}

TEST_CASE("a number over 0 is simplified to no end but itself", "[passes]") {
    auto const graph = std::make_unique<towards_normal_form>();
    node_id const zero = graph->number(0), one = graph->number(1);
    leaves pool;
    for (node_id top : {one, graph->number(2), add_leaf(*graph, pool.make({}))}) {
        node_id const quotient = graph->make(op::divide, top, zero);
        CHECK(graph->failure == trouble::none);
        CHECK((*graph)[quotient].code == (top == one ? op::reciprocal : op::divide));
    }
}

std::uint64_t number_from_environment(char const* name, std::uint64_t otherwise) {
    char const* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST_CASE("the passes keep the values of random graphs", "[passes]") {
    std::uint64_t const count = number_from_environment("CTGRAD_RANDOM_GRAPHS", 2000);
    std::uint64_t const first = number_from_environment("CTGRAD_RANDOM_SEED", 1);
    tally compared;
    int failures = 0;
    for (std::uint64_t seed = first; seed < first + count && failures < 5; ++seed) {
        leaves pool;
        generator random(seed, pool);
        recipe const r = random.make();
        if (problem_of_passes(r, random.point_seed(), compared).empty()) continue;
        ++failures;
        tally ignored;
        recipe const small = shrunk(r, pool, [&](recipe const& trial) {
            return !problem_of_passes(trial, random.point_seed(), ignored).empty();
        });
        INFO("seed " << seed << "\n" << text_of(small));
        FAIL_CHECK(problem_of_passes(small, random.point_seed(), ignored));
    }
    for (auto const& [pass, times] : compared.compared)
        UNSCOPED_INFO(pass << ": " << times << " comparisons");
    CHECK(compared.compared["differences"] >= int(count) / 2);
    for (char const* pass : {"order", "share"}) CHECK(compared.compared[pass] >= int(count));
    CHECK(compared.compared["plan"] >= int(count));
    CHECK(compared.fused >= int(count));
    for (int code = 0; code < op_count && count >= 2000; ++code) {
        INFO(about(op(code)).name);
        if (is_written_by_users(op(code))) CHECK(compared.with_op[code] > int(count) / 2000);
    }
}

} // namespace
