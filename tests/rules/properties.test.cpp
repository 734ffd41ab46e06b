// SPDX-License-Identifier: BSL-1.0
// Every inferred property holds of the values.
#include "support/catch.hpp"
#include "support/rule_instances.hpp"

#include <ctgrad/rules/properties.hpp>

#include <cmath>

namespace {

using namespace graphs;

// Whether y + jitter is positive definite, by elimination without pivoting.
bool is_definite(small_matrix const& y, double jitter) {
    std::vector<double> value(std::size_t(y.size())), error(value), l(value), e(value);
    for (int i = 0; i < y.size(); ++i)
        value[std::size_t(i)] = y.value[i] + (i % (y.columns + 1) == 0 ? jitter : 0);
    write_cholesky({value.data(), error.data(), y.rows, y.columns}, {l.data(), e.data(), y.rows, y.columns});
    return !std::isnan(l[0]);
}

std::string missing_property(small_matrix const& y, unsigned known) {
    if ((known & symmetric_value) == symmetric_value && y.rows != y.columns) return "it is not square";
    double const largest = largest_size(y.value, y.size());
    for (int i = 0; i < y.size(); ++i) {
        if ((known & positive_entries) == positive_entries && !(y.value[i] > 0)) return "an entry is not positive";
        int const mirrored = i % y.columns * y.columns + i / y.columns;
        bool const is_zero = std::abs(y.value[i]) <= 1e-9 * (1 + largest);
        if ((known & lower_value) && i % y.columns > i / y.columns && !is_zero) return "it is not lower triangular";
        if ((known & upper_value) && i % y.columns < i / y.columns && !is_zero) return "it is not upper triangular";
        if ((known & symmetric_value) == symmetric_value && !(std::abs(y.value[i] - y.value[mirrored]) <= 1e-9 * (1 + largest)))
            return "it is not symmetric";
    }
    for (int i = 0; (known & orthogonal_value) && i < y.rows; ++i)
        for (int j = 0; j < y.rows; ++j) {
            double product = i == j ? -1 : 0;
            for (int k = 0; k < y.columns; ++k)
                product += y.value[i * y.columns + k] * y.value[j * y.columns + k];
            if (!(std::abs(product) <= 1e-9)) return "it is not orthogonal";
        }
    if ((known & definite) == definite && !is_definite(y, 0)) return "it is not positive definite";
    if ((known & semidefinite) == semidefinite && !is_definite(y, 1e-9 * (1 + largest))) return "it is not semidefinite";
    return {};
}

TEST_CASE("every inferred property holds", "[rules]") {
    using one_instance = rule_instance<towards_normal_form>;
    for (auto const& rule : property_rules) {
        int compared = 0, failures = 0;
        std::string example;
        for (std::size_t choice = 0; choice < one_instance::count(rule.before); ++choice) {
            leaves pool;
            auto const i = std::make_unique<one_instance>(rule.before, choice, pool);
            if (i->root == no_node) continue;
            if (example.empty()) example = text_of_rule(*i, no_node);
            for (std::uint64_t seed : {0, 1, 4}) {
                evaluation<rule_builder, moved_point> const values(i->graph, point_for(i->graph, seed));
                if (!is_finite(values[i->root])) continue;
                ++compared;
                std::string const what = missing_property(values[i->root], rule.known);
                if (what.empty() || ++failures > 2) continue;
                INFO(text_of_rule(*i, no_node));
                FAIL_CHECK(what);
            }
        }
        INFO("rule: " << example);
        CHECK(compared > 0);
    }
}

// Operands of every structure, for the rules that tell what a result has from its arguments.
TEST_CASE("every structure that a result takes over from its arguments holds", "[rules]") {
    constexpr structure forms[] = {structure::spd,       structure::lower_triangular, structure::upper_triangular, structure::diagonal_matrix,
                                   structure::symmetric, structure::orthogonal,       structure::none};
    constexpr unsigned known[] = {definite, lower_value, upper_value, diagonal_value, symmetric_value, orthogonal_value, nothing};
    int compared = 0;
    for (auto const& rule : letters::closure_rules) {
        op const function = rule.code;
        int const code = static_cast<int>(function);
        for (int first = 0; first < 7; ++first)
            for (int second = 0; second < (about(function).arity == 2 ? 7 : 1); ++second) {
                rule_builder graph;
                leaves pool;
                shape const square{&extent_of<"n">, &extent_of<"n">};
                node_id const a = add_leaf(graph, pool.make(square, forms[first]));
                node_id const b = add_leaf(graph, pool.make(square, forms[second]));
                node_id const arguments[] = {a, about(function).arity == 2 ? b : no_node, no_node};
                add_sums(graph, function, arguments, pool);
                node_id const result = graph.make(function, arguments[0], arguments[1]);
                REQUIRE(result != no_node);
                bool const both = about(function).arity == 2;
                unsigned const all = both ? known[first] & known[second] : known[first];
                unsigned const expected = all & closed_under.of_all[code];
                evaluation<rule_builder, moved_point> const values(graph, point_for(graph, 0));
                if (expected == nothing || !is_finite(values[result])) continue;
                ++compared;
                INFO(about(function).name << " of " << first << " and " << second);
                CHECK(missing_property(values[result], expected) == "");
            }
    }
    CHECK(compared > 20);
}

} // namespace
