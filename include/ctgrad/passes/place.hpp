// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "plan.hpp"

namespace ctgrad::detail {

/// Gives each value of the workspace a buffer; values of equal size whose lifetimes do not meet share one.
template <class Plan>
constexpr void place_buffers(Plan& p) {
  constexpr int none = 1 << 20;
  int whole[Plan::storage_capacity + 1]{};  // the storage that another one is inside of
  int last[Plan::storage_capacity + 1]{};   // the step that touches a value last
  bool is_placed[Plan::storage_capacity + 1]{};
  for (int id = 0; id < p.storage_count; ++id) {
    whole[id] = id;
    while (p.storages[whole[id]].where == place::inside) whole[id] = p.storages[whole[id]].index;
    is_placed[id] = p.storages[id].where != place::workspace;
  }
  for (int i = 0; i < p.step_count; ++i) {
    const step& s = p.steps[i];
    for (int j = 0; j < s.operand_count; ++j) last[whole[s.operands[j]]] = i;
    for (int j = 0; j < s.output_count; ++j) last[whole[s.outputs[j]]] = i;
    if (s.scale >= 0) last[whole[s.scale]] = i;
    if (s.addend >= 0) last[whole[s.addend]] = i;
    if (s.scratch >= 0) last[whole[s.scratch]] = i;
  }
  // The free buffers of one size are a list, the one that was used last first: it may still be in the cache.
  int first_of_size[Plan::buffer_capacity + 1]{}, size_count = 0;
  int size_of[Plan::buffer_capacity + 1]{}, last_free[Plan::buffer_capacity + 1]{}, free_before[Plan::buffer_capacity + 1]{};
  const auto are_alike = [](const storage& a, const storage& b) {
    return a.has_pivots == b.has_pivots &&
           ((a.rows == b.rows && a.columns == b.columns) || (a.rows == b.columns && a.columns == b.rows));
  };
  for (int i = 0; i < p.step_count; ++i) {
    const step& s = p.steps[i];
    const auto place_one = [&](int part) {
      const int id = whole[part];
      if (is_placed[id]) return;
      is_placed[id] = true;
      storage& wanted = p.storages[id];
      int size = 0;
      while (size < size_count && !are_alike(p.buffers[first_of_size[size]], wanted)) ++size;
      if (size < size_count && last_free[size] != none) {
        wanted.index = last_free[size];
        last_free[size] = free_before[wanted.index];
      } else if (p.buffer_count == Plan::buffer_capacity) {
        p.failure = trouble::out_of_capacity;
      } else {
        wanted.index = p.buffer_count++;
        p.buffers[wanted.index] = wanted;
        size_of[wanted.index] = size;
        if (size == size_count) first_of_size[size] = wanted.index, last_free[size] = none, ++size_count;
      }
    };
    const auto release = [&](int part) {
      const int id = whole[part];
      if (last[id] != i || p.storages[id].where != place::workspace) return;
      last[id] = -1;
      const int buffer = p.storages[id].index, size = size_of[buffer];
      free_before[buffer] = last_free[size];
      last_free[size] = buffer;
    };
    for (int j = 0; j < s.output_count; ++j) place_one(s.outputs[j]);
    if (s.scratch >= 0) place_one(s.scratch);
    for (int j = 0; j < s.operand_count; ++j) place_one(s.operands[j]);
    for (int j = 0; j < s.operand_count; ++j) release(s.operands[j]);
    for (int j = 0; j < s.output_count; ++j) release(s.outputs[j]);
    if (s.scale >= 0) release(s.scale);
    if (s.addend >= 0) release(s.addend);
    if (s.scratch >= 0) release(s.scratch);
  }
}

/// The plan at its exact size.
template <class Exact, class Plan>
constexpr Exact shrink_plan(const Plan& p) {
  Exact result;
  for (int i = 0; i < p.step_count; ++i) result.steps[i] = p.steps[i];
  for (int i = 0; i < p.program_count; ++i) result.programs[i] = p.programs[i];
  for (int i = 0; i < p.storage_count; ++i) result.storages[i] = p.storages[i];
  for (int i = 0; i < p.buffer_count; ++i) result.buffers[i] = p.buffers[i];
  for (int i = 0; i < p.extent_count; ++i) result.extents[i] = p.extents[i];
  for (int i = 0; i < p.check_count; ++i) result.checks[i] = p.checks[i];
  for (int i = 0; i < p.index_check_count; ++i) result.index_checks[i] = p.index_checks[i];
  for (int i = 0; i < p.leaf_count; ++i) {
    result.leaves[i] = p.leaves[i];
    result.leaf_rows[i] = p.leaf_rows[i];
    result.leaf_columns[i] = p.leaf_columns[i];
  }
  for (int i = 0; i < Plan::result_count; ++i) {
    result.results[i] = p.results[i];
    result.result_shapes[i] = p.result_shapes[i];
    result.result_arrays[i] = p.result_arrays[i];
  }
  result.step_count = p.step_count;
  result.program_count = p.program_count;
  result.storage_count = p.storage_count;
  result.buffer_count = p.buffer_count;
  result.extent_count = p.extent_count;
  result.check_count = p.check_count;
  result.index_check_count = p.index_check_count;
  result.leaf_count = p.leaf_count;
  result.failure = p.failure;
  return result;
}

}  // namespace ctgrad::detail
