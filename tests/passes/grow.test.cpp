// SPDX-License-Identifier: BSL-1.0
// Plans that are grown from those of nets of a few layers are the plans that all passes make of the whole net.
#include "support/catch.hpp"
#include "support/pipelines.hpp"

#include <ctgrad/expr/derivatives.hpp>

namespace {

using namespace ctgrad;
using namespace ctgrad::detail;

template <class Entry>
bool are_same(Entry const& a, Entry const& b) {
    return are_alike(a, b) && references_of(a) == references_of(b);
}

template <class Plan, class Expected>
void check_same(Plan const& p, Expected const& expected) {
    REQUIRE(p.step_count == expected.step_count);
    for (int i = 0; i < p.step_count; ++i) CHECK(are_same(p.steps[i], expected.steps[i]));
    REQUIRE(p.storage_count == expected.storage_count);
    for (int i = 0; i < p.storage_count; ++i) CHECK(are_same(p.storages[i], expected.storages[i]));
    REQUIRE(p.buffer_count == expected.buffer_count);
    for (int i = 0; i < p.buffer_count; ++i) CHECK(are_same(p.buffers[i], expected.buffers[i]));
    REQUIRE(p.program_count == expected.program_count);
    for (int i = 0; i < p.program_count; ++i) CHECK(p.programs[i].key() == expected.programs[i].key());
    REQUIRE(p.extent_count == expected.extent_count);
    for (int i = 0; i < p.extent_count; ++i) CHECK(*p.extents[i] == *expected.extents[i]);
    REQUIRE(p.leaf_count == expected.leaf_count);
    for (int i = 0; i < p.leaf_count; ++i)
        CHECK((p.leaves[i] == expected.leaves[i] && p.leaf_rows[i] == expected.leaf_rows[i] && p.leaf_columns[i] == expected.leaf_columns[i]));
    REQUIRE(Plan::result_count == Expected::result_count);
    for (int i = 0; i < Plan::result_count; ++i)
        CHECK((p.results[i] == expected.results[i] && p.result_shapes[i] == expected.result_shapes[i] && expected.result_arrays[i].rank == 0));
    CHECK(p.check_count + expected.check_count + p.index_check_count + expected.index_check_count == 0);
    CHECK((p.failure == trouble::none && expected.failure == trouble::none));
}

template <class... Expressions>
using plans_of_expressions = plans<Expressions::key...>;

template <class... Expressions>
void check_grown(Expressions...) {
    using plans_here = plans_of_expressions<Expressions...>;
    STATIC_REQUIRE(plans_here::are_grown);
    check_same(plans_here::template plan_for<0>(), graphs::passes_of<Expressions...>::planned);
}
template <class... Expressions>
void check_not_grown(Expressions...) {
    using plans_here = plans_of_expressions<Expressions...>;
    STATIC_REQUIRE(!plans_here::are_grown);
    STATIC_REQUIRE(&plans_here::template plan_for<0>() == &graphs::passes_of<Expressions...>::planned);
}

template <char Letter, int Number>
constexpr char numbered[] = {Letter, char('0' + Number / 10), char('0' + Number % 10), '\0'};
template <std::size_t I>
constexpr auto W = matrix<numbered<'W', I>, "h", "h">;
template <std::size_t I>
constexpr auto b = vector<numbered<'b', I>, "h">;
constexpr auto x = matrix<"x", "h", "batch">;
constexpr auto y = matrix<"y", "h", "batch">;
constexpr auto v = vector<"v", "h">;

// check(loss, gradients in all weights and biases of a net)
template <class Loss, class Check>
void with_gradients(Loss loss, Check check) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        [&]<class... Gradients>(boost::hana::tuple<Gradients...>) { check(loss, Gradients{}...); }(grad(loss, W<I>..., b<I>...));
    }(std::make_index_sequence<24>{});
}

TEST_CASE("a net of equal layers", "[passes]") {
    constexpr auto layer = [](auto h, auto i) { return swish(W<i> * h + b<i>); };
    with_gradients(softmax_cross_entropy(unroll<24>(x, layer), y), [](auto... e) { check_grown(e...); });
    with_gradients(squared_norm(unroll<24>(v, layer) - v), [](auto... e) { check_grown(e...); });
}

TEST_CASE("residual layers", "[passes]") {
    constexpr auto layer = [](auto h, auto i) { return h + relu(W<i> * h + b<i>); };
    with_gradients(squared_norm(unroll<24>(x, layer) - y), [](auto... e) { check_grown(e...); });
}

TEST_CASE("steps with shared weights", "[passes]") {
    constexpr auto loss = squared_norm(unroll<24>(x, [](auto h, auto) { return tanh(W<1> * h + b<1>); }));
    check_grown(loss, grad(loss, W<1>));
    check_grown(loss, grad(loss, b<1>));
}

TEST_CASE("several values go from step to step", "[passes]") {
    constexpr auto state = unroll<24>(boost::hana::make_tuple(x, y), [](auto state, auto i) {
        auto const h = boost::hana::at_c<0>(state);
        auto const c = boost::hana::at_c<1>(state);
        auto const z = W<i> * h;
        auto const next = hadamard(sigmoid(z), c) + tanh(z);
        return boost::hana::make_tuple(hadamard(sigmoid(z + b<i>), tanh(next)), next);
    });
    with_gradients(squared_norm(boost::hana::at_c<0>(state)), [](auto... e) { check_grown(e...); });
}

// Loops take so many inputs and no more: what they sum over all steps does not grow evenly.
TEST_CASE("loops that grow with the steps", "[passes]") {
    constexpr auto loss = squared_norm(unroll<24>(x, [](auto h, auto) { return tanh(W<1> * h + W<2> * x); }));
    check_not_grown(loss, grad(loss, W<1>), grad(loss, W<2>));
}

TEST_CASE("one layer that is another", "[passes]") {
    constexpr auto layer = [](auto h, auto i) {
        if constexpr (i == 6) return tanh(W<i> * h + b<i>);
        else return swish(W<i> * h + b<i>);
    };
    with_gradients(squared_norm(unroll<24>(x, layer) - y), [](auto... e) { check_not_grown(e...); });
}

TEST_CASE("what is wrong with a net of many layers is found", "[passes]") {
    constexpr auto net = squared_norm(unroll<24>(v, [](auto h, auto i) { return tanh(W<i> * h + b<i>); }));
    constexpr auto two_of_one_name = net + sum(matrix<"W03", "h", "batch">);
    STATIC_REQUIRE(plans<two_of_one_name.key>::failure == trouble::two_leaves_one_name);
    STATIC_REQUIRE(plans<net.key, grad(net, W<3> * x).key>::failure == trouble::absent_subexpression);
    STATIC_REQUIRE(plans<net.key>::are_grown);
}

TEST_CASE("steps that are folded into a number", "[passes]") {
    constexpr auto loss = squared_norm(unroll<20>(v, [](auto h, auto) { return h + h; }));
    check_not_grown(loss, grad(loss, v));
}

} // namespace
