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

template <class Plan>
constexpr table<step> steps_of(const Plan& p) { return {p.steps, p.step_count}; }
template <class Plan>
constexpr table<storage> storages_of(const Plan& p) { return {p.storages, p.storage_count}; }
template <class Plan>
constexpr table<short> results_of(const Plan& p) { return {p.results, Plan::result_count}; }

/// Whether a plan is what the growth from one plan to the next leads to.
template <class Shorter, class Longer, class Plan>
constexpr bool continues_plan(const Shorter& shorter, const Longer& longer, int more, const Plan& p) {
  return differ_in_layers_alone(shorter, longer) && differ_in_layers_alone(longer, p) &&
         is_extrapolated(steps_of(shorter), steps_of(longer), more, steps_of(p)) &&
         is_extrapolated(storages_of(shorter), storages_of(longer), more, storages_of(p)) &&
         is_extrapolated(results_of(shorter), results_of(longer), more, results_of(p));
}

/// Where there is none that grows evenly.
template <class Plan>
constexpr Plan no_plan() {
  Plan result;
  result.failure = trouble::out_of_capacity;
  return result;
}

/// The plan of a net with `more` layers than the longer of two nets that differ by one layer; those have no buffers yet.
/// `written` is that net as written.
template <class Plan, class Shorter, class Longer, class Written>
constexpr Plan grow(const Shorter& shorter, const Longer& longer, int more, const Written& written) {
  Plan result;
  result.step_count = Plan::step_capacity;
  result.storage_count = Plan::storage_capacity;
  const bool is_even = differ_in_layers_alone(shorter, longer) &&
                       extrapolate_into(result.steps, result.step_count, steps_of(shorter), steps_of(longer), more) &&
                       extrapolate_into(result.storages, result.storage_count, storages_of(shorter), storages_of(longer), more) &&
                       extrapolate_into(result.results, Plan::result_count, results_of(shorter), results_of(longer), more);
  if (!is_even) return no_plan<Plan>();

  for (; result.program_count < longer.program_count; ++result.program_count) result.programs[result.program_count] = longer.programs[result.program_count];
  for (; result.extent_count < longer.extent_count; ++result.extent_count) result.extents[result.extent_count] = longer.extents[result.extent_count];
  for (int i = 0; i < Plan::result_count; ++i) result.result_shapes[i] = written.nodes[written.roots[i]].extents;
  for (node_id id = 0; id < written.size; ++id) {
    const node& n = written.nodes[id];
    if (n.code != op::leaf) continue;
    const int rows = number_of_extent(longer, *n.extents.rows), columns = number_of_extent(longer, *n.extents.columns);
    if (rows < 0 || columns < 0) return no_plan<Plan>();
    result.leaf_rows[result.leaf_count] = rows;
    result.leaf_columns[result.leaf_count] = columns;
    result.leaves[result.leaf_count++] = n.leaf;
  }
  place_buffers(result);
  return result;
}

}  // namespace ctgrad::detail
