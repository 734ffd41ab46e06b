// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "text.hpp"

namespace ctgrad::detail {

/// Writes a graph for Graphviz: each node once, shapes on the edges, the reverse sweep in a frame beside the forward one.
class dot_writer {
 public:
  /// `is_derived[i]` tells whether the i-th root is a derivative.
  template <class Graph>
  dot_writer(const Graph& g, const bool* is_derived) : nodes_(g.nodes), size_(g.size), is_forward_(static_cast<std::size_t>(g.size)) {
    bool any_forward = false, any_derived = false;
    for (int i = 0; i < Graph::root_count; ++i) {
      roots_.push_back(g.roots[i]);
      (is_derived[i] ? any_derived : any_forward) = true;
      if (!is_derived[i]) is_forward_[index(g.roots[i])] = true;
    }
    has_two_sweeps_ = any_forward && any_derived;
    for (node_id id = size_; id-- > 0;)
      for (int i = 0; i < at(id).arity && is_forward_[index(id)]; ++i) is_forward_[index(at(id).arguments[i])] = true;
  }

  std::string write() const {
    std::string text =
        "digraph {\n"
        "  rankdir=LR; ordering=in;\n"
        "  node [shape=box, style=rounded, fontname=\"sans\"];\n"
        "  edge [fontname=\"sans\", fontsize=10];\n";
    for (node_id id = 0; id < size_; ++id)
      if (at(id).arity == 0) text += "  " + node_text(id);
    if (has_two_sweeps_) {
      text += sweep("forward", true) + sweep("reverse", false);
    } else {
      for (node_id id = 0; id < size_; ++id)
        if (at(id).arity > 0) text += "  " + node_text(id);
    }
    for (node_id id = 0; id < size_; ++id)
      for (int i = 0; i < at(id).arity; ++i) text += edge(at(id).arguments[i], name(id), at(at(id).arguments[i]).extents);
    for (std::size_t i = 0; i < roots_.size(); ++i) {
      const std::string result = "result" + std::to_string(i + 1);
      text += "  " + result + " [label=\"result " + std::to_string(i + 1) + "\", shape=plaintext];\n";
      text += edge(roots_[i], result, at(roots_[i]).extents);
    }
    return text + "}\n";
  }

 private:
  const node* nodes_;
  int size_;
  std::vector<bool> is_forward_;
  std::vector<node_id> roots_;
  bool has_two_sweeps_ = false;

  static std::size_t index(node_id id) { return static_cast<std::size_t>(id); }
  const node& at(node_id id) const { return nodes_[id]; }
  static std::string name(node_id id) { return "n" + std::to_string(id); }

  std::string sweep(const std::string& title, bool forward) const {
    std::string text = "  subgraph cluster_" + title + " {\n    label=\"" + title + " sweep\"; color=gray; fontname=\"sans\";\n";
    for (node_id id = 0; id < size_; ++id)
      if (at(id).arity > 0 && is_forward_[index(id)] == forward) text += "    " + node_text(id);
    return text + "  }\n";
  }

  std::string node_text(node_id id) const {
    const bool is_leaf = at(id).code == op::leaf;
    const std::string text = replaced(replaced(label(id), "\\", "\\\\"), "\"", "\\\"");
    return name(id) + " [label=\"" + text + "\"" + (is_leaf ? ", shape=ellipse" : "") + "];\n";
  }
  static std::string edge(node_id from, const std::string& to, const shape& extents) {
    return "  " + name(from) + " -> " + to + " [label=\"" + shape_text(extents, script::text) + "\"];\n";
  }

  /// A leaf by its name, an op by its sign.
  std::string label(node_id id) const {
    const node& n = at(id);
    switch (n.code) {
      case op::leaf: return symbol_text(n.leaf->leaf_name, script::text);
      case op::number: return (n.value < 0 ? "−" : "") + magnitude_text(n.value, script::text);
      case op::measure: return extent_text(*n.measured, script::text);
      case op::identity: return "I";
      default: break;
    }
    const int line = notation_alone(nodes_, id);
    if (line < 0) {
      text_buffer<80> function;
      print_function(function, n.code, n.extents, n.leaf, n.from, at(n.arguments[0]).extents);
      return function.c_str();
    }
    std::string text = notations[line].text;
    if (text.find('@') != std::string::npos) text = replaced(text, "@", rectangle_text(nodes_, id, script::text));
    const std::string infix = "#1 ";
    if (n.arity == 2 && text.compare(0, infix.size(), infix) == 0 && text.size() > 5 && text.compare(text.size() - 3, 3, " #2") == 0)
      return text.substr(3, text.size() - 6);
    if (text == "#1 #2") return "×";
    for (const char* operand : {"#1", "#2", "#3"}) text = replaced(text, operand, "·");
    return replaced(replaced(text, "^{", "^"), "}", "");
  }
};

template <class Digests>
inline constexpr message dot_problem{};
template <digest... Roots>
inline constexpr message dot_problem<digest_list<Roots...>> = derivation_problem<derivation<Roots...>>;

template <digest... Roots>
std::string write_dot(digest_list<Roots...>) {
  constexpr const auto& graph = shown_graph<Roots...>();
  constexpr bool is_derived[] = {has_derivatives(normal_form<Roots>::written)...};
  return dot_writer(graph, is_derived).write();
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// The computational graph of expressions for Graphviz: shared nodes once, shapes on the edges.
///
/// Derivatives are derived and simplified; asked for beside the loss, the reverse sweep that computes them stands in a frame
/// of its own beside the forward one. Linear in the nodes.
///
///     auto text = to_dot(loss, grad(loss, W));
template <class... Expressions>
std::string to_dot(const Expressions&... expressions) {
  constexpr bool are_expressions = sizeof...(Expressions) > 0 && (detail::compilable<Expressions> && ...);
  static_assert(are_expressions, "ctgrad: to_dot takes expressions; write 0.5_c for a number");
  if constexpr (are_expressions) {
    using graph = decltype((detail::digest_list<>{} + ... + detail::digests_of(expressions)));
    static_assert(decltype(detail::the_problem<detail::dot_problem<graph>>)::none, "ctgrad: cannot be derived");
    return detail::write_dot(graph{});
  } else {
    return {};
  }
}

}  // namespace ctgrad
