// SPDX-License-Identifier: BSL-1.0
// Both sides of every identity, and every inferred property, on random operands that are what the letters say, of every
// class of shapes.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/passes/simplify.hpp>
#include <ctgrad/rules/stable_forms.hpp>

#include <span>

namespace {

using namespace graphs;
using builder = graph_builder<100, 1>;

constexpr double numbers[] = {2.5, -0.5, 0, 1};

// Builds the left side of a rule: its letters stand for operands that are made when they are first met. Each choice among
// shapes and numbers is a digit of `choice`, so that counting runs through all of them. A rule meets operands in normal form
// only: `Rewriting` is the builder that tells whether they are.
template <class Rewriting>
class instance {
public:
    instance(pattern const& p, std::size_t choice, leaves& pool) : pattern_(p), rest_(choice), pool_(pool) {
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

    builder graph;
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
        node_id moved[builder::capacity];
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
            double const value = numbers[choose(letter == 22 ? 2 : 4)];
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
    using one_instance = instance<Rewriting>;
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
                evaluation<builder, moved_point> const values(i->graph, point_for(i->graph, seed));
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

TEST_CASE("both sides of every identity towards the normal form are equal", "[rules]") {
    check_identities<rewriting_builder<normalising, normalising_by_op, 200, 1>>(normalising.rules, 0);
}

TEST_CASE("both sides of every identity towards kernels are equal", "[rules]") {
    check_identities<rewriting_builder<kernelising, kernelising_by_op, 200, 1>>(kernelising.rules, int(std::size(letters::identities)));
}

// Applied to formulas as written, before any other rule.
TEST_CASE("both sides of every stable form are equal", "[rules]") {
    check_identities<builder>(stable_forms, 0);
}

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
    using one_instance = instance<rewriting_builder<normalising, normalising_by_op, 200, 1>>;
    for (auto const& rule : property_rules) {
        int compared = 0, failures = 0;
        std::string example;
        for (std::size_t choice = 0; choice < one_instance::count(rule.before); ++choice) {
            leaves pool;
            auto const i = std::make_unique<one_instance>(rule.before, choice, pool);
            if (i->root == no_node) continue;
            if (example.empty()) example = text_of_rule(*i, no_node);
            for (std::uint64_t seed : {0, 1, 4}) {
                evaluation<builder, moved_point> const values(i->graph, point_for(i->graph, seed));
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
                builder graph;
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
                evaluation<builder, moved_point> const values(graph, point_for(graph, 0));
                if (expected == nothing || !is_finite(values[result])) continue;
                ++compared;
                INFO(about(function).name << " of " << first << " and " << second);
                CHECK(missing_property(values[result], expected) == "");
            }
    }
    CHECK(compared > 20);
}

} // namespace
