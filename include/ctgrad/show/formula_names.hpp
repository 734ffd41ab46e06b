// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <vector>

#include "symbols.hpp"

namespace ctgrad::detail {

/// Names for what stands more than once in the formulas of a graph's roots.
class formula_names {
 public:
  template <class Graph>
  formula_names(const Graph& g, script s) : nodes_(g.nodes), script_(s), uses_(index(g.size)), names_(uses_.size()) {
    for (int i = 0; i < Graph::root_count; ++i) ++uses_[index(g.roots[i])];
    count_uses();
    give_names();
  }

  bool has(node_id id) const { return !names_[index(id)].empty(); }
  const std::string& of(node_id id) const { return names_[index(id)]; }

 private:
  const node* nodes_;
  script script_;
  std::vector<int> uses_;  // how often a node stands in the formulas
  std::vector<std::string> names_;

  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  const node& at(node_id id) const { return nodes_[id]; }
  int size() const { return static_cast<int>(uses_.size()); }

  /// Signs and superscripts are no work to repeat: what stands below them is what is shared.
  bool is_thin(node_id id) const {
    const op code = at(id).code;
    if (code == op::minimum || code == op::maximum) return is_unmentioned_limit(at(at(id).arguments[0]));
    return code == op::transpose || code == op::inverse || code == op::negate || code == op::stop_gradient ||
           (code == op::multiply && at(at(id).arguments[0]).is_number());
  }

  void count_uses() {
    for (node_id id = size(); id-- > 0;)
      for (int i = 0; i < at(id).arity; ++i)
        uses_[index(at(id).arguments[i])] += is_thin(id) ? uses_[index(id)] : uses_[index(id)] > 0;
  }

  /// Shared nodes of more than two symbols. Matrices that are inverted are called K, others R, S, ..., vectors r, s, ...
  /// and scalars c, d, ..., as far as leaves have not taken the letters.
  void give_names() {
    std::vector<int> symbols(uses_.size());
    std::vector<bool> is_inverted(uses_.size());
    for (node_id id = 0; id < size(); ++id) {
      const op code = at(id).code;
      if (code == op::inverse || code == op::solve || code == op::logdet) is_inverted[index(at(id).arguments[0])] = true;
    }
    int taken[4]{};
    for (node_id id = 0; id < size(); ++id) {
      const node& n = at(id);
      int& count = symbols[index(id)] = is_thin(id) ? 0 : 1;
      for (int i = 0; i < n.arity; ++i) count += symbols[index(n.arguments[i])];
      if (uses_[index(id)] < 2 || count <= 3 || is_thin(id)) continue;
      count = 1;
      const bool is_matrix = !n.extents.is_column() && !n.extents.is_row();
      static constexpr const char* letters[] = {"KLMGH", "RSTUVPQEF", "rstuvwpqz", "cdabefg"};
      const int kind = is_matrix && is_inverted[index(id)] ? 0 : is_matrix ? 1 : n.is_scalar() ? 3 : 2;
      do names_[index(id)] = symbol_text(nth_name(letters[kind], taken[kind]++), script_);
      while (is_name_of_leaf(names_[index(id)]));
    }
  }
  static std::string nth_name(const std::string& letters, int n) {
    const int count = static_cast<int>(letters.size());
    const std::string name(1, letters[index(n % count)]);
    return n < count ? name : name + std::to_string(n / count);
  }
  bool is_name_of_leaf(const std::string& name) const {
    for (node_id id = 0; id < size(); ++id) {
      if (at(id).code == op::leaf && name == symbol_text(at(id).leaf->leaf_name, script_)) return true;
      if (at(id).code == op::measure && name == extent_text(*at(id).measured, script_)) return true;
    }
    return false;
  }
};

}  // namespace ctgrad::detail
