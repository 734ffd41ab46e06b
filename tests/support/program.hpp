// SPDX-License-Identifier: BSL-1.0
// A whole program against its reference: the value, and the gradient with respect to every argument.
#pragma once

#include "catch.hpp"
#include "compare.hpp"

#include <tuple>
#include <utility>

namespace reference {

// `results` are the value and the gradients in the order of `variables`; `loss()` reads those in extended precision.
template <class Results, class Loss, class... Variables>
void check_program(Results const& results, Loss loss, Variables&... variables) {
    constexpr bool in_floats = std::is_same_v<std::tuple_element_t<0, Results>, float>;
    double const near = in_floats ? 2e-4 : 1e-10;
    CHECK(distance(std::get<0>(results), dense(loss())) < near);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        auto check = [&](std::size_t argument, auto const& gradient, dense& variable) {
            INFO("argument " << argument + 1);
            CHECK(distance(gradient, central_difference(loss, variable)) < near);
        };
        (check(I, std::get<I + 1>(results), variables), ...);
    }
    (std::index_sequence_for<Variables...>{});
}

} // namespace reference
