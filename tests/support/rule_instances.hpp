// SPDX-License-Identifier: BSL-1.0
// Rules of the tables, with operands that are what their letters say: of every class of shapes, and in normal form.
#pragma once

#include "catch.hpp"
#include "graphs.hpp"

#include <ctgrad/passes/simplify.hpp>

#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace graphs {

using rule_builder = graph_builder<100, 1>;
using towards_normal_form = rewriting_builder<normalising, normalising_by_op, 200, 1>;
using towards_kernels = rewriting_builder<kernelising, kernelising_by_op, 200, 1>;

inline constexpr double letter_numbers[] = {2.5, -0.5, 0, 1};

// Builds the left side of a rule: its letters stand for operands that are made when they are first met. Each choice among
// shapes and numbers is a digit of `choice`, so that counting runs through all of them. A rule meets operands in normal form
// only: `Rewriting` is the builder that tells whether they are.
template <class Rewriting>
class rule_instance {
public:
    rule_instance(pattern const& p, std::size_t choice, leaves& pool) : pattern_(p), rest_(choice), pool_(pool) {
        for (node_id& letter : bound)
            letter = no_node;
        root = make(p.root, op::number);
    }

    // So many choices there are at most.
    static std::size_t count(pattern const& p) {
        std::size_t product = 1;
        bool seen[variable_count] = {};
        for (int at = 0; at <= p.root; ++at) {
            token const& what = p.steps[at].what;
            if (what.kind == token_kind::operation && carries_shape(what.code)) product *= 6;
            if (what.kind == token_kind::number) product *= shape_classes().size();
            if (what.kind != token_kind::variable || std::exchange(seen[what.variable], true)) continue;
            bool const is_number = what.variable == 8 || what.variable == 9 || what.variable == 22;
            product *= shape_classes().size() * (is_number ? 4 : 1);
        }
        return product;
    }

    rule_builder graph;
    node_id bound[variable_count];
    node_id root = no_node;

private:
    pattern const& pattern_;
    std::size_t rest_;
    leaves& pool_;
    bool is_definite_ = false;  // what is being made: the scalars and diagonals in it are positive

    std::size_t choose(std::size_t count) {
        std::size_t const digit = rest_ % count;
        rest_ /= count;
        return digit;
    }

    // What a factorisation is made of is known to be definite, or symmetric.
    static structure form_below(op code) {
        return code == op::cholesky_factor   ? structure::spd
               : code == op::symmetric_factor ? structure::symmetric
                                              : structure::none;
    }

    node_id make(int at, op above) {
        pattern::step const& step = pattern_.steps[at];
        switch (step.what.kind) {
        case token_kind::number: return graph.number(step.what.value, choose_shape());
        case token_kind::variable: {
            node_id& letter = bound[step.what.variable];
            if (letter == no_node) letter = make_letter(step.what.variable, above);
            return letter;
        }
        case token_kind::operation: break;
        default: return no_node;
        }
        op const code = step.what.code;
        node_id arguments[3] = {no_node, no_node, no_node};
        is_definite_ = is_definite_ || code == op::cholesky_factor;
        for (int i = 0; i < about(code).arity; ++i) {
            arguments[i] = make(step.operands[i], code);
            if (arguments[i] == no_node || !is_normal(arguments[i])) return no_node;
        }
        if (code == op::cholesky_factor) is_definite_ = false;
        if (carries_shape(code)) {
            std::vector<node_id> nodes;
            visit_shaped(graph, code, arguments, [&](node_id id) { nodes.push_back(id); });
            return nodes.empty() ? no_node : nodes[choose(nodes.size())];
        }
        if (about(code).arity == 2 && !takes(code, graph[arguments[0]].extents, graph[arguments[1]].extents)) return no_node;
        add_sums(graph, code, arguments, pool_);
        node_id const id = graph.make(code, arguments[0], arguments[1], arguments[2]);
        return id == no_node || graph[id].code != code ? no_node : id;
    }

    // Whether rewriting leaves a node as it is, whose arguments it left.
    bool is_normal(node_id id) {
        node_id moved[rule_builder::capacity];
        Rewriting rewriting;
        for (node_id i = 0; i <= id; ++i) {
            node n = graph[i];
            for (int j = 0; j < n.arity; ++j)
                n.arguments[j] = moved[n.arguments[j]];
            moved[i] = rewriting.add(n);
        }
        return rewriting[moved[id]].code == graph[id].code && rewriting[moved[id]].extents == graph[id].extents;
    }

    shape choose_shape() { return shape_classes()[choose(shape_classes().size())]; }
    shape choose_square() { return choose(2) == 0 ? shape{&extent_of<"n">, &extent_of<"n">} : shape{}; }
    node_id leaf(shape const& extents, structure form = structure::none) { return add_leaf(graph, pool_.make(extents, form)); }

    node_id make_letter(int letter, op above) {
        if (takes_indices(above) && letter == 1)
            return leaf({choose(2) == 0 ? &extent_of<"m"> : &extent_of<"n">, &one_extent}, structure::indices);
        if (is_definite_ && above == op::add_diagonal)
            return leaf(letter == 6 || (letter == 0 && choose(2) == 0) ? shape{} : shape{&extent_of<"n">, &one_extent}, structure::positive);
        if (is_definite_ && letter == 7) return leaf({}, structure::positive);
        if (form_below(above) != structure::none) return leaf(choose_square(), form_below(above));
        if (above == op::factored_lower)
            return graph.make(op::cholesky_factor, leaf({&extent_of<"n">, &extent_of<"n">}, structure::spd));
        switch (letter) {
        case 6: case 7: return leaf({});                                             // r, s: scalars
        case 8: case 9: case 22: {                                                   // k, l, c: numbers
            double const value = letter_numbers[choose(letter == 22 ? 2 : 4)];
            return graph.number(value, choose_shape());
        }
        case 10: case 11: {                                                          // M, N: no scalars
            shape const extents = choose_shape();
            return extents.is_scalar() ? no_node : leaf(extents);
        }
        case 12: case 13: return leaf(choose_square(), structure::symmetric);       // S, T
        case 14: case 21: {                                                          // Q, U: semidefinite
            extent const* const extents[] = {&one_extent, &extent_of<"m">, &extent_of<"n">};
            node_id const factor = leaf({extents[1 + choose(2)], extents[choose(2)]});
            bool const inner = choose(2) == 1;  // A A^T, or A^T A, which may be a scalar
            node_id const transposed = graph.make(op::transpose, factor);
            return graph.make(op::product, inner ? transposed : factor, inner ? factor : transposed);
        }
        case 15: return leaf({&extent_of<"n">, &extent_of<"n">}, structure::spd);    // P
        case 16: case 17: return leaf(choose_shape(), structure::positive);          // p, q
        case 18: return leaf({&extent_of<"n">, &one_extent});                          // u: a column
        case 19: return leaf({&one_extent, &extent_of<"n">});                          // v: a row
        case 20: return graph.identity(&extent_of<"n">);                                // I
        case 23: return leaf({&extent_of<"n">, &extent_of<"n">}, structure::lower_triangular);  // L
        case 24: return leaf({&extent_of<"n">, &extent_of<"n">}, structure::upper_triangular);  // R
        case 25: return leaf({&extent_of<"n">, &extent_of<"n">}, structure::orthogonal);  // O
        case 27: return leaf({&extent_of<"n">, &extent_of<"n">});                     // E: square
        case 26: return leaf({}, structure::positive);                               // w: a positive scalar
        case 28: return leaf({&extent_of<"n">, &extent_of<2>});                        // H: narrow
        case 29: return leaf({&extent_of<2>, &extent_of<"n">});                        // W: flat
        default: return leaf(choose_shape());                                        // A ... D
        }
    }
};

template <class Instance>
std::string text_of_rule(Instance& i, node_id after) {
    std::ostringstream text;
    text << text_of(i.graph, i.root);
    if (after != no_node) text << "  =  " << text_of(i.graph, after);
    for (node_id letter : i.bound)
        if (letter != no_node) text << ", " << text_of(i.graph, letter) << " is " << text_of(i.graph[letter].extents);
    return text.str();
}

// The first rules of both tables are the same; some of their operands cannot be met any more when it comes to kernels.
template <class Rewriting>
void check_identities(std::span<identity_rule const> rules, int first_to_be_met) {
    using one_instance = rule_instance<Rewriting>;
    for (int r = 0; r < int(rules.size()); ++r) {
        identity_rule const& rule = rules[std::size_t(r)];
        int compared = 0, failures = 0;
        std::string example;
        for (std::size_t choice = 0; choice < one_instance::count(rule.before); ++choice) {
            leaves pool;
            auto const i = std::make_unique<one_instance>(rule.before, choice, pool);
            if (i->root == no_node) continue;
            i->bound[4] = i->root;
            node_id const after = build(i->graph, rule.after, i->bound);
            if (example.empty()) example = text_of_rule(*i, after);
            if (rule.where != corner::anywhere && !(i->graph[i->root].from == position_of(i->graph, rule.where, i->bound))) continue;
            if (after == no_node || !(i->graph[after].extents == i->graph[i->root].extents)) continue;  // not applied there
            for (std::uint64_t seed : {0, 1, 4}) {
                evaluation<rule_builder, moved_point> const values(i->graph, point_for(i->graph, seed));
                std::string const what = difference(values[i->root], values[after]);
                bool finite = false;
                for (int k = 0; k < values[i->root].size(); ++k)
                    finite = finite || std::isfinite(values[i->root].value[k]);
                compared += finite;
                if (what.empty() || ++failures > 2) continue;
                INFO(text_of_rule(*i, after));
                CAPTURE(seed);
                FAIL_CHECK(what);
            }
        }
        INFO("rule " << r << ": " << example);
        if (r >= first_to_be_met) CHECK(compared > 0);
    }
}

} // namespace graphs
