// SPDX-License-Identifier: BSL-1.0
// Patterns: what matches, what letters stand for, and that an index rules out nothing that would match.
#include "support/catch.hpp"
#include "support/rule_instances.hpp"

#include <ctgrad/rules/pattern.hpp>
#include <ctgrad/rules/stable_forms.hpp>

#include <algorithm>
#include <iterator>
#include <set>

namespace {

using namespace graphs;
using namespace ctgrad::detail::letters;

struct sample {
    leaves pool;
    rule_builder graph;
    shape const square{&extent_of<"n">, &extent_of<"n">};
    node_id x = add_leaf(graph, pool.make(square)), z = add_leaf(graph, pool.make(square)), number = add_leaf(graph, pool.make({}));
    match found;

    node_id make(op code, node_id a, node_id b = no_node) { return graph.make(code, a, b); }
    bool fits(pattern const& p, node_id id) {
        found.return_to(0);
        return matches(graph, p, p.root, id, found);
    }
};

TEST_CASE("letters stand for anything, and for the same wherever they stand", "[rules]") {
    sample s;
    CHECK(s.fits(A + B, s.make(op::add, s.x, s.z)));
    CHECK(s.found[0] == s.x);
    CHECK(s.found[1] == s.z);
    CHECK(s.fits(A + A, s.make(op::add, s.x, s.x)));
    CHECK_FALSE(s.fits(A + A, s.make(op::add, s.x, s.z)));
    CHECK_FALSE(s.fits(A + B, s.make(op::subtract, s.x, s.z)));
    CHECK(s.fits(exp(A), s.make(op::exp, s.make(op::sin, s.x))));
    CHECK_FALSE(s.fits(exp(sin(A)), s.make(op::exp, s.x)));
}

TEST_CASE("operands of what commutes match in either order", "[rules]") {
    sample s;
    node_id const turned = s.make(op::transpose, s.x);
    CHECK(s.fits(A + t(A), s.make(op::add, s.x, turned)));
    CHECK(s.fits(A + t(A), s.make(op::add, turned, s.x)));
    CHECK(s.found[0] == s.x);
    CHECK_FALSE(s.fits(A + t(A), s.make(op::add, turned, s.z)));
    CHECK(s.fits(A - t(A), s.make(op::subtract, s.x, turned)));
    CHECK_FALSE(s.fits(t(A) - A, s.make(op::subtract, s.x, turned)));
    // What the first order bound is taken back.
    CHECK(s.fits(exp(A) + A % B, s.make(op::add, s.make(op::exp, s.z), s.make(op::multiply, s.x, s.z))));
    CHECK(s.found[0] == s.z);
    CHECK(s.found[1] == s.x);
}

TEST_CASE("numbers match in any shape", "[rules]") {
    sample s;
    CHECK(s.fits(A + 1, s.make(op::add, s.x, s.graph.number(1))));
    CHECK(s.fits(A + 1, s.make(op::add, s.graph.number(1, s.square), s.x)));
    CHECK_FALSE(s.fits(A + 1, s.make(op::add, s.x, s.graph.number(2))));
    CHECK_FALSE(s.fits(A + 1, s.make(op::add, s.x, s.z)));
}

TEST_CASE("what a trial bound is taken back", "[rules]") {
    match found;
    found.bind(3, 17);
    found.bind(0, 5);
    CHECK((found[3] == 17 && found[0] == 5 && found[1] == no_node));
    found.return_to(1);
    CHECK((found[3] == 17 && found[0] == no_node));
    found.return_to(0);
    CHECK((found[3] == no_node && found.count == 0));
}

TEST_CASE("letters stand only for what has their property", "[rules]") {
    sample s;
    auto const with = [&](node_id id, int properties) {
        s.graph.nodes[id].properties = static_cast<std::uint8_t>(properties);
        return id;
    };
    node_id const scalar = s.number, matrix = s.x, one = s.graph.number(1), zero = s.graph.number(0), huge = s.graph.number(1e90);
    node_id const column = add_leaf(s.graph, s.pool.make({&extent_of<"n">, &one_extent}));
    node_id const row = s.make(op::transpose, column), oblong = s.make(op::outer, column, add_leaf(s.graph, s.pool.make({&extent_of<"m">, &one_extent})));
    node_id const unit = s.graph.identity(&extent_of<"n">);
    auto const fits = [&](formula const& letter, node_id id) { return letter_fits(s.graph, letter.tokens[0].variable, id); };
    for (formula const& any : {A, B, C, D}) CHECK(fits(any, oblong));
    for (formula const& number : {r, letters::s}) CHECK((fits(number, scalar) && fits(number, one) && !fits(number, matrix)));
    for (formula const& number : {k, l}) CHECK((fits(number, one) && fits(number, zero) && !fits(number, scalar) && !fits(number, huge)));
    CHECK((fits(c, one) && !fits(c, zero) && !fits(c, huge) && !fits(c, scalar)));
    for (formula const& large : {M, N}) CHECK((fits(large, matrix) && fits(large, column) && !fits(large, scalar)));
    CHECK((fits(u, column) && !fits(u, row) && !fits(u, scalar)));
    CHECK((fits(v, row) && !fits(v, column) && !fits(v, scalar)));
    CHECK((fits(letters::I, unit) && !fits(letters::I, matrix)));
    CHECK((fits(E, matrix) && !fits(E, oblong) && !fits(E, scalar)));
    struct property_letter {
        formula letter;
        property wanted;
        bool scalars;
    };
    for (auto const& [letter, wanted, scalars] :
         {property_letter{S, symmetric_value, true}, {T, symmetric_value, true}, {Q, semidefinite, true}, {U, semidefinite, true},
          {P, definite, false}, {p, positive_entries, true}, {q, positive_entries, true}, {L, lower_value, false}, {R, upper_value, false},
          {O, orthogonal_value, true}}) {
        CAPTURE(letter.tokens[0].variable);
        CHECK(fits(letter, with(matrix, wanted)));
        CHECK_FALSE(fits(letter, with(matrix, inferred)));
        if (wanted != symmetric_value) CHECK_FALSE(fits(letter, with(matrix, 255 & ~(wanted & ~symmetric_value))));
        CHECK(fits(letter, with(scalar, wanted)) == scalars);
    }
    CHECK((fits(w, with(scalar, positive_entries)) && !fits(w, with(scalar, nothing)) && !fits(w, with(matrix, positive_entries))));
}

TEST_CASE("properties imply what they are made of", "[rules]") {
    static_assert((definite & semidefinite) == semidefinite && (semidefinite & symmetric_value) == symmetric_value);
    static_assert((diagonal_value & lower_value) == lower_value && (diagonal_value & upper_value) == upper_value);
    static_assert((diagonal_value & symmetric_value) == symmetric_value);
    static_assert(is_moderate(0) && is_moderate(-1e50) && !is_moderate(1e51) && !is_moderate(1e-51) && !is_moderate(elementary::not_a_number));
}

// The rules that the index does not rule out, in its order.
template <auto const& Index, class Graph>
std::vector<int> candidates(Graph const& graph, node const& n) {
    std::vector<int> result;
    for_each_candidate<Index>(rule_query(graph, n), [&](int rule) {
        result.push_back(rule);
        return false;
    });
    return result;
}

template <auto const& Index>
void check_index(std::span<identity_rule const> rules) {
    int compared = 0;
    for (std::size_t rule = 0; rule < rules.size(); ++rule) {
        leaves pool;
        pattern const& before = rules[rule].before;
        for (std::size_t choice = 0; choice < std::min<std::size_t>(50, rule_instance<rule_builder>::count(before)); ++choice) {
            auto const i = std::make_unique<rule_instance<rule_builder>>(before, choice, pool);
            match found_here;
            if (i->root == no_node || !matches(i->graph, before, before.root, i->root, found_here)) continue;
            node n = i->graph[i->root];
            ++compared;
            for (bool turned : {false, true}) {
                if (turned && !about(n.code).commutes) continue;
                if (turned) std::swap(n.arguments[0], n.arguments[1]);
                std::vector<int> const found = candidates<Index>(i->graph, n);
                CHECK(std::is_sorted(found.begin(), found.end()));
                for (int other : found) CHECK(rules[std::size_t(other)].before.root_op() == n.code);
                CHECK(std::find(found.begin(), found.end(), int(rule)) != found.end());
            }
        }
    }
    CHECK(compared > int(rules.size()) / 2);
}

TEST_CASE("an index finds rules in order, and rules out nothing that matches", "[rules]") {
    check_index<normalising_by_op>(normalising.rules);
    check_index<kernelising_by_op>(kernelising.rules);
    check_index<stable_by_op>(stable_forms);
}

TEST_CASE("an index stops where it is told to, and rules out by ops and by traits", "[rules]") {
    sample s;
    node_id const sum = s.make(op::add, s.x, s.make(op::transpose, s.z));
    int calls = 0;
    node_id const scaled = s.make(op::add, s.make(op::multiply, s.graph.number(2), s.x), s.make(op::multiply, s.graph.number(3), s.z));
    CHECK(candidates<normalising_by_op>(s.graph, s.graph[scaled]).size() > 1);
    for_each_candidate<normalising_by_op>(rule_query(s.graph, s.graph[scaled]), [&](int) { return ++calls == 2; });
    CHECK(calls == 2);
    for (int rule : candidates<normalising_by_op>(s.graph, s.graph[sum])) {
        pattern const& before = normalising.rules[rule].before;
        for (int i = 0; i < 2; ++i) {
            token const& operand = before.steps[before.steps[before.root].operands[i]].what;
            CHECK((operand.kind == token_kind::variable || operand.code == op::transpose));
            if (operand.kind == token_kind::variable) CHECK((traits_of_letter(operand.variable) & (scalar_form | symmetric_value)) == 0);
        }
    }
}

} // namespace
