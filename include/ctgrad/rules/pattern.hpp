// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../graph/sizes.hpp"
#include "letters.hpp"

namespace ctgrad::detail {

/// What is known of a node's value. Each implies the ones it is made of.
enum property : std::uint8_t {
  nothing = 0,
  symmetric_value = 1,
  semidefinite = 2 | symmetric_value,
  definite = 4 | semidefinite,
  positive_entries = 8,
  inferred = 16,  // what there is to know has been found out
  orthogonal_value = 32,
  lower_value = 64,
  upper_value = 128,
  triangular = lower_value | upper_value,  // for masks
  diagonal_value = triangular | symmetric_value,
};

/// A formula with its steps linked to their operands, for matching from the root down.
struct pattern {
  struct step {
    token what{};
    std::int8_t operands[3]{};
  };
  static constexpr int capacity = 14;
  step steps[capacity]{};
  int root = 0;

  constexpr pattern() = default;
  constexpr pattern(const formula& f) {
    std::int8_t stack[capacity]{};
    int depth = 0;
    if (f.count > capacity) throw "a pattern of a rule table is too long";
    for (int i = 0; i < f.count; ++i) {
      steps[i].what = f.tokens[i];
      const bool is_operation = f.tokens[i].kind == token_kind::operation;
      const int arity = is_operation ? about(f.tokens[i].code).arity : 0;
      depth -= arity;
      for (int j = 0; j < arity; ++j) steps[i].operands[j] = stack[depth + j];
      stack[depth++] = static_cast<std::int8_t>(i);
    }
    root = f.count - 1;
  }
  constexpr op root_op() const { return steps[root].what.code; }
};

/// Numbers that may be gathered: their products and reciprocals neither overflow nor vanish.
constexpr bool is_moderate(double value) {
  const double size = value < 0 ? -value : value;
  return size == 0 || (size >= 1e-50 && size <= 1e50);
}

/// Whether a node may be what a letter stands for.
template <class Graph>
constexpr bool letter_fits(const Graph& graph, int letter, node_id id) {
  const auto has = [&](property wanted) { return (graph[id].properties & wanted) == wanted; };
  switch (letter) {
    case 6: case 7: return graph[id].is_scalar();
    case 8: case 9: return graph[id].is_number() && is_moderate(graph[id].value);
    case 10: case 11: return !graph[id].is_scalar();
    case 12: case 13: return has(symmetric_value);
    case 14: return has(semidefinite);
    case 15: return has(definite) && !graph[id].is_scalar();
    case 16: case 17: return has(positive_entries);
    case 18: return graph[id].extents.is_column() && !graph[id].is_scalar();
    case 19: return graph[id].extents.is_row() && !graph[id].is_scalar();
    case 20: return graph[id].code == op::identity && !graph[id].is_scalar();
    case 21: return has(semidefinite);
    case 22: return graph[id].is_number() && graph[id].value != 0 && is_moderate(graph[id].value);
    case 23: return has(lower_value) && !graph[id].is_scalar();
    case 24: return has(upper_value) && !graph[id].is_scalar();
    case 25: return has(orthogonal_value);
    case 26: return graph[id].is_scalar() && has(positive_entries);
    case 27: return graph[id].extents.is_square() && !graph[id].is_scalar();
    case 28: return is_much_smaller<Graph::small>(*graph[id].extents.columns, *graph[id].extents.rows);
    case 29: return is_much_smaller<Graph::small>(*graph[id].extents.rows, *graph[id].extents.columns);
    default: return true;
  }
}

/// The variables of a pattern and what they were found to be. One object serves many trials: taking back what a trial
/// bound is cheaper, while compiling, than a new object for each.
struct match {
  int one_more[variable_count]{};  // 1 + node, 0 for nothing yet
  int bound[variable_count]{};     // the variables that are bound, in the order of binding
  int count = 0;

  constexpr node_id operator[](int variable) const { return one_more[variable] - 1; }
  constexpr void bind(int variable, node_id id) {
    one_more[variable] = id + 1;
    bound[count++] = variable;
  }
  constexpr void return_to(int earlier) {
    while (count > earlier) one_more[bound[--count]] = 0;
  }
};

/// Matches a graph from `id` down against a pattern; operands of commuting ops in either order.
template <class Graph>
constexpr bool matches(const Graph& graph, const pattern& p, int at, node_id id, match& found) {
  const pattern::step& step = p.steps[at];
  const node& n = graph[id];
  switch (step.what.kind) {
    case token_kind::variable: {
      const int bound = found.one_more[step.what.variable];
      if (bound != 0) return bound == id + 1;
      if (step.what.variable > 5 && !letter_fits(graph, step.what.variable, id)) return false;
      found.bind(step.what.variable, id);
      return true;
    }
    case token_kind::number: return n.is_number(step.what.value);
    default: break;
  }
  if (n.code != step.what.code) return false;
  if (n.arity == 1) return matches(graph, p, step.operands[0], n.arguments[0], found);
  if (!about(n.code).commutes) {
    for (int i = 0; i < n.arity; ++i)
      if (!matches(graph, p, step.operands[i], n.arguments[i], found)) return false;
    return true;
  }
  const int before = found.count;
  if (matches(graph, p, step.operands[0], n.arguments[0], found) && matches(graph, p, step.operands[1], n.arguments[1], found))
    return true;
  found.return_to(before);
  return matches(graph, p, step.operands[0], n.arguments[1], found) &&
         matches(graph, p, step.operands[1], n.arguments[0], found);
}

/// The rules of a table by the op that their patterns begin with: first[op], then next[rule], -1 at the end.
template <int Count>
struct rules_by_op {
  int first[op_count]{};
  int next[Count]{};
  int wanted[Count][2]{};  // 1 + the op that an operand must be, 0 for any: most rules are ruled out by that alone

  template <class Rule>
  consteval explicit rules_by_op(const Rule (&rules)[Count]) {
    for (int& rule : first) rule = -1;
    for (int i = Count; i-- > 0;) {
      int& head = first[static_cast<int>(rules[i].before.root_op())];
      next[i] = head;
      head = i;
      const pattern& p = rules[i].before;
      const int arity = about(p.root_op()).arity;
      for (int j = 0; j < 2 && j < arity; ++j) wanted[i][j] = wanted_op(p.steps[p.steps[p.root].operands[j]].what);
    }
  }

  /// Whether a rule may match a node with these ops as operands.
  constexpr bool may_match(int rule, bool commutes, int a, int b) const {
    const int x = wanted[rule][0], y = wanted[rule][1];
    if ((x == 0 || x == a) && (y == 0 || y == b)) return true;
    return commutes && (x == 0 || x == b) && (y == 0 || y == a);
  }

 private:
  static consteval int wanted_op(const token& t) {
    if (t.kind == token_kind::operation) return 1 + static_cast<int>(t.code);
    if (t.kind == token_kind::number || t.variable == 8 || t.variable == 9 || t.variable == 22) return 1 + static_cast<int>(op::number);
    return t.variable == 20 ? 1 + static_cast<int>(op::identity) : 0;
  }
};
template <class Rule, int Count>
rules_by_op(const Rule (&)[Count]) -> rules_by_op<Count>;

}  // namespace ctgrad::detail
