// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operands.hpp"
#include "targets.hpp"
#include "workspace.hpp"

namespace ctgrad::detail {

/// What `compile` returns: a value that owns its workspace. Copies share nothing.
template <class Plan>
class function {
 public:
  static constexpr const auto& plan = the_plan(Plan{});
  static constexpr int result_count = plan.result_count;

  /// Evaluates every result. Each argument is `leaf = container`, at most one is `into(...)`; in any order.
  template <class... Arguments>
  auto operator()(Arguments&&... arguments) {
    static_assert(((is_binding<std::remove_cvref_t<Arguments>> || is_into<std::remove_cvref_t<Arguments>>)&&...),
                  "ctgrad: bind each leaf by leaf = container; targets go into into(...)");
    return split(std::tuple<>{}, static_cast<Arguments&&>(arguments)...);
  }

 private:
  using table = name_table<Plan>;
  static constexpr const table& names = names_of_plan<Plan>;

  layout<Plan> layout_;
  workspace spare_;  // copies of inputs and results that cannot be used where they are

  template <class... Bindings>
  auto split(std::tuple<Bindings&...> bindings) {
    return call(bindings, static_cast<into_targets<>*>(nullptr));
  }
  template <class... Bindings, class Next, class... Rest>
  auto split(std::tuple<Bindings&...> bindings, Next&& next, Rest&&... rest) {
    if constexpr (is_into<std::remove_cvref_t<Next>>) {
      static_assert((!is_into<std::remove_cvref_t<Rest>> && ...), "ctgrad: into(...) stands twice");
      if constexpr (sizeof...(Rest) == 0)
        return call(bindings, &next);
      else  // bindings behind into(...) are bindings like the others
        return split(bindings, static_cast<Rest&&>(rest)..., static_cast<Next&&>(next));
    } else {
      return split(std::tuple_cat(bindings, std::tuple<std::remove_reference_t<Next>&>(next)), static_cast<Rest&&>(rest)...);
    }
  }

  template <class... Bindings, class Into>
  auto call(std::tuple<Bindings&...> bindings, Into* targets) {
    constexpr bool bindings_fit = (check_binding<Plan, std::remove_const_t<Bindings>, std::remove_const_t<Bindings>...>() && ...);
    if constexpr (bindings_fit) {
      constexpr bool complete = check_leaves<std::remove_const_t<Bindings>...>(std::make_integer_sequence<int, plan.leaf_count>{}) &&
                                check_names<std::remove_const_t<Bindings>...>(std::make_integer_sequence<int, names.count>{});
      if constexpr (complete) return evaluate<typename entry_choice<std::remove_const_t<Bindings>...>::type>(bindings, targets);
    }
  }

  template <class... Bindings, int... Leaf>
  static constexpr bool check_leaves(std::integer_sequence<int, Leaf...>) {
    return (check_leaf<Leaf, Bindings...>() && ...);
  }
  template <int Leaf, class... Bindings>
  static constexpr bool check_leaf() {
    constexpr bool bound = ((Bindings::key == plan.leaves[Leaf]->key) || ... || false);
    if constexpr (!bound) static_assert(problem_of<unbound_leaf<Plan, Leaf>::text>::none, "ctgrad: a leaf is not bound");
    return bound;
  }
  template <class... Bindings, int... Name>
  static constexpr bool check_names(std::integer_sequence<int, Name...>) {
    return (check_name<Name, Bindings...>() && ...);
  }
  template <int Name>
  struct unbound_name {
    static constexpr message text = [] {
      message words;
      words << "no leaf carries the extent " << names.names[Name].text << " any more:|bind it: extent<\"" << names.names[Name].text
            << "\"> = size";
      return words;
    }();
  };
  template <class Binding>
  static constexpr bool measures(std::uint64_t key) {
    constexpr const source& subject = bound_source<Binding>();
    return subject.code == op::measure && subject.measured->count == 1 && subject.measured->terms[0].degree == 1 &&
           subject.measured->terms[0].factors[0].key == key;
  }
  template <int Name, class... Bindings>
  static constexpr bool check_name() {
    constexpr bool known = names.leaf[Name] >= 0 || (measures<Bindings>(names.names[Name].key) || ... || false);
    if constexpr (!known) static_assert(problem_of<unbound_name<Name>::text>::none, "ctgrad: an extent is not bound");
    return known;
  }

  template <class T, class... Bindings>
  struct bound_leaves {
    std::tuple<Bindings&...>& bindings;

    template <digest Key>
    auto& get() const {
      constexpr int place = [] {
        int found = 0, i = 0;
        ((Bindings::key == Key ? found = i++ : i++), ...);
        return found;
      }();
      return std::get<place>(bindings).container;
    }
  };

  template <class T, class... Bindings, class Into>
  auto evaluate(std::tuple<Bindings&...>& bindings, Into* targets) {
    return evaluate_leaves<T>(bound_leaves<T, std::remove_const_t<Bindings>...>{bindings}, targets,
                              std::make_integer_sequence<int, plan.leaf_count>{}, bindings);
  }

  template <class T, class Bound, class Into, int... Leaf, class... Bindings>
  auto evaluate_leaves(const Bound& bound, Into* targets, std::integer_sequence<int, Leaf...>,
                       std::tuple<Bindings&...>& bindings) {
    context<Plan, T> c;
    operand<T> operands[plan.leaf_count > 0 ? plan.leaf_count : 1] = {
        inspect<Plan, Leaf, T>(bound.template get<plan.leaves[Leaf]->key>())...};

    // The names are read off the leaves that carry them alone; then every leaf must agree.
    extent_values<Plan> values;
    for (int i = 0; i < names.count; ++i)
      if (names.leaf[i] >= 0) values.values[i] = names.is_row[i] ? operands[names.leaf[i]].rows : operands[names.leaf[i]].columns;
    (take_measure(std::get<Bindings&>(bindings), values), ...);
    (check_shape<Plan, Leaf, T>(operands[Leaf], values), ...);
    evaluate_extents(c, values, std::make_integer_sequence<int, plan.extent_count>{});

    prepare(c, values);
    std::size_t spare = 0;
    for (int i = 0; i < plan.leaf_count; ++i)
      if (operands[i].needs_copy) spare += rounded<T>(operands[i].rows * operands[i].columns);
    if constexpr (std::is_same_v<Into, into_targets<>>) {
      return run_for_values<T>(c, bound, operands, spare, std::make_index_sequence<static_cast<std::size_t>(result_count)>{},
                               std::integer_sequence<int, Leaf...>{});
    } else {
      run_into<T>(c, bound, operands, spare, *targets, std::make_index_sequence<static_cast<std::size_t>(result_count)>{},
                  std::integer_sequence<int, Leaf...>{});
    }
  }

  template <class Binding>
  static void take_measure(Binding& b, extent_values<Plan>& values) {
    if constexpr (bound_source<std::remove_const_t<Binding>>().code == op::measure)
      for (int i = 0; i < names.count; ++i)
        if (measures<std::remove_const_t<Binding>>(names.names[i].key)) {
          const long size = static_cast<long>(b.container);
          if (names.leaf[i] >= 0 && values.values[i] != size)
            throw_shape_error(*plan.leaves[names.leaf[i]], *bound_source<std::remove_const_t<Binding>>().measured, "bound", size,
                              values.values[i]);
          values.values[i] = size;
        }
  }

  template <class T, int... Extent>
  static void evaluate_extents(context<Plan, T>& c, const extent_values<Plan>& values, std::integer_sequence<int, Extent...>) {
    ((c.sizes[Extent] = values.template evaluate<*plan.extents[Extent]>()), ...);
  }

  template <class T>
  static constexpr std::size_t rounded(long entries) {
    constexpr std::size_t line = workspace::alignment / sizeof(T);
    return (static_cast<std::size_t>(entries) + line - 1) / line * line;
  }

  /// Lays the buffers out for new sizes, and points the storages at them.
  template <class T>
  void prepare(context<Plan, T>& c, const extent_values<Plan>& values) {
    if (!layout_.fits(sizeof(T), values)) {
      std::size_t offsets[plan.buffer_count + 1] = {};
      for (int i = 0; i < plan.buffer_count; ++i) {
        const long n = c.sizes[plan.buffers[i].rows], entries = n * c.sizes[plan.buffers[i].columns];
        offsets[i + 1] = offsets[i] + rounded<T>(entries + (plan.buffers[i].has_pivots ? n + 1 : 0));
      }
      constexpr std::size_t measures = rounded<T>(measure_count()) * sizeof(T);
      char* base = static_cast<char*>(layout_.memory.reserve(offsets[plan.buffer_count] * sizeof(T) + measures + 1));
      T* numbers = reinterpret_cast<T*>(base);
      for (int i = 0, next = 0; i < plan.storage_count; ++i)
        if (plan.storages[i].where == place::measure) numbers[next++] = static_cast<T>(c.sizes[plan.storages[i].index]);
      for (int i = 0; i < plan.buffer_count; ++i) layout_.buffers[i] = base + measures + offsets[i] * sizeof(T);
      layout_.measures = base;
      layout_.sizes = values;
      layout_.entry_size = sizeof(T);
    }
    T* numbers = static_cast<T*>(layout_.measures);
    for (int i = 0; i < plan.storage_count; ++i) {
      if (plan.storages[i].where == place::workspace) c.pointers[i] = static_cast<T*>(layout_.buffers[plan.storages[i].index]);
      if (plan.storages[i].where == place::measure) c.pointers[i] = numbers++;
    }
  }
  static constexpr int measure_count() {
    int count = 0;
    for (int i = 0; i < plan.storage_count; ++i)
      if (plan.storages[i].where == place::measure) ++count;
    return count;
  }

  /// Points the storages of leaves at their containers, or at copies in spare memory.
  template <class T, class Bound, int... Leaf>
  static T* place_leaves(context<Plan, T>& c, const Bound& bound, operand<T>* operands, T* spare, std::integer_sequence<int, Leaf...>) {
    const T* data[plan.leaf_count > 0 ? plan.leaf_count : 1] = {};
    ((data[Leaf] = place_leaf<T>(bound.template get<plan.leaves[Leaf]->key>(), operands[Leaf], spare)), ...);
    for (int i = 0; i < plan.storage_count; ++i)
      if (plan.storages[i].where == place::input) c.pointers[i] = const_cast<T*>(data[plan.storages[i].index]);
    return spare;
  }
  template <class T, class Container>
  static const T* place_leaf(Container& container, const operand<T>& o, T*& spare) {
    if (!o.needs_copy) return o.data;
    T* copy = spare;
    spare += rounded<T>(o.rows * o.columns);
    if constexpr (arithmetic<Container>)
      *copy = static_cast<T>(container);
    else
      std::copy(container.template begin<xt::layout_type::row_major>(), container.template end<xt::layout_type::row_major>(), copy);
    return copy;
  }

  template <std::size_t Result>
  static constexpr int row_extent() { return plan.storages[plan.results[Result]].rows; }
  template <std::size_t Result>
  static constexpr int column_extent() { return plan.storages[plan.results[Result]].columns; }

  template <class T>
  static void place_result(context<Plan, T>& c, std::size_t result, T* data) {
    c.pointers[plan.results[result]] = data;
  }

  template <class T, class Result>
  static T* shape_result(Result& result, long rows, long columns) {
    if constexpr (std::is_same_v<Result, T>) {
      return &result;
    } else {
      if constexpr (std::is_same_v<Result, xt::xtensor<T, 1>>)
        result.resize({static_cast<std::size_t>(rows)});
      else if constexpr (std::is_same_v<Result, xt::xtensor<T, 2>>)
        result.resize({static_cast<std::size_t>(rows), static_cast<std::size_t>(columns)});
      return result.data();
    }
  }

  template <class T, class Bound, std::size_t... Result, int... Leaf>
  auto run_for_values(context<Plan, T>& c, const Bound& bound, operand<T>* operands, std::size_t spare,
                      std::index_sequence<Result...>, std::integer_sequence<int, Leaf...> leaves) {
    std::tuple<typename result_of<T, plan.result_shapes[Result]>::type...> results;
    (place_result<T>(c, Result, shape_result<T>(std::get<Result>(results), c.sizes[row_extent<Result>()], c.sizes[column_extent<Result>()])), ...);
    place_leaves<T>(c, bound, operands, static_cast<T*>(spare > 0 ? spare_.reserve(spare * sizeof(T)) : nullptr), leaves);
    run_steps<Plan, T>(c);
    if constexpr (result_count == 1)
      return std::get<0>(std::move(results));
    else
      return results;
  }

  /// How a target takes its result: directly, or from spare memory at the end.
  template <class T>
  struct destination {
    T* data = nullptr;
    bool through_spare = false;
    memory_view<T> memory{};  // without data where the target has none that fits
    address_range addresses{};
  };

  template <class T, class Target>
  static void look_at(Target& target, destination<T>& d) {
    if constexpr (arithmetic<Target>) {
      d.through_spare = !std::is_same_v<Target, T>;
      if constexpr (std::is_same_v<Target, T>) d.memory = {&target, 1, 1, 1, 1};
    } else if constexpr (has_memory<Target> && std::is_same_v<entry_type<Target>, T>) {
      d.memory = memory_of(target);
      d.through_spare = !d.memory.is_contiguous();
    } else {
      d.through_spare = true;
    }
    d.data = d.memory.data;
    d.addresses = address_range::of(d.memory);
  }

  /// Finds everything that can be wrong with a target, before any target changes.
  template <class T, class Target>
  static destination<T> check_target(Target& target, int index, long rows, long columns, const operand<T>* operands) {
    check_takes(target, index, rows, columns);
    destination<T> d;
    look_at<T>(target, d);
    bool meets = false;
    for (int i = 0; i < plan.leaf_count; ++i) meets |= meet(d.addresses, operands[i].addresses);
    if (!meets) return d;
    for (int i = 0; i < plan.leaf_count; ++i)
      if (operands[i].memory.data != nullptr && overlap(d.memory, operands[i].memory)) {
        bool fits = same_memory(d.memory, operands[i].memory);
        if constexpr (!arithmetic<Target>) fits = fits && has_shape(target, rows, columns);
        if (!fits) throw_alias(index, plan.leaves[i]->leaf_name);
        d.through_spare = true;
      }
    return d;
  }

  /// Resizes a target that needs it.
  template <class T, class Target>
  static void shape_target(Target& target, destination<T>& d, long rows, long columns) {
    if constexpr (!arithmetic<Target>)
      if (give_shape(target, rows, columns)) look_at<T>(target, d);
  }

  [[noreturn, gnu::cold]] static void throw_alias(int index, const char* other) {
    text_buffer<200> text;
    text << "ctgrad: into: target " << static_cast<long>(index + 1) << " overlaps " << other << " in part";
    throw alias_error(text.c_str());
  }

  template <class T, class Bound, class Into, std::size_t... Result, int... Leaf>
  void run_into(context<Plan, T>& c, const Bound& bound, operand<T>* operands, std::size_t spare, Into& into,
                std::index_sequence<Result...>, std::integer_sequence<int, Leaf...> leaves) {
    static_assert(std::tuple_size_v<decltype(into.targets)> == static_cast<std::size_t>(result_count),
                  "ctgrad: into(...) needs one target for each result");
    destination<T> destinations[] = {check_target<T>(std::get<Result>(into.targets), static_cast<int>(Result),
                                                     c.sizes[row_extent<Result>()], c.sizes[column_extent<Result>()], operands)...};
    for (int i = 0; i < result_count; ++i)
      for (int j = 0; j < i; ++j)
        if (meet(destinations[i].addresses, destinations[j].addresses) && overlap(destinations[i].memory, destinations[j].memory))
          throw_alias(i, "another target");
    (shape_target<T>(std::get<Result>(into.targets), destinations[Result], c.sizes[row_extent<Result>()],
                     c.sizes[column_extent<Result>()]),
     ...);
    for (int i = 0; i < result_count; ++i)
      if (destinations[i].through_spare) spare += rounded<T>(entries_of(c, i));
    T* next = static_cast<T*>(spare > 0 ? spare_.reserve(spare * sizeof(T)) : nullptr);
    next = place_leaves<T>(c, bound, operands, next, leaves);
    for (int i = 0; i < result_count; ++i) {
      if (destinations[i].through_spare) {
        destinations[i].data = next;
        next += rounded<T>(entries_of(c, i));
      }
      place_result<T>(c, static_cast<std::size_t>(i), destinations[i].data);
    }
    run_steps<Plan, T>(c);
    (finish_target<T>(std::get<Result>(into.targets), destinations[Result]), ...);
  }

  template <class T>
  static long entries_of(const context<Plan, T>& c, int result) {
    const storage& s = plan.storages[plan.results[result]];
    return c.sizes[s.rows] * c.sizes[s.columns];
  }

  template <class T, class Target>
  static void finish_target(Target& target, const destination<T>& d) {
    if (!d.through_spare) return;
    if constexpr (arithmetic<Target>)
      target = static_cast<Target>(*d.data);
    else
      std::copy(d.data, d.data + target.size(), target.template begin<xt::layout_type::row_major>());
  }
};

}  // namespace ctgrad::detail
