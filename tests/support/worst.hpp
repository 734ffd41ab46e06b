// SPDX-License-Identifier: BSL-1.0
// The largest of many errors, which is infinite where one of them is NaN.
#pragma once

#include <limits>

namespace reference {

// Comparisons with NaN are false, so that neither std::max nor one comparison would keep it.
template <class Number>
Number worse(Number worst, Number error) {
    if (error <= worst) return worst;
    return error >= 0 ? error : std::numeric_limits<Number>::infinity();
}

} // namespace reference
