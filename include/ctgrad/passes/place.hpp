// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "plan.hpp"

namespace ctgrad::detail {

/// Gives each value of the workspace a buffer; values of equal size whose lifetimes do not meet share one.
template <class Plan>
constexpr void place_buffers(Plan& p) {
  constexpr int none = 1 << 20;
  int first[Plan::storage_capacity + 1]{}, last[Plan::storage_capacity + 1]{};
  for (int& when : first) when = none;
  const auto whole = [&](int storage) {
    while (storage >= 0 && p.storages[storage].where == place::inside) storage = p.storages[storage].index;
    return storage;
  };
  const auto touch = [&](int storage, int when) {
    storage = whole(storage);
    if (storage < 0) return;
    if (first[storage] == none) first[storage] = when;
    last[storage] = when;
  };
  for (int i = 0; i < p.step_count; ++i) {
    const step& s = p.steps[i];
    for (int j = 0; j < s.operand_count; ++j) touch(s.operands[j], i);
    for (int j = 0; j < s.output_count; ++j) touch(s.outputs[j], i);
    touch(s.scale, i);
    touch(s.addend, i);
    touch(s.scratch, i);
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
    const auto place_one = [&](int id) {
      id = whole(id);
      if (id < 0 || p.storages[id].where != place::workspace || first[id] != i) return;
      first[id] = -1;
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
    const auto release = [&](int id) {
      id = whole(id);
      if (id < 0 || p.storages[id].where != place::workspace || last[id] != i) return;
      last[id] = -1;
      const int buffer = p.storages[id].index, size = size_of[buffer];
      free_before[buffer] = last_free[size];
      last_free[size] = buffer;
    };
    for (int j = 0; j < s.output_count; ++j) place_one(s.outputs[j]);
    place_one(s.scratch);
    for (int j = 0; j < s.operand_count; ++j) place_one(s.operands[j]);
    for (int j = 0; j < s.operand_count; ++j) release(s.operands[j]);
    for (int j = 0; j < s.output_count; ++j) release(s.outputs[j]);
    release(s.scale);
    release(s.addend);
    release(s.scratch);
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
