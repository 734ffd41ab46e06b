// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "literal.hpp"
#include "print.hpp"

namespace ctgrad::detail {

constexpr digest digest_of(op code, const shape& extents) {
  return with(with(digest{static_cast<std::uint64_t>(code)}, extents.rows->key), extents.columns->key);
}

/// Whether a leaf of this shape can be declared to be of this structure.
constexpr bool has_structure(structure form, const shape& extents) {
  return form == structure::none || form == structure::positive || form == structure::indices || extents.is_square();
}

constexpr source leaf_node(const char* name, const shape& extents, structure form) {
  const digest key = with(with(digest_of(op::leaf, extents), hash(name)), static_cast<std::uint64_t>(form));
  return {.code = op::leaf, .form = form, .key = key, .extents = extents, .leaf_name = name};
}

template <name Name, const extent* Rows, const extent* Columns, structure Form>
struct leaf_definition {
  static constexpr source node = leaf_node(Name.c_str(), {Rows, Columns}, Form);
  static_assert(has_structure(Form, node.extents), "ctgrad: a leaf with a declared structure must be square");
  friend constexpr const source& definition(expr<node.key>) { return node; }
};

/// Numbers, identities and extents: leaves that the user does not bind.
template <op Code, const extent* Rows, const extent* Columns, number_argument Number = 0.0>
struct constant_definition {
  static constexpr digest key = with(digest_of(Code, shape{Rows, Columns}), Number.bits);
  static constexpr source node{.code = Code,
                               .key = key,
                               .extents = Code == op::measure ? shape{} : shape{Rows, Columns},
                               .value = Number.value(),
                               .measured = Rows};
  friend constexpr const source& definition(expr<key>) { return node; }
};

template <char... Characters>
struct literal_text {
  static constexpr char characters[] = {Characters..., '\0'};
};

}  // namespace ctgrad::detail

namespace ctgrad {

/// Declared structures of a leaf, which solves, determinants and products make use of.
///
/// Entries outside the structure are never read, and gradients are zero there; a diagonal_matrix binds a matrix or the
/// column of its diagonal. Of a symmetric or spd leaf either triangle may be read; gradients count its entries as
/// independent. A triangular or diagonal matrix is solved with without a factorisation, n^2 or n operations a column; an
/// orthogonal one by transposition; an spd one by Cholesky, n^3 / 3, which throws not_positive_definite where it is not.
/// All but positive are for square matrices: anything else is an error while compiling. positive is said of the entries of
/// any leaf: what is scaled by it keeps its definiteness.
///
///     logdet(matrix<"K", "n", "n", spd>) + trace(matrix<"L", "n", "n", lower_triangular>)
inline constexpr detail::structure symmetric = detail::structure::symmetric;
inline constexpr detail::structure spd = detail::structure::spd;
inline constexpr detail::structure diagonal_matrix = detail::structure::diagonal_matrix;
inline constexpr detail::structure lower_triangular = detail::structure::lower_triangular;
inline constexpr detail::structure upper_triangular = detail::structure::upper_triangular;
inline constexpr detail::structure orthogonal = detail::structure::orthogonal;
inline constexpr detail::structure positive = detail::structure::positive;

/// A named matrix, m x n.
///
/// An extent is a name ("m"), a number (64) or a sum of products of them ("p+q", "2*n+1"); a name stands for one size in a
/// call; it is read off the containers, and a shape_error says where they disagree. Leaves of one name are
/// one variable: another shape or structure under the same name is an error while compiling, as is a name of more than 31
/// characters. Binds anything of xtensor of rank 2, `W = weights`, and of rank 1 if it has one row or one column.
///
///     constexpr auto W = matrix<"W", "m", "n">;
///     constexpr auto K = matrix<"K", "n", "n", spd>;
template <detail::name Name, detail::extent_argument Rows, detail::extent_argument Columns,
          detail::structure Form = detail::structure::none>
inline constexpr detail::expr<detail::leaf_definition<Name, &detail::extent_of<Rows>, &detail::extent_of<Columns>, Form>::node.key> matrix{};

/// A named column, n x 1: a matrix of one column. Binds rank 1, or rank 2 with one column.
///
///     matrix<"W", "m", "n"> * vector<"x", "n">
template <detail::name Name, detail::extent_argument Rows, detail::structure Form = detail::structure::none>
inline constexpr detail::expr<detail::leaf_definition<Name, &detail::extent_of<Rows>, &detail::one_extent, Form>::node.key> vector{};

/// A named scalar, 1 x 1. Binds any arithmetic value, which has no vote on float or double; a container of one entry, too.
///
///     scalar<"lambda", positive> * squared_norm(W)
template <detail::name Name, detail::structure Form = detail::structure::none>
inline constexpr detail::expr<detail::leaf_definition<Name, &detail::one_extent, &detail::one_extent, Form>::node.key> scalar{};

/// A named leaf of n integers, counted from 0, for labels and gathers.
///
/// Binds any container of integers, and goes where the second argument points: rows(A, y), columns(A, y), pick(Z, y),
/// softmax_cross_entropy(Z, y); anything else is an error while compiling, as is a derivative by it. One that points outside
/// throws index_error, which names the position: O(n) comparisons a call.
///
///     softmax_cross_entropy(W * X, indices<"labels", "n">)
template <detail::name Name, detail::extent_argument Rows>
inline constexpr detail::expr<detail::leaf_definition<Name, &detail::extent_of<Rows>, &detail::one_extent, detail::structure::indices>::node.key> indices{};

/// The n x n identity I: I A = A. Never formed in products, and added to a matrix along its diagonal, n operations.
///
///     K + lambda * identity<"n">
template <detail::extent_argument Rows>
inline constexpr detail::expr<detail::constant_definition<detail::op::identity, &detail::extent_of<Rows>, &detail::extent_of<Rows>>::key> identity{};

/// m x n zeros; a column if one extent is given.
///
///     vertical(x, zeros<"n">)
template <detail::extent_argument Rows, detail::extent_argument Columns = 1>
inline constexpr detail::expr<detail::constant_definition<detail::op::number, &detail::extent_of<Rows>, &detail::extent_of<Columns>, 0.0>::key> zeros{};

/// m x n ones; a column if one extent is given.
///
///     outer(x, ones<"n">)
template <detail::extent_argument Rows, detail::extent_argument Columns = 1>
inline constexpr detail::expr<detail::constant_definition<detail::op::number, &detail::extent_of<Rows>, &detail::extent_of<Columns>, 1.0>::key> ones{};

/// The number n as a scalar. Its derivative is 0.
///
/// `extent<"D"> = 12` binds an extent that no leaf carries any more; leaving it out is an error while compiling, which names
/// it.
///
///     squared_norm(x) / extent<"n">
template <detail::extent_argument Extent>
inline constexpr detail::expr<detail::constant_definition<detail::op::measure, &detail::extent_of<Extent>, &detail::one_extent>::key> extent{};

/// A number as an expression, 1 x 1: for numbers that a program computes while compiling. Its derivative is 0.
///
///     constant<1. / 3> * sum(x)
template <detail::number_argument Number>
inline constexpr detail::expr<detail::constant_definition<detail::op::number, &detail::one_extent, &detail::one_extent, Number>::key> constant{};

/// A number as an expression, 1 x 1: `0.5_c` is bit for bit the double that `0.5` is, 0x1p-3_c and 1'000_c as well.
///
/// A plain 0.5 cannot be part of a type: beside an expression it is an error while compiling, which says to write 0.5_c.
///
///     0.5_c * squared_norm(x) + 1e-5_c
template <char... Characters>
consteval auto operator""_c() {
  return constant<detail::parse_double(detail::literal_text<Characters...>::characters)>;
}

}  // namespace ctgrad
