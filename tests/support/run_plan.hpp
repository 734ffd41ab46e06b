// SPDX-License-Identifier: BSL-1.0
// Plans made and run at run time: every step of a plan as data, by plain loops. What the steps compute is the evaluator's
// business; what is tested is where they read and write.
#pragma once

#include "graphs.hpp"

#include <ctgrad/passes/pipeline.hpp>

#include <algorithm>
#include <limits>
#include <vector>

namespace graphs {

using ctgrad::detail::access;  // unistd.h has a function of that name

// Room for a value that is made later, at an address that is known while compiling.
template <class T>
union room_for {
    room_for() {}
    ~room_for() {}
    T value;
};

// What scheduling asks the earlier passes for.
template <class Written, class Graph>
struct run_time_passes {
    static inline Written written;
    static inline Graph expanded, derived, ordered;
    static inline room_for<selection<Graph>> selected_room;
    static inline room_for<fusion<Graph>> fused_room;
    static constexpr auto const& selected = selected_room.value;
    static constexpr auto const& fused = fused_room.value;
    static constexpr source no_array_source{};
    static constexpr source const* roots[] = {&no_array_source, &no_array_source, &no_array_source};
    using plan_type = plan<600, 120, 1200, 1200, 200, 200, 100, Written::capacity, Graph::root_count>;

    static plan_type make_plan() {
        std::construct_at(&selected_room.value, ordered);
        std::construct_at(&fused_room.value, ordered, selected);
        fused_room.value.join_loops();
        auto const pass = std::make_unique<scheduling<plan_type, run_time_passes>>(ordered);
        for (node_id id = 0; id < ordered.size; ++id)
            pass->visit(id);
        plan_type result = pass->finish().finished();
        place_buffers(result);
        return result;
    }
};

// The memory of a plan: values, and how far rounding may have moved each. What was not written yet is NaN.
template <class Plan, class Point>
class plan_run {
public:
    plan_run(Plan const& p, Point const& point) : plan_(p), point_(point) {
        for (int i = 0; i < p.leaf_count; ++i)
            inputs_.push_back(new_leaf(*p.leaves[i], rows_of_leaf(i), columns_of_leaf(i)));
        for (int i = 0; i < p.buffer_count; ++i)
            buffers_.push_back(reserve(size(p.buffers[i].rows) * size(p.buffers[i].columns)));
        for (int i = 0; i < p.result_count; ++i)
            results_.push_back(reserve(size(p.storages[p.results[i]].rows) * size(p.storages[p.results[i]].columns)));
        for (int i = 0; i < p.extent_count; ++i) {
            measures_.push_back(reserve(1));
            values_[measures_.back()] = size(i);
        }
        for (int i = 0; i < p.step_count && problem_.empty(); ++i) {
            run(p.steps[i]);
            if (!problem_.empty()) problem_ = "step " + std::to_string(i) + ", " + about(p.steps[i].code).name + ": " + problem_;
        }
    }

    // What a step does that kernels may not; "" if nothing.
    std::string const& problem() const { return problem_; }
    small_matrix result(int i) {
        storage const& s = plan_.storages[plan_.results[i]];
        return view(plan_.results[i], size(s.rows), size(s.columns));
    }

private:
    using offset = std::size_t;
    // A copy of some entries.
    struct copied {
        std::vector<double> values, errors;
        int rows, columns;
        copied(int m, int n) : values(std::size_t(m * n)), errors(values), rows(m), columns(n) {}
        small_matrix matrix() { return {values.data(), errors.data(), rows, columns}; }
    };

    Plan const& plan_;
    Point const& point_;
    std::vector<double> values_, errors_;
    std::vector<offset> inputs_, buffers_, results_, measures_;
    std::string problem_;

    int size(int extent) const { return point_.size_of(*plan_.extents[extent]); }
    int rows_of_leaf(int leaf) const { return size(plan_.leaf_rows[leaf]); }
    int columns_of_leaf(int leaf) const { return size(plan_.leaf_columns[leaf]); }
    offset reserve(int entries) {
        offset const first = values_.size();
        values_.resize(first + std::size_t(entries), std::numeric_limits<double>::quiet_NaN());
        errors_.resize(values_.size());
        return first;
    }

    // As it is bound: of a diagonal matrix the diagonal, of a triangle nothing else.
    offset new_leaf(source const& leaf, int rows, int columns) {
        copied whole(rows, columns);
        point_.draw(leaf, whole.matrix());
        bool const is_diagonal = leaf.form == structure::diagonal_matrix;
        offset const first = reserve(is_diagonal ? rows : rows * columns);
        for (int i = 0; i < rows; ++i)
            for (int j = 0; j < columns; ++j) {
                bool const outside = (leaf.form == structure::lower_triangular && j > i) ||
                                     (leaf.form == structure::upper_triangular && j < i) || (is_diagonal && i != j);
                if (!outside) values_[first + offset(is_diagonal ? i : i * columns + j)] = whole.values[std::size_t(i * columns + j)];
            }
        return first;
    }

    offset first_of(int id) const {
        storage const& s = plan_.storages[id];
        switch (s.where) {
        case place::input: return inputs_[std::size_t(s.index)];
        case place::result: return results_[std::size_t(s.index)];
        case place::workspace: return buffers_[std::size_t(s.index)];
        case place::measure: break;
        case place::inside: return first_of(s.index) + offset(size(s.first_row) * size(s.stride) + size(s.first_column));
        }
        return measures_[std::size_t(s.index)];
    }
    small_matrix at(offset first, int rows, int columns) { return {values_.data() + first, errors_.data() + first, rows, columns}; }
    small_matrix view(int id, int rows, int columns) { return at(first_of(id), rows, columns); }

    void run(step const& s) {
        if (s.is_loop) return run_loop(s, plan_.programs[s.program]);
        if (is_assembly(s.code)) return place_piece(s);
        storage const& to = plan_.storages[s.outputs[0]];
        int const m = size(to.rows), n = size(to.columns);
        std::vector<copied> operands;
        for (int i = 0; i < s.operand_count; ++i)
            operands.push_back(operand(s, i));
        small_matrix arguments[2]{};
        for (std::size_t i = 0; i < operands.size(); ++i)
            arguments[i] = operands[i].matrix();
        copied y(m, n);
        if (is_part_op(s.code))
            evaluate_part(s.code, arguments, y.matrix(), size(s.first_row), size(s.first_column));
        else
            evaluate_op(s.code, arguments, y.matrix(), 0, s.factor_kind);
        approximation scale{s.factor, 0};
        if (s.scale >= 0) scale = evaluate_entry(op::multiply, scale, view(s.scale, 1, 1).at(0));
        check_apart(s, m * n);
        small_matrix const out = view(s.outputs[0], m, n);
        for (int i = 0; i < m * n; ++i) {
            approximation entry = y.matrix().at(i);
            bool const is_left_out = (s.part == structure::lower_triangular && i % n > i / n) || (s.part == structure::upper_triangular && i % n < i / n);
            if (is_left_out) entry = {0, 0};
            if (s.scale >= 0 || s.factor != 1) entry = evaluate_entry(op::multiply, scale, entry);
            if (s.addend >= 0)
                entry = evaluate_entry(op::add, evaluate_entry(op::multiply, approximation{s.addend_factor, 0}, view(s.addend, m, n).at(i)), entry);
            out.set(i, entry);
        }
        for (int i = 0; s.scratch >= 0 && i < m * n; ++i)
            view(s.scratch, m, n).set(i, {std::numeric_limits<double>::quiet_NaN(), 0});
    }

    // An operand as the kernel takes it: turned, and of a triangle nothing else.
    copied operand(step const& s, int i) {
        int const rows = size(s.operand_rows[i]), columns = size(s.operand_columns[i]);
        small_matrix const from = view(s.operands[i], rows, columns);
        copied result(s.transposed[i] ? columns : rows, s.transposed[i] ? rows : columns);
        for (int row = 0; row < rows; ++row)
            for (int column = 0; column < columns; ++column) {
                if (i == 0 && s.factor_kind == op::lower_factor && column > row) continue;
                if (i == 0 && s.factor_kind == op::upper_factor && column < row) continue;
                if (s.triangles[i] == structure::lower_triangular && column > row) continue;
                if (s.triangles[i] == structure::upper_triangular && column < row) continue;
                result.matrix().set(s.transposed[i] ? column * rows + row : row * columns + column, from.at(row * columns + column));
            }
        return result;
    }

    // Which operand a kernel may overwrite by its result.
    static int overwritten(step const& s) {
        switch (s.code) {
        case op::lower_part: case op::strictly_lower_part: case op::upper_part: case op::add_diagonal: return 0;
        case op::factored_solve: case op::factored_solve_transposed: return 1;
        default: return is_factor(s.code) ? 0 : -1;
        }
    }
    void check_apart(step const& s, int entries) {
        offset const first = first_of(s.outputs[0]);
        auto const check = [&](int id, int count, bool may_be_equal, char const* what) {
            if (id < 0 || count == 0 || entries == 0) return;
            offset const other = first_of(id);
            if (other + offset(count) <= first || first + offset(entries) <= other || (may_be_equal && other == first)) return;
            problem_ = std::string("the result overlaps ") + what;
        };
        for (int i = 0; i < s.operand_count; ++i)
            check(s.operands[i], size(s.operand_rows[i]) * size(s.operand_columns[i]), i == overwritten(s), "an operand");
        check(s.scale, 1, false, "the scale");
        check(s.addend, entries, true, "the addend");
        check(s.scratch, entries, false, "the scratch memory");
    }

    // A piece of an assembly, or zeros.
    void place_piece(step const& s) {
        storage const& whole = plan_.storages[s.outputs[0]];
        int const m = size(s.rows), n = size(s.columns), stride = size(whole.stride);
        copied piece(m, n);
        if (s.operand_count > 0) {
            small_matrix const from = view(s.operands[0], m, n);
            for (int i = 0; i < m * n; ++i)
                piece.matrix().set(i, from.at(i));
        }
        offset const first = first_of(s.outputs[0]) + offset(size(s.first_row) * stride + size(s.first_column));
        for (int i = 0; i < m; ++i)
            for (int j = 0; j < n; ++j)
                at(first + offset(i * stride), 1, n).set(j, piece.matrix().at(i * n + j));
    }

    // Line by line, sweep by sweep, entry by entry, as the loops go: what an entry overwrites is lost to those after it.
    void run_loop(step const& s, loop_program const& p) {
        loop_timing const timing(p);
        bool const by_columns = p.along == loop_lines::columns;
        int const m = size(s.rows), n = size(s.columns), first = p.first_instruction();
        std::vector<approximation> fixed(std::size_t(p.register_count()));
        auto const memory = [&](int storage, access form, int i, int j) {
            int const place = form == access::full ? i * n + j : form == access::row ? j : form == access::column ? i : 0;
            return at(first_of(storage) + offset(place), 1, 1);
        };
        auto const compute_all = [&](moment when, int sweep) {
            for (int k = first; k < p.register_count(); ++k)
                if (timing.moments[k] == when && timing.sweeps[k] == sweep && !is_reduction(p.of_register(k).code))
                    fixed[std::size_t(k)] = compute(p.of_register(k), fixed);
        };
        auto const read_all = [&](moment when, int i, int j) {
            for (int k = 0; k < p.input_count; ++k)
                if (timing.moments[k] == when) fixed[std::size_t(k)] = memory(s.operands[k], p.inputs[k], i, j).at(0);
        };
        for (int k = 0; k < p.number_count; ++k)
            fixed[std::size_t(p.first_number() + k)] = {std::bit_cast<double>(p.numbers[k]), 0};
        read_all(moment::once, 0, 0);
        compute_all(moment::once, 0);
        for (int o = 0; o < p.output_count; ++o)
            for (int k = 0; timing.moments[p.outputs[o].value] == moment::across && k < (by_columns ? m : n); ++k)
                memory(s.outputs[o], p.outputs[o].form, k, k).set(0, neutral(p.of_register(p.outputs[o].value).code));
        std::vector<approximation> totals(fixed.size());
        for (int line = 0; line < (by_columns ? n : m); ++line) {
            read_all(moment::line, line, line);
            compute_all(moment::line, 0);
            for (int sweep = 0; sweep < timing.sweep_count; ++sweep) {
                run_sweep(s, p, timing, sweep, line, by_columns ? m : n, fixed, totals, memory);
                compute_all(moment::line, sweep + 1);
            }
            for (int o = 0; o < p.output_count; ++o)
                if (timing.moments[p.outputs[o].value] == moment::line && p.outputs[o].form != access::full && p.outputs[o].form != access::scalar)
                    memory(s.outputs[o], p.outputs[o].form, line, line).set(0, fixed[p.outputs[o].value]);
        }
        for (int k = first; k < p.register_count(); ++k)
            if (timing.moments[k] == moment::end)
                fixed[std::size_t(k)] = is_reduction(p.of_register(k).code) ? totals[std::size_t(k)] : compute(p.of_register(k), fixed);
        for (int o = 0; o < p.output_count; ++o)
            if (p.outputs[o].form == access::scalar) memory(s.outputs[o], access::scalar, 0, 0).set(0, fixed[p.outputs[o].value]);
    }
    template <class Memory>
    void run_sweep(step const& s, loop_program const& p, loop_timing const& timing, int sweep, int line, int length,
                   std::vector<approximation>& fixed, std::vector<approximation>& totals, Memory memory) {
        loop_timing::needs const needs = timing.needs_of(p, sweep);
        auto const reduces = [&](int k) {
            return k >= p.first_instruction() && is_reduction(p.of_register(k).code) && timing.sweeps[k] == sweep + 1;
        };
        for (int k = p.first_instruction(); k < p.register_count(); ++k)
            if (reduces(k) && timing.moments[k] == moment::line) fixed[std::size_t(k)] = neutral(p.of_register(k).code);
        for (int entry = 0; entry < length; ++entry) {
            int const i = p.along == loop_lines::columns ? entry : line, j = p.along == loop_lines::columns ? line : entry;
            std::vector<approximation> registers = fixed;
            for (int k = 0; k < p.register_count(); ++k) {
                if (!needs.of[k] || timing.moments[k] != moment::entry) continue;
                if (k < p.input_count)
                    registers[std::size_t(k)] = memory(s.operands[k], p.inputs[k], i, j).at(0);
                else if (needs.reads_back[k])
                    registers[std::size_t(k)] = memory(s.outputs[timing.stored[k]], access::full, i, j).at(0);
                else
                    registers[std::size_t(k)] = compute(p.of_register(k), registers);
            }
            for (int o = 0; o < p.output_count; ++o) {
                int const k = p.outputs[o].value;
                small_matrix const out = memory(s.outputs[o], p.outputs[o].form, i, j);
                if (p.outputs[o].form == access::full && timing.sweeps[k] == sweep)
                    out.set(0, registers[std::size_t(k)]);
                else if (reduces(k) && timing.moments[k] == moment::across)
                    out.set(0, joined(p.of_register(k), out.at(0), registers));
            }
            for (int k = p.first_instruction(); k < p.register_count(); ++k) {
                if (!reduces(k) || timing.moments[k] == moment::across) continue;
                approximation& result = (timing.moments[k] == moment::end ? totals : fixed)[std::size_t(k)];
                result = joined(p.of_register(k), result, registers);
            }
        }
    }
    static bool is_maximum(op code) { return code == op::row_max || code == op::column_max; }
    static approximation neutral(op code) { return {is_maximum(code) ? -std::numeric_limits<double>::infinity() : 0, 0}; }
    static approximation joined(loop_program::instruction const& one, approximation const& before, std::vector<approximation> const& registers) {
        return evaluate_entry(is_maximum(one.code) ? op::maximum : op::add, before, registers[one.operands[0]]);
    }
    static approximation compute(loop_program::instruction const& one, std::vector<approximation> const& registers) {
        approximation const &a = registers[one.operands[0]], &b = registers[one.operands[1]], &c = registers[one.operands[2]];
        if (one.code == op::call) return evaluate_call(*sample_function()->function, a);
        if (one.code == op::where) return choose_entry(a, b, c);
        return about(one.code).arity == 1 ? evaluate_entry(one.code, a) : evaluate_entry(one.code, a, b);
    }
};

} // namespace graphs
