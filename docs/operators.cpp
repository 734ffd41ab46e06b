// SPDX-License-Identifier: BSL-1.0
// Writes one page for each operator, in Doxygen's Markdown, from the tables of rules: operators FOLDER.
#include <ctgrad/ctgrad.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

using namespace ctgrad::detail;

constexpr const extent* m = &extent_of<"m">;
constexpr const extent* n = &extent_of<"n">;
constexpr const extent* k = &extent_of<"k">;
constexpr const extent* l = &extent_of<"l">;
constexpr shape shapes[] = {{m, n}, {n, k}, {n, n}, {n, &one_extent}, {m, &one_extent}, {&extent_of<3>, &one_extent}, {}};
constexpr shape shapes_of_pieces[] = {{k, n}, {m, k}};
constexpr shape shapes_of_indices[] = {{k, &one_extent}, {n, &one_extent}, {m, &one_extent}};

// A graph with the arguments of an op, its result and the derivative of a loss with respect to the result as leaves.
class page {
public:
    explicit page(op code) : code_(code), arity_(about(code).arity) {}

    // Chooses shapes that the op takes, as different from each other as can be; a part and a reshape carry theirs.
    bool find_shapes() {
        shape chosen[3]{};
        if (!carries_shape(code_)) return try_shapes(0, chosen);
        shapes_[0] = {m, n};
        result_ = code_ == op::part ? shape{&extent_of<3>, n} : shape{k, l};
        if (code_ == op::part) from_ = {&extent_of<2>, &zero_extent};
        return true;
    }

    std::string title() const {
        switch (code_) {
            case op::negate: return "- (the sign)";
            case op::product: return "* (of matrices)";
            case op::part: return "element, rows, columns";
            case op::reshape: return "reshape, vec";
            case op::gather_rows: case op::gather_columns: return std::string(about(code_).name) + " by indices";
            case op::label_cross_entropy: case op::label_cross_entropy_rows: return std::string(about(code_).name) + " of labels";
            default: return about(code_).name;
        }
    }

    void write(std::ostream& out, const std::string& name) {
        out << "# " << title() << " {#operator_" << name << "}\n\n";
        graph_builder<200, 1> graph;
        node_id bound[variable_count];
        for (node_id& id : bound) id = no_node;
        for (int i = 0; i < arity_; ++i) bound[i] = leaf(graph, i, shapes_[i]);
        node whole = graph.shaped_node(code_, result_, from_, bound[0], bound[1]);
        whole.arguments[2] = bound[2];
        const node_id written = graph.add(whole);
        text_buffer<80> signature;
        print_node(signature, graph, written);
        out << "`" << signature.c_str() << "`, where " << shape_line() << "\n\n";
        if (is_defined_by_formula(code_)) {
            const formula& meaning = definitions[definition_of.of[static_cast<int>(code_)]].meaning;
            out << "Stands for\n\n\\f[ y = " << text(graph, build(graph, meaning, bound)) << " \\f]\n";
            return;
        }
        out << "\\f[ y = " << text(graph, written) << " \\f]\n";
        bound[4] = leaf(graph, 3, result_);
        bound[5] = leaf(graph, 4, result_);
        const gradient_rule& rule = gradients[gradient_of.of[static_cast<int>(code_)]];
        for (int i = 0; i < arity_; ++i) {
            if (holds_indices(i)) continue;
            const std::string argument(1, static_cast<char>('A' + i));
            out << "\n\\f[ \\frac{\\partial L}{\\partial " << argument << "} = ";
            const node_id derivative = rule.derivative[i].empty() ? no_node : build(graph, rule.derivative[i], bound);
            out << (derivative == no_node ? "0" : text(graph, derivative)) << " \\f]\n";
        }
        out << "\nwith \\f$ G = \\partial L / \\partial y \\f$.";
        if (about(code_).shape == shape_rule::broadcast && arity_ > 1) out << " What was broadcast is summed back to the shape of the argument.";
        out << "\n";
    }

private:
    op code_;
    int arity_;
    shape shapes_[3]{}, result_{};
    extent sums_[2]{};  // of the extents of pieces
    position from_{};
    source leaves_[5]{};

    bool holds_indices(int place) const { return place == 1 && takes_indices(code_); }

    bool try_shapes(int place, shape* chosen) {
        if (place == arity_) {
            const inferred_shape inferred = infer_shape(code_, chosen);
            if (inferred.problem != nullptr) return false;
            std::copy(chosen, chosen + 3, shapes_);
            result_ = inferred.value;
            if (inferred.adds_rows) result_.rows = &(sums_[0] = *chosen[0].rows + *chosen[1].rows);
            if (inferred.adds_columns) result_.columns = &(sums_[1] = *chosen[0].columns + *chosen[1].columns);
            return true;
        }
        const auto fits = [&](const shape& s) {
            chosen[place] = s;
            return try_shapes(place + 1, chosen);
        };
        if (holds_indices(place)) return std::any_of(std::begin(shapes_of_indices), std::end(shapes_of_indices), fits);
        if (place > 0 && is_assembly(code_) && std::any_of(std::begin(shapes_of_pieces), std::end(shapes_of_pieces), fits)) return true;
        return std::any_of(std::begin(shapes), std::end(shapes), fits);
    }

    template <class Graph>
    node_id leaf(Graph& graph, int place, const shape& extents) {
        static constexpr const char* names[] = {"A", "B", "C", "y", "G"};
        leaves_[place].code = op::leaf;
        leaves_[place].extents = extents;
        leaves_[place].leaf_name = names[place];
        leaves_[place].key = with(digest{}, static_cast<std::uint64_t>(place));
        node made;
        made.code = op::leaf;
        made.extents = extents;
        made.leaf = &leaves_[place];
        if (place == 3) made.from = from_;  // the result is a part where the op says
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
        for (int i = 0; i < arity_; ++i)
            line += std::string(i > 0 ? ", " : "") + static_cast<char>('A' + i) + (holds_indices(i) ? " holds indices and is " : " is ") + text_of(shapes_[i]);
        return line + "; the result is " + text_of(result_) + ".";
    }
};

// Ops that stand in derivatives alone.
bool is_internal(op code) {
    switch (code) {
        case op::row_max_mask: case op::column_max_mask: case op::products_before: case op::products_after:
        case op::recurrence: case op::reverse_recurrence: case op::reverse_cumulative_sum: case op::polygamma:
        case op::cofactor: case op::count: case op::block_transpose: case op::place: case op::scatter_rows:
        case op::scatter_columns: case op::unpick: case op::pick_rows: case op::unpick_rows: return true;
        default: return false;
    }
}

// Ops that users write and the tables tell all about. Both hadamard and * by a scalar make the op of elementwise products.
bool has_page(op code) {
    if (is_internal(code) || code == op::call || code == op::hadamard || code == op::hvp) return false;
    return is_defined_by_formula(code) || (about(code).arity > 0 && gradient_of.of[static_cast<int>(code)] >= 0);
}

constexpr const char* functions_of_ones_own = R"(# elementwise {#operator_elementwise}

`elementwise<"f">(function, derivative)` makes a function of each entry, and `f(A)` has the shape of A:

\f[ y_{ij} = f(A_{ij}), \qquad \frac{\partial L}{\partial A} = G \circ f'(A) \f]

with \f$ G = \partial L / \partial y \f$. `function` computes one number from one number. `derivative` makes an expression
from the argument, or from argument and result, so that it has derivatives itself; or it is a function of numbers too, and then
there are first derivatives alone.

    inline constexpr auto bump = elementwise<"bump">([](auto x) { return std::exp(-x * x); },
                                                     [](auto x, auto y) { return -2_c * hadamard(x, y); });
)";

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
        if (!one.find_shapes()) throw std::logic_error(std::string("no shapes fit ") + about(code).name);
        std::ofstream out(folder + "/operator_" + name + ".md");
        one.write(out, name);
        list << "- \\subpage operator_" << name << "\n";
    }
    list << "- \\subpage operator_elementwise\n";
    std::ofstream(folder + "/operator_elementwise.md") << functions_of_ones_own;
    return list.good() ? 0 : 1;
}
