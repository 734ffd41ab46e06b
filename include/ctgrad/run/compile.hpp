// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/hana/concat.hpp>
#include <boost/hana/unpack.hpp>

#include "../expr/derivatives.hpp"
#include "function.hpp"

namespace ctgrad::detail {

constexpr digest combine(std::initializer_list<digest> keys) {
  digest state{};
  for (const digest& key : keys) state = state.with(key.high).with(key.low);
  return state;
}

/// Attaches the plan and the graph behind it to the key, so that names of functions stay short.
template <digest... Roots>
struct plan_definition {
  using passes = pipeline<Roots...>;
  static constexpr digest key = combine({Roots...});
  friend constexpr auto& the_plan(plan_key<key>) { return passes::planned; }
  friend constexpr auto& the_graph(plan_key<key>) { return passes::ordered; }
};

template <class Passes>
constexpr void check_passes() {
  static_assert(Passes::failure != trouble::two_leaves_one_name,
                "ctgrad: two leaves have the same name but different shapes or structures");
  static_assert(Passes::failure != trouble::absent_subexpression,
                "ctgrad: the second argument of grad(f, e) is an expression that f does not contain as written");
  static_assert(Passes::failure != trouble::out_of_capacity, "ctgrad: the graph is larger than the passes have room for");
  static_assert(Passes::failure != trouble::bad_shape, "ctgrad: a rule met shapes that do not fit; please report this");
}

template <class T>
constexpr auto as_tuple(const T& e) {
  if constexpr (is_expr<T>)
    return boost::hana::make_tuple(e);
  else
    return e;
}

constexpr auto flatten() { return boost::hana::make_tuple(); }
template <class First, class... Rest>
constexpr auto flatten(const First& first, const Rest&... rest) {
  return boost::hana::concat(as_tuple(first), flatten(rest...));
}

template <digest... Roots>
constexpr auto compile_roots(expr<Roots>...) {
  using definition = plan_definition<Roots...>;
  check_passes<typename definition::passes>();
  if constexpr (definition::passes::failure == trouble::none) return function<plan_key<definition::key>>{};
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// Derives, simplifies and plans expressions while compiling; the result is called with `leaf = container` for every
/// leaf. A tuple of gradients counts as its parts.
template <class... Expressions>
constexpr auto compile(const Expressions&... expressions) {
  return boost::hana::unpack(detail::flatten(expressions...), [](auto... roots) { return detail::compile_roots(roots...); });
}

/// compile(f, grad(f, W, ...)).
template <detail::digest F, detail::digest... Arguments>
constexpr auto value_and_grad(detail::expr<F> f, detail::expr<Arguments>... arguments) {
  return compile(f, grad(f, arguments...));
}

}  // namespace ctgrad
