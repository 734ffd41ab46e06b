// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

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

/// "|" parts a message into the fragments that a compiler shows one by one.
using message = text_buffer<400>;

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

/// Where the n-th fragment of a message starts; fragments hold at most 31 characters and break at blanks.
constexpr std::size_t fragment_end(const message& text, std::size_t start) {
  std::size_t end = start, blank = start;
  while (end < text.length && text[end] != '|' && end - start < 31) {
    if (text[end] == ' ') blank = end;
    ++end;
  }
  if (end == text.length || text[end] == '|' || blank == start) return end;
  return blank;
}
constexpr std::size_t next_fragment(const message& text, std::size_t end) {
  return end < text.length && (text[end] == '|' || text[end] == ' ') ? end + 1 : end;
}
constexpr std::size_t fragment_start(const message& text, int index) {
  std::size_t start = 0;
  while (index-- > 0) start = next_fragment(text, fragment_end(text, start));
  return start;
}
constexpr int fragment_count(const message& text) {
  int count = 0;
  for (std::size_t start = 0; start < text.length; ++count) start = next_fragment(text, fragment_end(text, start));
  return count;
}

template <const message& Text, int Index>
consteval auto make_fragment() {
  constexpr std::size_t start = fragment_start(Text, Index), end = fragment_end(Text, start);
  fragment<end - start + 1> result;
  for (std::size_t i = start; i < end; ++i) result.characters[i - start] = Text[i];
  result.characters[end - start] = '\0';
  return result;
}

template <const message& Text, int... Index>
consteval auto make_problem(std::integer_sequence<int, Index...>) {
  return problem<make_fragment<Text, Index>()...>{};
}

/// A value of type `problem<"why", "operand is 2 x 3", ...>`, for `static_assert(decltype(the_problem<text>)::none)`.
template <const message& Text>
inline constexpr auto the_problem = make_problem<Text>(std::make_integer_sequence<int, fragment_count(Text)>{});
template <const message& Text>
using problem_of = decltype(the_problem<Text>);

}  // namespace ctgrad::detail
