// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/hana/tuple.hpp>

#include "functions.hpp"
#include "unroll.hpp"

namespace ctgrad {

/// The gradient of a scalar expression with respect to a leaf or a subexpression of it; it has the shape of W.
///
/// d grad(f, W)_ij = df / dW_ij, every other subexpression held fixed. A leaf absent from f gives zeros.
template <detail::digest F, detail::digest W>
constexpr auto grad(detail::expr<F> f, detail::expr<W> w) {
  return detail::apply<detail::op::gradient>(f, w);
}

/// Several gradients of one expression, as a tuple that `compile` flattens.
template <detail::digest F, detail::digest First, detail::digest Second, detail::digest... Rest>
constexpr auto grad(detail::expr<F> f, detail::expr<First> first, detail::expr<Second> second,
                    detail::expr<Rest>... rest) {
  return boost::hana::tuple<decltype(grad(f, first)), decltype(grad(f, second)), decltype(grad(f, rest))...>{};
}

/// e with every occurrence of the leaf replaced.
template <detail::digest E, detail::digest Leaf, detail::digest Replacement>
constexpr auto substitute(detail::expr<E> e, detail::expr<Leaf> leaf, detail::expr<Replacement> replacement) {
  return detail::apply<detail::op::substitute>(e, leaf, replacement);
}

}  // namespace ctgrad
