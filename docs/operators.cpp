// SPDX-License-Identifier: BSL-1.0
// Writes one page for each operator, in Doxygen's Markdown, from the tables of rules: operators FOLDER.
#include <ctgrad/ctgrad.hpp>

#include <fstream>
#include <iostream>
#include <stdexcept>

namespace {

using namespace ctgrad::detail;

constexpr const extent* m = &extent_of<"m">;
constexpr const extent* n = &extent_of<"n">;
constexpr const extent* k = &extent_of<"k">;
constexpr shape shapes[] = {{m, n}, {n, k}, {n, n}, {n, &one_extent}, {m, &one_extent}, {&extent_of<3>, &one_extent}, {}};

// A graph with the arguments of an op, its result and the derivative of a loss with respect to the result as leaves.
class page {
public:
    explicit page(op code) : code_(code), arity_(about(code).arity) {}

    // Chooses shapes that the op takes, as different from each other as can be.
    bool find_shapes() {
        shape chosen[3]{};
        return try_shapes(0, chosen);
    }

    void write(std::ostream& out, const std::string& name) {
        out << "# " << about(code_).name << " {#operator_" << name << "}\n\n";
        graph_builder<200, 1> graph;
        node_id bound[variable_count];
        for (node_id& id : bound) id = no_node;
        for (int i = 0; i < arity_; ++i) bound[i] = leaf(graph, i, shapes_[i]);
        if (is_defined_by_formula(code_)) {
            const formula& meaning = definitions[definition_of.of[static_cast<int>(code_)]].meaning;
            out << "Shapes: " << shape_line() << "\n\nStands for\n\n\\f[ " << text(graph, build(graph, meaning, bound)) << " \\f]\n";
            return;
        }
        out << "\\f[ y = " << text(graph, graph.make(code_, bound[0], bound[1], bound[2])) << " \\f]\n\nShapes: " << shape_line() << "\n";
        bound[4] = leaf(graph, 3, result_);
        bound[5] = leaf(graph, 4, result_);
        const gradient_rule& rule = gradients[gradient_of.of[static_cast<int>(code_)]];
        for (int i = 0; i < arity_; ++i) {
            const std::string argument(1, static_cast<char>('A' + i));
            out << "\n\\f[ \\frac{\\partial L}{\\partial " << argument << "} = ";
            const node_id derivative = rule.derivative[i].empty() ? no_node : build(graph, rule.derivative[i], bound);
            out << (derivative == no_node ? "0" : text(graph, derivative)) << " \\f]\n";
        }
        out << "\nwith \\f$ G = \\partial L / \\partial y \\f$. What was broadcast is summed back to the shape of the argument.\n";
    }

private:
    op code_;
    int arity_;
    shape shapes_[3]{}, result_{};
    source leaves_[5]{};

    bool try_shapes(int place, shape* chosen) {
        if (place == arity_) {
            const inferred_shape inferred = infer_shape(code_, chosen);
            if (inferred.problem != nullptr) return false;
            std::copy(chosen, chosen + 3, shapes_);
            result_ = inferred.value;
            return true;
        }
        for (const shape& s : shapes) {
            chosen[place] = s;
            if (try_shapes(place + 1, chosen)) return true;
        }
        return false;
    }

    template <class Graph>
    node_id leaf(Graph& graph, int place, const shape& extents) {
        static constexpr const char* names[] = {"A", "B", "C", "y", "G"};
        leaves_[place].code = op::leaf;
        leaves_[place].extents = extents;
        leaves_[place].leaf_name = names[place];
        leaves_[place].key = digest{}.with(static_cast<std::uint64_t>(place));
        node made;
        made.code = op::leaf;
        made.extents = extents;
        made.leaf = &leaves_[place];
        return graph.add(made);
    }

    template <class Graph>
    static std::string text(Graph& graph, node_id root) {
        if (root == no_node) throw std::logic_error("a rule of the tables does not fit its shapes");
        graph.roots[0] = root;
        return formula_writer(graph, script::latex, arrangement::as_written).write(root);
    }

    std::string shape_line() const {
        std::string line;
        for (int i = 0; i < arity_; ++i) line += std::string(i > 0 ? ", " : "") + static_cast<char>('A' + i) + " is " + text_of(shapes_[i]);
        return line + "; the result is " + text_of(result_) + ".";
    }
};

// Ops that stand in derivatives alone.
bool is_internal(op code) {
    switch (code) {
        case op::row_max_mask: case op::column_max_mask: case op::products_before: case op::products_after:
        case op::recurrence: case op::reverse_recurrence: case op::reverse_cumulative_sum: case op::polygamma:
        case op::cofactor: case op::count: return true;
        default: return code >= op::vertical && code <= op::unpick_rows;  // what they do depends on more than shapes
    }
}

// Ops that users write and the tables tell all about.
bool has_page(op code) {
    if (is_internal(code) || carries_shape(code)) return false;
    return is_defined_by_formula(code) || (about(code).arity > 0 && gradient_of.of[static_cast<int>(code)] >= 0 && code != op::call);
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "operators FOLDER\n";
        return 2;
    }
    const std::string folder = arguments[1];
    std::ofstream list(folder + "/operators.md");
    list << "# Operators {#operators}\n\n";
    for (int i = 0; i < op_count; ++i) {
        const op code = static_cast<op>(i);
        if (!has_page(code)) continue;
        const std::string name = std::to_string(i);
        page one(code);
        if (!one.find_shapes()) continue;
        std::ofstream out(folder + "/operator_" + name + ".md");
        one.write(out, name);
        list << "- \\subpage operator_" << name << "\n";
    }
    return list.good() ? 0 : 1;
}
