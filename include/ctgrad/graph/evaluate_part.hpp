// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "evaluate_entry.hpp"
#include "elimination.hpp"

namespace ctgrad::detail {

/// Parts, assemblies and what indices point at, entry by entry. A part begins at (first_row, first_column); indices are
/// taken modulo what they point into.
constexpr void evaluate_part(op code, const small_matrix* arguments, const small_matrix& y, int first_row, int first_column) {
  const small_matrix &a = arguments[0], &b = arguments[1];
  const auto copy = [&](const small_matrix& from, int row, int column) {
    for (int i = 0; i < from.rows; ++i)
      for (int j = 0; j < from.columns; ++j)
        if (row + i < y.rows && column + j < y.columns) y.set((row + i) * y.columns + column + j, from.at(i * from.columns + j));
  };
  const auto target = [&](int i, int extent) { return static_cast<int>(b.value[i] + 0.5) % extent; };
  const approximation undefined{elementary::not_a_number, 0};
  for (int i = 0; i < y.size(); ++i) y.set(i, {});
  switch (code) {
    case op::place: return copy(a, first_row, first_column);
    case op::vertical: case op::horizontal: case op::block_diagonal:
      copy(a, 0, 0);
      return copy(b, code == op::horizontal ? 0 : a.rows, code == op::vertical ? 0 : a.columns);
    case op::cross:
      for (int i = 0; i < y.size() && y.size() != 3; ++i) y.set(i, undefined);
      for (int i = 0; i < 3 && y.size() == 3; ++i)
        y.set(i, evaluate_entry(op::subtract, evaluate_entry(op::multiply, a.at((i + 1) % 3), b.at((i + 2) % 3)),
                                evaluate_entry(op::multiply, a.at((i + 2) % 3), b.at((i + 1) % 3))));
      return;
    case op::scatter_rows: case op::scatter_columns: case op::unpick: case op::unpick_rows:
      for (int i = 0; i < a.rows; ++i)
        for (int j = 0; j < a.columns; ++j) {
          const int row = code == op::scatter_rows ? target(i, y.rows) : code == op::unpick ? target(j, y.rows) : i;
          const int column = code == op::scatter_columns ? target(j, y.columns) : code == op::unpick_rows ? target(i, y.columns) : j;
          y.set(row * y.columns + column, evaluate_entry(op::add, y.at(row * y.columns + column), a.at(i * a.columns + j)));
        }
      return;
    default: break;
  }
  for (int i = 0, place = 0; i < y.rows; ++i)
    for (int j = 0; j < y.columns; ++j, ++place) {
      int row = i, column = j;
      switch (code) {
        case op::part: row += first_row, column += first_column; break;
        case op::gather_rows: row = target(i, a.rows); break;
        case op::gather_columns: column = target(j, a.columns); break;
        case op::pick: row = target(j, a.rows); break;
        case op::pick_rows: column = target(i, a.columns); break;
        default: break;
      }
      const bool exists = row < a.rows && column < a.columns;
      y.set(place, exists ? a.at(row * a.columns + column) : undefined);
    }
}

}  // namespace ctgrad::detail
