// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "extent.hpp"
#include "op.hpp"

namespace ctgrad::detail {

/// rows x columns; a column vector is n x 1, a scalar 1 x 1.
struct shape {
  const extent* rows = &one_extent;
  const extent* columns = &one_extent;

  constexpr bool is_scalar() const { return rows->is_one() && columns->is_one(); }
  constexpr bool is_column() const { return columns->is_one(); }
  constexpr bool is_row() const { return rows->is_one(); }
  constexpr bool is_square() const { return *rows == *columns; }
  constexpr shape transposed() const { return {columns, rows}; }
  friend constexpr bool operator==(const shape& a, const shape& b) {
    return a.rows->key == b.rows->key && a.columns->key == b.columns->key;  // in constant evaluation calls are what costs
  }
};

/// What the Jacobian of anything else than columns is: an array of rank 3 or 4. Its entries in memory are those of the matrix
/// that its shape says.
struct array_shape {
  int rank = 0;
  const extent* extents[4]{};

  friend constexpr bool operator==(const array_shape& a, const array_shape& b) {
    bool equal = a.rank == b.rank;
    for (int i = 0; equal && i < a.rank; ++i) equal = *a.extents[i] == *b.extents[i];
    return equal;
  }
};
inline constexpr array_shape no_array{};

/// Where a part begins in what it is a part of.
struct position {
  const extent* row = &zero_extent;
  const extent* column = &zero_extent;
  friend constexpr bool operator==(const position& a, const position& b) { return *a.row == *b.row && *a.column == *b.column; }
};

template <std::size_t Capacity>
constexpr text_buffer<Capacity>& operator<<(text_buffer<Capacity>& out, const shape& s) {
  return out << *s.rows << " x " << *s.columns;
}
template <std::size_t Capacity>
constexpr text_buffer<Capacity>& operator<<(text_buffer<Capacity>& out, const array_shape& a) {
  for (int i = 0; i < a.rank; ++i) out << (i > 0 ? " x " : "") << *a.extents[i];
  return out;
}

/// A shape, or why there is none.
struct inferred_shape {
  shape value;
  const char* problem = nullptr;
  bool adds_rows = false, adds_columns = false;  // the caller has to add those of the second argument
};

/// Equal extents, or one that a literal 1 stretches to.
constexpr bool fit(const extent& a, const extent& b) { return a == b || a.is_one() || b.is_one(); }

constexpr inferred_shape broadcast(const shape& a, const shape& b) {
  if (a == b) return {a};
  if (!fit(*a.rows, *b.rows) || !fit(*a.columns, *b.columns)) return {{}, "the shapes do not fit"};
  return {{a.rows->is_one() ? b.rows : a.rows, a.columns->is_one() ? b.columns : a.columns}};
}

/// The shape of a result; `arguments` holds as many shapes as the op has arguments.
constexpr inferred_shape infer_shape(op code, const shape* arguments) {
  const shape& a = arguments[0];
  const shape& b = arguments[1];
  switch (about(code).shape) {
    case shape_rule::given:
      return {{}, "leaves carry their shape"};
    case shape_rule::broadcast: {
      const int arity = about(code).arity;
      if (arity == 1) return {a};
      const inferred_shape of_two = broadcast(a, b);
      return arity == 2 || of_two.problem != nullptr ? of_two : broadcast(of_two.value, arguments[2]);
    }
    case shape_rule::transpose:
      return {a.transposed()};
    case shape_rule::product:
      if (*a.columns == *b.rows) return {{a.rows, b.columns}};
      return {{}, "columns of the left must be the rows of the right"};
    case shape_rule::solve:
      if (!a.is_square()) return {{}, "the matrix must be square"};
      if (*a.columns == *b.rows) return {b};
      return {{}, "the right-hand side needs as many rows as the matrix"};
    case shape_rule::square:
      if (a.is_square()) return {a};
      return {{}, "the matrix must be square"};
    case shape_rule::square_to_scalar:
      if (a.is_square()) return {{}};
      return {{}, "the matrix must be square"};
    case shape_rule::square_to_column:
      if (a.is_square()) return {{a.rows, &one_extent}};
      return {{}, "the matrix must be square"};
    case shape_rule::to_scalar:
      return {{}};
    case shape_rule::to_column:
      return {{a.rows, &one_extent}};
    case shape_rule::to_row:
      return {{&one_extent, a.columns}};
    case shape_rule::column_to_square:
      if (a.is_column()) return {{a.rows, a.rows}};
      return {{}, "the argument must be a column"};
    case shape_rule::column:
      if (a.is_column()) return {a};
      return {{}, "the argument must be a column"};
    case shape_rule::dot:
      if (a == b) return {{}};
      return {{}, "the shapes must be equal"};
    case shape_rule::outer:
      if (a.is_column() && b.is_column()) return {{a.rows, b.rows}};
      return {{}, "both arguments must be columns"};
    case shape_rule::vertical:
      if (*a.columns == *b.columns) return {a, nullptr, true, false};
      return {{}, "what stands one below the other needs as many columns"};
    case shape_rule::horizontal:
      if (*a.rows == *b.rows) return {a, nullptr, false, true};
      return {{}, "what stands side by side needs as many rows"};
    case shape_rule::block_diagonal:
      return {a, nullptr, true, true};
    case shape_rule::cross:
      if (a.is_column() && a == b && (!a.rows->is_number() || a.rows->number() == 3)) return {a};
      return {{}, "both arguments must be columns of 3 entries"};
    case shape_rule::gather_rows:
      return {{b.rows, a.columns}};
    case shape_rule::gather_columns:
      return {{a.rows, b.rows}};
    case shape_rule::pick: case shape_rule::labels:
      if (!(*a.columns == *b.rows)) return {{}, "needs an index for each column"};
      return {about(code).shape == shape_rule::pick ? shape{&one_extent, a.columns} : shape{}};
    case shape_rule::pick_rows: case shape_rule::labels_rows:
      if (!(*a.rows == *b.rows)) return {{}, "needs an index for each row"};
      return {about(code).shape == shape_rule::pick_rows ? shape{a.rows, &one_extent} : shape{}};
    case shape_rule::same:
      return {a};
    case shape_rule::gradient:
      if (a.is_scalar()) return {b};
      return {{}, "the gradient of a non-scalar: take sum(...) of it first, or its jacobian"};
    case shape_rule::vjp:
      if (a == arguments[2]) return {b};
      return {{}, "the direction must have the shape of the function"};
    case shape_rule::jvp:
      if (b == arguments[2]) return {a};
      return {{}, "the direction must have the shape of the argument"};
    case shape_rule::hvp:
      if (!a.is_scalar()) return {{}, "the Hessian of a non-scalar: take sum(...) of it first"};
      if (b == arguments[2]) return {b};
      return {{}, "the direction must have the shape of the argument"};
    case shape_rule::substitute:
      if (b == arguments[2]) return {a};
      return {{}, "the replacement must have the shape of the leaf"};
  }
  return {{}, "unknown op"};
}

}  // namespace ctgrad::detail
