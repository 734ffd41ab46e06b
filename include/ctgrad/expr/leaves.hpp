// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "literal.hpp"
#include "print.hpp"

namespace ctgrad::detail {

constexpr digest digest_of(op code, const shape& extents) {
  return digest{}.with(static_cast<std::uint64_t>(code)).with(extents.rows->key).with(extents.columns->key);
}

/// What is wrong with the first extent of a leaf that is.
template <extent_problem Rows, extent_problem Columns>
inline constexpr message wrong_extent = message{} << describe(Rows != extent_problem::none ? Rows : Columns);

template <name Name, extent_argument Rows, extent_argument Columns, structure Form>
struct leaf_definition {
  static_assert(decltype(the_problem<wrong_extent<Rows.problem, Columns.problem>>)::none, "ctgrad: a leaf's extents");
  static constexpr shape extents{&extent_of<Rows>, &extent_of<Columns>};
  static constexpr digest key =
      digest_of(op::leaf, extents).with(hash(Name.c_str())).with(static_cast<std::uint64_t>(Form));
  static constexpr source node{.code = op::leaf, .form = Form, .key = key, .extents = extents, .leaf_name = Name.c_str()};
  static_assert(Form == structure::none || Form == structure::positive || Form == structure::indices || extents.is_square(),
                "ctgrad: a leaf with a declared structure must be square");
  friend constexpr const source& definition(expr<key>) { return node; }
};

/// Numbers, identities and extents: leaves that the user does not bind.
template <op Code, extent_argument Rows, extent_argument Columns, number_argument Number = 0.0>
struct constant_definition {
  static_assert(decltype(the_problem<wrong_extent<Rows.problem, Columns.problem>>)::none, "ctgrad: a leaf's extents");
  static constexpr shape extents = Code == op::measure ? shape{} : shape{&extent_of<Rows>, &extent_of<Columns>};
  static constexpr digest key =
      digest_of(Code, shape{&extent_of<Rows>, &extent_of<Columns>}).with(Number.bits);
  static constexpr source node{.code = Code,
                               .key = key,
                               .extents = extents,
                               .value = Number.value(),
                               .measured = &extent_of<Rows>};
  friend constexpr const source& definition(expr<key>) { return node; }
};

template <char... Characters>
struct literal_text {
  static constexpr char characters[] = {Characters..., '\0'};
};

}  // namespace ctgrad::detail

namespace ctgrad {

/// Declared structures of a leaf, which solves, determinants and products make use of. Entries outside the structure are
/// never read, and gradients are zero there; a diagonal_matrix binds a matrix or the column of its diagonal. Of a
/// symmetric or spd leaf either triangle may be read; gradients count its entries as independent.
inline constexpr detail::structure symmetric = detail::structure::symmetric;
inline constexpr detail::structure spd = detail::structure::spd;
inline constexpr detail::structure diagonal_matrix = detail::structure::diagonal_matrix;
inline constexpr detail::structure lower_triangular = detail::structure::lower_triangular;
inline constexpr detail::structure upper_triangular = detail::structure::upper_triangular;
inline constexpr detail::structure orthogonal = detail::structure::orthogonal;
inline constexpr detail::structure positive = detail::structure::positive;

/// A named m x n matrix: `constexpr auto W = matrix<"W", "m", "n">;`. Extents are names, numbers or sums of them.
template <detail::name Name, detail::extent_argument Rows, detail::extent_argument Columns,
          detail::structure Form = detail::structure::none>
inline constexpr detail::expr<detail::leaf_definition<Name, Rows, Columns, Form>::key> matrix{};

/// A named column, n x 1.
template <detail::name Name, detail::extent_argument Rows, detail::structure Form = detail::structure::none>
inline constexpr detail::expr<detail::leaf_definition<Name, Rows, 1, Form>::key> vector{};

/// A named scalar, 1 x 1.
template <detail::name Name, detail::structure Form = detail::structure::none>
inline constexpr detail::expr<detail::leaf_definition<Name, 1, 1, Form>::key> scalar{};

/// A named leaf of n integers, for labels and gathers: `indices<"y", "n">` binds any container of integers. Never
/// differentiated; one that points outside throws index_error.
template <detail::name Name, detail::extent_argument Rows>
inline constexpr detail::expr<detail::leaf_definition<Name, Rows, 1, detail::structure::indices>::key> indices{};

/// The n x n identity.
template <detail::extent_argument Rows>
inline constexpr detail::expr<detail::constant_definition<detail::op::identity, Rows, Rows>::key> identity{};

/// m x n zeros.
template <detail::extent_argument Rows, detail::extent_argument Columns = 1>
inline constexpr detail::expr<detail::constant_definition<detail::op::number, Rows, Columns, 0.0>::key> zeros{};

/// m x n ones.
template <detail::extent_argument Rows, detail::extent_argument Columns = 1>
inline constexpr detail::expr<detail::constant_definition<detail::op::number, Rows, Columns, 1.0>::key> ones{};

/// The number n as a scalar; `extent<"D"> = 12` binds an extent that no leaf carries.
template <detail::extent_argument Extent>
inline constexpr detail::expr<detail::constant_definition<detail::op::measure, Extent, 1>::key> extent{};

/// A number as an expression: `constant<0.5>`.
template <detail::number_argument Number>
inline constexpr detail::expr<detail::constant_definition<detail::op::number, 1, 1, Number>::key> constant{};

/// A number as an expression: `0.5_c` is exactly the double that `0.5` is.
template <char... Characters>
consteval auto operator""_c() {
  return constant<detail::parse_double(detail::literal_text<Characters...>::characters)>;
}

}  // namespace ctgrad
