// SPDX-License-Identifier: BSL-1.0
// Jacobians of any rank as matrices, and by differences.
#pragma once

#include "compare.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace reference {

// The entries of a result of any rank as a matrix with a column for each entry of x.
inline dense flattened(auto const& array, std::size_t columns) {
    dense result(array.size() / columns, columns);
    std::copy(array.begin(), array.end(), result.entries().begin());
    return result;
}
template <std::size_t Rank>
bool has_extents(auto const& array, std::array<std::size_t, Rank> const& extents) {
    return array.dimension() == Rank && std::equal(extents.begin(), extents.end(), array.shape().begin());
}

// The Jacobian of function(x), column by column, by differences of fourth order.
inline dense differences(auto function, dense x) {
    dense const shape = function(x);
    dense result(shape.entries().size(), x.entries().size());
    number const h = 1e-4L;
    for (std::size_t j = 0; j < x.entries().size(); ++j) {
        number const here = x.entries()[j];
        auto at = [&](int steps) {
            x.entries()[j] = here + steps * h;
            return function(x);
        };
        dense const slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
        x.entries()[j] = here;
        for (std::size_t i = 0; i < result.rows(); ++i)
            result(i, j) = slope.entries()[i];
    }
    return result;
}
inline double apart(dense const& actual, dense const& expected) { return distance(container<double>(actual), expected); }

} // namespace reference
