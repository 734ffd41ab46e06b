// SPDX-License-Identifier: BSL-1.0
// Every rule of the table of gradients against central differences, with arguments of every class of shapes.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/passes/sweep.hpp>

#include <set>

namespace {

using namespace graphs;
using builder = graph_builder<300, 1>;

// The number of entries that were compared.
int check_rule(builder& graph, node_id y, node_id const* arguments, leaves& pool) {
    op const code = graph[y].code;
    node_id const weights = add_leaf(graph, pool.make(graph[y].extents));
    node_id const loss = graph.make(op::sum, graph.make(op::multiply, weights, y));
    bool wanted[builder::capacity] = {};
    node_id adjoint[builder::capacity];
    for (int i = 0; i < about(code).arity; ++i)
        wanted[arguments[i]] = true;
    reverse_sweep<builder::capacity>(graph, 0, loss, graph.number(1), wanted, adjoint);
    REQUIRE(graph.failure == trouble::none);

    int compared = 0;
    for (std::uint64_t seed = 0; seed < 8 && compared == 0; ++seed) {
        moved_point const point = point_for(graph, seed);
        evaluation<builder, moved_point> const values(graph, point);
        if (!is_finite(values[loss])) continue;
        for (int i = 0; i < about(code).arity; ++i) {
            if (code == op::stop_gradient || graph[arguments[i]].is_number()) continue;
            node const& argument = graph[arguments[i]];
            small_matrix const x = values[arguments[i]];
            for (int place = 0; place < x.size(); ++place) {
                int const mirrored = place % x.columns * x.columns + place / x.columns;
                bool const symmetric = argument.leaf->form == structure::spd && mirrored != place;
                double const expected = central_difference(graph, loss, point, argument.leaf, place);
                if (!std::isfinite(expected)) continue;
                double got = 0;
                if (adjoint[arguments[i]] != no_node) {
                    small_matrix const derivative = values[adjoint[arguments[i]]];
                    REQUIRE(derivative.size() == x.size());
                    got = derivative.value[place] + (symmetric ? derivative.value[mirrored] : 0);
                }
                ++compared;
                if (std::abs(got - expected) <= 1e-8 * (1 + std::abs(expected))) continue;
                INFO("y = " << text_of(graph, y));
                for (int j = 0; j < about(code).arity; ++j)
                    UNSCOPED_INFO(text_of(graph, arguments[j]) << " is " << text_of(graph[arguments[j]].extents));
                CAPTURE(i, place, got, expected, seed);
                FAIL_CHECK("the rule disagrees with differences");
            }
        }
    }
    return compared;
}

TEST_CASE("every derivative rule agrees with central differences", "[rules]") {
    for (gradient_rule const& rule : gradients) {
        op const code = rule.result.root();
        INFO(about(code).name);
        int compared = 0, applications = 0;
        // Definite arguments only for what has no value elsewhere.
        for (structure form : {structure::none, structure::positive, structure::spd}) {
            if (compared > 0) break;
            if (code == op::cholesky && form != structure::spd) continue;  // it reads one triangle, its derivative is shared by both
            leaves pool;
            visit_applications(builder{}, code, pool, form, [&](builder& graph, node_id y, node_id const* arguments) {
                ++applications;
                compared += check_rule(graph, y, arguments, pool);
            });
        }
        CHECK(applications > 0);
        if (code != op::stop_gradient) CHECK(compared > 0);
    }
}

TEST_CASE("every op with arguments has a derivative rule, or is replaced before", "[rules]") {
    std::set<op> known;
    for (gradient_rule const& rule : gradients)
        CHECK(known.insert(rule.result.root()).second);
    for (definition_rule const& rule : definitions)
        CHECK(known.count(rule.defined.root()) == 0);
}

} // namespace
