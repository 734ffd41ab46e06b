// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/kernel_forms.hpp"
#include "rebuild.hpp"

namespace ctgrad::detail {

/// The number that an op of numbers is, if it is a finite one.
constexpr bool fold_numbers(op code, double a, double b, double& result) {
  switch (code) {
    case op::add: result = a + b; break;
    case op::subtract: result = a - b; break;
    case op::multiply: result = a * b; break;
    case op::divide:
      if (b == 0) return false;
      result = a / b;
      break;
    case op::negate: result = -a; break;
    case op::square: result = a * a; break;
    case op::reciprocal:
      if (a == 0) return false;
      result = 1 / a;
      break;
    case op::less: result = a < b; break;
    case op::less_equal: result = a <= b; break;
    case op::transpose: case op::reshape: case op::part: result = a; break;
    case op::place: case op::lower_part: case op::strictly_lower_part: case op::upper_part:
      if (a != 0) return false;
      result = 0;
      break;
    default: return false;
  }
  return result - result == 0;
}

/// A builder that rewrites each node by the identities of a table before it enters the graph, and infers what is
/// known of its value. What is narrow depends on which extent is assumed to be small.
template <const auto& Table, const auto& Index, int Capacity, int Roots, assumption Small = 0>
struct rewriting_builder : graph_builder<Capacity, Roots> {
  using base = graph_builder<Capacity, Roots>;
  static constexpr assumption small = Small;

  constexpr node_id make(op code, node_id a, node_id b = no_node, node_id c = no_node) {
    if (a != no_node && c == no_node)
      if (const node_id folded = fold_scalars(code, a, b); folded != no_node) return folded;
    const node n = this->operation_node(code, a, b, c);
    if (n.arity == 0) return no_node;
    return add(n);
  }

  constexpr node_id number(double value, const shape& extents = {}) { return noted(base::number(value, extents)); }
  constexpr node_id measure(const extent* measured) { return noted(base::measure(measured)); }
  constexpr node_id identity(const extent* rows) { return noted(base::identity(rows)); }

  constexpr node_id add(node n) {
    if (this->failure != trouble::none) return 0;  // operands may be missing; the pass runs again with more room
    if (n.arity == 0) return noted(base::add(n));
    if (n.arity == 2) arrange(n);
    if (this->nodes[n.arguments[0]].code == op::number)
      if (const node_id folded = fold(n); folded != no_node) return folded;
    const int size_before = this->size;
    const node_id id = base::add(n);
    if (this->failure != trouble::none) return id;
    if (id < size_before && rewritten[id] != 0) return rewritten[id] - 1;
    const rule_query query(*this, n);
    if (this->nodes[id].properties == nothing) this->nodes[id].properties = infer(id, query) | inferred;
    const node_id better = rewrite(id, query);
    rewritten[id] = better + 1;
    if (better != id) learn(better, this->nodes[id].properties);
    return better;
  }

  /// What is known of a value stays known, however it is computed.
  constexpr void learn(node_id id, std::uint8_t known) {
    if (this->failure == trouble::none) this->nodes[id].properties |= known;
  }

 private:
  int rewritten[Capacity]{};  // 1 + what the node became; 0 while unknown
  match found_{};             // what the trial at hand has bound

  /// Numbers shrink, and of operands that commute numbers come first, then other scalars, then what is older.
  constexpr void arrange(node& n) {
    const unsigned first = this->nodes[n.arguments[0]].form, second = this->nodes[n.arguments[1]].form;
    if (((first | second) & number_form) != 0 && is_elementwise(n.code)) shrink_numbers(n);
    if (!op_table[static_cast<int>(n.code)].commutes) return;
    const node_id a = n.arguments[0], b = n.arguments[1];
    const int first_rank = (first & number_form) != 0 ? 0 : (first & scalar_form) != 0 ? 1 : 2;
    const int second_rank = (second & number_form) != 0 ? 0 : (second & scalar_form) != 0 ? 1 : 2;
    if (first_rank < second_rank || (first_rank == second_rank && a <= b)) return;
    n.arguments[0] = b;
    n.arguments[1] = a;
  }

  /// In an elementwise op a number need not be larger than 1 x 1 where another operand has the full shape.
  constexpr void shrink_numbers(node& n) {
    for (int i = 0; i < 2; ++i) {
      const node& argument = this->nodes[n.arguments[i]];
      if (argument.is_number() && !argument.is_scalar() && this->nodes[n.arguments[1 - i]].extents == n.extents)
        n.arguments[i] = number(argument.value);
    }
  }

  constexpr node_id fold(const node& n) {
    if (n.arity > 2 || this->nodes[n.arguments[n.arity - 1]].code != op::number) return no_node;
    double result = 0;
    const double second = n.arity > 1 ? this->nodes[n.arguments[1]].value : 0;
    if (!fold_numbers(n.code, this->nodes[n.arguments[0]].value, second, result)) return no_node;
    return number(result, n.extents);
  }

  /// The same of numbers that are 1 x 1, as most are: their node need not be made first.
  constexpr node_id fold_scalars(op code, node_id a, node_id b) {
    constexpr unsigned wanted = number_form | scalar_form;
    if ((this->nodes[a].form & wanted) != wanted) return no_node;
    if (b != no_node && (this->nodes[b].form & wanted) != wanted) return no_node;
    double result = 0;
    if (!fold_numbers(code, this->nodes[a].value, b != no_node ? this->nodes[b].value : 0, result)) return no_node;
    return number(result);
  }

  constexpr node_id noted(node_id id) {
    std::uint8_t& known = this->nodes[id].properties;
    if (known == nothing && this->failure == trouble::none) known = known_without_operands(this->nodes[id]) | inferred;
    return id;
  }

  static constexpr std::uint8_t known_without_operands(const node& n) {
    std::uint8_t known = n.is_scalar() ? symmetric_value : nothing;
    if (n.is_number()) return known | (n.value > 0 ? positive_entries : nothing) | ((n.form & square_form) != 0 ? symmetric_value : nothing);
    if (n.code == op::measure) known |= positive_entries;
    if (n.code == op::identity) known |= definite | triangular | orthogonal_value;
    if (n.code == op::leaf && n.leaf->form == structure::symmetric) known |= symmetric_value;
    if (n.code == op::leaf && n.leaf->form == structure::spd) known |= definite;
    if (n.code == op::leaf && n.leaf->form == structure::orthogonal) known |= orthogonal_value;
    if (n.code == op::leaf && n.leaf->form == structure::positive) known |= positive_entries;
    return known;
  }

  constexpr std::uint8_t infer(node_id id, const rule_query& query) {
    const node n = this->nodes[id];
    unsigned all = this->nodes[n.arguments[0]].properties;
    if (n.arity > 1) all &= this->nodes[n.arguments[1]].properties;
    if (n.arity > 2) all &= this->nodes[n.arguments[2]].properties;
    const bool is_square = (n.form & square_form) != 0;
    unsigned known = all & closed_under.of_all[static_cast<int>(n.code)];
    if (n.is_scalar()) known |= symmetric_value;
    if (n.code == op::product && is_square) known |= infer_from_factors(id);
    for_each_candidate<properties_by_op>(query, [&](int rule) {
      if ((known & property_rules[rule].known) == property_rules[rule].known) return false;
      const pattern& p = property_rules[rule].before;
      if (matches(*this, p, p.root, id, found_)) known |= property_rules[rule].known;
      found_.return_to(0);
      return false;
    });
    // What is broadcast, a scalar or a part of a vector, has no triangles that what it meets could keep.
    if (!is_square) known &= ~(triangular | orthogonal_value);
    return static_cast<std::uint8_t>(known);
  }

  /// What is known of a b from how its factors belong together: X X^T, or X diag(d) diag(e) ... X^T with all d scaling either factor.
  constexpr std::uint8_t infer_from_pair(node_id a, node_id b) const {
    if (are_transposes(*this, a, b)) return semidefinite;
    for (const node_id scaled : {a, b}) {
      const node_id other = scaled == a ? b : a;
      const bool turned = this->nodes[scaled].code == op::transpose, scales_columns = (scaled == a) != turned;
      unsigned known = semidefinite;
      node_id matrix = turned ? this->nodes[scaled].arguments[0] : scaled;
      while (this->nodes[matrix].code == op::multiply) {
        const auto scales = [&](node_id id) { return scales_columns ? this->nodes[id].extents.is_row() : this->nodes[id].extents.is_column(); };
        const node& n = this->nodes[matrix];
        if (!scales(n.arguments[0]) && !scales(n.arguments[1])) break;
        const int place = scales(n.arguments[0]) ? 0 : 1;
        if ((this->nodes[n.arguments[place]].properties & positive_entries) == 0) known = symmetric_value;
        matrix = n.arguments[1 - place];
        if (turned ? matrix == other : are_transposes(*this, matrix, other)) return static_cast<std::uint8_t>(known);
      }
    }
    return nothing;
  }

  /// A chain of factors that reads the same backwards, transposed, is symmetric: A B B^T A^T; semidefinite where
  /// its middle is.
  constexpr std::uint8_t infer_from_factors(node_id id) const {
    node_id factors[16]{};
    int count = 0;
    node_id left = id;
    for (; this->nodes[left].code == op::product && count < 15; left = this->nodes[left].arguments[0])
      factors[count++] = this->nodes[left].arguments[1];
    factors[count++] = left;
    for (int i = 0; i < (count - 1) / 2; ++i)
      if (!are_transposes(*this, factors[i], factors[count - 1 - i])) return nothing;
    if (count % 2 == 0) return infer_from_pair(factors[count / 2], factors[count / 2 - 1]);  // the last one comes first
    return this->nodes[factors[count / 2]].properties & semidefinite;
  }

  constexpr node_id rewrite(node_id id, const rule_query& query) {
    node_id better = id;
    for_each_candidate<Index>(query, [&](int rule) {
      const identity_rule& trial = Table.rules[rule];
      if (!matches(*this, trial.before, trial.before.root, id, found_)) {
        found_.return_to(0);
        return false;
      }
      match found = found_;  // building matches further rules
      found_.return_to(0);
      found.one_more[4] = id + 1;
      if (trial.where != corner::anywhere && !(this->nodes[id].from == position_of(*this, trial.where, found))) return false;
      const node_id after = build(*this, trial.after, found);
      if (after == no_node || after == id || !(this->nodes[after].extents == this->nodes[id].extents)) return false;
      better = after;
      return true;
    });
    return better;
  }
};

/// Rewrites a graph by the identities of a table, arguments first.
template <class Builder, class Graph>
struct simplification : rebuilding<Graph, Builder> {
  using rebuilding<Graph, Builder>::rebuilding;

  constexpr void visit(node_id id) { this->moved[id] = this->copy(id); }
};

}  // namespace ctgrad::detail
