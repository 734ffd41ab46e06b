// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "row_blocks.hpp"

namespace ctgrad::detail {

template <class Plan, int Kind, class T>
[[gnu::noinline]] void run_apart(context<Plan, T>& c, const step& s) {
  kernel<Plan, Kind, T>::run(c, s);
}

/// Two steps that read the same matrix, in one pass over it where that pays.
template <class Plan, class T>
struct both_ways_steps {
  context<Plan, T>& c;
  const step &first, &second;
  const step &straight = first.transposed[0] ? second : first, &turned = first.transposed[0] ? first : second;
  both_ways<T> product{c.size(straight.operand_rows[0]),  c.size(straight.operand_columns[0]), c.pointers[straight.operands[0]],
                       c.pointers[straight.operands[1]],  c.pointers[turned.operands[1]],      c.pointers[straight.outputs[0]],
                       c.pointers[turned.outputs[0]],     second.operands[1] == first.outputs[0]};

  [[gnu::always_inline]] void run() const {
    put_addend(first);
    put_addend(second);
    product.multiply(alpha_of(c, straight), beta_of<T>(straight), alpha_of(c, turned), beta_of<T>(turned));
  }

 private:
  /// A product is added to what lies where it goes.
  void put_addend(const step& s) const {
    if (s.addend >= 0) copy_entries<T>(c.pointers[s.addend], c.pointers[s.outputs[0]], c.rows(s.outputs[0]));
  }
};
template <class Plan, int I, class T>
[[gnu::always_inline]] inline void run_step(context<Plan, T>& c) {
  constexpr const auto& plan = the_plan(Plan{});
  if constexpr (pack_size<T> >= 4 && begins_both_ways<Plan>(I)) {
    const both_ways_steps<Plan, T> both{c, plan.steps[I], plan.steps[I + 1]};
    if (both.product.pays()) return both.run();
  } else if constexpr (pack_size<T> >= 4 && begins_both_ways<Plan>(I - 1)) {
    if (both_ways_steps<Plan, T>{c, plan.steps[I - 1], plan.steps[I]}.product.pays()) return;  // done already
  } else if constexpr (begins_row_blocks<Plan>(I)) {
    if (row_blocks<Plan, I, T>(c).pays()) return;  // the loop computes it
  } else if constexpr (begins_row_blocks<Plan>(I - 1)) {
    if (row_blocks<Plan, I - 1, T> blocks(c); blocks.pays()) return blocks.run();
  }
  // Of a tiny plan each step has code of its own.
  kernel<Plan, is_tiny<Plan> ? I : plan.steps[I].kind, T>::run(c, plan.steps[I]);
}

/// Runs the steps one after the other. Those of a long plan are a list that is read at run time: of steps one by one the
/// compilers would make functions of many thousand instructions, at a price that grows faster than they do.
template <class Plan, class T>
void run_steps(context<Plan, T>& c) {
  constexpr const auto& plan = the_plan(Plan{});
  constexpr const auto& kinds = kinds_of_steps<Plan>;
  if constexpr (is_long_plan<Plan>) {
    [&]<int... Kind>(std::integer_sequence<int, Kind...>) {
      static constexpr void (*code[])(context<Plan, T>&, const step&) = {&run_apart<Plan, kinds.first[Kind], T>...};
      for (int i = 0; i < plan.step_count; ++i) code[kinds.number[i]](c, plan.steps[i]);
    }(std::make_integer_sequence<int, kinds.count>{});
  } else {
    [&]<int... I>(std::integer_sequence<int, I...>) {
      (run_step<Plan, I>(c), ...);
    }(std::make_integer_sequence<int, plan.step_count>{});
  }
}

template <class Plan>
inline constexpr bool has_parts_of_storages = [] {
  constexpr const auto& plan = the_plan(Plan{});
  for (int i = 0; i < plan.storage_count; ++i)
    if (plan.storages[i].where == place::inside) return true;
  return false;
}();
/// Points the storages that are parts of others at their first entries.
template <class Plan, class T>
[[gnu::always_inline]] inline void point_inside(context<Plan, T>& c) {
  constexpr const auto& plan = the_plan(Plan{});
  if constexpr (has_parts_of_storages<Plan>)
    for (int i = 0; i < plan.storage_count; ++i) {
      const storage& s = plan.storages[i];
      if (s.where != place::inside || c.pointers[s.index] == nullptr) continue;
      c.pointers[i] = c.pointers[s.index] + c.size(s.first_row) * c.size(s.stride) + c.size(s.first_column);
    }
}

template <class Plan, class T, class Called>
[[gnu::flatten]] inline void run_in_one_piece(const context<Called, T>& called) {
  constexpr const auto& places = local_layout_of<Plan, T>;
  alignas(64) T values[places.size + 1];
  context<Plan, T> c;
  for (int i = 0; is_in_packs<Plan> && i < c.plan.extent_count; ++i) c.sizes[i] = called.sizes[i];
  const auto for_each_storage = [](auto f) __attribute__((always_inline)) {
    [&]<int... I>(std::integer_sequence<int, I...>) __attribute__((always_inline)) {
      (f.template operator()<I>(), ...);
    }(std::make_integer_sequence<int, the_plan(Plan{}).storage_count>{});
  };
  for_each_storage([&]<int I>() __attribute__((always_inline)) {
    c.pointers[I] = places.offset[I] >= 0 ? values + places.offset[I] : called.pointers[I];
    // What is read behind the last entry is a number.
    if constexpr (places.offset[I] >= 0) store(pack<T>(T(0)), c.pointers[I] + places.last_pack[I]);
  });
  point_inside(c);
  run_steps<Plan, T>(c);
  for_each_storage([&]<int I>() __attribute__((always_inline)) {
    if constexpr (places.entries[I] > 0) {
      using V = pack_of_plan<Plan, T>;
      constexpr long width = static_cast<long>(lane_count<V>);
      const long entries = c.rows(I) * c.columns(I);
      for (long j = 0; j < entries; j += width)
        if (j + width <= entries)
          store(load<V>(c.pointers[I] + j), called.pointers[I] + j);
        else
          store_first(load<V>(c.pointers[I] + j), called.pointers[I] + j, static_cast<std::size_t>(entries - j));
    }
  });
}

template <class Plan, class T>
[[gnu::always_inline]] inline void run_plan(context<Plan, T>& c) {
  if constexpr (is_tiny<Plan>) return run_in_one_piece<Plan>(c);
  if constexpr (has_code_in_packs<Plan, T>) {
    bool fits = true;
    for (int i = 0; i < c.plan.extent_count; ++i) fits &= c.size(i) >= 1 && c.size(i) <= static_cast<long>(pack_size<T>);
    if (fits) return run_in_one_piece<in_packs<Plan>>(c);
  }
  run_steps<Plan, T>(c);
}

}  // namespace ctgrad::detail
