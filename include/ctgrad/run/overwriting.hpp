// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "loop.hpp"

namespace ctgrad::detail {

/// Which leaves a result may overwrite while the plan runs: those that are not read any more once the result is begun.
template <class Plan>
struct overwriting {
  static constexpr const auto& plan = the_plan(Plan{});
  int last_read[plan.leaf_count + 1]{};    // the step, -1 for none
  bool is_last_safe[plan.leaf_count + 1]{};  // that step reads each entry before it may write it
  int first_write[plan.result_count + 1]{};
  int last_failure = -1;  // the last step that may throw: what it finds half done is lost
  bool reads_in_order[plan.program_count + 1][loop_program::input_capacity]{};  // a loop, its operand: before it may write the entry

  constexpr overwriting() {
    for (int i = 0; i < plan.program_count; ++i) note_program(plan.programs[i], reads_in_order[i]);
    for (int& step : last_read) step = -1;
    for (int& step : first_write) step = plan.step_count;
    for (int i = plan.step_count; i-- > 0;) {
      const step& s = plan.steps[i];
      if (last_failure < 0 && (is_factor(s.code) || s.factor_kind != op::number)) last_failure = i;
      for (int j = 0; j < s.output_count; ++j)
        if (const storage& to = whole(s.outputs[j]); to.where == place::result) first_write[to.index] = i;
      for (int j = 0; j < s.operand_count; ++j) note_read(i, s.operands[j], s.is_loop ? reads_in_order[s.program][j] : is_base(s, j));
      note_read(i, s.scale, false);
      note_read(i, s.addend, true);
    }
  }
  constexpr bool may_overwrite(int leaf, int result) const {
    const int begun = first_write[result];
    return last_failure < begun && (last_read[leaf] < begun || (last_read[leaf] == begun && is_last_safe[leaf]));
  }

 private:
  static constexpr const storage& whole(int id) {
    while (plan.storages[id].where == place::inside) id = plan.storages[id].index;
    return plan.storages[id];
  }
  constexpr void note_read(int i, int id, bool is_safe) {
    if (id < 0) return;
    const storage& from = whole(id);
    if (from.where != place::input) return;
    if (last_read[from.index] < 0) {
      last_read[from.index] = i;
      is_last_safe[from.index] = true;
    }
    if (last_read[from.index] == i && (!is_safe || plan.storages[id].where != place::input)) is_last_safe[from.index] = false;
  }
  /// Not where a later sweep reads again, nor where sums begin with zeros in memory.
  static constexpr void note_program(const loop_program& p, bool* in_order) {
    const loop_timing timing(p);
    bool is_one_pass = timing.sweep_count == 1;
    for (int i = p.first_instruction(); i < p.register_count(); ++i) is_one_pass = is_one_pass && timing.moments[i] != moment::across;
    for (int i = 0; i < p.input_count; ++i)
      in_order[i] = is_one_pass && (p.inputs[i] == access::full || timing.moments[i] != moment::entry);
  }
  static constexpr bool is_base(const step& s, int operand) { return s.code == op::add_diagonal && operand == 0; }
};

template <class Plan>
inline constexpr overwriting<Plan> overwriting_of{};

}  // namespace ctgrad::detail
