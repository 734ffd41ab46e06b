// SPDX-License-Identifier: BSL-1.0
// What holds of every plan.
#pragma once

#include "catch.hpp"

#include <ctgrad/passes/plan.hpp>

#include <vector>

namespace plan_checks {

using namespace ctgrad::detail;

// The storage whose memory another one is inside of.
template <class Plan>
int whole(Plan const& p, int storage) {
    while (storage >= 0 && p.storages[storage].where == place::inside) storage = p.storages[storage].index;
    return storage;
}

// From the first step that touches a storage to the last one; none if there is none.
struct lifetime {
    int first = -1, last = -1;
    bool meets(lifetime const& other) const { return first >= 0 && other.first >= 0 && first <= other.last && other.first <= last; }
};

template <class Plan>
std::vector<lifetime> lifetimes_of(Plan const& p) {
    std::vector<lifetime> result(std::size_t(p.storage_count));
    for (int i = 0; i < p.step_count; ++i) {
        step const& s = p.steps[i];
        std::vector<int> touched = {s.scale, s.addend, s.scratch};
        touched.insert(touched.end(), s.operands, s.operands + s.operand_count);
        touched.insert(touched.end(), s.outputs, s.outputs + s.output_count);
        for (int storage : touched) {
            if ((storage = whole(p, storage)) < 0) continue;
            lifetime& life = result[std::size_t(storage)];
            if (life.first < 0) life.first = i;
            life.last = i;
        }
    }
    return result;
}

// How many values share the workspace; fails where two that live at the same time overlap.
template <class Plan>
int check_buffers(Plan const& p) {
    std::vector<lifetime> const lives = lifetimes_of(p);
    int placed = 0;
    for (int a = 0; a < p.storage_count; ++a) {
        if (p.storages[a].where != place::workspace || lives[std::size_t(a)].first < 0) continue;
        ++placed;
        REQUIRE((p.storages[a].index >= 0 && p.storages[a].index < p.buffer_count));
        storage const &value = p.storages[a], &buffer = p.buffers[value.index];
        bool const upright = buffer.rows == value.rows && buffer.columns == value.columns;
        CHECK((upright || (buffer.rows == value.columns && buffer.columns == value.rows)));
        CHECK(buffer.has_pivots == value.has_pivots);
        for (int b = 0; b < a; ++b) {
            if (p.storages[b].where != place::workspace || p.storages[b].index != value.index) continue;
            CAPTURE(a, b);
            if (lives[std::size_t(a)].meets(lives[std::size_t(b)])) FAIL_CHECK("two values that live at the same time share a buffer");
        }
    }
    return placed;
}

// Nothing is read before it is written, and every result is written.
template <class Plan>
void check_order(Plan const& p) {
    std::vector<bool> written(std::size_t(p.storage_count));
    for (int id = 0; id < p.storage_count; ++id)
        written[std::size_t(id)] = p.storages[id].where == place::input || p.storages[id].where == place::measure;
    for (int i = 0; i < p.step_count; ++i) {
        step const& s = p.steps[i];
        std::vector<int> read = {s.scale, s.addend};
        read.insert(read.end(), s.operands, s.operands + s.operand_count);
        for (int storage : read) {
            CAPTURE(i, storage);
            if ((storage = whole(p, storage)) >= 0) CHECK(written[std::size_t(storage)]);
        }
        for (int j = 0; j < s.output_count; ++j) written[std::size_t(whole(p, s.outputs[j]))] = true;
    }
    for (int i = 0; i < Plan::result_count; ++i) CHECK(written[std::size_t(whole(p, p.results[i]))]);
}

} // namespace plan_checks
