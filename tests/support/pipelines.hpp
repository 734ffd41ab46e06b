// SPDX-License-Identifier: BSL-1.0
// What the passes make of expressions, pass by pass, while compiling.
#pragma once

#include "graphs.hpp"

#include <ctgrad/passes/pipeline.hpp>

namespace graphs {

// Without an assumption about sizes.
template <class... Expressions>
using passes_of = pipeline<0, Expressions::key...>;

template <class Plan>
int count_steps(Plan const& p, op code) {
    int count = 0;
    for (int i = 0; i < p.step_count; ++i) count += !p.steps[i].is_loop && p.steps[i].code == code;
    return count;
}
template <class Plan>
int count_loops(Plan const& p) {
    int count = 0;
    for (int i = 0; i < p.step_count; ++i) count += p.steps[i].is_loop;
    return count;
}

} // namespace graphs
