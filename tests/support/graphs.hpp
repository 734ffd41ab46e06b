// SPDX-License-Identifier: BSL-1.0
// Graphs made at run time, for tests of the rules and the passes: leaves of any shape and structure, points at which they
// are evaluated, and how values of two graphs are compared.
#pragma once

#include <ctgrad/expr/functions.hpp>
#include <ctgrad/expr/user_function.hpp>
#include <ctgrad/graph/evaluate.hpp>
#include <ctgrad/graph/point.hpp>
#include <ctgrad/graph/print.hpp>
#include <ctgrad/rules/definitions.hpp>
#include <ctgrad/rules/gradients.hpp>

#include <cmath>
#include <deque>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace graphs {

using namespace ctgrad::detail;

// The classes of shapes that rules tell apart: scalar, column, row, matrix and square, of names and of numbers.
inline std::vector<shape> const& shape_classes() {
    static std::vector<shape> const classes = {
        {},
        {&extent_of<"m">, &one_extent},
        {&one_extent, &extent_of<"n">},
        {&extent_of<"m">, &extent_of<"n">},
        {&extent_of<"n">, &extent_of<"m">},
        {&extent_of<"n">, &extent_of<"n">},
        {&extent_of<"n">, &one_extent},
        {&extent_of<2>, &extent_of<3>},
    };
    return classes;
}

// Leaves that are made at run time, each with a name and a digest of its own.
class leaves {
public:
    source const* make(shape const& extents, structure form = structure::none) {
        std::string name;
        for (std::size_t rest = sources_.size() + 1; rest > 0; rest = (rest - 1) / 26)
            name.insert(name.begin(), char('a' + (rest - 1) % 26));
        names_.push_back(name);
        source leaf{.code = op::leaf, .form = form, .extents = extents, .leaf_name = names_.back().c_str()};
        leaf.key = with(digest{}, sources_.size() + 1);
        sources_.push_back(leaf);
        return &sources_.back();
    }

private:
    std::deque<source> sources_;
    std::deque<std::string> names_;
};

template <class Builder>
node_id add_leaf(Builder& graph, source const* leaf) {
    node n;
    n.code = op::leaf;
    n.leaf = leaf;
    n.extents = leaf->extents;
    return graph.add(n);
}

// A random point with one entry of one leaf moved; of a symmetric leaf the mirrored entry too.
struct moved_point : random_point {
    source const* leaf = nullptr;
    int place = 0;
    double by = 0;

    using random_point::random_point;
    void draw(source const& other, small_matrix const& y) const {
        random_point::draw(other, y);
        if (&other != leaf) return;
        y.value[place] += by;
        int const mirrored = place % y.columns * y.columns + place / y.columns;
        bool const symmetric = other.form == structure::symmetric || other.form == structure::spd;
        if (symmetric && mirrored != place) y.value[mirrored] += by;
    }
};

template <class Graph>
moved_point point_for(Graph const& graph, std::uint64_t seed) {
    moved_point point(seed);
    point.note(extent_of<"m">);
    point.note(extent_of<"n">);
    point.note(graph);
    point.settle();
    return point;
}

inline bool is_finite(small_matrix const& a) {
    for (int i = 0; i < a.size(); ++i)
        if (!std::isfinite(a.value[i])) return false;
    return true;
}

// How far rounding moved the values of `a`, beside which any error is small.
inline bool is_exact(small_matrix const& a, double part = 1e-7) {
    for (int i = 0; i < a.size(); ++i)
        if (!(a.error[i] * 0x1p-53 <= part * (1 + std::abs(a.value[i])))) return false;
    return true;
}

// "" where what was finite is so still and is the same but for rounding; else what differs.
inline std::string difference(small_matrix const& before, small_matrix const& after) {
    std::ostringstream text;
    text.precision(17);
    if (before.rows != after.rows || before.columns != after.columns) {
        text << before.rows << " x " << before.columns << " became " << after.rows << " x " << after.columns;
        return text.str();
    }
    for (int i = 0; i < before.size(); ++i) {
        if (!std::isfinite(before.value[i])) continue;
        double const allowed = 0x1p-48 * (before.error[i] + (std::isfinite(after.value[i]) ? after.error[i] : 0)) + 1e-280;
        if (std::abs(before.value[i] - after.value[i]) <= allowed) continue;
        text << "entry (" << i / before.columns << ", " << i % before.columns << ") was " << before.value[i] << " and became "
             << after.value[i] << ", allowed is " << allowed;
        return text.str();
    }
    return {};
}

// d loss / d entry by differences of sixth order, and by half the step: NaN where the two do not agree: at a kink, or near a pole.
template <class Graph>
double central_difference(Graph const& graph, node_id loss, moved_point point, source const* leaf, int place) {
    point.leaf = leaf;
    point.place = place;
    auto const at = [&](double by) {
        point.by = by;
        return evaluation<Graph, moved_point>(graph, point)[loss].value[0];
    };
    auto const estimate = [&](double h) {
        return (45 * (at(h) - at(-h)) - 9 * (at(2 * h) - at(-2 * h)) + (at(3 * h) - at(-3 * h))) / (60 * h);
    };
    double const coarse = estimate(2e-3), fine = estimate(1e-3);
    return std::abs(coarse - fine) <= 1e-9 * (1 + std::abs(fine)) ? fine : std::nan("");
}

template <class Graph>
std::string text_of(Graph const& graph, node_id id) {
    text_buffer<1500> text;
    print_node(text, graph, id);
    return text.c_str();
}

// The shape as a user writes it.
inline std::string text_of(shape const& extents) {
    text_buffer<100> text;
    text << extents;
    return text.c_str();
}

// An extent made at run time, that lives as long as the program.
inline extent const* keep(extent const& e) {
    static std::deque<extent> kept;
    for (extent const& known : kept)
        if (known == e) return &known;
    kept.push_back(e);
    return &kept.back();
}

// Where an assembly has its first and its second piece.
template <class Builder>
position place_of_piece(Builder const& graph, node_id assembly, int piece) {
    node const& n = graph[assembly];
    shape const& first = graph[n.arguments[0]].extents;
    return {piece == 0 || n.code == op::horizontal ? &zero_extent : first.rows,
            piece == 0 || n.code == op::vertical ? &zero_extent : first.columns};
}

// Assemblies need extents that some node has.
template <class Builder>
void add_sums(Builder& graph, op code, node_id const* arguments, leaves& pool) {
    if (!is_assembly(code)) return;
    shape const &a = graph[arguments[0]].extents, &b = graph[arguments[1]].extents;
    add_leaf(graph, pool.make({keep(*a.rows + *b.rows), keep(*a.columns + *b.columns)}));
}

// Nodes of ops that carry their shape, one for each way in which the argument's shape may be taken apart.
template <class Builder, class Visit>
void visit_shaped(Builder& graph, op code, node_id const* arguments, Visit visit) {
    shape const whole = graph[arguments[0]].extents;
    auto const add = [&](shape const& extents, position const& from = {}) {
        visit(graph.add(graph.shaped_node(code, extents, from, arguments[0], arguments[1])));
    };
    node const argument = graph[arguments[0]];
    extent const *const m = &extent_of<"m">, *const n = &extent_of<"n">;
    auto const plus = [](extent const* e, long by) {
        extent number;
        number.add(monomial{by, 0, {}});
        return keep(*e + number);
    };
    bool const one_for_each = takes_indices(code) && graph[arguments[1]].extents.is_column();
    extent const* const indexed = takes_indices(code) ? graph[arguments[1]].extents.rows : nullptr;
    shape const flat = {keep(*whole.rows * *whole.columns), &one_extent};
    switch (code) {
    case op::reshape: add(whole), add(whole.transposed()), add(flat), add(flat.transposed()); break;
    case op::block_transpose: add(whole.transposed()), add(flat); break;  // one block, and as many as there are rows
    case op::part:
        if (argument.code == op::place) add(graph[argument.arguments[0]].extents, argument.from);
        for (int i = 0; i < 2 && is_assembly(argument.code); ++i)
            add(graph[argument.arguments[i]].extents, place_of_piece(graph, arguments[0], i));
        add(whole);
        add({}, {plus(whole.rows, -1), plus(whole.columns, -1)});
        add({&one_extent, whole.columns}, {plus(whole.rows, -1), &zero_extent});
        add({whole.rows, &one_extent}, {&zero_extent, plus(whole.columns, -1)});
        break;
    case op::place:
        add(whole);
        add({plus(whole.rows, 3), plus(whole.columns, 2)}, {&extent_of<2>, &extent_of<1>});
        break;
    case op::scatter_rows:
        if (one_for_each && *indexed == *whole.rows) add({m, whole.columns}), add({&one_extent, whole.columns});
        break;
    case op::scatter_columns:
        if (one_for_each && *indexed == *whole.columns) add({whole.rows, n}), add({whole.rows, &one_extent});
        break;
    case op::unpick:
        if (one_for_each && *indexed == *whole.columns && whole.is_row()) add({m, whole.columns}), add({n, whole.columns});
        break;
    case op::unpick_rows:
        if (one_for_each && *indexed == *whole.rows && whole.is_column()) add({whole.rows, m}), add({whole.rows, n});
        break;
    default: break;
    }
}

// A function of a user.
inline source const* sample_function() {
    static constexpr auto function = ctgrad::elementwise<"sample">([](auto t) { return t * t * t; },
                                                                   [](auto t, auto) { return ctgrad::constant<3.> * t * t; });
    static constexpr auto called = function(ctgrad::scalar<"argument of sample">);
    return &definition(called);
}

// What ops take that no shape rule says, because only passes and rules apply them.
inline bool takes(op code, shape const& a, shape const& b) {
    if (takes_indices(code)) return b.is_column();
    switch (code) {
    case op::recurrence: case op::reverse_recurrence: return a == b;
    case op::row_max_mask: return *b.rows == *a.rows && b.is_column();
    case op::column_max_mask: return *b.columns == *a.columns && b.is_row();
    case op::add_diagonal: return a.is_square() && (b.is_scalar() || (b.is_column() && *b.rows == *a.rows));
    default: return true;
    }
}

// An argument of an op: a leaf where nothing else is asked for.
template <class Builder>
node_id add_argument(Builder& graph, op code, int place, shape const& extents, leaves& pool, structure form) {
    if (code == op::polygamma && place == 0) return graph.number(2, extents);  // the order
    if (takes_indices(code) && place == 1) return add_leaf(graph, pool.make(extents, structure::indices));
    if (code == op::huber && place == 1) form = structure::positive;
    bool const fits = form == structure::none || form == structure::positive || extents.is_square();
    return add_leaf(graph, pool.make(extents, fits ? form : structure::none));
}

// Every node code(leaves ...), the leaves being of all classes of shapes that fit: visit(node, arguments).
template <class Builder, class Visit>
void visit_applications(Builder const& start, op code, leaves& pool, structure form, Visit visit) {
    auto const& classes = shape_classes();
    int const arity = about(code).arity;
    std::size_t combinations = 1;
    for (int i = 0; i < arity && code != op::cross; ++i)
        combinations *= classes.size();
    for (std::size_t combination = 0; combination < combinations; ++combination) {
        auto graph = std::make_unique<Builder>(start);
        node_id arguments[3] = {no_node, no_node, no_node};
        std::size_t rest = combination;
        for (int i = 0; i < arity; ++i, rest /= classes.size()) {
            static constexpr shape three = {&extent_of<3>, &one_extent};
            shape const& extents = code == op::cross ? three : classes[rest % classes.size()];
            arguments[i] = add_argument(*graph, code, i, extents, pool, form);
        }
        if (code == op::call) {
            node called = graph->operation_node(code, arguments[0], no_node, no_node);
            called.leaf = sample_function();
            visit(*graph, graph->add(called), arguments);
        } else if (carries_shape(code)) {
            visit_shaped(*graph, code, arguments, [&](node_id id) { visit(*graph, id, arguments); });
        } else {
            if (arity == 2 && !takes(code, (*graph)[arguments[0]].extents, (*graph)[arguments[1]].extents)) continue;
            add_sums(*graph, code, arguments, pool);
            node_id const id = graph->make(code, arguments[0], arguments[1], arguments[2]);
            if (id != no_node && (*graph)[id].code == code) visit(*graph, id, arguments);
        }
    }
}

} // namespace graphs
