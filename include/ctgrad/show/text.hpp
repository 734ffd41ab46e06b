// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <vector>

#include "../run/compile.hpp"

namespace ctgrad::detail {

template <class Value>
std::string text_of(const Value& value) {
  text_buffer<80> text;
  text << value;
  return text.c_str();
}
inline std::string number_text(double value) {
  text_buffer<40> text;
  print_number(text, value);
  return text.c_str();
}

/// Writes graphs in the notation of a textbook: juxtaposed products, superscripts for transposes and inverses, ∘ for
/// the elementwise product, and a name for what is used more than once.
class formula_writer {
 public:
  template <class Graph>
  explicit formula_writer(const Graph& g) : nodes_(g.nodes), uses_(static_cast<std::size_t>(g.size)), names_(uses_.size()) {
    for (node_id id = 0; id < g.size; ++id)
      for (int i = 0; i < g[id].arity; ++i) ++uses_[index(g[id].arguments[i])];
    name_shared(g.size);
  }

  /// The formula of a root, then the names in it: "W r xᵀ + W x rᵀ where r = Wᵀ W x − x".
  std::string write(node_id root) {
    std::string text = body(root, 0);
    std::string separator = " where ";
    for (std::size_t i = 0; i < mentioned_.size(); ++i) {  // grows while names are explained by others
      const node_id id = mentioned_[i];
      text += separator + names_[index(id)] + " = " + body(id, 0);
      separator = ", ";
    }
    mentioned_.clear();
    return text;
  }

 private:
  enum precedence { sum_level = 1, minus_level = 2, hadamard_level = 3, product_level = 4, power_level = 6 };

  const node* nodes_;
  std::vector<int> uses_;
  std::vector<std::string> names_;
  std::vector<node_id> mentioned_;

  static std::size_t index(node_id id) { return static_cast<std::size_t>(id); }
  const node& at(node_id id) const { return nodes_[id]; }

  bool is_worth_a_name(node_id id) const {
    const node& n = at(id);
    if (uses_[index(id)] < 2 || n.arity == 0) return false;
    if (n.arity == 1 && at(n.arguments[0]).arity == 0) return false;                      // Wᵀ, exp(z)
    if (n.arity == 2 && at(n.arguments[0]).arity == 0 && at(n.arguments[1]).arity == 0)   // W x, 2 α
      return false;
    return n.code != op::transpose;
  }

  void name_shared(int size) {
    const std::string letters = "rstuvwabcdefghijklmnopq";
    std::size_t next = 0;
    for (node_id id = 0; id < size; ++id) {
      if (!is_worth_a_name(id)) continue;
      std::string name;
      do {
        name = std::string(1, letters[next % letters.size()]);
        if (next >= letters.size()) name += std::to_string(next / letters.size());
        ++next;
      } while (is_leaf_name(name, size));
      names_[index(id)] = name;
    }
  }
  bool is_leaf_name(const std::string& name, int size) const {
    for (node_id id = 0; id < size; ++id) {
      if (at(id).code == op::leaf && name == at(id).leaf->leaf_name) return true;
      if (at(id).code == op::measure && name == text_of(*at(id).measured)) return true;
    }
    return false;
  }

  std::string term(node_id id, int outer) {
    if (names_[index(id)].empty()) return body(id, outer);
    bool known = false;
    for (const node_id other : mentioned_) known = known || other == id;
    if (!known) mentioned_.push_back(id);
    return names_[index(id)];
  }

  static std::string enclosed(bool needed, const std::string& text) { return needed ? "(" + text + ")" : text; }

  /// Whether a term is written with a minus sign in front, which then joins the sum it stands in.
  bool is_negative(node_id id) const {
    const node& n = at(id);
    if (!names_[index(id)].empty()) return false;
    if (n.is_number()) return n.is_scalar() && n.value < 0;
    return n.code == op::multiply && is_negative(n.arguments[0]);
  }
  static std::string without_minus(std::string text) {
    const std::string minus = "−";
    return text.compare(0, minus.size(), minus) == 0 ? text.substr(minus.size()) : text;
  }

  std::string body(node_id id, int outer) {
    const node& n = at(id);
    const auto first = [&](int level) { return term(n.arguments[0], level); };
    const auto second = [&](int level) { return term(n.arguments[1], level); };
    switch (n.code) {
      case op::leaf: return n.leaf->leaf_name;
      case op::measure: return text_of(*n.measured);
      case op::identity: return "I";
      case op::number: {
        std::string text = n.value < 0 ? "−" + number_text(-n.value) : number_text(n.value);
        if (!n.is_scalar()) text = (n.value == 1 ? "" : text + " ") + "1[" + text_of(n.extents) + "]";
        return enclosed(n.value < 0 && outer > minus_level, text);
      }
      case op::negate: return enclosed(outer > minus_level, "−" + first(hadamard_level));
      case op::add: {
        if (is_negative(n.arguments[0]) && !is_negative(n.arguments[1]))
          return enclosed(outer > sum_level, second(sum_level) + " − " + without_minus(first(sum_level)));
        if (is_negative(n.arguments[1]))
          return enclosed(outer > sum_level, first(sum_level) + " − " + without_minus(second(sum_level)));
        return enclosed(outer > sum_level, first(sum_level) + " + " + second(sum_level));
      }
      case op::subtract: return enclosed(outer > sum_level, first(sum_level) + " − " + second(minus_level));
      case op::multiply: {
        const node &a = at(n.arguments[0]), &b = at(n.arguments[1]);
        if (!a.is_scalar() && !b.is_scalar()) return enclosed(outer > hadamard_level, first(hadamard_level) + " ∘ " + second(hadamard_level));
        const bool negative = is_negative(id);
        std::string text = negative ? "−" : "";
        if (!(a.is_number() && a.value == -1))
          text += (negative ? without_minus(body(n.arguments[0], 0)) : first(product_level)) + " ";
        return enclosed(outer > product_level || (negative && outer > minus_level), text + second(product_level));
      }
      case op::divide: return enclosed(outer >= product_level, first(product_level) + " / " + second(power_level));
      case op::product: return enclosed(outer > product_level, first(product_level) + " " + second(product_level + 1));
      case op::transpose: return first(power_level) + "ᵀ";
      case op::inverse: return first(power_level) + "⁻¹";
      case op::reciprocal: return n.is_scalar() ? first(power_level) + "⁻¹" : "reciprocal(" + first(0) + ")";
      case op::square: return n.is_scalar() ? first(power_level) + "²" : "square(" + first(0) + ")";
      case op::squared_norm: return "‖" + first(0) + "‖²";
      case op::norm: return "‖" + first(0) + "‖";
      case op::logdet: return "log|" + first(0) + "|";
      case op::trace: return "tr(" + first(0) + ")";
      case op::less: case op::less_equal:
        return enclosed(true, first(sum_level) + (n.code == op::less ? " < " : " ≤ ") + second(sum_level));
      case op::sum: {
        const node& inner = at(n.arguments[0]);
        if (names_[index(n.arguments[0])].empty() && inner.code == op::square) return "‖" + term(inner.arguments[0], 0) + "‖²";
        if (names_[index(n.arguments[0])].empty() && inner.code == op::multiply && !at(inner.arguments[0]).is_scalar())
          return "⟨" + term(inner.arguments[0], 0) + ", " + term(inner.arguments[1], 0) + "⟩";
        return "sum(" + first(0) + ")";
      }
      default: break;
    }
    std::string text = std::string(about(n.code).name) + "(";
    for (int i = 0; i < n.arity; ++i) text += (i > 0 ? ", " : "") + term(n.arguments[i], 0);
    return text + ")";
  }
};

/// Whether a graph as written has derivatives still to be taken.
template <class Graph>
constexpr bool has_derivatives(const Graph& g) {
  for (node_id id = 0; id < g.size; ++id)
    if (g[id].code == op::gradient || g[id].code == op::substitute) return true;
  return false;
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// The expression in mathematics; of a derivative, the expression that was derived and simplified.
///
/// What is used more than once gets a name: `W r xᵀ + W x rᵀ where r = Wᵀ W x − x`.
template <detail::digest E>
std::string to_string(detail::expr<E>) {
  using passes = detail::pipeline<E>;
  if constexpr (detail::has_derivatives(passes::written))
    return detail::formula_writer(passes::simplified).write(passes::simplified.roots[0]);
  else
    return detail::formula_writer(passes::written).write(passes::written.roots[0]);
}

}  // namespace ctgrad
