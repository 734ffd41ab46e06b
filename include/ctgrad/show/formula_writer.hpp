// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

#include "../graph/print.hpp"
#include "formula_names.hpp"

namespace ctgrad::detail {

/// Whether formulas are to be written as the user wrote them, or with their numbers gathered as well.
enum class arrangement : std::uint8_t { as_written, gathered };

/// Writes graphs in the notation of a textbook, by the table of notations. What is used more than once gets a name.
class formula_writer {
 public:
  template <class Graph>
  formula_writer(const Graph& g, script s, arrangement a) : nodes_(g.nodes), script_(s), arrangement_(a), names_(g, s) {}

  /// The formula of a root, then what the names in it stand for.
  std::string write(node_id root) {
    mentioned_.clear();
    std::string text = body(root).text;
    for (std::size_t i = 0; i < mentioned_.size(); ++i) {  // grows while names are explained by others
      const node_id id = mentioned_[i];
      if (script_ == script::text)
        text += (i == 0 ? " where " : ", ") + names_.of(id) + " = " + body(id).text;
      else
        text += (i == 0 ? " \\quad\\text{where}\\quad " : ",\\quad ") + names_.of(id) + " = " + body(id).text;
    }
    return text;
  }

 private:
  struct written {
    std::string text;
    level binds = atoms;
    bool encloses = false;
  };
  struct signed_term {
    node_id id;
    double sign;
  };

  const node* nodes_;
  script script_;
  arrangement arrangement_;
  formula_names names_;
  std::vector<node_id> mentioned_;

  const node& at(node_id id) const { return nodes_[id]; }
  node_id first(node_id id) const { return at(id).arguments[0]; }
  node_id second(node_id id) const { return at(id).arguments[1]; }
  bool is_sum(node_id id) const { return !names_.has(id) && (at(id).code == op::add || at(id).code == op::subtract); }
  bool is_gathered() const { return arrangement_ == arrangement::gathered; }
  const char* plain_or_latex(const char* text, const char* latex) const { return script_ == script::text ? text : latex; }
  std::string minus() const { return plain_or_latex("−", "-"); }

  /// A node where it is an operand: by its name if it has one.
  written term(node_id id) {
    if (!names_.has(id)) return body(id);
    bool known = false;
    for (const node_id other : mentioned_) known = known || other == id;
    if (!known) mentioned_.push_back(id);
    return {names_.of(id)};
  }

  written body(node_id id) {
    const node& n = at(id);
    if (const node_id leaf = leaf_in_structure(nodes_, id); leaf != no_node) return {symbol_text(at(leaf).leaf->leaf_name, script_)};
    switch (n.code) {
      case op::measure: return {extent_text(*n.measured, script_), n.measured->count > 1 ? sums : atoms};
      case op::identity: return {script_ == script::text ? "I" : "I_{" + extent_text(*n.extents.rows, script_) + "}"};
      case op::number: return number(n, n.value);
      case op::add: case op::subtract: return sum_of(terms_of(id), 1);
      default: break;
    }
    if (is_gathered() && is_minus_one(first(id)) && at(id).code == op::multiply && is_sum(second(id)))
      return sum_of(terms_of(second(id)), -1);
    const double sign = is_negative(id, true) ? -1 : 1;
    const written size = scaled_body(id, sign);
    return sign < 0 ? written{minus() + in_parentheses(size, hadamards).text, sums} : size;
  }

  written number(const node& n, double value) const {
    written result{magnitude_text(value, script_)};
    if (!n.is_scalar() && value != 0) {
      const std::string one = plain_or_latex("𝟏", "\\mathbf{1}"), raised = plain_or_latex("ᵀ", "^{\\top}");
      const std::string all = n.extents.is_column() ? one : n.extents.is_row() ? one + raised : one + one + raised;
      result = value == 1 || value == -1 ? written{all, powers} : written{result.text + " " + all, products};
    }
    return value < 0 ? written{minus() + result.text, sums} : result;
  }

  // signs and factors

  bool is_minus_one(node_id id) const {
    return at(id).is_number(-1) || (at(id).code == op::negate && at(first(id)).is_number(1));
  }
  bool is_scaling(node_id id) const {
    return at(id).code == op::multiply && (at(first(id)).is_scalar() || at(second(id)).is_scalar());
  }
  bool is_chain(node_id id) const { return at(id).code == op::product || is_scaling(id); }

  /// Whether a term has a minus sign in front, which then joins the sum that the term stands in.
  bool is_negative(node_id id, bool unfold = false) const {
    const node& n = at(id);
    if (names_.has(id) && !unfold) return false;
    if (n.code == op::negate) return !is_negative(n.arguments[0]);
    if (n.code == op::divide || is_chain(id)) return is_negative(n.arguments[0]);
    return n.is_number() && n.value < 0;
  }

  /// The number in front of a term, where numbers are gathered.
  double factor_of(node_id id) const {
    const node& n = at(id);
    if (names_.has(id)) return 1;
    if (n.is_number()) return n.is_scalar() ? n.value : 1;
    if (n.code == op::divide) return factor_of(n.arguments[0]);
    if (is_chain(id)) return factor_of(n.arguments[0]) * (n.code == op::product ? 1 : factor_of(n.arguments[1]));
    return is_sum(id) ? common_factor(id) : 1;
  }
  /// The number that all terms of a sum have in front, or 1.
  double common_factor(node_id id) const {
    double common = 0;
    for (const signed_term& t : terms_of(id)) {
      const double factor = factor_of(t.id), size = factor < 0 ? -factor : factor;
      if (size == 0 || (common != 0 && size != common)) return 1;
      common = size;
    }
    return common;
  }

  /// A term times a number; the caller writes the sign of what comes out.
  written scaled(node_id id, double factor) {
    if (factor == 1) return term(id);
    if (names_.has(id) || (at(id).arity == 0 && !at(id).is_number())) return times(factor, term(id));
    return scaled_body(id, factor);
  }
  written scaled_body(node_id id, double factor) {
    const node& n = at(id);
    if (n.is_number()) return number(n, factor * n.value);
    for (const int i : {0, 1})
      if (is_stretched(id, i)) return stretched(n.arguments[i], factor * at(n.arguments[1 - i]).value);
    if (is_gathered() && is_chain(id)) return chain(id, factor);
    if (is_gathered() && is_sum(id)) {
      const double common = common_factor(id);
      return times(factor * common, sum_of(terms_of(id), 1 / common));
    }
    if (factor == 1) return by_table(id, 1);
    if (n.code == op::negate) return scaled(n.arguments[0], -factor);
    if (is_chain(id) && is_minus_one(n.arguments[0]) && factor == -1) return term(n.arguments[1]);
    if (n.code == op::divide || is_chain(id)) return by_table(id, factor);
    return times(factor, term(id));
  }
  /// Whether a node is a row or a column, the i-th argument, times a matrix whose entries are all the same number.
  bool is_stretched(node_id id, int i) const {
    const node& n = at(id);
    if (n.code != op::multiply || n.extents.is_row() || n.extents.is_column()) return false;
    const node &vector = at(n.arguments[i]), &same = at(n.arguments[1 - i]);
    return same.is_number() && same.extents == n.extents && !vector.is_scalar() && (vector.extents.is_row() || vector.extents.is_column());
  }
  /// It is an outer product with ones: 𝟏 xᵀ or x 𝟏ᵀ.
  written stretched(node_id vector, double number) {
    const std::string one = plain_or_latex("𝟏", "\\mathbf{1}"), text = in_parentheses(term(vector), products).text;
    return times(number, {at(vector).extents.is_row() ? one + " " + text : text + " " + one + plain_or_latex("ᵀ", "^{\\top}"), products});
  }
  written times(double factor, const written& w) {
    if (factor == 1) return w;
    if (factor == -1) return {minus() + in_parentheses(w, hadamards).text, sums};
    const std::string size = (factor < 0 ? minus() : "") + magnitude_text(factor, script_);
    return {beside(size, in_parentheses(w, products).text), factor < 0 ? sums : products};
  }

  /// A product with its number in front: 2 α A B.
  written chain(node_id id, double factor) {
    std::vector<node_id> factors;
    collect_factors(id, factors, factor);
    std::vector<written> parts;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      const node_id f = factors[i];
      if (!is_sum(f)) {
        parts.push_back(term(f));
      } else if (i + 1 < factors.size() && !is_sum(factors[i + 1]) && ends_with_inverses(f)) {
        parts.push_back(sum_of(terms_of(f), 1 / common_factor(f), factors[i + 1]));
        ++i;
      } else {
        parts.push_back(sum_of(terms_of(f), 1 / common_factor(f)));
      }
    }
    if (parts.size() == 1) return times(factor, parts[0]);
    std::string text = in_parentheses(parts[0], products).text;
    for (std::size_t i = 1; i < parts.size(); ++i) text = beside(text, in_parentheses(parts[i], products).text);
    return times(factor, {text, products});
  }
  /// An inverse is applied to what follows it: A⁻¹ B − C⁻¹ B, and not (A⁻¹ − C⁻¹) B.
  bool ends_with_inverses(node_id sum) const {
    for (const signed_term& t : terms_of(sum))
      if (!ends_with_inverse(t.id)) return false;
    return true;
  }
  bool ends_with_inverse(node_id id) const {
    if (names_.has(id)) return false;
    if (at(id).code == op::negate) return ends_with_inverse(first(id));
    return is_chain(id) ? ends_with_inverse(second(id)) : at(id).code == op::inverse;
  }
  void collect_factors(node_id id, std::vector<node_id>& factors, double& number) const {
    const bool outermost = factors.empty();
    if (at(id).is_number() && at(id).is_scalar()) {
      number *= at(id).value;
    } else if (is_chain(id) && (outermost || !names_.has(id))) {
      for (int i = 0; i < 2; ++i) {
        const node_id f = at(id).arguments[i];
        if (names_.has(f)) factors.push_back(f);
        else collect_factors(f, factors, number);
      }
    } else {
      if (is_sum(id)) number *= common_factor(id);
      factors.push_back(id);
    }
  }

  /// Juxtaposition, with a dot where two numbers would meet.
  std::string beside(const std::string& left, const std::string& right) const {
    const bool is_digit = right[0] >= '0' && right[0] <= '9';
    return left + (is_digit ? plain_or_latex(" · ", " \\cdot ") : " ") + right;
  }

  // sums

  /// The terms of nested sums with their signs. What is subtracted stays together.
  std::vector<signed_term> terms_of(node_id id) const {
    std::vector<signed_term> terms;
    collect_terms(first(id), 1, terms);
    collect_terms(second(id), at(id).code == op::subtract ? -1 : 1, terms);
    return terms;
  }
  void collect_terms(node_id id, double sign, std::vector<signed_term>& terms) const {
    if (is_sum(id) && sign > 0) {
      collect_terms(first(id), 1, terms);
      collect_terms(second(id), at(id).code == op::subtract ? -1 : 1, terms);
    } else {
      terms.push_back({id, sign});
    }
  }

  /// a + b − c, a positive term first; each term times the factor, and times what follows the sum.
  written sum_of(std::vector<signed_term> terms_, double factor, node_id following = no_node) {
    std::vector<bool> negative;
    for (const signed_term& t : terms_) negative.push_back((t.sign * factor < 0) != is_negative(t.id));
    for (std::size_t i = 0; i < terms_.size() && negative[0]; ++i)
      if (!negative[i]) {
        std::swap(terms_[0], terms_[i]);
        negative[i] = true;
        negative[0] = false;
      }
    const double size = factor < 0 ? -factor : factor;
    std::string text;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if (i > 0) text += negative[i] ? " " + minus() + " " : " + ";
      else if (negative[i]) text += minus();
      written w = scaled(terms_[i].id, is_negative(terms_[i].id) ? -size : size);
      if (following != no_node) w = {beside(in_parentheses(w, products).text, in_parentheses(term(following), products).text), products};
      text += in_parentheses(w, terms).text;
    }
    return {text, sums};
  }

  // the table

  /// Whether a node is what a pattern describes; `operands` are what its letters stand for. A letter that occurs again
  /// stands for the same node.
  bool fits(const pattern& p, int step, node_id id, std::vector<node_id>& operands, std::vector<int>& letters) const {
    const token& what = p.steps[step].what;
    if (what.kind == token_kind::variable) {
      for (std::size_t i = 0; i < letters.size(); ++i)
        if (letters[i] == what.variable) return operands[i] == id;
      if (what.variable > 5 && !letter_fits(shapes_alone{nodes_}, what.variable, id)) return false;
      operands.push_back(id);
      letters.push_back(what.variable);
      return true;
    }
    if (what.kind == token_kind::number) return at(id).is_number(what.value);
    if (what.code != at(id).code || (step != p.root && names_.has(id))) return false;
    for (int i = 0; i < at(id).arity; ++i)
      if (!fits(p, p.steps[step].operands[i], at(id).arguments[i], operands, letters)) return false;
    return true;
  }

  /// The first line that fits; its first operand is multiplied by the factor.
  written by_table(node_id id, double factor) {
    for (int line = notation_of.first[static_cast<int>(at(id).code)]; line >= 0; line = notation_of.next[line]) {
      const notation_rule& rule = notations[line];
      std::vector<node_id> operands;
      std::vector<int> letters;
      if (fits(rule.what, rule.what.root, id, operands, letters))
        return {filled(id, rule, operands, factor), rule.binds, script_ == script::latex && rule.encloses};
    }
    return call(id);
  }

  std::string filled(node_id id, const notation_rule& rule, const std::vector<node_id>& operands, double factor) {
    std::string text;
    for (const char* c = script_ == script::text ? rule.text : rule.latex; *c != '\0'; ++c) {
      if (*c == '@') {
        text += rectangle_text(nodes_, id, script_);
        continue;
      }
      if (*c != '#') {
        text += *c;
        continue;
      }
      const std::size_t place = static_cast<std::size_t>(*++c - '1');
      written operand = place == 0 ? scaled(operands[0], factor) : term(operands[place]);
      const bool in_braces = !text.empty() && text.back() == '{' && c[1] == '}';
      if (in_braces && script_ == script::text) {  // an exponent
        text.resize(text.size() - 2);
        text += raised(operand.text);
        ++c;
        continue;
      }
      if (!in_braces) operand = in_parentheses(operand, rule.operands[place]);
      if (rule.binds == products && !text.empty() && text.back() == ' ') {
        text.pop_back();
        text = beside(text, operand.text);
      } else {
        text += operand.text;
      }
    }
    return text;
  }

  /// An exponent: small digits where there are such.
  static std::string raised(const std::string& exponent) {
    const std::string minus = "−";
    const bool negative = exponent.compare(0, minus.size(), minus) == 0;
    const std::string digits = negative ? exponent.substr(minus.size()) : exponent;
    if (digits.find_first_not_of("0123456789") != std::string::npos) return "^(" + exponent + ")";
    return (negative ? "⁻" : "") + small_digits(digits, true);
  }

  written in_parentheses(const written& w, level wanted) const {
    if (w.binds >= wanted || (w.encloses && wanted <= products)) return w;
    return {plain_or_latex("(", "\\left(") + w.text + plain_or_latex(")", "\\right)")};
  }

  /// A function's name upright, what it has in angle brackets as an index.
  static std::string operator_name(const std::string& name) {
    const std::size_t bracket = std::min(name.find('<'), name.size());
    std::string text = "\\operatorname{" + replaced(name.substr(0, bracket), "_", "\\_") + "}";
    if (bracket < name.size()) text += "_{" + replaced(name.substr(bracket + 1, name.size() - bracket - 2), "_", "\\_") + "}";
    return text;
  }
  written call(node_id id) {
    const node& n = at(id);
    text_buffer<80> function;
    print_function(function, n.code, n.extents, n.leaf, n.from, at(n.arguments[0]).extents);
    const std::string name = function.c_str();
    std::string text = (script_ == script::text ? name : operator_name(name)) + plain_or_latex("(", "\\left(");
    for (int i = 0; i < n.arity; ++i) text += (i > 0 ? ", " : "") + term(n.arguments[i]).text;
    return {text + plain_or_latex(")", "\\right)")};
  }
};

}  // namespace ctgrad::detail
