// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>

#include "../expr/source.hpp"

namespace ctgrad::detail {

using node_id = int;
inline constexpr node_id no_node = -1;

// What the shape of a node is like, and whether it is a number: bits above those of its properties.
inline constexpr unsigned scalar_form = 1 << 8, larger_form = 1 << 9;
inline constexpr unsigned row_form = 1 << 10, column_form = 1 << 11, square_form = 1 << 12;  // larger than a scalar
inline constexpr unsigned number_form = 1 << 13, unit_form = 1 << 15;  // 0, 1 or -1: the numbers that most rules are about

/// One operation of a graph; arguments are nodes that stand before it.
struct node {
  op code = op::number;
  std::uint8_t arity = 0;
  std::uint8_t properties = 0;           // what is known of its value, where that has been inferred
  std::uint16_t form = 0;                // 0 until it enters a graph, which notes it: passes ask for it all the time
  std::uint16_t below = 0;               // the same and the properties of its arguments, together
  node_id arguments[3] = {no_node, no_node, no_node};
  shape extents{};
  double value = 0;                      // of a number: the value of every entry
  const source* leaf = nullptr;          // of a leaf: its name and structure; of a call: its function
  const extent* measured = &one_extent;  // of a measure
  position from{};                       // of a part

  constexpr bool is(op other) const { return code == other; }
  constexpr bool is_number() const { return code == op::number; }
  constexpr bool is_number(double x) const { return code == op::number && value == x; }
  constexpr bool is_scalar() const { return form != 0 ? (form & scalar_form) != 0 : extents.is_scalar(); }
};

constexpr unsigned form_of_number(double value) {
  return value == 0 || value == 1 || value == -1 ? number_form | unit_form : number_form;
}
constexpr std::uint16_t form_of(const node& n) {
  const std::uint64_t rows = n.extents.rows->key, columns = n.extents.columns->key;
  const bool is_row = rows == extent::key_of_one, is_column = columns == extent::key_of_one;
  const unsigned shape_alone = is_row && is_column      ? scalar_form
                               : is_row                 ? larger_form | row_form
                               : is_column              ? larger_form | column_form
                               : rows == columns        ? larger_form | square_form
                                                        : larger_form;
  return static_cast<std::uint16_t>(n.code == op::number ? shape_alone | form_of_number(n.value) : shape_alone);
}

/// The same node of arguments that have moved.
template <int Capacity>
constexpr void move_arguments(node& n, const node_id (&moved)[Capacity]) {
  if (n.arity > 0) n.arguments[0] = moved[n.arguments[0]];
  if (n.arity > 1) n.arguments[1] = moved[n.arguments[1]];
  if (n.arity > 2) n.arguments[2] = moved[n.arguments[2]];
}

/// Nodes without arguments, and those that carry their shape, are told apart by more than their arguments.
constexpr std::uint64_t hash(const node& n) {
  // No loop over the arguments, here and below: in constant evaluation it costs several times what it does.
  std::uint64_t state = static_cast<std::uint64_t>(n.code) ^ (static_cast<std::uint64_t>(n.arguments[0]) << 8) ^
                        (static_cast<std::uint64_t>(n.arguments[1]) << 26) ^ (static_cast<std::uint64_t>(n.arguments[2]) << 44);
  if (n.arity > 0 && op_table[static_cast<int>(n.code)].shape != shape_rule::given && n.code != op::call)
    return (state * 0x9e3779b97f4a7c15u) >> 32;
  if (n.code == op::call) return mix(state, n.leaf->function->code);
  if (n.code == op::leaf) return mix(state, static_cast<std::uint64_t>(n.leaf->key));
  if (n.code == op::measure) return mix(state, n.measured->key);
  state += n.extents.rows->key + 3 * n.extents.columns->key;
  if (n.arity > 0) return mix(state, n.from.row->key + 3 * n.from.column->key);
  return mix(state, std::bit_cast<std::uint64_t>(n.value));
}

constexpr bool same_node(const node& a, const node& b) {
  if (a.code != b.code || a.arguments[0] != b.arguments[0] || a.arguments[1] != b.arguments[1] || a.arguments[2] != b.arguments[2])
    return false;
  if (a.code == op::call) return a.leaf->function->code == b.leaf->function->code;
  if (a.arity > 0) return op_table[static_cast<int>(a.code)].shape != shape_rule::given || (a.extents == b.extents && a.from == b.from);
  if (a.code == op::leaf) return a.leaf->key == b.leaf->key;
  if (a.code == op::measure) return *a.measured == *b.measured;
  return std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value) && a.extents == b.extents;
}

}  // namespace ctgrad::detail
