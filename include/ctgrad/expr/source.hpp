// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <initializer_list>
#include <type_traits>

#include "shape.hpp"

namespace ctgrad::detail {

/// What a leaf is declared to be; entries outside the structure are never read.
enum class structure : std::uint8_t {
  none, symmetric, spd, diagonal_matrix, lower_triangular, upper_triangular, orthogonal, positive,
  indices  // integers that point into an extent
};

/// The fingerprint of an expression's whole structure: equal digests are equal expressions. That two different ones of a
/// program get the same is less likely than 1 : 10^10 even at its largest, and an error: two definitions of one expression.
/// A plain number, because compilers take many times as long for template arguments of class type.
enum class digest : std::uint64_t {};
constexpr digest with(digest key, std::uint64_t word) { return digest{mix(static_cast<std::uint64_t>(key), word)}; }
constexpr digest with(digest key, digest part) { return with(key, static_cast<std::uint64_t>(part)); }

constexpr digest digest_of(op code, std::initializer_list<digest> arguments) {
  digest key{static_cast<std::uint64_t>(code)};
  for (const digest argument : arguments) key = with(key, argument);
  return key;
}

struct source;

/// A function of one entry that the user added, with its derivative.
struct user_function {
  static constexpr int capacity = 62;  // different subexpressions of a derivative
  const char* name = "";
  std::uint64_t code = 0;
  double (*at)(double) = nullptr;
  bool has_derivative = false;
  const source* derivative = nullptr;  // of the stand-ins for the argument and the result
  const source* argument = nullptr;
  const source* result = nullptr;

  /// The bits of a number in [1, 2), so that loops can keep it among theirs.
  static constexpr std::uint64_t code_of(const char* name) { return (hash(name) >> 12) | (std::uint64_t{1023} << 52); }
};

/// One node of an expression as written. Nodes point at their arguments, so a shared one stands once.
struct source {
  op code = op::number;
  std::uint8_t arity = 0;
  structure form = structure::none;
  digest key{};
  shape extents{};
  const source* arguments[3]{};
  double value = 0;             // of a number
  const char* leaf_name = "";   // of a leaf, or of the function that is called
  const extent* measured = &one_extent;  // of extent<"n">
  position from{};                       // of a part
  const array_shape* array = &no_array;  // of a Jacobian of rank 3 or 4
  const user_function* function = nullptr;  // of a call

  constexpr bool are_indices() const { return form == structure::indices; }
};

/// What is bound, whatever to: what is done with it needs to be compiled once for each type of container.
template <class Container>
struct bound {
  using container_type = std::remove_reference_t<Container>;
  Container container;
  [[gnu::always_inline]] void* address() const { return const_cast<std::remove_cv_t<container_type>*>(__builtin_addressof(container)); }
};
template <digest Key, class Container>
struct binding : bound<Container> {
  static constexpr digest key = Key;
};

template <digest Key>
struct expr;

/// Compilers limit the operands of a fold, not of a list.
constexpr bool all_of(std::initializer_list<bool> values) {
  for (const bool value : values)
    if (!value) return false;
  return true;
}

template <class T>
inline constexpr bool is_expr = false;
template <digest Key>
inline constexpr bool is_expr<expr<Key>> = true;

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-template-friend"
#endif
/// An expression. Its type carries a digest only; what it stands for is attached by a friend function that
/// the operator which made it defines, so that neither names nor argument-dependent look-up grow with its size.
template <digest Key>
struct expr {
  static constexpr digest key = Key;
  friend constexpr const source& definition(expr<Key>);

  /// Binds a container to a leaf: `W = weights`.
  template <class Container>
  constexpr binding<Key, Container> operator=(Container&& container) const {
    return {{static_cast<Container&&>(container)}};
  }
};
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

template <digest Key>
inline constexpr const source& source_of = definition(expr<Key>{});

}  // namespace ctgrad::detail
