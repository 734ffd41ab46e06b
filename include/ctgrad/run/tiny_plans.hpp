// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "loop.hpp"

namespace ctgrad::detail {

/// Whether a plan is so short, and its extents are fixed and so small, that its code as one piece without calls is still small.
template <class Plan>
inline constexpr bool is_tiny = [] {
  constexpr const auto& plan = the_plan(Plan{});
  for (int i = 0; i < plan.extent_count; ++i)
    if (!plan.extents[i]->is_number() || plan.extents[i]->number() > 16) return false;
  return plan.step_count <= 24;
}();

/// Stands for a plan in the names of what is instantiated for the calls in which no extent is more than a pack: the code is
/// that of a tiny plan then, each vector a pack of which the call tells how many entries count.
template <class Plan>
struct in_packs {};
template <class Plan>
constexpr auto& the_plan(in_packs<Plan>) {
  return the_plan(Plan{});
}
template <class Plan>
inline constexpr bool is_in_packs = false;
template <class Plan>
inline constexpr bool is_in_packs<in_packs<Plan>> = true;
template <class Plan>
inline constexpr bool is_tiny<in_packs<Plan>> = true;
/// The plan that code for both is instantiated with.
template <class Plan>
struct whole_plan {
  using type = Plan;
};
template <class Plan>
struct whole_plan<in_packs<Plan>> {
  using type = Plan;
};

/// Whether a plan has such code: it is short, and its values are vectors.
template <class Plan, class T>
inline constexpr bool has_code_in_packs = [] {
  constexpr const auto& plan = the_plan(Plan{});
  if (!has_masks || is_tiny<Plan> || plan.step_count > 24) return false;
  const auto is_line = [](const storage& s) { return plan.extents[s.rows]->is_one() || plan.extents[s.columns]->is_one(); };
  for (int i = 0; i < plan.extent_count; ++i)
    if (plan.extents[i]->is_number() && plan.extents[i]->number() > static_cast<long>(pack_size<T>)) return false;
  for (int i = 0; i < plan.storage_count; ++i)
    if (plan.storages[i].where == place::inside || (plan.storages[i].where == place::workspace && !is_line(plan.storages[i]))) return false;
  for (int i = 0; i < plan.step_count; ++i) {
    const step& s = plan.steps[i];
    if (!s.is_loop && (s.code != op::product || !is_line(plan.storages[s.outputs[0]]))) return false;
  }
  return true;
}();

/// The packs that such code works with: halves where no extent is more.
template <class Plan, class T>
inline constexpr bool fits_half_packs = [] {
  constexpr const auto& plan = the_plan(Plan{});
  if (!is_tiny<Plan> || is_in_packs<Plan>) return false;
  for (int i = 0; i < plan.extent_count; ++i)
    if (plan.extents[i]->number() > static_cast<long>(lane_count<half_pack<T>>)) return false;
  return true;
}();
template <class Plan, class T>
using pack_of_plan = std::conditional_t<fits_half_packs<Plan, T>, half_pack<T>, pack<T>>;

/// Where the values of a tiny plan lie while it runs: on the stack, each with room for whole packs, so that the compiler can keep
/// them in registers. Results that later steps read are among them; they are copied to the caller at the end.
template <class Plan, class T>
struct local_layout {
  static constexpr const auto& plan = the_plan(Plan{});
  static constexpr int room = plan.storage_count > 0 ? plan.storage_count : 1;
  long offset[room]{};     // -1 of what lies elsewhere
  long last_pack[room]{};  // where it begins
  long entries[room]{};    // of results, at most
  long size = 0;

  constexpr local_layout() {
    for (long& place : offset) place = -1;
    if (!is_tiny<Plan>) return;
    long of_buffer[plan.buffer_count + 1]{};
    for (int i = 0; i < plan.buffer_count; ++i) of_buffer[i] = take(plan.buffers[i]);
    for (int i = 0; i < plan.storage_count; ++i) {
      const storage& s = plan.storages[i];
      const long count = longest(s.rows) * longest(s.columns);
      last_pack[i] = count > 0 ? (count - 1) / static_cast<long>(pack_size<T>) * static_cast<long>(pack_size<T>) : 0;
      if (s.where == place::workspace) offset[i] = of_buffer[s.index];
      if (s.where == place::result && (plan.extents[s.rows]->is_one() || plan.extents[s.columns]->is_one()) && is_read(i)) {
        offset[i] = take(s);
        entries[i] = count;
      }
    }
  }

 private:
  constexpr long take(const storage& s) {
    constexpr long line = 64 / static_cast<long>(sizeof(T));
    const long n = longest(s.rows), start = size;
    size += (n * longest(s.columns) + (s.has_pivots ? n + 1 : 0)) / line * line + line;
    return start;
  }
  static constexpr long longest(int extent) {
    return plan.extents[extent]->is_number() ? plan.extents[extent]->number() : static_cast<long>(pack_size<T>);
  }
  static constexpr bool is_read(int id) {
    for (int i = 0; i < plan.storage_count; ++i)  // what lies inside it would have to move along
      if (plan.storages[i].where == place::inside && plan.storages[i].index == id) return false;
    for (int i = 0; i < plan.step_count; ++i)
      for (int j = 0; j < plan.steps[i].operand_count; ++j)
        if (plan.steps[i].operands[j] == id) return true;
    return false;
  }
};
template <class Plan, class T>
inline constexpr local_layout<Plan, T> local_layout_of{};

}  // namespace ctgrad::detail
