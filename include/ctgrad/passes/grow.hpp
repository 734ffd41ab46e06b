// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "layers.hpp"
#include "place.hpp"

namespace ctgrad::detail {

/// Whether what does not grow is the same in two plans, and nothing is in them that only calls can check.
template <class Shorter, class Longer>
constexpr bool differ_in_layers_alone(const Shorter& a, const Longer& b) {
  if (a.failure != trouble::none || b.failure != trouble::none) return false;
  if (a.check_count + b.check_count + a.index_check_count + b.index_check_count > 0) return false;
  if (a.program_count != b.program_count || a.extent_count != b.extent_count) return false;
  for (int i = 0; i < a.program_count; ++i)
    if (a.programs[i].key() != b.programs[i].key()) return false;
  for (int i = 0; i < a.extent_count; ++i)
    if (!(*a.extents[i] == *b.extents[i])) return false;
  for (const result_array& array : b.result_arrays)
    if (array.rank != 0) return false;
  return true;
}

template <class Plan>
constexpr int number_of_extent(const Plan& p, const extent& e) {
  for (int i = 0; i < p.extent_count; ++i)
    if (*p.extents[i] == e) return i;
  return -1;
}

/// The plan of a net with `more` layers than the longer of two nets, which has `apart` layers more than the shorter; those
/// have no buffers yet. `written` is that net as written. Fails where the plans do not grow evenly.
template <class Plan, class Shorter, class Longer, class Written>
constexpr Plan grow(const Shorter& shorter, const Longer& longer, int apart, int more, const Written& written) {
  Plan result;
  result.step_count = Plan::step_capacity;
  result.storage_count = Plan::storage_capacity;
  const bool is_even =
      differ_in_layers_alone(shorter, longer) &&
      extrapolate_into<step>(result.steps, result.step_count, {shorter.steps, shorter.step_count}, {longer.steps, longer.step_count}, apart, more) &&
      extrapolate_into<storage>(result.storages, result.storage_count, {shorter.storages, shorter.storage_count},
                                {longer.storages, longer.storage_count}, apart, more) &&
      extrapolate_into<short>(result.results, Plan::result_count, {shorter.results, Shorter::result_count}, {longer.results, Longer::result_count},
                              apart, more);
  if (!is_even) {
    result.failure = trouble::out_of_capacity;
    return result;
  }

  for (; result.program_count < longer.program_count; ++result.program_count) result.programs[result.program_count] = longer.programs[result.program_count];
  for (; result.extent_count < longer.extent_count; ++result.extent_count) result.extents[result.extent_count] = longer.extents[result.extent_count];
  for (int i = 0; i < Plan::result_count; ++i) result.result_shapes[i] = written.nodes[written.roots[i]].extents;
  for (node_id id = 0; id < written.size; ++id) {
    const node& n = written.nodes[id];
    if (n.code != op::leaf) continue;
    const int rows = number_of_extent(longer, *n.extents.rows), columns = number_of_extent(longer, *n.extents.columns);
    if (rows < 0 || columns < 0) result.failure = trouble::out_of_capacity;
    result.leaf_rows[result.leaf_count] = rows;
    result.leaf_columns[result.leaf_count] = columns;
    result.leaves[result.leaf_count++] = n.leaf;
  }
  place_buffers(result);
  return result;
}

}  // namespace ctgrad::detail
