// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include "chains.hpp"
#include "checks.hpp"

namespace ctgrad::detail {

/// What becomes of a node when the plan is made.
enum class role : std::uint8_t {
  unneeded,   // no root needs it any more
  at_hand,    // a leaf, a scalar number, an extent: nothing to compute
  alias,      // the same memory: the transpose of a vector, another shape, some rows, a triangular matrix as its own factor
  flag,       // a transpose that calls take as a flag
  absorbed,   // part of a call that computes more than one node
  call,       // one kernel
  loop,       // part of a fused elementwise loop
};

/// How a call computes its node: factor * scale * op(a) op(b) + addend_factor * addend for products, code(operands) for the rest.
struct kernel_call {
  op code = op::number;
  op factor_kind = op::number;  // which factorisation it works with
  int operand_count = 0;
  node_id operands[2] = {no_node, no_node};
  bool transposed[2] = {false, false};
  structure triangles[2] = {structure::none, structure::none};  // of an operand in memory, before it is transposed: only that is read
  structure part = structure::none;  // of a product: which triangle of it, the rest being zeros
  double factor = 1, addend_factor = 1;
  node_id scale = no_node;
  node_id addend = no_node;
  position from{};  // of a part
  bool tiles = false;  // parts that are added up cover the whole and do not overlap: they need no adding
};

/// Gives each node its role, and each call its kernel with transposes, scale and accumulation absorbed.
template <class Graph>
struct selection {
  static constexpr int capacity = Graph::capacity;
  role roles[capacity]{};
  kernel_call calls[capacity]{};
  bool needed[capacity]{};
  bool in_loops[capacity]{};   // some loop reads it
  bool in_calls[capacity]{};   // some call reads it
  bool in_memory[capacity]{};  // something reads it that takes no transposed operand
  bool is_root[capacity]{};
  int uses[capacity]{};
  bool multiplies_column[capacity][2]{};  // a matrix, and its transpose

  constexpr explicit selection(const Graph& g) {
    for (int i = 0; i < Graph::root_count; ++i) {
      ++uses[g.roots[i]];
      needed[g.roots[i]] = is_root[g.roots[i]] = true;
    }
    for (node_id id = 0; id < g.size; ++id)
      note_uses(g, id);
    // Users come first: whether a sum becomes an accumulating call depends on who reads it.
    for (node_id id = g.size; id-- > 0;)
      if (needed[id]) choose(g, id);
    for (node_id id = g.size; id-- > 0;)
      if (roles[id] == role::call && calls[id].code == op::place && calls[id].addend != no_node && !calls[id].tiles) find_tiling(g, id);
  }

 private:
  constexpr void note_uses(const Graph& g, node_id id) {
    const node& n = g.nodes[id];
    for (int i = 0; i < n.arity; ++i) ++uses[n.arguments[i]];
    if (n.code != op::product || !n.extents.is_column()) return;
    const node& matrix = g.nodes[n.arguments[0]];
    const bool is_turned = matrix.code == op::transpose;
    multiplies_column[is_turned ? matrix.arguments[0] : n.arguments[0]][is_turned] = true;
  }
  /// Whether a matrix and its transpose both multiply columns, which takes no longer than one of the two.
  constexpr bool goes_both_ways(const Graph& g, const node& product) const {
    const node& matrix = g.nodes[product.arguments[0]];
    const bool* const found = multiplies_column[matrix.code == op::transpose ? matrix.arguments[0] : product.arguments[0]];
    return found[0] && found[1];
  }

  /// Parts that are added up one by one, the last one first, where they tile the whole: as the gradients of all the parts that
  /// a value was taken apart into.
  constexpr void find_tiling(const Graph& g, node_id last) {
    constexpr int capacity_of_tiles = 16;
    node_id sums[capacity_of_tiles]{};
    int count = 0;
    extent covered;
    covered.rehash();
    for (node_id id = last;; id = calls[id].addend) {
      const kernel_call& c = calls[id];
      if (roles[id] != role::call || c.code != op::place || c.factor != 1 || count == capacity_of_tiles) return;
      if (id != last && uses[id] != 1) return;
      for (int i = 0; i < count; ++i)
        if (!are_apart(g, c, calls[sums[i]])) return;
      sums[count++] = id;
      const shape& extents = g.nodes[c.operands[0]].extents;
      covered = covered + *extents.rows * *extents.columns;
      if (c.addend == no_node) break;
    }
    const shape& whole = g.nodes[last].extents;
    if (covered.too_long || !(covered == *whole.rows * *whole.columns)) return;
    for (int i = 0; i < count; ++i) calls[sums[i]].tiles = true;
  }
  static constexpr bool are_apart(const Graph& g, const kernel_call& a, const kernel_call& b) {
    const shape &m = g.nodes[a.operands[0]].extents, &n = g.nodes[b.operands[0]].extents;
    return ends_before(*a.from.row, *m.rows, *b.from.row) || ends_before(*b.from.row, *n.rows, *a.from.row) ||
           ends_before(*a.from.column, *m.columns, *b.from.column) || ends_before(*b.from.column, *n.columns, *a.from.column);
  }
  static constexpr bool ends_before(const extent& first, const extent& count, const extent& other) {
    return is_never_negative(other - (first + count));
  }

  constexpr void choose(const Graph& g, node_id id) {
    const node& n = g.nodes[id];
    if (roles[id] == role::absorbed) return;
    if (n.code == op::leaf || n.code == op::measure || (n.is_number() && n.is_scalar())) {
      roles[id] = role::at_hand;
    } else if (is_alias(g, id)) {
      roles[id] = role::alias;
      needed[n.arguments[0]] = in_memory[n.arguments[0]] = true;
    } else if (is_triangular_factor(n.code) || is_diagonal_leaf(g, id)) {
      roles[id] = role::alias;
      needed[n.arguments[0]] = in_memory[n.arguments[0]] = true;
    } else if (n.code == op::transpose && !in_memory[id] && !is_root[id]) {
      roles[id] = role::flag;
      needed[n.arguments[0]] = true;
    } else if (accumulates(g, id) || accumulates_part(g, id) || is_scaled_product(g, id) || is_part_of_product(g, id)) {
      roles[id] = role::call;
    } else if (fits_loops(n)) {
      roles[id] = role::loop;
      for (int i = 0; i < n.arity; ++i)
        needed[n.arguments[i]] = in_loops[n.arguments[i]] = in_memory[n.arguments[i]] = true;
    } else {
      roles[id] = role::call;
      calls[id] = plain_call(g, id);
      need_operands(calls[id]);
    }
  }

  /// Of a leaf that is a diagonal matrix only the diagonal is in memory.
  static constexpr bool is_diagonal_leaf(const Graph& g, node_id id) {
    if (g.nodes[id].code != op::diagonal) return false;
    const node& argument = g.nodes[g.nodes[id].arguments[0]];
    return argument.code == op::leaf && argument.leaf->form == structure::diagonal_matrix;
  }

  static constexpr bool is_alias(const Graph& g, node_id id) {
    const node& n = g.nodes[id];
    if (n.code == op::part) return n.extents.is_row() || *n.extents.columns == *g.nodes[n.arguments[0]].extents.columns;
    return n.code == op::reshape || (n.code == op::transpose && (n.extents.is_row() || n.extents.is_column()));
  }

  constexpr void need_operands(const kernel_call& c) {
    for (int i = 0; i < c.operand_count; ++i) {
      needed[c.operands[i]] = in_calls[c.operands[i]] = true;
      if (!takes_transposed(c.code, i)) in_memory[c.operands[i]] = true;
    }
    if (c.scale != no_node) needed[c.scale] = true;
    if (c.addend != no_node) needed[c.addend] = in_memory[c.addend] = true;
  }

  static constexpr bool takes_transposed(op code, int operand) { return code == op::product || (is_solve_by_factor(code) && operand == 1); }
  constexpr kernel_call plain_call(const Graph& g, node_id id) const {
    const node& n = g.nodes[id];
    kernel_call c{.code = n.code, .operand_count = n.arity, .from = n.from};
    if (n.code >= op::factored_solve && n.code <= op::factored_lower) c.factor_kind = g.nodes[n.arguments[0]].code;
    for (int i = 0; i < n.arity; ++i) {
      c.operands[i] = n.arguments[i];
      const node& operand = g.nodes[c.operands[i]];
      if (takes_transposed(n.code, i) && operand.code == op::transpose) {
        c.operands[i] = operand.arguments[0];
        c.transposed[i] = true;
      }
    }
    if (n.code == op::product && !is_symmetric_product(g, id)) read_triangle(g, n, c);
    return c;
  }
  /// Of a symmetric product one triangle of the result is computed instead.
  static constexpr bool is_symmetric_product(const Graph& g, node_id id) {
    const node& n = g.nodes[id];
    return (n.properties & symmetric_value) != 0 || are_transposes(g, n.arguments[0], n.arguments[1]);
  }
  /// The first triangular factor of a product is read as what it is a triangle of; nothing writes it with its zeros. Of a few rows
  /// that would take longer.
  static constexpr void read_triangle(const Graph& g, const node& n, kernel_call& c) {
    for (int i = 0; i < 2; ++i) {
      node_id id = n.arguments[i];
      const auto triangle = g.nodes[id].properties & triangular;
      if ((triangle != lower_value && triangle != upper_value) || is_short(*g.nodes[id].extents.rows)) continue;
      bool is_upper = triangle == upper_value, is_transposed = false;
      for (;; id = g.nodes[id].arguments[0]) {
        const op code = g.nodes[id].code;
        const bool is_root_of_matrix = code == op::factored_lower && g.nodes[g.nodes[id].arguments[0]].code == op::cholesky_factor;
        if (code == op::transpose || is_root_of_matrix) {
          is_upper = !is_upper;  // LAPACK leaves the transpose of L in the upper triangle
          is_transposed = !is_transposed;
        } else if (code != (is_upper ? op::upper_part : op::lower_part)) {
          break;
        }
      }
      c.operands[i] = id;
      c.transposed[i] = is_transposed;
      c.triangles[i] = is_upper ? structure::upper_triangular : structure::lower_triangular;
      return;
    }
  }
  static constexpr bool is_short(const extent& e) { return e.is_number() && e.number() <= 16; }
  static constexpr bool has_triangle(const kernel_call& c) {
    return c.triangles[0] != structure::none || c.triangles[1] != structure::none;
  }

  constexpr void absorb(const Graph& g, node_id id, const product_term& t, double sign) {
    calls[id] = plain_call(g, t.product);
    calls[id].factor = sign;
    if (t.scale != no_node && g.nodes[t.scale].is_number())
      calls[id].factor = sign * g.nodes[t.scale].value;
    else
      calls[id].scale = t.scale;
    roles[t.product] = role::absorbed;
  }

  constexpr bool is_scaled_product(const Graph& g, node_id id) {
    const node& n = g.nodes[id];
    if (n.code != op::multiply || !g.nodes[n.arguments[0]].is_scalar()) return false;
    if (g.nodes[n.arguments[1]].code != op::product || uses[n.arguments[1]] != 1) return false;
    absorb(g, id, {n.arguments[1], n.arguments[0]}, 1);
    need_operands(calls[id]);
    return true;
  }

  /// A triangle of a product, perhaps scaled.
  constexpr bool is_part_of_product(const Graph& g, node_id id) {
    const bool is_scaled = g.nodes[id].code == op::multiply && g.nodes[g.nodes[id].arguments[0]].is_scalar();
    const node_id part = is_scaled ? g.nodes[id].arguments[1] : id, product = g.nodes[part].arguments[0];
    const bool is_upper = g.nodes[part].code == op::upper_part;
    if ((!is_upper && g.nodes[part].code != op::lower_part) || (is_scaled && uses[part] != 1)) return false;
    if (g.nodes[product].code != op::product || uses[product] != 1 || has_triangle(plain_call(g, product))) return false;
    absorb(g, id, {product, is_scaled ? g.nodes[id].arguments[0] : no_node}, 1);
    calls[id].part = is_upper ? structure::upper_triangular : structure::lower_triangular;
    if (is_scaled) roles[part] = role::absorbed;
    need_operands(calls[id]);
    return true;
  }

  /// X + P, X - P, P - X: the product is accumulated onto X or -X. Loops that read the sum compute it themselves, unless X is a product
  /// as well, or a matrix in memory and the sum stored for other readers anyway. Of a symmetric P, of which one triangle is computed,
  /// that is left to loops if the sum is not symmetric; of A x where X waits for a loop, too, if A^T multiplies a column as well.
  constexpr bool accumulates(const Graph& g, node_id id) {
    const node& n = g.nodes[id];
    if (n.code != op::add && n.code != op::subtract) return false;
    if (n.is_scalar() || !(g.nodes[n.arguments[0]].extents == n.extents) || !(g.nodes[n.arguments[1]].extents == n.extents)) return false;
    product_term first = product_term_of(g, uses, n.arguments[0]), second = product_term_of(g, uses, n.arguments[1]);
    node_id base = n.arguments[0];
    double sign = n.code == op::subtract ? -1 : 1, base_sign = 1;
    if (second.product == no_node) {
      if (first.product == no_node) return false;
      base = n.arguments[1];
      second = first;
      first = {};
      std::swap(sign, base_sign);
    }
    if (is_matrix(n) && has_triangle(plain_call(g, second.product))) {  // BLAS adds them to nothing
      if (first.product == no_node || has_triangle(plain_call(g, first.product))) return false;
      base = n.arguments[1];
      std::swap(first, second);
      std::swap(sign, base_sign);
    }
    const bool onto_call = first.product != no_node || is_sum_of_products(g, base);
    const node& product = g.nodes[second.product];
    if (!onto_call && is_symmetric_product(g, second.product) && (n.properties & symmetric_value) == 0) return false;
    if (!onto_call && n.extents.is_column() && fits_loops(g.nodes[base]) && goes_both_ways(g, product)) return false;
    const bool is_stored_anyway = is_matrix(n) && (in_calls[id] || is_root[id]) && !fits_loops(g.nodes[base]);
    if (!onto_call && in_loops[id] && !is_stored_anyway) return false;
    absorb(g, id, second, sign);
    if (second.scale != no_node) roles[base == n.arguments[0] ? n.arguments[1] : n.arguments[0]] = role::absorbed;
    calls[id].addend = base;
    calls[id].addend_factor = base_sign;
    need_operands(calls[id]);
    return true;
  }
  static constexpr bool is_matrix(const node& n) { return !n.extents.is_row() && !n.extents.is_column(); }
  /// Whether a loop could compute a value where it is needed, without storing it.
  static constexpr bool fits_loops(const node& n) { return is_elementwise(n.code) || n.is_number() || is_reduction(n.code); }
  /// X + a part placed among zeros, X - one, and so for what indices point at: added onto X.
  constexpr bool accumulates_part(const Graph& g, node_id id) {
    const node& n = g.nodes[id];
    if (n.code != op::add && n.code != op::subtract) return false;
    for (int i = 1; i >= (n.code == op::add ? 0 : 1); --i) {
      const node_id part = n.arguments[i], base = n.arguments[1 - i];
      const op code = g.nodes[part].code;
      const bool adds = code == op::place || code == op::scatter_rows || code == op::scatter_columns || code == op::unpick ||
                        code == op::unpick_rows;
      if (!adds || uses[part] != 1 || !(g.nodes[base].extents == n.extents) || !(g.nodes[part].extents == n.extents)) continue;
      calls[id] = plain_call(g, part);
      calls[id].factor = n.code == op::subtract ? -1 : 1;
      calls[id].addend = base;
      roles[part] = role::absorbed;
      need_operands(calls[id]);
      return true;
    }
    return false;
  }
  constexpr bool is_sum_of_products(const Graph& g, node_id id) const {
    const node& n = g.nodes[id];
    if (uses[id] != 1 || (n.code != op::add && n.code != op::subtract)) return false;
    return product_term_of(g, uses, n.arguments[0]).product != no_node && product_term_of(g, uses, n.arguments[1]).product != no_node;
  }
};

}  // namespace ctgrad::detail
