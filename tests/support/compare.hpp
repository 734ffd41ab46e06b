// SPDX-License-Identifier: BSL-1.0
// From the references to containers and back: operands to bind, and how far a result is from what it should
// be.
#pragma once

#include "algebra.hpp"

#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>

namespace reference {

// Relative to the largest entry of the expected result.
template <class T>
inline constexpr double tolerance = std::is_same_v<T, float> ? 2e-4 : 1e-9;

template <class T>
xt::xtensor<T, 2> container(dense const& a) {
    auto result = xt::xtensor<T, 2>::from_shape({a.rows(), a.columns()});
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = 0; j < a.columns(); ++j)
            result(i, j) = static_cast<T>(a(i, j));
    return result;
}

template <class T>
xt::xtensor<T, 1> column_container(dense const& a) {
    auto result = xt::xtensor<T, 1>::from_shape({a.rows()});
    for (std::size_t i = 0; i < a.rows(); ++i)
        result(i) = static_cast<T>(a(i));
    return result;
}

// The greatest difference of two entries over the greatest expected entry, or over 1 where that is larger;
// infinite where a shape or the rank is wrong or where an entry is NaN, and where infinities do not agree.
template <class Actual>
double distance(Actual const& actual, dense const& expected) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    number scale = 1, difference = 0;
    auto include = [&](number entry, number target) {
        if (std::isfinite(target)) scale = std::max(scale, std::abs(target));
        if (entry == target) return;
        number const apart = std::abs(entry - target);
        difference = apart >= 0 ? std::max(difference, apart) : number(infinity);
    };
    if constexpr (std::is_arithmetic_v<Actual>) {
        if (expected.rows() != 1 || expected.columns() != 1) return infinity;
        include(actual, expected(0));
    } else if (actual.dimension() == 1) {
        if (actual.shape(0) != expected.rows() || expected.columns() != 1) return infinity;
        for (std::size_t i = 0; i < expected.rows(); ++i)
            include(actual(i), expected(i));
    } else {
        if (actual.dimension() != 2 || actual.shape(0) != expected.rows() ||
            actual.shape(1) != expected.columns())
            return infinity;
        for (std::size_t i = 0; i < expected.rows(); ++i)
            for (std::size_t j = 0; j < expected.columns(); ++j)
                include(actual(i, j), expected(i, j));
    }
    return static_cast<double>(difference / scale);
}

// The gradient of `loss()`, which reads `variable`, by differences of fourth order; the step suits the
// precision of what the loss returns: extended for a reference, double for a compiled function.
template <class Loss>
dense central_difference(Loss loss, dense& variable) {
    using result_type = decltype(loss());
    number const step = std::pow(number(std::numeric_limits<result_type>::epsilon()), number(0.2));
    dense gradient(variable.rows(), variable.columns());
    for (std::size_t k = 0; k < variable.entries().size(); ++k) {
        number& entry = variable.entries()[k];
        number const here = entry, h = step * std::max(number(1), std::abs(here));
        auto at = [&](int steps) {
            entry = here + steps * h;
            return number(loss());
        };
        number const inner = at(1) - at(-1), outer = at(2) - at(-2);
        entry = here;
        gradient.entries()[k] = (8 * inner - outer) / (12 * h);
    }
    return gradient;
}

} // namespace reference
