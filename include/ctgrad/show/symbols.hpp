// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

#include "notation.hpp"
#include "../expr/print.hpp"

namespace ctgrad::detail {

/// What formulas are written in: Unicode text or LaTeX.
enum class script : std::uint8_t { text, latex };

template <class Value>
std::string text_of(const Value& value) {
  text_buffer<160> text;
  text << value;
  return text.c_str();
}
inline std::string number_text(double value) {
  text_buffer<40> text;
  print_number(text, value);
  return text.c_str();
}

inline std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// Digits and signs as small ones, raised or lowered.
inline std::string small_digits(const std::string& digits, bool raised) {
  static constexpr const char* up[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  static constexpr const char* down[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};
  std::string text;
  for (const char c : digits) text += (raised ? up : down)[c - '0'];
  return text;
}

/// A number without its sign.
inline std::string magnitude_text(double value, script s) {
  std::string text = number_text(value < 0 ? -value : value);
  if (s == script::text) return text == "inf" ? "∞" : text;
  if (text == "0.5") return "\\tfrac{1}{2}";
  if (text == "inf") return "\\infty";
  if (const std::size_t at = text.find('e'); at != std::string::npos)
    return (text.substr(0, at) == "1" ? "" : text.substr(0, at) + " \\cdot ") + "10^{" + text.substr(at + 1) + "}";
  return text;
}

/// A user's name as mathematics would have it: alpha is α, W1 and W_1 are W with an index, longer words are upright.
inline std::string symbol_text(const std::string& name, script s) {
  std::size_t end = name.size();
  while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9') --end;
  std::string stem = name.substr(0, end);
  const std::string digits = name.substr(end);
  if (!digits.empty() && stem.size() > 1 && stem.back() == '_') stem.pop_back();
  bool is_letter = stem.size() <= 1;
  for (const greek_letter& letter : greek)
    if (stem == letter.name) {
      is_letter = true;
      stem = s == script::text ? letter.text : "\\" + stem;
      break;
    }
  if (!is_letter && s == script::latex) stem = "\\mathrm{" + replaced(stem, "_", "\\_") + "}";
  if (digits.empty()) return stem;
  if (s == script::latex) return stem + "_{" + digits + "}";
  return is_letter ? stem + small_digits(digits, false) : name;
}

/// An extent: a name, a number, or a sum of products.
inline std::string extent_text(const extent& e, script s) {
  std::string text = text_of(e);
  if (s == script::text) return text;
  text.clear();
  for (int i = 0; i < e.count; ++i) {
    const monomial& term = e.terms[i];
    if (i > 0) text += " + ";
    if (term.coefficient != 1 || term.degree == 0) text += std::to_string(term.coefficient);
    for (int j = 0; j < term.degree; ++j) text += (text.empty() || text.back() == ' ' ? "" : " ") + symbol_text(term.factors[j].text, s);
  }
  return text.empty() ? "0" : text;
}
inline std::string shape_text(const shape& extents, script s) {
  return extent_text(*extents.rows, s) + (s == script::text ? " x " : " \\times ") + extent_text(*extents.columns, s);
}

/// The entries first, first + 1, ... of `count` among `whole`: "2", "2:5", or ":" for all of them.
inline std::string range_text(const extent& first, const extent& count, const extent& whole, script s) {
  if (first == zero_extent && count == whole) return ":";
  if (count.is_one()) return extent_text(first, s);
  return extent_text(first, s) + ":" + extent_text(first + count, s);
}
/// Where a part lies in the whole, be it taken or placed; of a column or a row, one range.
inline std::string rectangle_text(const node* nodes, node_id id, script s) {
  const shape &result = nodes[id].extents, &argument = nodes[nodes[id].arguments[0]].extents;
  const bool is_taken = nodes[id].code == op::part;
  const shape &part = is_taken ? result : argument, &whole = is_taken ? argument : result;
  const std::string rows = range_text(*nodes[id].from.row, *part.rows, *whole.rows, s);
  const std::string columns = range_text(*nodes[id].from.column, *part.columns, *whole.columns, s);
  return whole.is_column() ? rows : whole.is_row() ? columns : rows + (s == script::text ? ", " : ",") + columns;
}

}  // namespace ctgrad::detail
