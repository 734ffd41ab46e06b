// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cmath>

#include "cost.hpp"
#include "polynomial.hpp"
#include "text.hpp"

namespace ctgrad::detail {

/// Tells the steps of a plan one by one, then what they come to.
template <class Plan>
class plan_writer {
 public:
  template <class Graph>
  plan_writer(const Plan& plan, const Graph& graph) : plan_(plan) {
    for (node_id id = 0; id < graph.size; ++id)
      if (graph[id].code == op::call) functions_.push_back(graph[id].leaf->function);
  }

  std::string write() const {
    std::string text;
    for (int i = 0; i < plan_.step_count; ++i) text += line(i);
    return text + totals();
  }

  /// What decides among variants, as `cheapest_plan` has it.
  std::string cost() const {
    polynomial sum = all_flops();
    sum += entries_moved();
    sum += 100. * plan_.step_count;
    return sum.text();
  }

 private:
  const Plan& plan_;
  std::vector<const user_function*> functions_;

  std::string extent_name(int e) const { return text_of(*plan_.extents[e]); }
  std::string shape_text(const storage& s) const { return extent_name(s.rows) + " x " + extent_name(s.columns); }
  std::string name(int id) const {
    const storage& s = plan_.storages[id];
    switch (s.where) {
      case place::input: return plan_.leaves[s.index]->leaf_name;
      case place::result: return "result" + std::to_string(s.index + 1);
      case place::measure: return extent_name(s.index);
      case place::inside: return name(s.index) + rectangle(s.first_row, s.first_column);
      case place::workspace: break;
    }
    return "#" + std::to_string(s.index + 1);
  }

  /// Where a part begins: "[p.., 0..]".
  std::string rectangle(int row, int column) const { return "[" + extent_name(row) + ".., " + extent_name(column) + "..]"; }

  static std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
  }

  polynomial flops(const step& s) const {
    const flop_count f = flops_of(plan_, s);
    polynomial product = f.coefficient;
    for (int e : f.extents)
      if (e >= 0) product = product * polynomial(*plan_.extents[e]);
    return product;
  }

  std::string line(int i) const {
    const step& s = plan_.steps[i];
    std::string text = padded(std::to_string(i + 1), 3) + " " + padded(kernel_name(plan_, s), 15) + " ";
    text += s.is_loop ? loop_text(s) : call_text(s);
    if (is_in_place(s)) text += " in place";
    const storage& to = plan_.storages[s.outputs[0]];
    const std::string extents = s.is_loop || is_assembly(s.code) ? extent_name(s.rows) + " x " + extent_name(s.columns) : shape_text(to);
    return text + "   [" + extents + ", " + flops(s).text() + " flops]\n";
  }

  /// Whether a step overwrites what it reads.
  bool is_in_place(const step& s) const {
    for (int i = 0; i < s.operand_count; ++i)
      for (int j = 0; j < s.output_count; ++j)
        if (plan_.storages[s.operands[i]].where == place::workspace && name(s.operands[i]) == name(s.outputs[j])) return true;
    return false;
  }

  std::string call_text(const step& s) const {
    if (is_assembly(s.code))
      return name(s.outputs[0]) + rectangle(s.first_row, s.first_column) + " = " + (s.operand_count == 0 ? "0" : operand(s, 0));
    // C + 2 A B, C − 2 A B, A B − C; += and −= onto what is there
    const bool is_subtracted = s.addend >= 0 && s.addend_factor < 0, comes_first = s.addend >= 0 && !is_subtracted;
    const std::string sign = s.factor < 0 ? "−" : "+";
    std::string text = name(s.outputs[0]);
    if (!comes_first) text += " = ";
    else if (s.addend == s.outputs[0]) text += " " + sign + "= ";
    else text += " = " + name(s.addend) + " " + sign + " ";
    const double factor = comes_first ? std::abs(s.factor) : s.factor;
    if (factor == -1) text += "−";
    else if (factor != 1) text += number_text(factor) + " ";
    if (s.scale >= 0) text += name(s.scale) + " ";
    if (s.code == op::product && s.part != structure::none) return text + triangle(s.part, operand(s, 0) + " " + operand(s, 1));
    if (s.code == op::product) return text + operand(s, 0) + " " + operand(s, 1) + (is_subtracted ? " − " + name(s.addend) : "");
    if (s.code == op::part) return text + operand(s, 0) + rectangle(s.first_row, s.first_column);
    if (s.code == op::place) return text + operand(s, 0) + " from " + rectangle(s.first_row, s.first_column) + " on";
    text += std::string(about(s.code).name) + "(";
    for (int i = 0; i < s.operand_count; ++i) text += (i > 0 ? ", " : "") + operand(s, i);
    text += ")";
    return text;
  }
  static std::string triangle(structure which, const std::string& matrix) {
    return (which == structure::lower_triangular ? "lower(" : "upper(") + matrix + ")";
  }
  std::string operand(const step& s, int i) const {
    std::string text = name(s.operands[i]);
    if (s.triangles[i] != structure::none) text = triangle(s.triangles[i], text);
    return text + (s.transposed[i] ? "ᵀ" : "");
  }

  std::string loop_text(const step& s) const {
    const loop_program& p = plan_.programs[s.program];
    std::string text;
    for (int i = 0; i < p.output_count; ++i) {
      if (i > 0) text += ", ";
      text += name(s.outputs[i]) + " = " + register_text(s, p, p.outputs[i].value, 0);
    }
    return text;
  }

  /// Whether a loop reads a column as a row, or a row as a column.
  bool is_turned(const storage& s, access how) const {
    return (how == access::row && !plan_.extents[s.rows]->is_one()) || (how == access::column && !plan_.extents[s.columns]->is_one());
  }

  std::string register_text(const step& s, const loop_program& p, int id, int outer) const {
    if (id < p.first_number()) return name(s.operands[id]) + (is_turned(plan_.storages[s.operands[id]], p.inputs[id]) ? "ᵀ" : "");
    if (id < p.first_instruction()) {
      const double value = std::bit_cast<double>(p.numbers[id - p.first_number()]);
      return value < 0 ? "(" + number_text(value) + ")" : number_text(value);
    }
    // What the loop stores anyway is called by its name.
    if (outer > 0)
      for (int i = 0; i < p.output_count; ++i)
        if (p.outputs[i].value == id) return name(s.outputs[i]);
    const loop_program::instruction& step_code = p.of_register(id);
    const op_entry& entry = about(step_code.code);
    const auto part = [&](int i, int level) { return register_text(s, p, step_code.operands[i], level); };
    if (entry.style == notation::infix) {
      const std::string sign = step_code.code == op::multiply ? "∘" : step_code.code == op::subtract ? "−" : entry.name;
      const std::string text = part(0, entry.precedence) + " " + sign + " " + part(1, entry.precedence + 1);
      return entry.precedence < outer ? "(" + text + ")" : text;
    }
    std::string text = std::string(step_code.code == op::negate ? "−" : entry.name) + "(";
    for (const user_function* f : functions_)
      if (step_code.code == op::call && f->code == p.numbers[step_code.operands[1] - p.first_number()]) text = std::string(f->name) + "(";
    for (int i = 0; i < entry.arity; ++i) text += (i > 0 ? ", " : "") + part(i, 1);
    return text + ")";
  }

  std::string totals() const {
    std::vector<std::pair<std::string, int>> kinds;
    for (int i = 0; i < plan_.step_count; ++i) {
      const std::string kind = kernel_name(plan_, plan_.steps[i]);
      bool known = false;
      for (auto& [name, count] : kinds)
        if (name == kind) {
          ++count;
          known = true;
        }
      if (!known) kinds.emplace_back(kind, 1);
    }
    std::string text = "calls: ";
    for (std::size_t i = 0; i < kinds.size(); ++i)
      text += (i > 0 ? ", " : "") + std::to_string(kinds[i].second) + " " + kinds[i].first;
    text += "\nflops: " + all_flops().text() + "\nbytes: " + (polynomial(8) * entries_moved()).text() +
            " read and written, in doubles\nworkspace: ";
    if (plan_.buffer_count == 0) return text + "none\n";
    std::string buffers;
    polynomial workspace = 0;
    for (int i = 0; i < plan_.buffer_count; ++i) {
      const storage& b = plan_.buffers[i];
      workspace += size(b.rows, b.columns);
      if (b.has_pivots) (workspace += *plan_.extents[b.rows]) += 1;
      buffers += (i > 0 ? ", #" : "#") + std::to_string(i + 1) + " " + shape_text(b);
    }
    return text + workspace.text() + " entries in " + buffers + "\n";
  }
  polynomial all_flops() const {
    polynomial sum = 0;
    for (int i = 0; i < plan_.step_count; ++i) sum += flops(plan_.steps[i]);
    return sum;
  }
  polynomial entries_moved() const {
    polynomial sum = 0;
    for (int i = 0; i < plan_.step_count; ++i)
      visit_memory(plan_, plan_.steps[i], [&](int rows, int columns) { sum += size(rows, columns); });
    return sum;
  }
  polynomial size(int rows, int columns) const { return polynomial(*plan_.extents[rows]) * polynomial(*plan_.extents[columns]); }
};

/// One of several variants, under a line that says what it is for and when it runs.
template <class Plan>
std::string variant_text(int number) {
  constexpr assumption small = the_assumption(Plan{});
  const plan_writer writer(the_plan(Plan{}), the_graph(Plan{}));
  std::string text = "variant " + std::to_string(number);
  if constexpr (small != 0) text += ", for a small " + std::string(names_of_plan<Plan>.names[names_of_plan<Plan>.find(small)].text);
  return text + ", where no other cost is below " + writer.cost() + ":\n" + writer.write();
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// The plan of a compiled function as text: each call with its operands, shape and flops, each fused loop with its formula,
/// the buffer each result goes to, and the totals as polynomials in the extents; where there are several variants, each with
/// what it is for and its cost, by which a call chooses: flops, entries moved, and a hundred for each step.
///
///     auto text = explain(compile(loss, grad(loss, W)));
template <class... Plans>
std::string explain(const detail::function<Plans...>&) {
  if constexpr (sizeof...(Plans) == 1) {
    return (detail::plan_writer(the_plan(Plans{}), the_graph(Plans{})).write() + ...);
  } else {
    std::string text;
    int variant = 0;
    ((text += detail::variant_text<Plans>(++variant)), ...);
    return text;
  }
}
template <detail::digest E>
std::string explain(detail::expr<E>) {
  static_assert(detail::never<detail::expr<E>>, "ctgrad: explain takes a compiled function: explain(compile(...))");
  return {};
}

}  // namespace ctgrad
