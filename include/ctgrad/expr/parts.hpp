// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

namespace ctgrad::detail {

template <digest Key>
inline constexpr const extent* rows_of = definition(expr<Key>{}).extents.rows;
template <digest Key>
inline constexpr const extent* columns_of = definition(expr<Key>{}).extents.columns;

/// Code(Arguments...) of an op that carries its shape: Rows x Columns, from the entry (FirstRow, FirstColumn) on.
template <op Code, const extent* Rows, const extent* Columns, const extent* FirstRow, const extent* FirstColumn, digest... Arguments>
struct shaped_application {
  static constexpr digest key = [] {
    digest state = digest{}.with(static_cast<std::uint64_t>(Code)).with(Rows->key).with(Columns->key);
    state = state.with(FirstRow->key).with(FirstColumn->key);
    for (const digest& argument : {Arguments...}) state = state.with(argument.high).with(argument.low);
    return state;
  }();
  static constexpr source node = [] {
    source result{.code = Code, .arity = sizeof...(Arguments), .key = key, .extents = {Rows, Columns}};
    result.from = {FirstRow, FirstColumn};
    int i = 0;
    for (const source* argument : {&definition(expr<Arguments>{})...}) result.arguments[i++] = argument;
    return result;
  }();
  static_assert(((definition(expr<Arguments>{}).array == nullptr) && ...),
                "ctgrad: an array of rank 3 or 4 goes into sum, squared_norm, hadamard, +, - and scaling alone");
  friend constexpr const source& definition(expr<key>) { return node; }
};

template <const extent* Rows, const extent* Columns, digest A>
inline constexpr message wrong_count = [] {
  message text;
  text << "reshape to " << shape{Rows, Columns} << " needs as many entries|";
  print_operand(text, definition(expr<A>{}));
  return text;
}();

/// The entries of A, row by row, as Rows x Columns. Where names stand in the counts, a call compares them.
template <const extent* Rows, const extent* Columns, digest A>
constexpr auto reshape_to(expr<A>) {
  constexpr const extent& before = extent_product<rows_of<A>, columns_of<A>>;
  constexpr const extent& after = extent_product<Rows, Columns>;
  constexpr bool differs = before.is_number() && after.is_number() && !(before == after);
  if constexpr (differs)
    static_assert(problem_of<wrong_count<Rows, Columns, A>>::none, "ctgrad: reshape keeps the number of entries");
  static_assert(!before.too_long && !after.too_long, "ctgrad: reshape: the number of entries is too long a polynomial");
  return expr<shaped_application<op::reshape, Rows, Columns, &zero_extent, &zero_extent, A>::key>{};
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// reshape<"m", "n">(A): the entries of A, row by row, as an m x n matrix. Costs nothing: the memory is the same.
///
/// A must have m n entries: an error while compiling where all extents are numbers, else a shape_error at the call.
/// Example: `reshape<2, 6>(A)` of a 3 x 4 matrix.
template <detail::extent_argument Rows, detail::extent_argument Columns, detail::digest A>
constexpr auto reshape(detail::expr<A> a) {
  return detail::reshape_to<&detail::extent_of<Rows>, &detail::extent_of<Columns>>(a);
}

/// vec(A): the entries of A, row by row, as a column of m n. Costs nothing: the memory is the same.
template <detail::digest A>
constexpr auto vec(detail::expr<A> a) {
  return detail::reshape_to<&detail::extent_product<detail::rows_of<A>, detail::columns_of<A>>, &detail::one_extent>(a);
}

}  // namespace ctgrad
