// SPDX-License-Identifier: BSL-1.0
// Entries between -1 and 1, the same in each run.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace reference {

template <class T>
std::vector<T> random_entries(long count) {
    static std::mt19937 engine{20};
    std::uniform_real_distribution<double> entries(-1, 1);
    std::vector<T> result(static_cast<std::size_t>(count));
    for (T& entry : result) entry = static_cast<T>(entries(engine));
    return result;
}

} // namespace reference
