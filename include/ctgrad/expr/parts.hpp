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
    digest state = with(with(digest_of(Code, shape{Rows, Columns}), FirstRow->key), FirstColumn->key);
    for (const digest argument : {Arguments...}) state = with(state, argument);
    return state;
  }();
  static constexpr source node = [] {
    source result{.code = Code, .arity = sizeof...(Arguments), .key = key, .extents = {Rows, Columns}};
    result.from = {FirstRow, FirstColumn};
    int i = 0;
    for (const source* argument : {&definition(expr<Arguments>{})...}) result.arguments[i++] = argument;
    return result;
  }();
  friend constexpr const source& definition(expr<key>) { return node; }
};

/// Two pieces put together: their extents add up.
template <op Code, digest A, digest B>
struct assembly {
  static constexpr shape sums{&extent_sum<rows_of<A>, rows_of<B>>, &extent_sum<columns_of<A>, columns_of<B>>};
  static constexpr application_outcome outcome = apply_to(Code, {&source_of<A>, &source_of<B>}, sums);
  friend constexpr const source& definition(expr<outcome.node.key>) { return outcome.node; }
};

template <op Code, digest A>
constexpr auto joined(expr<A> a) {
  return a;
}
template <op Code, digest A, digest B, digest... Rest>
constexpr auto joined(expr<A>, expr<B>, expr<Rest>... rest) {
  using result = assembly<Code, A, B>;
  if constexpr (result::outcome.problem != nullptr)
    static_assert(decltype(the_problem<misfit<result::outcome>>)::none, "ctgrad: the operands do not fit");
  return joined<Code>(expr<result::outcome.node.key>{}, rest...);
}

/// Why an expression has no parts and no other shape, or nothing.
template <digest A>
inline constexpr message not_a_matrix = [] {
  const source& a = definition(expr<A>{});
  message text;
  if (a.form == structure::indices)
    text << "a part of indices is no|expression: take it of the|container that is bound";
  else if (a.array->rank > 0)
    text << "an array of rank 3 or 4|goes into sum, squared_norm,|hadamard, +, - and scaling alone";
  if (text.length > 0) print_operand(text, a);
  return text;
}();

template <const extent* Rows, const extent* Columns, digest A>
inline constexpr message wrong_count = [] {
  message text;
  text << "reshape to " << shape{Rows, Columns} << " needs as many entries:";
  print_operand(text, definition(expr<A>{}));
  return text;
}();

/// The entries of A, row by row, as Rows x Columns. Where names stand in the counts, a call compares them.
template <const extent* Rows, const extent* Columns, digest A>
constexpr auto reshape_to(expr<A> a) {
  if constexpr (not_a_matrix<A>.length > 0) {
    static_assert(decltype(the_problem<not_a_matrix<A>>)::none, "ctgrad: reshape");
    return a;
  } else {
    constexpr const extent& before = extent_product<rows_of<A>, columns_of<A>>;
    constexpr const extent& after = extent_product<Rows, Columns>;
    constexpr bool differs = before.is_number() && after.is_number() && !(before == after);
    if constexpr (differs)
      static_assert(decltype(the_problem<wrong_count<Rows, Columns, A>>)::none, "ctgrad: reshape keeps the number of entries");
    static_assert(!before.too_long && !after.too_long, "ctgrad: reshape: the number of entries is too long a polynomial");
    return expr<shaped_application<op::reshape, Rows, Columns, &zero_extent, &zero_extent, A>::key>{};
  }
}

template <const extent* Rows, const extent* Columns, const extent* FirstRow, const extent* FirstColumn, digest A>
inline constexpr message part_outside = [] {
  message text;
  text << "a part reaches outside:|";
  print_function(text, op::part, {Rows, Columns}, nullptr, {FirstRow, FirstColumn}, definition(expr<A>{}).extents);
  print_operand(text, definition(expr<A>{}));
  return text;
}();

/// Whether first + count is known to be more than there are.
constexpr bool reaches_beyond(const extent& first, const extent& count, const extent& whole) {
  const extent rest = whole - (first + count);
  return rest.is_number() && rest.number() < 0;
}

template <const extent* Rows, const extent* Columns, const extent* FirstRow, const extent* FirstColumn, digest A>
constexpr auto part_of(expr<A> a) {
  if constexpr (not_a_matrix<A>.length > 0) {
    static_assert(decltype(the_problem<not_a_matrix<A>>)::none, "ctgrad: a part");
    return a;
  } else {
    if constexpr (reaches_beyond(*FirstRow, *Rows, *rows_of<A>) || reaches_beyond(*FirstColumn, *Columns, *columns_of<A>))
      static_assert(decltype(the_problem<part_outside<Rows, Columns, FirstRow, FirstColumn, A>>)::none, "ctgrad: a part reaches outside");
    return expr<shaped_application<op::part, Rows, Columns, FirstRow, FirstColumn, A>::key>{};
  }
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// element<i, j>(A): the entry in row i and column j, counted from 0, as a scalar. Costs nothing.
///
/// On a fixed extent an error while compiling if there is no such entry, on a named one a shape_error at the call. Its slope
/// goes to that entry alone.
///
///     element<0, 1>(A) / element<0, 0>(A)
template <std::size_t I, std::size_t J, detail::digest A>
constexpr auto element(detail::expr<A> a) {
  using detail::extent_of;
  return detail::part_of<&extent_of<1>, &extent_of<1>, &extent_of<I>, &extent_of<J>>(a);
}

/// element<i>(v): entry i of a column or of a row, counted from 0, as a scalar; of a matrix an error while compiling.
///
///     square(element<0>(x)) + square(element<1>(x))
template <std::size_t I, detail::digest V>
constexpr auto element(detail::expr<V> v) {
  static_assert(detail::columns_of<V>->is_one() || detail::rows_of<V>->is_one(),
                "ctgrad: element<i> is of a vector: of a matrix write element<i, j>");
  using detail::extent_of;
  if constexpr (detail::columns_of<V>->is_one())
    return detail::part_of<&extent_of<1>, &extent_of<1>, &extent_of<I>, &extent_of<0>>(v);
  else
    return detail::part_of<&extent_of<1>, &extent_of<1>, &extent_of<0>, &extent_of<I>>(v);
}

/// rows<i, k>(A): k rows, from row i on (counted from 0): k x n. Costs nothing: it is a part of the same memory.
///
/// On a fixed extent an error while compiling if there are not so many, on a named one a shape_error at the call.
///
///     rows<0, 2>(W)  // the first two rows
template <std::size_t I, std::size_t K, detail::digest A>
constexpr auto rows(detail::expr<A> a) {
  return detail::part_of<&detail::extent_of<K>, detail::columns_of<A>, &detail::extent_of<I>, &detail::extent_of<0>>(a);
}

/// columns<j, k>(A): k columns, from column j on (counted from 0): m x k. Costs one copy where what reads it needs it in one
/// run of memory.
///
/// On a fixed extent an error while compiling if there are not so many, on a named one a shape_error at the call.
///
///     columns<1, 2>(W)
template <std::size_t J, std::size_t K, detail::digest A>
constexpr auto columns(detail::expr<A> a) {
  return detail::part_of<detail::rows_of<A>, &detail::extent_of<K>, &detail::extent_of<0>, &detail::extent_of<J>>(a);
}

/// rows(A, y): the rows that the indices point at, k x n: row i of the result is row y_i of A.
///
/// In the gradient the rows that are taken more than once add up. An index outside A throws index_error; a y that is no leaf
/// of indices is an error while compiling. k n operations.
///
///     squared_norm(rows(W, labels) - X)  // embeddings
template <detail::digest A, detail::digest Y>
constexpr auto rows(detail::expr<A> a, detail::expr<Y> y) {
  return detail::apply<detail::op::gather_rows>(a, y);
}

/// columns(A, y): the columns that the indices point at, m x k: column j of the result is column y_j of A; as rows(A, y).
///
///     columns(W, labels)
template <detail::digest A, detail::digest Y>
constexpr auto columns(detail::expr<A> a, detail::expr<Y> y) {
  return detail::apply<detail::op::gather_columns>(a, y);
}

/// pick(Z, y): entry y_j of column j, 1 x n, for n indices. An index outside Z throws index_error. Its slope goes to the
/// entries that were picked. n operations.
///
///     -mean(pick(log_softmax(Z), labels))
template <detail::digest Z, detail::digest Y>
constexpr auto pick(detail::expr<Z> z, detail::expr<Y> y) {
  return detail::apply<detail::op::pick>(z, y);
}

/// vertical(A, B, ...): A above B above ...; as many columns in each, the rows add up: p x n and q x n make p+q x n.
///
/// Other columns are an error while compiling. Each piece is computed where it belongs; one that is bound or used elsewhere
/// is copied. The slope of the whole is taken apart again.
///
///     vertical(W * x, ones<1>)
template <detail::digest A, detail::digest... Rest>
constexpr auto vertical(detail::expr<A> a, detail::expr<Rest>... rest) {
  return detail::joined<detail::op::vertical>(a, rest...);
}

/// horizontal(A, B, ...): A beside B beside ...; as many rows in each, the columns add up: m x p and m x q make m x p+q.
/// Each piece is copied once, however many there are.
///
///     horizontal(X, ones<"n">) * vertical(w, zeros<1>)  // a weight for the constant
template <detail::digest A, detail::digest... Rest>
constexpr auto horizontal(detail::expr<A> a, detail::expr<Rest>... rest) {
  return detail::joined<detail::op::horizontal>(a, rest...);
}

/// block_diagonal(A, B, ...): the blocks along the diagonal, zeros elsewhere; rows and columns add up. Of definite blocks it
/// is definite, of triangular ones triangular.
///
///     logdet(block_diagonal(A, B))  // logdet(A) + logdet(B)
template <detail::digest A, detail::digest... Rest>
constexpr auto block_diagonal(detail::expr<A> a, detail::expr<Rest>... rest) {
  return detail::joined<detail::op::block_diagonal>(a, rest...);
}

/// symmetric_part(A): (A + A^T) / 2 of a square A; another shape is an error while compiling.
///
///     symmetric_part(grad(dot(x, K * x), K))
template <detail::digest A>
constexpr auto symmetric_part(detail::expr<A> a) {
  return detail::apply<detail::op::symmetric_part>(a);
}

/// cross(u, v): u x v = (u_2 v_3 - u_3 v_2, u_3 v_1 - u_1 v_3, u_1 v_2 - u_2 v_1) of two columns of three entries.
///
/// Where a name stands for the three, a call checks it and throws shape_error. With the slope g, that of u is v x g, that of
/// v is g x u.
///
///     norm(cross(u, v))  // the area that they span
template <detail::digest U, detail::digest V>
constexpr auto cross(detail::expr<U> u, detail::expr<V> v) {
  return detail::apply<detail::op::cross>(u, v);
}

/// reshape<"m", "n">(A): the entries of A, row by row, as an m x n matrix. Costs nothing: the memory is the same.
///
/// A must have m n entries: an error while compiling where all extents are numbers, else a shape_error at the call.
///
///     reshape<2, 6>(matrix<"A", 3, 4>)
template <detail::extent_argument Rows, detail::extent_argument Columns, detail::digest A>
constexpr auto reshape(detail::expr<A> a) {
  return detail::reshape_to<&detail::extent_of<Rows>, &detail::extent_of<Columns>>(a);
}

/// vec(A): the entries of A, row by row, as a column of m n. Costs nothing: the memory is the same.
///
///     norm(vec(A))
template <detail::digest A>
constexpr auto vec(detail::expr<A> a) {
  return detail::reshape_to<&detail::extent_product<detail::rows_of<A>, detail::columns_of<A>>, &detail::one_extent>(a);
}

}  // namespace ctgrad
