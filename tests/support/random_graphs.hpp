// SPDX-License-Identifier: BSL-1.0
// Random graphs over all ops and classes of shapes, made at run time, and what makes a failing one small.
#pragma once

#include "graphs.hpp"

#include <functional>
#include <random>

namespace graphs {

// What a graph is made from, easily changed: nodes, arguments first, and roots.
struct recipe {
    static constexpr int roots_wanted = 3;
    static constexpr int room = 160;
    std::vector<node> nodes;
    std::vector<node_id> roots;
};

using written_graph = graph_builder<recipe::room, recipe::roots_wanted>;

// The same recipe without nodes that no root needs.
inline recipe pruned(recipe const& old) {
    std::vector<bool> needed(old.nodes.size());
    for (node_id root : old.roots)
        needed[std::size_t(root)] = true;
    for (std::size_t id = old.nodes.size(); id-- > 0;)
        for (int i = 0; needed[id] && i < old.nodes[id].arity; ++i)
            needed[std::size_t(old.nodes[id].arguments[i])] = true;
    recipe result;
    std::vector<node_id> moved(old.nodes.size(), no_node);
    for (std::size_t id = 0; id < old.nodes.size(); ++id) {
        if (!needed[id]) continue;
        moved[id] = node_id(result.nodes.size());
        node n = old.nodes[id];
        for (int i = 0; i < n.arity; ++i)
            n.arguments[i] = moved[std::size_t(n.arguments[i])];
        result.nodes.push_back(n);
    }
    for (node_id root : old.roots)
        result.roots.push_back(moved[std::size_t(root)]);
    return result;
}

inline std::unique_ptr<written_graph> build_graph(recipe const& r) {
    auto graph = std::make_unique<written_graph>();
    std::vector<node_id> moved;
    for (node n : r.nodes) {
        for (int i = 0; i < n.arity; ++i)
            n.arguments[i] = moved[std::size_t(n.arguments[i])];
        moved.push_back(graph->add(n));
    }
    for (int i = 0; i < recipe::roots_wanted; ++i)
        graph->roots[i] = moved[std::size_t(r.roots[std::size_t(i)])];
    return graph;
}

inline std::string text_of(recipe const& r) {
    auto const graph = build_graph(r);
    std::string text;
    for (int i = 0; i < recipe::roots_wanted; ++i)
        text += "root " + std::to_string(i) + ": " + text_of(*graph, graph->roots[i]) + "\n";
    for (node_id id = 0; id < graph->size; ++id)
        if ((*graph)[id].code == op::leaf)
            text += std::string((*graph)[id].leaf->leaf_name) + " is " + text_of((*graph)[id].extents) + ", structure " +
                    std::to_string(int((*graph)[id].leaf->form)) + "\n";
    return text;
}

// No derivatives, and none of what only rules and the planner make.
inline bool is_written_by_users(op code) {
    switch (code) {
    case op::cofactor: case op::row_max_mask: case op::column_max_mask: case op::products_before: case op::products_after:
    case op::recurrence: case op::reverse_recurrence: case op::reverse_cumulative_sum: case op::block_transpose:
    case op::polygamma: case op::count: case op::substitute: case op::place: case op::scatter_rows: case op::scatter_columns:
    case op::unpick: case op::unpick_rows: return false;
    default: return about(code).arity > 0 && !is_planned(code) && !is_derivative(code);
    }
}

class generator {
public:
    generator(std::uint64_t seed, leaves& pool) : engine_(seed), seed_(seed), pool_(pool) {}

    // A loss, its gradient with respect to a leaf or a part of it, and something else: all finite at the point with this
    // generator's seed, but for derivatives, which have no value yet.
    recipe make() {
        add_start();
        int const wanted = 4 + below(18);
        for (int attempt = 0; attempt < 40 * wanted && made_ < wanted; ++attempt)
            if (add_operation()) ++made_;
        node_id const loss = scalar_of(pick_recent());
        recipe result;
        result.roots = {loss, gradient_of_part(loss), add_another(loss)};
        for (node_id id = 0; id < graph_->size; ++id)
            result.nodes.push_back((*graph_)[id]);
        return pruned(result);
    }

    std::uint64_t point_seed() const { return seed_ % 4; }

private:
    std::mt19937_64 engine_;
    std::uint64_t seed_;
    leaves& pool_;
    std::unique_ptr<written_graph> graph_ = std::make_unique<written_graph>();
    std::vector<node_id> usable_;
    int made_ = 0;

    int below(std::size_t n) { return int(engine_() % n); }
    node_id any() { return usable_[std::size_t(below(usable_.size()))]; }
    node_id pick_recent() {
        std::size_t const recent = std::min<std::size_t>(usable_.size(), 4);
        return usable_[usable_.size() - 1 - std::size_t(below(recent))];
    }
    // A node is kept if it has a value at the point that is neither huge nor mostly rounding.
    bool keep(node_id id) {
        if (id == no_node) return false;
        for (node_id known : usable_)
            if (known == id) return false;
        evaluation<written_graph, moved_point> const values(*graph_, point_for(*graph_, point_seed()));
        small_matrix const y = values[id];
        if (!is_finite(y) || !is_exact(y, 1e-10) || largest_size(y.value, y.size()) > 1e3) return false;
        if ((*graph_)[id].code == op::huber) {  // of a threshold below 0 nothing is said
            small_matrix const threshold = values[(*graph_)[id].arguments[1]];
            for (int i = 0; i < threshold.size(); ++i)
                if (threshold.value[i] <= 0) return false;
        }
        if ((*graph_)[id].code == op::cholesky) {  // reads one triangle, its derivative is shared by both
            small_matrix const a = values[(*graph_)[id].arguments[0]];
            for (int i = 0; i < a.size(); ++i)
                if (a.value[i] != a.value[i % a.columns * a.columns + i / a.columns]) return false;
        }
        usable_.push_back(id);
        return true;
    }

    void add_start() {
        auto const& classes = shape_classes();
        static constexpr structure forms[] = {structure::symmetric, structure::spd, structure::diagonal_matrix,
                                              structure::lower_triangular, structure::upper_triangular, structure::orthogonal};
        for (int i = 3 + below(4); i > 0; --i) {
            shape const extents = classes[std::size_t(below(classes.size()))];
            structure form = below(4) == 0 ? structure::positive : structure::none;
            if (extents.is_square() && !extents.is_scalar() && below(2) == 0) form = forms[below(std::size(forms))];
            keep(add_leaf(*graph_, pool_.make(extents, form)));
        }
        static constexpr double numbers[] = {0, 1, -1, 2, 0.5, -3};
        if (below(4) == 0) keep(add_leaf(*graph_, pool_.make({&extent_of<3>, &one_extent})));
        if (below(2) == 0) keep(graph_->number(numbers[below(std::size(numbers))]));
        if (below(3) == 0) keep(graph_->number(numbers[below(std::size(numbers))], classes[std::size_t(below(classes.size()))]));
        if (below(3) == 0) keep(graph_->identity(&extent_of<"n">));
        if (below(4) == 0) keep(graph_->measure(&extent_of<"m">));
        if (usable_.empty()) keep(graph_->number(0.5));
    }

    bool add_operation() {
        op const code = op(below(op_count));
        if (!is_written_by_users(code)) return false;
        node_id arguments[3] = {no_node, no_node, no_node};
        for (int i = 0; i < about(code).arity; ++i)
            arguments[i] = below(2) == 0 ? pick_recent() : any();
        if (graph_->size > recipe::room - 20) return false;
        if (takes_indices(code)) {
            shape const& a = (*graph_)[arguments[0]].extents;
            extent const* const counts[] = {a.rows, a.columns, &extent_of<"m">, &extent_of<2>};
            arguments[1] = add_leaf(*graph_, pool_.make({counts[below(4)], &one_extent}, structure::indices));
        }
        add_sums(*graph_, code, arguments, pool_);
        if (code == op::call) {
            node called = graph_->operation_node(code, arguments[0], no_node, no_node);
            called.leaf = sample_function();
            return keep(graph_->add(called));
        }
        if (carries_shape(code)) {
            std::vector<node_id> nodes;
            visit_shaped(*graph_, code, arguments, [&](node_id id) { nodes.push_back(id); });
            return !nodes.empty() && keep(nodes[std::size_t(below(nodes.size()))]);
        }
        return keep(graph_->make(code, arguments[0], arguments[1], arguments[2]));
    }

    node_id scalar_of(node_id id) {
        if ((*graph_)[id].is_scalar()) return id;
        node_id const weights = add_leaf(*graph_, pool_.make((*graph_)[id].extents));
        return graph_->make(op::sum, graph_->make(op::multiply, weights, id));
    }

    // A node that e depends on; leaves more often than others.
    node_id part_of(node_id e) {
        std::vector<bool> needed(std::size_t(e) + 1);
        needed[std::size_t(e)] = true;
        std::vector<node_id> parts, variables;
        for (node_id id = e; id >= 0; --id) {
            if (!needed[std::size_t(id)]) continue;
            node const& n = (*graph_)[id];
            if (n.code == op::leaf && n.leaf->form == structure::indices) continue;
            parts.push_back(id);
            if (n.code == op::leaf) variables.push_back(id);
            for (int i = 0; i < n.arity; ++i)
                needed[std::size_t(n.arguments[i])] = true;
        }
        bool const leaf = !variables.empty() && below(4) != 0;
        return leaf ? variables[std::size_t(below(variables.size()))] : parts[std::size_t(below(parts.size()))];
    }

    node_id gradient_of_part(node_id loss) { return graph_->make(op::gradient, loss, part_of(loss)); }
    node_id like(node_id id) { return add_leaf(*graph_, pool_.make((*graph_)[id].extents)); }

    node_id add_another(node_id loss) {
        node_id const y = any(), x = part_of(below(2) == 0 ? loss : y);
        switch (below(7)) {
        case 0: return graph_->make(op::vjp, y, part_of(y), like(y));
        case 1: {
            node_id const by = part_of(y);
            return graph_->make(op::jvp, y, by, like(by));
        }
        case 2: {
            node_id const by = part_of(loss);
            return graph_->make(op::hvp, loss, by, like(by));
        }
        case 3: {  // a gradient inside a loss
            node_id const inner = graph_->make(op::squared_norm, gradient_of_part(loss));
            return graph_->make(op::gradient, inner, part_of(loss));
        }
        case 4: {
            node_id const by = part_of(y);
            shape const flat = {(*graph_)[y].extents.rows, (*graph_)[by].extents.rows};
            if (!(*graph_)[y].extents.is_column() || !(*graph_)[by].extents.is_column()) return y;
            return graph_->add(graph_->shaped_node(op::jacobian, flat, {}, y, by));
        }
        case 5:
            if ((*graph_)[x].code != op::leaf) return y;
            return graph_->make(op::substitute, y, x, graph_->make(op::tanh, x));
        default: return y;
        }
    }
};

// Makes a failing recipe smaller as long as it fails: fewer roots, arguments in place of nodes, leaves in place of parts.
inline recipe shrunk(recipe failing, leaves& pool, std::function<bool(recipe const&)> const& fails) {
    auto const attempt = [&](recipe const& trial) {
        recipe smaller = pruned(trial);
        if (smaller.nodes.size() > failing.nodes.size() || !fails(smaller)) return false;
        failing = smaller;
        return true;
    };
    for (bool progress = true; progress;) {
        progress = false;
        std::size_t const size = failing.nodes.size();
        for (std::size_t i = 0; i < failing.roots.size() && !progress; ++i) {
            recipe trial = failing;
            for (node_id& root : trial.roots)
                root = failing.roots[i];
            if (trial.roots != failing.roots) progress = attempt(trial);
        }
        for (std::size_t id = size; id-- > 0 && !progress;) {
            node const& n = failing.nodes[id];
            auto const replaced_by = [&](node_id other) {
                recipe trial = failing;
                for (std::size_t user = id + 1; user < size; ++user)
                    for (int i = 0; i < trial.nodes[user].arity; ++i)
                        if (trial.nodes[user].arguments[i] == node_id(id)) trial.nodes[user].arguments[i] = other;
                for (node_id& root : trial.roots)
                    if (root == node_id(id)) root = other;
                return pruned(trial).nodes.size() < size && attempt(trial);
            };
            for (int i = 0; i < n.arity && !progress; ++i)
                if (failing.nodes[std::size_t(n.arguments[i])].extents == n.extents && !(takes_indices(n.code) && i == 1)) progress = replaced_by(n.arguments[i]);
            if (n.arity == 0 || progress) continue;
            recipe trial = failing;  // a leaf of the same shape
            node leaf;
            leaf.code = op::leaf;
            leaf.leaf = pool.make(n.extents);
            leaf.extents = n.extents;
            trial.nodes[id] = leaf;
            progress = pruned(trial).nodes.size() < size && attempt(trial);
        }
    }
    return failing;
}

} // namespace graphs
