// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decimal.hpp"
#include "source.hpp"

namespace ctgrad::detail {

/// Writes a number with as few digits as read back to the same double.
template <std::size_t Capacity>
constexpr void print_number(text_buffer<Capacity>& out, double value) {
  if (value != value) {
    out << "nan";
    return;
  }
  if (value < 0) {
    out << '-';
    value = -value;
  }
  if (value > 1.7976931348623157e308) {
    out << "inf";
    return;
  }
  if (value == 0) {
    out << '0';
    return;
  }
  const decimal d = shortest_decimal(value);
  const bool is_scaled = d.exponent < -4 || d.exponent >= 15;
  const int point = is_scaled ? 1 : d.exponent + 1;  // so many digits stand before it
  if (point <= 0) out << "0.";
  for (int i = point; i < 0; ++i) out << '0';
  for (int i = 0; i < d.count || i < point; ++i) {
    if (i == point && i > 0) out << '.';
    out << (i < d.count ? d.digits[i] : '0');
  }
  if (is_scaled) out << 'e' << static_cast<long>(d.exponent);
}

/// The function that a call is written with, up to its bracket.
template <std::size_t Capacity>
constexpr void print_function(text_buffer<Capacity>& out, op code, const shape& extents, const source* called, const position& from,
                              const shape& whole) {
  if (code == op::call)
    out << called->leaf_name;
  else if (code == op::part && extents.is_scalar() && whole.is_column())
    out << "element<" << *from.row << '>';
  else if (code == op::part && extents.is_scalar() && whole.is_row())
    out << "element<" << *from.column << '>';
  else if (code == op::part && extents.is_scalar())
    out << "element<" << *from.row << ", " << *from.column << '>';
  else if (code == op::part && *extents.columns == *whole.columns && *from.column == zero_extent)
    out << "rows<" << *from.row << ", " << *extents.rows << '>';
  else if (code == op::part && *extents.rows == *whole.rows && *from.row == zero_extent)
    out << "columns<" << *from.column << ", " << *extents.columns << '>';
  else if (code == op::part || code == op::place)
    out << about(code).name << '<' << *from.row << ", " << *from.column << ", " << *extents.rows << ", " << *extents.columns << '>';
  else if (code == op::reshape && extents.is_column())
    out << "vec";
  else if (code == op::reshape)
    out << "reshape<" << *extents.rows << ", " << *extents.columns << '>';
  else
    out << about(code).name;
}

/// Writes an expression as its user would, for error messages; deep inside, "..." stands for the rest.
template <std::size_t Capacity>
constexpr void print_source(text_buffer<Capacity>& out, const source& node, int depth = 6, int outer = 0) {
  const op_entry& entry = about(node.code);
  if (node.code == op::leaf) {
    out << node.leaf_name;
  } else if (node.code == op::number && node.extents.is_scalar()) {
    print_number(out, node.value);
  } else if (node.code == op::number) {
    out << (node.value == 0 ? "zeros" : "ones");
  } else if (node.code == op::measure) {
    out << "extent(" << *node.measured << ')';
  } else if (depth == 0) {
    out << "...";
  } else if (entry.style == notation::infix) {
    const bool parentheses = entry.precedence < outer;
    if (parentheses) out << '(';
    const char* sign = node.code == op::multiply ? "*" : entry.name;
    print_source(out, *node.arguments[0], depth - 1, entry.precedence);
    out << ' ' << sign << ' ';
    print_source(out, *node.arguments[1], depth - 1, entry.precedence + 1);
    if (parentheses) out << ')';
  } else if (entry.style == notation::prefix) {
    out << entry.name;
    print_source(out, *node.arguments[0], depth - 1, entry.precedence + 1);
  } else {
    print_function(out, node.code, node.extents, &node, node.from, node.arity > 0 ? node.arguments[0]->extents : shape{});
    if (entry.arity == 0) return;
    out << '(';
    for (int i = 0; i < node.arity; ++i) {
      if (i > 0) out << ", ";
      print_source(out, *node.arguments[i], depth - 1);
    }
    out << ')';
  }
}

constexpr void print_operand(message& out, const source& node) {
  text_buffer<60> text;
  print_source(text, node);
  out << '|' << text.c_str();
  if (text.length == 60) out << "...";
  out << " is ";
  if (node.array->rank > 0)
    out << *node.array;
  else
    out << node.extents;
}

}  // namespace ctgrad::detail
