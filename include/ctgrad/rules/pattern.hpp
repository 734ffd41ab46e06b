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

/// The traits, properties and form, that a node must have to be what a letter stands for.
constexpr unsigned traits_of_letter(int letter) {
  switch (letter) {
    case 6: case 7: return scalar_form;
    case 8: case 9: case 22: return number_form;
    case 10: case 11: case 20: return larger_form;
    case 12: case 13: return symmetric_value;
    case 14: case 21: return semidefinite;
    case 15: return definite | larger_form;
    case 16: case 17: return positive_entries;
    case 18: return column_form;
    case 19: return row_form;
    case 23: return lower_value | larger_form;
    case 24: return upper_value | larger_form;
    case 25: return orthogonal_value;
    case 26: return scalar_form | positive_entries;
    case 27: return square_form;
    default: return nothing;
  }
}

/// Whether a node may be what a letter stands for.
template <class Graph>
constexpr bool letter_fits(const Graph& graph, int letter, node_id id) {
  const node& n = graph.nodes[id];
  const unsigned wanted = traits_of_letter(letter);
  if (wanted != 0 && ((n.properties | n.form) & wanted) != wanted) return false;
  switch (letter) {
    case 8: case 9: return is_moderate(n.value);
    case 20: return n.code == op::identity;
    case 22: return n.value != 0 && is_moderate(n.value);
    case 28: return is_much_smaller<Graph::small>(*n.extents.columns, *n.extents.rows);
    case 29: return is_much_smaller<Graph::small>(*n.extents.rows, *n.extents.columns);
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
  const pattern::step step = p.steps[at];  // a copy: in constant evaluation a reference is followed anew at each use
  switch (step.what.kind) {
    case token_kind::variable: {
      const int bound = found.one_more[step.what.variable];
      if (bound != 0) return bound == id + 1;
      if (step.what.variable > 5 && !letter_fits(graph, step.what.variable, id)) return false;
      found.bind(step.what.variable, id);
      return true;
    }
    case token_kind::number: return graph.nodes[id].is_number(step.what.value);
    default: break;
  }
  const node n = graph.nodes[id];
  if (n.code != step.what.code) return false;
  if (n.arity == 1) return matches(graph, p, step.operands[0], n.arguments[0], found);
  if (!op_table[static_cast<int>(n.code)].commutes) {
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

/// What an index of rules asks about a node: the ops of its operands, and what is known of these.
struct rule_query {
  op code;
  bool commutes;
  op operands[2] = {op::leaf, op::leaf};
  std::uint64_t traits = 0, swapped = 0;  // of both operands, as they are and the other way round

  static constexpr unsigned equal_operands = 1 << 14;
  static constexpr int inner = 16;   // the bits of the first operand; in the upper half those that an operand of the operand has
  static constexpr int second = 32;  // those of the second operand

  template <class Graph>
  constexpr rule_query(const Graph& graph, const node& n) : code(n.code), commutes(op_table[static_cast<int>(n.code)].commutes) {
    const unsigned equal = n.arguments[0] == n.arguments[1] ? equal_operands : 0;
    std::uint64_t first_traits = 0, second_traits = 0;
    if (n.arity > 0) {
      const node a = graph.nodes[n.arguments[0]];
      operands[0] = a.code;
      first_traits = (static_cast<unsigned>(a.below) << inner) | a.properties | a.form;
    }
    if (n.arity > 1) {
      const node b = graph.nodes[n.arguments[1]];
      operands[1] = b.code;
      second_traits = (static_cast<unsigned>(b.below) << inner) | b.properties | b.form;
    }
    traits = first_traits | equal | (second_traits << second);
    swapped = commutes ? second_traits | equal | (first_traits << second) : traits;
  }
};

/// The rules of a table as sets, one bit a rule, by the op of the pattern and by those of its operands; and the traits that
/// these need. Most rules are ruled out by that alone.
template <int Count>
struct rules_by_op {
  static constexpr int word_count = (Count + 63) / 64;
  int rules[Count]{};              // the rule of a bit: sorted by op, so that those of one op are in few words
  int first_bit[op_count + 1]{};   // of an op
  struct rule_sets {
    std::uint64_t as_first, as_second;
  };
  static constexpr int any_op = op_count;
  rule_sets with_operand[(op_count + 1) * word_count]{};  // by the op of the operand; the last are those of rules that take any
  std::uint64_t traits[Count]{};  // of both operands, as a query has them

  template <class Rule>
  consteval explicit rules_by_op(const Rule (&table)[Count]) {
    for (const Rule& rule : table) ++first_bit[static_cast<int>(rule.before.root_op()) + 1];
    for (int code = 0; code < op_count; ++code) first_bit[code + 1] += first_bit[code];
    int filled[op_count]{};
    for (int rule = 0; rule < Count; ++rule) {
      const pattern& p = table[rule].before;
      const int code = static_cast<int>(p.root_op());
      const int bit = first_bit[code] + filled[code]++;
      rules[bit] = rule;
      const pattern::step& root = p.steps[p.root];
      for (int j = 0; j < 2; ++j) {
        const int wanted = j < about(p.root_op()).arity ? wanted_op(p.steps[root.operands[j]].what) : any_op;
        const int sets = wanted * word_count + bit / 64;
        (j == 0 ? with_operand[sets].as_first : with_operand[sets].as_second) |= std::uint64_t{1} << (bit % 64);
        if (j < about(p.root_op()).arity) traits[bit] |= std::uint64_t{wanted_traits(p, root.operands[j])} << (j * rule_query::second);
      }
      if (about(p.root_op()).arity == 2 && are_one_letter(p.steps[root.operands[0]].what, p.steps[root.operands[1]].what))
        traits[bit] |= rule_query::equal_operands;
    }
  }

  /// Those of the bits 64 word, 64 word + 1, ... whose operands may be those of a node; any op for a missing operand.
  constexpr std::uint64_t candidates(int word, const rule_query& query) const {
    const rule_sets a = with_operand[static_cast<int>(query.operands[0]) * word_count + word];
    const rule_sets b = with_operand[static_cast<int>(query.operands[1]) * word_count + word];
    const rule_sets any = with_operand[any_op * word_count + word];
    const std::uint64_t found = (a.as_first | any.as_first) & (b.as_second | any.as_second);
    return query.commutes ? found | ((b.as_first | any.as_first) & (a.as_second | any.as_second)) : found;
  }

 private:
  /// The op that an operand must be, if not any.
  static consteval int wanted_op(const token& t) {
    if (t.kind == token_kind::operation) return static_cast<int>(t.code);
    if (t.kind == token_kind::number || t.variable == 8 || t.variable == 9 || t.variable == 22) return static_cast<int>(op::number);
    return t.variable == 20 ? static_cast<int>(op::identity) : any_op;
  }
  static consteval unsigned wanted_traits(const token& t) {
    return t.kind == token_kind::number ? form_of_number(t.value) : t.kind == token_kind::variable ? traits_of_letter(t.variable) : 0u;
  }
  /// Those of an operand, and of what it is made of.
  static consteval unsigned wanted_traits(const pattern& p, int at) {
    const token& operand = p.steps[at].what;
    unsigned wanted = wanted_traits(operand);
    for (int i = 0; operand.kind == token_kind::operation && i < about(operand.code).arity; ++i)
      wanted |= wanted_traits(p.steps[p.steps[at].operands[i]].what) << rule_query::inner;
    return wanted;
  }
  static consteval bool are_one_letter(const token& a, const token& b) {
    return a.kind == token_kind::variable && b.kind == token_kind::variable && a.variable == b.variable;
  }
};
template <class Rule, int Count>
rules_by_op(const Rule (&)[Count]) -> rules_by_op<Count>;

/// Calls use(rule) for each rule that may match, in the order of the table, until one call says true.
template <const auto& Index, class Use>
constexpr void for_each_candidate(const rule_query& query, Use use) {
  const int begin = Index.first_bit[static_cast<int>(query.code)], end = Index.first_bit[static_cast<int>(query.code) + 1];
  const std::uint64_t lacking = ~query.traits, lacking_swapped = ~query.swapped;
  for (int word = begin / 64; 64 * word < end; ++word) {
    std::uint64_t rest = Index.candidates(word, query);
    if (64 * word < begin) rest &= ~std::uint64_t{0} << (begin % 64);
    if (64 * word + 64 > end) rest &= ~(~std::uint64_t{0} << (end % 64));
    for (; rest != 0; rest &= rest - 1) {
      const int bit = 64 * word + __builtin_ctzll(rest);  // std::countr_zero takes two more calls
      const std::uint64_t wanted = Index.traits[bit];
      if (((wanted & lacking) == 0 || (wanted & lacking_swapped) == 0) && use(Index.rules[bit])) return;
    }
  }
}

}  // namespace ctgrad::detail
