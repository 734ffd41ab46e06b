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

/// Says what a pass could not do, in the words of the expression as written.
template <class Passes>
constexpr message describe_failure() {
  constexpr auto& written = Passes::written;
  message text;
  if (Passes::failure == trouble::two_leaves_one_name) {
    for (node_id id = 0; id < written.size; ++id)
      for (node_id other = 0; other < id; ++other) {
        const node &a = written[other], &b = written[id];
        if (a.code != op::leaf || b.code != op::leaf || compare(a.leaf->leaf_name, b.leaf->leaf_name) != 0) continue;
        text << "two leaves of the same name|" << a.leaf->leaf_name << " is " << a.extents << '|' << b.leaf->leaf_name << " is "
             << b.extents;
        if (a.extents == b.extents) text << "|of another structure";
        return text;
      }
  } else if (Passes::failure == trouble::absent_subexpression) {
    text << "grad: the function|does not contain|";
    print_node(text, Passes::expanded, Passes::expanded[Passes::culprit].arguments[1]);
    text << "|as written";
  } else if (Passes::failure == trouble::out_of_capacity) {
    text << "more than 60000 nodes:|split the expression";
  } else if (Passes::failure == trouble::bad_shape) {
    text << "a rule met shapes that do not fit|please report this";
  }
  return text;
}
template <class Passes>
inline constexpr message failure_of = describe_failure<Passes>();

/// What compile returns where it has reported an error: calling it reports no other.
struct no_function {
  template <class... Arguments>
  constexpr no_function operator()(Arguments&&...) const {
    return {};
  }
};

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
  using passes = typename definition::passes;
  if constexpr (passes::failure == trouble::none) {
    return function<plan_key<definition::key>>{};
  } else {
    static_assert(problem_of<failure_of<passes>>::none, "ctgrad: the expressions cannot be compiled");
    return no_function{};
  }
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
