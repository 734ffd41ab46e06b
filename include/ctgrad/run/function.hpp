// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

#include "../passes/work.hpp"
#include "check.hpp"
#include "many_arguments.hpp"
#include "overwriting.hpp"
#include "plain_calls.hpp"
#include "steps.hpp"
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
    using checked = decltype(check_call<Plan>(arguments...));
    static_assert(checked::are_bindings, "ctgrad: bind each leaf by leaf = container; targets go into into(...)");
    if constexpr (checked::are_bindings) {
      if constexpr (!checked::analysis.fits())
        static_assert(decltype(the_problem<checked::problem>)::none, "ctgrad: the arguments do not fit the function");
      else if constexpr (is_long || !is_plain_call<checked>)
        return evaluate<checked>(arguments...);
      else if constexpr (checked::analysis.targets < 0)
        return evaluate_for_values<checked>(std::index_sequence_for<Arguments...>{}, arguments...);
      else
        return evaluate_plainly<checked>(std::index_sequence_for<Arguments...>{}, arguments...);
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
  using results = std::make_index_sequence<static_cast<std::size_t>(result_count)>;

  layout<Plan> layout_;
  std::tuple<function<Variants>...> variants_;
  extent_values<Plan> chosen_for_{};
  int chosen_ = -1;  // 0 for the plan itself, then the variants; -1 before the first call
  workspace spare_;  // copies of inputs and results that cannot be used where they are

  /// Any call: what is done with the arguments depends on lists.
  template <class Checked, class... Arguments>
  [[gnu::always_inline]] auto evaluate(Arguments&... arguments) {
    using T = typename Checked::entry;
    static constexpr const container_code<T>* codes[] = {&code_for_container<T, typename Arguments::container_type>..., nullptr};
    void* const list[] = {arguments.address()..., nullptr};
    constexpr int place_of_targets = Checked::analysis.targets;
    void* room[result_count];
    const auto run = [&](const target_code<T>* const* target_codes, void* const* targets) {
      return run_from_lists<T>({Checked::count, codes, Checked::analysis.leaf_of, Checked::analysis.name_of, target_codes}, list, targets);
    };
    if constexpr (place_of_targets < 0) {
      values_of_results<T> values;
      list_results(values, room, results{});
      [[maybe_unused]] const int variant = run(target_list<T, decltype(values)>::codes, room);
      if constexpr (sizeof...(Variants) > 0)
        if (variant > 0) return call_variant<0>(variant - 1, arguments...);
      return without_tuple(std::move(values));
    } else {
      using into = std::remove_const_t<type_at<place_of_targets, Arguments...>>;
      [[maybe_unused]] const int variant = run(target_list<T, into>::codes, static_cast<into*>(list[place_of_targets])->addresses(room));
      if constexpr (sizeof...(Variants) > 0)
        if (variant > 0) call_variant<0>(variant - 1, arguments...);
    }
  }

  /// Returns the variant to run in place of the plan, 0 if it has run.
  template <class T>
  [[gnu::noinline]] int run_from_lists(const call_lists<T>& call, void* const* containers, void* const* targets) {
    context<Plan, T> c;
    operand<T> operands[leaf_room];
    for (int i = 0; i < call.count; ++i)
      if (const int leaf = call.leaf_of[i]; leaf >= 0) call.codes[i]->inspect(containers[i], *plan.leaves[leaf], operands[leaf]);
    extent_values<Plan> values;
    const int negative = values.read(operands);
    for (int i = 0; i < call.count; ++i)
      if (const int name = call.name_of[i]; name >= 0) take_extent(name, call.codes[i]->whole_number(containers[i]), values);
    if (negative >= 0) throw_negative(names.names[negative].text, *plan.leaves[names.leaf[negative]]);
    if constexpr (sizeof...(Variants) > 0)
      if (const int variant = choose(values); variant > 0) return variant;
    check_extents(c, values, operands);
    if constexpr (plan.index_check_count > 0) check_all_indices(c, call, containers);
    prepare(layout_, c, values);

    destination<T> destinations[result_count];
    for (int i = 0; i < result_count; ++i) call.target_codes[i]->look_at(targets[i], i, size_of_result(c, i), destinations[i]);
    keep_apart(operands, destinations);
    for (int i = 0; i < result_count; ++i) call.target_codes[i]->shape(targets[i], size_of_result(c, i), destinations[i]);

    std::size_t copies = 0;
    for (int i = 0; i < plan.leaf_count; ++i)
      if (operands[i].needs_copy) copies += rounded<T>(operands[i].entries());
    T* next = place_results(c, destinations, copies);
    for (int i = 0; i < call.count; ++i)
      if (const int leaf = call.leaf_of[i]; leaf >= 0) call.codes[i]->place(containers[i], operands[leaf], next);
    for (int i = 0; i < plan.storage_count; ++i)
      if (plan.storages[i].where == place::input) c.pointers[i] = const_cast<T*>(operands[plan.storages[i].index].data);
    point_inside(c);
    run_plan(c);
    for (int i = 0; i < result_count; ++i)
      if (destinations[i].through_spare) call.target_codes[i]->copy(targets[i], c.pointers[plan.results[i]]);
    return 0;
  }

  /// A call for values whose containers tell by their types that they are used where they are.
  template <class Checked, std::size_t... I, class... Arguments>
  auto evaluate_for_values(std::index_sequence<I...> places, Arguments&... arguments) {
    using T = typename Checked::entry;
    context<Plan, T> c;
    operand<T> operands[leaf_room];
    const extent_values<Plan> values = values_of<Checked>(places, operands, arguments...);
    if constexpr (sizeof...(Variants) > 0)
      if (const int variant = choose(values); variant > 0) return call_variant<0>(variant - 1, arguments...);
    check_extents(c, values, operands);
    values_of_results<T> made;
    shape_results<T>(c, made, results{});
    void(in_order{(place_leaf<Checked::analysis.leaf_of[I]>(c, operands), 0)..., 0});
    prepare(layout_, c, values);
    point_inside(c);
    run_plan(c);
    return without_tuple(std::move(made));
  }
  /// Such a call with targets: little more than the steps. With containers that lie where those of the last call lay, and
  /// are as large, all that can be wrong was checked then.
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
    const extent_values<Plan> values = values_of<Checked>(places, operands, arguments...);
    if constexpr (sizeof...(Variants) > 0) last.variant = choose(values);
    if (last.variant == 0) {
      context<Plan, T>& c = last.template new_state<T>();
      check_extents(c, values, operands);
      void* const list[] = {arguments.address()...};
      using into = std::remove_const_t<type_at<static_cast<std::size_t>(Checked::analysis.targets), Arguments...>>;
      destination<T> destinations[result_count];
      const bool meets = take_targets<Checked>(c, *static_cast<into*>(list[Checked::analysis.targets]), operands, destinations, results{});
      void(in_order{(place_leaf<Checked::analysis.leaf_of[I]>(c, operands), 0)..., 0});
      prepare(layout_, c, values);
      if (meets && run_apart(c, operands, destinations)) return false;
      point_inside(c);
    }
    std::uintptr_t* word = last.words;
    const auto note = [&](std::uintptr_t w) { return *word++ = w, true; };
    void((all_words_of(arguments, note) && ...));
    last.type = &identity_of_call<Checked>;
    return true;
  }
  /// Points the results at their targets, of which it gives those another shape that need it; whether one of them may share
  /// entries with something.
  template <class Checked, class T, class Into, std::size_t... Result>
  [[gnu::always_inline]] static bool take_targets(context<Plan, T>& c, Into& into, const operand<T>* operands, destination<T>* destinations,
                                                  std::index_sequence<Result...> places) {
    bool fit = true, meets = false;
    void(in_order{(look_at(into.template at<Result>(), size_of_result(c, Result), destinations[Result]), fit &= destinations[Result].fits, 0)..., 0});
    if (!fit) shape_targets(c, into, operands, destinations, places);
    void(in_order{(meets |= meets_leaf<Checked, std::remove_cvref_t<decltype(into.template at<Result>())>>(destinations[Result], operands), 0)..., 0});
    void(in_order{(meets |= meets_earlier<Result>(into, destinations), 0)..., 0});
    void(in_order{(place_result<T>(c, Result, destinations[Result].data), 0)..., 0});
    return meets;
  }
  template <class T, class Into, std::size_t... Result>
  [[gnu::noinline, gnu::cold]] static void shape_targets(const context<Plan, T>& c, Into& into, const operand<T>* operands, destination<T>* destinations,
                                                         std::index_sequence<Result...>) {
    void(in_order{(check_takes(into.template at<Result>(), Result, size_of_result(c, Result), destinations[Result]), 0)..., 0});
    keep_apart(operands, destinations);
    void(in_order{(shape_target(into.template at<Result>(), size_of_result(c, Result), destinations[Result]), 0)..., 0});
  }
  /// Runs a plain call whose targets share entries with leaves that are read after these targets are begun; false where none is.
  template <class T>
  [[gnu::noinline, gnu::cold]] bool run_apart(context<Plan, T>& c, const operand<T>* operands, destination<T>* destinations) {
    keep_apart(operands, destinations);
    bool through_spare = false;
    for (int i = 0; i < result_count; ++i) through_spare |= destinations[i].through_spare;
    if (!through_spare) return false;
    place_results(c, destinations, 0);
    point_inside(c);
    run_plan(c);
    for (int i = 0; i < result_count; ++i)
      if (const T* from = c.pointers[plan.results[i]]; destinations[i].through_spare)
        for (long j = 0; j < entries_of_result(c, i); ++j) destinations[i].data[j] = from[j];
    return true;
  }

  /// Finds out which results go through spare memory since their targets hold entries that are read later: in place is what
  /// the plan allows. Throws alias_error where entries are shared in part, before any target changes.
  template <class T>
  static void keep_apart(const operand<T>* operands, destination<T>* destinations) {
    for (int result = 0; result < result_count; ++result) {
      destination<T>& d = destinations[result];
      for (int i = 0; i < plan.leaf_count; ++i) {
        const operand<T>& o = operands[i];
        if (o.memory.data == nullptr) {
          d.through_spare |= meet(d.addresses, o.addresses);  // a number
        } else if (overlap(d.memory, o.memory)) {
          if (!d.fits || !same_memory(d.memory, o.memory)) throw_alias(result, plan.leaves[i]->leaf_name);
          d.through_spare |= !o.needs_copy && !overwriting_of<Plan>.may_overwrite(i, result);
        }
      }
      check_against_earlier(result, destinations);
    }
  }
  /// Points the results at their targets or at spare memory behind room for copies, to which it returns a pointer.
  template <class T>
  T* place_results(context<Plan, T>& c, const destination<T>* destinations, std::size_t copies) {
    std::size_t spare = copies;
    for (int i = 0; i < result_count; ++i)
      if (destinations[i].through_spare) spare += rounded<T>(entries_of_result(c, i));
    T* const room = static_cast<T*>(spare > 0 ? spare_.reserve(spare * sizeof(T)) : nullptr);
    T* next = room + copies;
    for (int i = 0; i < result_count; ++i) {
      place_result<T>(c, i, destinations[i].through_spare ? next : destinations[i].data);
      if (destinations[i].through_spare) next += rounded<T>(entries_of_result(c, i));
    }
    return room;
  }
  /// The numbers that the names stand for, read off the leaves or bound.
  template <class Checked, std::size_t... I, class T, class... Arguments>
  [[gnu::always_inline]] static extent_values<Plan> values_of(std::index_sequence<I...>, operand<T>* operands, Arguments&... arguments) {
    void(in_order{(inspect_argument<T, Checked::analysis.leaf_of[I]>(arguments, operands), 0)..., 0});
    extent_values<Plan> values;
    const int negative = values.read(operands);
    if constexpr (Checked::binds_extents) void(in_order{(read_extent<Checked::analysis.name_of[I]>(arguments, values), 0)..., 0});
    if (negative >= 0) throw_negative(names.names[negative].text, *plan.leaves[names.leaf[negative]]);
    return values;
  }
  /// Every leaf must agree with the numbers that the names stand for.
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
  template <class T>
  static void check_all_indices(const context<Plan, T>& c, const call_lists<T>& call, void* const* containers) {
    for (int i = 0; i < call.count; ++i)
      for (int j = 0; j < plan.index_check_count; ++j)
        if (const index_check& check = plan.index_checks[j]; check.leaf == call.leaf_of[i])
          call.codes[i]->check_indices(containers[i], *plan.leaves[check.leaf], *plan.extents[check.extent], c.sizes[check.extent]);
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

  /// A number is bound to a name; leaves that carry it must agree.
  static void take_extent(int name, long size, extent_values<Plan>& values) {
    const int leaf = names.leaf[name];
    if (leaf >= 0 && !names.is_rest[name] && values.values[name] != size)
      throw_shape_error(*plan.leaves[leaf], names.is_row[name], size, values.values[name]);
    values.values[name] = size;
  }
  template <int Name, class Argument>
  static void read_extent([[maybe_unused]] Argument& argument, [[maybe_unused]] extent_values<Plan>& values) {
    if constexpr (Name >= 0) take_extent(Name, static_cast<long>(argument.container), values);
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

  template <class T>
  [[gnu::always_inline]] static result_size size_of_result(const context<Plan, T>& c, int result) {
    const result_array& array = plan.result_arrays[result];
    const storage& matrix = plan.storages[plan.results[result]];
    result_size size{.rank = array.rank};
    for (int i = 0; i < array.rank; ++i) size.extents[i] = c.size(array.extents[i]);
    if (array.rank == 0) size.extents[0] = c.size(matrix.rows), size.extents[1] = c.size(matrix.columns);
    return size;
  }

  template <class T, class Places = results>
  struct tuple_of_results;
  template <class T, std::size_t... Result>
  struct tuple_of_results<T, std::index_sequence<Result...>> {
    using type = std::tuple<typename result_of<T, plan, Result>::type...>;
  };
  template <class T>
  using values_of_results = typename tuple_of_results<T>::type;

  template <class T, class Values, std::size_t... Result>
  static void shape_results(context<Plan, T>& c, Values& values, std::index_sequence<Result...>) {
    void(in_order{(place_result<T>(c, Result, shape_result<T>(std::get<Result>(values), size_of_result(c, Result))), 0)..., 0});
  }
  template <class Values, std::size_t... Result>
  static void list_results(Values& values, void** addresses, std::index_sequence<Result...>) {
    void(in_order{(addresses[Result] = std::addressof(std::get<Result>(values)), 0)..., 0});
  }
  /// One result comes as itself.
  template <class Values>
  static auto without_tuple(Values&& values) {
    if constexpr (result_count == 1)
      return std::get<0>(std::move(values));
    else
      return std::move(values);
  }

  template <class Checked, class Target, class T>
  [[gnu::always_inline]] static bool meets_leaf(const destination<T>& d, const operand<T>* operands) {
    return [&]<int... Leaf>(std::integer_sequence<int, Leaf...>) __attribute__((always_inline)) {
      bool meets = false;
      ((meets |= may_meet<owner_type<Target>, Checked::owner_of(Leaf)>(d, operands[Leaf])), ...);
      return meets;
    }(std::make_integer_sequence<int, plan.leaf_count>{});
  }

  template <std::size_t Result, class T, class Into>
  [[gnu::always_inline]] static bool meets_earlier([[maybe_unused]] Into& into, [[maybe_unused]] const destination<T>* destinations) {
    bool meets = false;
    [&]<std::size_t... Earlier>(std::index_sequence<Earlier...>) __attribute__((always_inline)) {
      ((meets |= may_meet<owner_of_target<Result, Into>, owner_of_target<Earlier, Into>>(destinations[Result], destinations[Earlier])), ...);
    }(std::make_index_sequence<Result>{});
    return meets;
  }
  template <std::size_t Result, class Into>
  static constexpr const void* owner_of_target = owner_type<std::remove_cvref_t<decltype(std::declval<Into&>().template at<Result>())>>;
};

}  // namespace ctgrad::detail
