// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>

#include "../passes/work.hpp"
#include "call_checks.hpp"
#include "check.hpp"
#include "many_arguments.hpp"
#include "overwriting.hpp"
#include "plain_calls.hpp"
#include "targets.hpp"
#include "workspace.hpp"

namespace ctgrad::detail {

/// What `compile` returns: a value that owns its workspace. Copies share nothing: one a thread is safe. Where other plans for
/// the same results pay at other sizes, the one that costs least at the sizes of a call runs.
template <class Plan, class... Variants>
class function {
 public:
  static constexpr const auto& plan = the_plan(Plan{});
  static constexpr int result_count = plan.result_count;

  /// Evaluates every result. Each argument is `leaf = container`, every leaf once, and at most one is `into(...)`; in any
  /// order. What is missing, unknown, bound twice or of the wrong kind is an error while compiling.
  ///
  /// Named extents are read off the containers. One result comes as itself, several as a tuple: a scalar as a number, a column
  /// as rank 1, other matrices as rank 2, of float if a container holds float. Throws shape_error where a shape does not
  /// fit, index_error, alias_error, not_positive_definite and singular_matrix, each with the leaf or the expression. Nothing
  /// is allocated from the second call with the same sizes on but the results, and with `into` not these either.
  template <class... Arguments>
  [[gnu::always_inline]] auto operator()(Arguments&&... arguments) {
    constexpr bool are_bindings =
        all_of({is_binding<std::remove_cvref_t<Arguments>> || is_into<std::remove_cvref_t<Arguments>>...});
    static_assert(are_bindings, "ctgrad: bind each leaf by leaf = container; targets go into into(...)");
    if constexpr (are_bindings) {
      using checked = checked_call<Plan, std::remove_cvref_t<Arguments>...>;
      if constexpr (checked::analysis.fits() && !is_long && is_plain_call<checked, std::remove_reference_t<Arguments>...>)
        evaluate_plainly<checked>(std::index_sequence_for<Arguments...>{}, arguments...);
      else if constexpr (checked::analysis.fits())
        return evaluate<checked>(std::index_sequence_for<Arguments...>{}, arguments...);
      else
        static_assert(decltype(the_problem<checked::problem>)::none, "ctgrad: the arguments do not fit the function");
    }
  }
  template <class... Arguments>
  void operator()(Arguments&&...) const {
    static_assert(never<Arguments...>, "ctgrad: a compiled function owns its workspace and is not called through const: call a copy");
  }

 private:
  static constexpr const name_table<Plan>& names = names_of_plan<Plan>;
  static constexpr bool is_long = has_many_arguments<Plan>;
  static constexpr int leaf_room = plan.leaf_count > 0 ? plan.leaf_count : 1;

  layout<Plan> layout_;
  std::tuple<function<Variants>...> variants_;
  extent_values<Plan> chosen_for_{};
  int chosen_ = -1;  // 0 for the plan itself, then the variants; -1 before the first call
  workspace spare_;  // copies of inputs and results that cannot be used where they are

  template <class Checked, std::size_t... I, class... Arguments>
  auto evaluate(std::index_sequence<I...>, Arguments&... arguments) {
    using T = typename Checked::entry;
    context<Plan, T> c;
    operand<T> operands[leaf_room];
    [[maybe_unused]] container_list<T, is_long ? sizeof...(I) : 1> containers;
    if constexpr (is_long) {
      static constexpr const container_code<T>* codes[] = {code_for_argument<T, std::remove_const_t<Arguments>>...};
      containers = {{address_of_container(arguments)...}, codes, Checked::analysis.leaf_of};
      containers.inspect(plan.leaves, operands);
    } else {
      void(in_order{(inspect_argument<T, Checked::analysis.leaf_of[I]>(arguments, operands), 0)..., 0});
    }

    const extent_values<Plan> values = values_of<Checked, I...>(operands, arguments...);
    if constexpr (sizeof...(Variants) > 0)
      if (const int variant = choose(values); variant > 0) return call_variant<0>(variant - 1, arguments...);
    check_extents(c, values, operands);
    if constexpr (plan.index_check_count > 0) void(in_order{(check_argument<Checked::analysis.leaf_of[I]>(arguments, c.sizes), 0)..., 0});
    prepare(layout_, c, values);

    std::size_t spare = 0;
    for (int i = 0; i < plan.leaf_count; ++i)
      if (operands[i].needs_copy) spare += rounded<T>(operands[i].entries());
    // Called once the spare memory is known: points every leaf at its container or copies it.
    const auto place_leaves = [&](T* next) {
      if constexpr (is_long)
        next = containers.place(operands, next);
      else
        void(in_order{(place_argument<T, Checked::analysis.leaf_of[I]>(arguments, operands, next), 0)..., 0});
      for (int i = 0; i < plan.storage_count; ++i)
        if (plan.storages[i].where == place::input) c.pointers[i] = const_cast<T*>(operands[plan.storages[i].index].data);
      return next;
    };
    constexpr std::make_index_sequence<static_cast<std::size_t>(result_count)> results;
    constexpr int targets = Checked::analysis.targets;
    if constexpr (targets < 0) {
      return run_for_values<T>(c, place_leaves, spare, results);
    } else {
      slot_row<std::index_sequence<I...>, Arguments&...> row{{arguments}...};
      run_into<Checked>(c, place_leaves, operands, spare, pick<targets>(row), results);
    }
  }

  /// A call whose containers tell by their types that they are used where they are: little more than the steps. With
  /// containers that lie where those of the last call lay, and are as large, all that can be wrong was checked then.
  template <class Checked, std::size_t... I, class... Arguments>
  [[gnu::always_inline]] void evaluate_plainly(std::index_sequence<I...> places, Arguments&... arguments) {
    using T = typename Checked::entry;
    plain_call<Plan>& last = layout_.last;
    const std::uintptr_t* word = last.words;
    const auto is_known = [&](std::uintptr_t w) __attribute__((always_inline)) { return *word++ == w; };
    const bool is_same = last.type == &identity_of_call<Checked> && (all_words_of(arguments, is_known) && ...);
    if (!is_same && !look_anew<Checked>(places, arguments...)) return;
    if constexpr (sizeof...(Variants) > 0)
      if (last.variant > 0) return call_variant<0>(last.variant - 1, arguments...);
    run_plan(last.template state<T>());
  }
  /// Checks the containers of a plain call and notes where they lie; false where the call had to be made another way.
  template <class Checked, std::size_t... I, class... Arguments>
  [[gnu::noinline]] bool look_anew(std::index_sequence<I...> places, Arguments&... arguments) {
    using T = typename Checked::entry;
    plain_call<Plan>& last = layout_.last;
    last.type = nullptr;
    operand<T> operands[leaf_room];
    void(in_order{(inspect_argument<T, Checked::analysis.leaf_of[I]>(arguments, operands), 0)..., 0});
    const extent_values<Plan> values = values_of<Checked, I...>(operands, arguments...);
    if constexpr (sizeof...(Variants) > 0) last.variant = choose(values);
    if (last.variant == 0) {
      context<Plan, T>& c = last.template new_state<T>();
      check_extents(c, values, operands);
      slot_row<std::index_sequence<I...>, Arguments&...> row{{arguments}...};
      auto& into = pick<Checked::analysis.targets>(row);
      if (!take_targets<Checked>(c, into, operands, std::make_index_sequence<static_cast<std::size_t>(result_count)>{})) {
        evaluate<Checked>(places, arguments...);
        return false;
      }
      void(in_order{(place_leaf<Checked::analysis.leaf_of[I]>(c, operands), 0)..., 0});
      prepare(layout_, c, values);
      point_inside(c);
    }
    std::uintptr_t* word = last.words;
    const auto note = [&](std::uintptr_t w) { return *word++ = w, true; };
    void((all_words_of(arguments, note) && ...));
    last.type = &identity_of_call<Checked>;
    return true;
  }
  /// Points the results at their targets, unless one of them has another shape or shares entries with something.
  template <class Checked, class T, class Into, std::size_t... Result>
  [[gnu::always_inline]] static bool take_targets(context<Plan, T>& c, Into& into, const operand<T>* operands, std::index_sequence<Result...>) {
    bool fit = true;
    void(in_order{(fit &= has_shape_of(pick<Result>(into.targets), size_of_result<rank_of_result<Result>>(c, Result)), 0)..., 0});
    if (!fit) return false;
    const std::array destinations{look_at<T>(pick<Result>(into.targets))...};
    bool meets = false;
    void(in_order{(meets |= meets_leaf<Checked, std::remove_cvref_t<decltype(pick<Result>(into.targets))>>(destinations[Result], operands), 0)..., 0});
    void(in_order{(meets |= meets_earlier<Result>(into, destinations.data()), 0)..., 0});
    void(in_order{(place_result<T>(c, Result, destinations[Result].data), 0)..., 0});
    return !meets;
  }
  /// The numbers that the names stand for: read off the leaves, or bound.
  template <class Checked, std::size_t... I, class T, class... Arguments>
  [[gnu::always_inline]] static extent_values<Plan> values_of(const operand<T>* operands, Arguments&... arguments) {
    extent_values<Plan> values;
    const int negative = values.read(operands);
    if constexpr (Checked::binds_extents) void(in_order{(take_extent<Checked::analysis.name_of[I]>(arguments, values), 0)..., 0});
    if (negative >= 0) throw_negative(names.names[negative].text, *plan.leaves[names.leaf[negative]]);
    return values;
  }
  /// Every leaf must agree with them.
  template <class T>
  [[gnu::always_inline]] static void check_extents(context<Plan, T>& c, const extent_values<Plan>& values, const operand<T>* operands) {
    evaluate_extents(c, values, std::make_integer_sequence<int, plan.extent_count>{});
    for (int i = 0; i < plan.leaf_count; ++i) {
      const long rows = c.size(plan.leaf_rows[i]), columns = c.size(plan.leaf_columns[i]);
      if (operands[i].rows != rows) throw_shape_error(*plan.leaves[i], true, rows, operands[i].rows);
      if (operands[i].columns != columns) throw_shape_error(*plan.leaves[i], false, columns, operands[i].columns);
    }
    check_sizes<Plan>(c.sizes);
  }

  int choose(const extent_values<Plan>& values) {
    if (chosen_ < 0 || !(values == chosen_for_)) {
      const auto size_of_name = [&](std::uint64_t key) { return static_cast<double>(values.values[names.find(key)]); };
      chosen_ = cheapest_plan(size_of_name, plan, the_plan(Variants{})...);
      chosen_for_ = values;
    }
    return chosen_;
  }
  template <std::size_t Variant, class... Arguments>
  auto call_variant(int chosen, Arguments&... arguments) {
    if constexpr (Variant + 1 < sizeof...(Variants))
      if (chosen > static_cast<int>(Variant)) return call_variant<Variant + 1>(chosen, arguments...);
    return std::get<Variant>(variants_)(arguments...);
  }

  template <class T, int Leaf, class Argument>
  static void inspect_argument([[maybe_unused]] Argument& argument, [[maybe_unused]] operand<T>* operands) {
    if constexpr (Leaf >= 0) inspect<T>(argument.container, *plan.leaves[Leaf], operands[Leaf]);
  }

  template <int Name, class Argument>
  static void take_extent([[maybe_unused]] Argument& argument, [[maybe_unused]] extent_values<Plan>& values) {
    if constexpr (Name >= 0) {
      const long size = static_cast<long>(argument.container);
      constexpr int leaf = names.leaf[Name];
      if constexpr (leaf >= 0 && !names.is_rest[Name])
        if (values.values[Name] != size) throw_shape_error(*plan.leaves[leaf], names.is_row[Name], size, values.values[Name]);
      values.values[Name] = size;
    }
  }

  template <int Leaf, class Argument>
  static void check_argument([[maybe_unused]] Argument& argument, [[maybe_unused]] const long* sizes) {
    if constexpr (Leaf >= 0)
      if constexpr (plan.leaves[Leaf]->form == structure::indices) check_indices<Plan, Leaf>(argument.container, sizes);
  }

  template <class T, int Leaf, class Argument>
  static void place_argument([[maybe_unused]] Argument& argument, [[maybe_unused]] operand<T>* operands, [[maybe_unused]] T*& next) {
    if constexpr (Leaf >= 0) place_operand<T>(argument.container, operands[Leaf], next);
  }

  template <int Leaf, class T>
  [[gnu::always_inline]] static void place_leaf([[maybe_unused]] context<Plan, T>& c, [[maybe_unused]] const operand<T>* operands) {
    constexpr int storage = [] {
      int found = -1;
      for (int i = 0; i < plan.storage_count; ++i)
        if (plan.storages[i].where == place::input && plan.storages[i].index == Leaf) found = i;
      return found;
    }();
    if constexpr (storage >= 0) c.pointers[storage] = const_cast<T*>(operands[Leaf].data);
  }

  template <class T, int... Extent>
  static void evaluate_extents(context<Plan, T>& c, const extent_values<Plan>& values, std::integer_sequence<int, Extent...>) {
    void(in_order{(c.sizes[Extent] = values.template evaluate<*plan.extents[Extent]>(), 0)..., 0});
  }

  template <class T>
  [[gnu::always_inline]] static void place_result(context<Plan, T>& c, std::size_t result, T* data) {
    c.pointers[plan.results[result]] = data;
  }

  template <int Rank, class T>
  [[gnu::always_inline]] static auto size_of_result(const context<Plan, T>& c, int result) {
    if constexpr (Rank == 0) {
      const storage& s = plan.storages[plan.results[result]];
      return matrix_size{c.size(s.rows), c.size(s.columns)};
    } else {
      array_size<Rank> size;
      for (int i = 0; i < Rank; ++i) size.extents[i] = c.size(plan.result_arrays[result].extents[i]);
      return size;
    }
  }
  template <std::size_t Result>
  static constexpr int rank_of_result = plan.result_arrays[Result].rank;

  template <class T, class Result, class Size>
  static T* shape_result(Result& result, [[maybe_unused]] const Size& size) {
    if constexpr (std::is_same_v<Result, T>) {
      return &result;
    } else {
      if constexpr (owns_memory<Result>) give_shape(result, size);
      return result.data();
    }
  }

  template <class T, class Place, std::size_t... Result>
  auto run_for_values(context<Plan, T>& c, const Place& place_leaves, std::size_t spare, std::index_sequence<Result...>) {
    std::tuple<typename result_of<T, plan, Result>::type...> results;
    void(in_order{(place_result<T>(c, Result, shape_result<T>(std::get<Result>(results), size_of_result<rank_of_result<Result>>(c, Result))), 0)..., 0});
    place_leaves(static_cast<T*>(spare > 0 ? spare_.reserve(spare * sizeof(T)) : nullptr));
    point_inside(c);
    run_plan(c);
    if constexpr (result_count == 1)
      return std::get<0>(std::move(results));
    else
      return results;
  }

  template <class Checked, class Target, class T>
  [[gnu::always_inline]] static bool meets_leaf(const destination<T>& d, const operand<T>* operands) {
    bool meets = false;
    if constexpr (is_long)
      for (int i = 0; i < plan.leaf_count; ++i) meets |= meet(d.addresses, operands[i].addresses);
    else
      [&]<int... Leaf>(std::integer_sequence<int, Leaf...>) __attribute__((always_inline)) {
        ((meets |= may_meet<owner_type<Target>, Checked::owner_of(Leaf)>(d, operands[Leaf])), ...);
      }(std::make_integer_sequence<int, plan.leaf_count>{});
    return meets;
  }

  /// Finds everything that can be wrong with a target, before any target changes.
  template <class Checked, class T, class Target, class Size>
  [[gnu::always_inline]] static void check_target(Target& target, int index, const Size& size, const operand<T>* operands,
                                                  destination<T>& d) {
    check_takes(target, index, size);
    d = look_at<T>(target);
    if (!meets_leaf<Checked, Target>(d, operands)) return;
    for (int i = 0; i < plan.leaf_count; ++i)
      if (operands[i].memory.data != nullptr && overlap(d.memory, operands[i].memory)) {
        bool fits = same_memory(d.memory, operands[i].memory);
        if constexpr (!arithmetic<Target>) fits = fits && has_shape(target, size);
        if (!fits) throw_alias(index, plan.leaves[i]->leaf_name);
        // In place, where the plan does not need the old values any more; a copy of them may be overwritten anyhow.
        if (!operands[i].needs_copy && !overwriting_of<Plan>.may_overwrite(i, index)) d.through_spare = true;
      }
  }

  /// Resizes a target that needs it.
  template <class T, class Target, class Size>
  [[gnu::always_inline]] static void shape_target(Target& target, destination<T>& d, const Size& size) {
    if constexpr (owns_memory<Target>)
      if (!has_shape(target, size)) reshape_target<T>(target, d, size);
  }
  template <class T, class Target, class Size>
  [[gnu::noinline, gnu::cold]] static void reshape_target(Target& target, destination<T>& d, Size size) {
    give_shape(target, size);
    d = look_at<T>(target);
  }

  template <int Rank, class T, class Target>
  static void check_target_at(void* target, int index, const context<Plan, T>& c, const operand<T>* operands, destination<T>& d) {
    check_target<void>(*static_cast<Target*>(target), index, size_of_result<Rank>(c, index), operands, d);
  }
  template <int Rank, class T, class Target>
  static void shape_target_at(void* target, int index, const context<Plan, T>& c, destination<T>& d) {
    shape_target<T>(*static_cast<Target*>(target), d, size_of_result<Rank>(c, index));
  }
  template <class T, class Target>
  static void finish_target_at(void* target, const destination<T>& d) {
    finish_target<T>(*static_cast<Target*>(target), d);
  }
  template <int Rank, class T, class Target>
  static constexpr target_code<Plan, T> code_for_target{&check_target_at<Rank, T, Target>, &shape_target_at<Rank, T, Target>,
                                                        &finish_target_at<T, Target>};
  template <class T, class Into, std::size_t... Result>
  static const target_code<Plan, T>* const* codes_for_targets([[maybe_unused]] Into& into, std::index_sequence<Result...>) {
    static constexpr const target_code<Plan, T>* codes[] = {
        &code_for_target<rank_of_result<Result>, T, std::remove_reference_t<decltype(pick<Result>(into.targets))>>...};
    return codes;
  }

  template <std::size_t Result, class T, class Into>
  [[gnu::always_inline]] static bool meets_earlier([[maybe_unused]] Into& into, [[maybe_unused]] const destination<T>* destinations) {
    bool meets = false;
    [&]<std::size_t... Earlier>(std::index_sequence<Earlier...>) __attribute__((always_inline)) {
      ((meets |= may_meet<owner_of_target<Result, Into>, owner_of_target<Earlier, Into>>(destinations[Result], destinations[Earlier])), ...);
    }(std::make_index_sequence<Result>{});
    return meets;
  }
  template <std::size_t Result, class T, class Into>
  [[gnu::always_inline]] static void check_against_earlier([[maybe_unused]] Into& into, const destination<T>* destinations) {
    if (meets_earlier<Result>(into, destinations)) detail::check_against_earlier(static_cast<int>(Result), destinations);
  }
  template <std::size_t Result, class Into>
  static constexpr const void* owner_of_target = owner_type<std::remove_cvref_t<decltype(pick<Result>(std::declval<Into&>().targets))>>;

  template <class Checked, class T, class Place, class Into, std::size_t... Result>
  void run_into(context<Plan, T>& c, const Place& place_leaves, operand<T>* operands, std::size_t spare, Into& into,
                std::index_sequence<Result...>) {
    destination<T> destinations[result_count];
    [[maybe_unused]] const target_code<Plan, T>* const* codes = nullptr;
    [[maybe_unused]] void* targets[is_long ? result_count : 1];
    if constexpr (is_long) {
      codes = codes_for_targets<T>(into, std::index_sequence<Result...>{});
      void(in_order{(targets[Result] = address_of(pick<Result>(into.targets)), 0)..., 0});
      for (int i = 0; i < result_count; ++i) codes[i]->check(targets[i], i, c, operands, destinations[i]);
      for (int i = 0; i < result_count; ++i) detail::check_against_earlier(i, destinations);
      for (int i = 0; i < result_count; ++i) codes[i]->shape(targets[i], i, c, destinations[i]);
    } else {
      void(in_order{(check_target<Checked>(pick<Result>(into.targets), static_cast<int>(Result), size_of_result<rank_of_result<Result>>(c, Result), operands, destinations[Result]), 0)..., 0});
      void(in_order{(check_against_earlier<Result>(into, destinations), 0)..., 0});
      void(in_order{(shape_target<T>(pick<Result>(into.targets), destinations[Result], size_of_result<rank_of_result<Result>>(c, Result)), 0)..., 0});
    }
    for (int i = 0; i < result_count; ++i)
      if (destinations[i].through_spare) spare += rounded<T>(entries_of_result(c, i));
    T* next = static_cast<T*>(spare > 0 ? spare_.reserve(spare * sizeof(T)) : nullptr);
    next = place_leaves(next);
    for (int i = 0; i < result_count; ++i) {
      if (destinations[i].through_spare) {
        destinations[i].data = next;
        next += rounded<T>(entries_of_result(c, i));
      }
      place_result<T>(c, static_cast<std::size_t>(i), destinations[i].data);
    }
    point_inside(c);
    run_plan(c);
    if constexpr (is_long)
      for (int i = 0; i < result_count; ++i) codes[i]->finish(targets[i], destinations[i]);
    else
      void(in_order{(finish_target<T>(pick<Result>(into.targets), destinations[Result]), 0)..., 0});
  }
};

}  // namespace ctgrad::detail
