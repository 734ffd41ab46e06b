// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <type_traits>

namespace ctgrad::detail {

/// The steps First ... First + Count - 1, by halves: compilers limit how deep templates nest.
template <std::size_t First, std::size_t Count, class State, class Step>
constexpr auto unroll_steps(State state, Step& step) {
  if constexpr (Count == 1) {
    return step(state, std::integral_constant<std::size_t, First>{});
  } else {
    constexpr std::size_t half = Count / 2;
    return unroll_steps<First + half, Count - half>(unroll_steps<First, half>(state, step), step);
  }
}

}  // namespace ctgrad::detail

namespace ctgrad {

/// Repeats a step Count times while compiling: step(... step(step(initial, 0), 1) ..., Count - 1).
///
/// The step gets the state and a `std::integral_constant<std::size_t, i>`, and returns the next state, which may have
/// another shape. The state is an expression, or several in a tuple. Count = 0 gives the initial state. The steps are
/// expressions like those written out: what they share is computed once, gradients go back through all of them in one
/// sweep, and compile time grows linearly with the steps.
///
///     auto state = unroll<20>(h0, [](auto h, auto) { return tanh(W * h + b); });  // a recurrent network
template <std::size_t Count, class State, class Step>
constexpr auto unroll(State initial, Step step) {
  if constexpr (Count == 0) {
    return initial;
  } else {
    constexpr bool is_step = std::is_invocable_v<Step&, State, std::integral_constant<std::size_t, 0>>;
    static_assert(is_step, "ctgrad: unroll: a step takes the state and its number: [](auto state, auto i) { ... }");
    if constexpr (is_step)
      return detail::unroll_steps<0, Count>(initial, step);
    else
      return initial;
  }
}

}  // namespace ctgrad
