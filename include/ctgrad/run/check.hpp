// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../expr/print.hpp"
#include "../passes/pipeline.hpp"
#include "container.hpp"
#include "loop.hpp"

namespace ctgrad::detail {

template <class T>
inline constexpr bool is_binding = false;
template <digest Key, class Container>
inline constexpr bool is_binding<binding<Key, Container>> = true;

template <class Binding>
constexpr const source& bound_source() {
  return definition(expr<Binding::key>{});
}

constexpr message say(const char* problem, const source& subject) {
  message text;
  text << problem << '|';
  print_source(text, subject);
  if (subject.code == op::leaf) text << " (" << subject.extents << ')';
  return text;
}
constexpr message say(const char* problem, const source& subject, const char* detail) {
  message text = say(problem, subject);
  text << '|' << detail;
  return text;
}

/// How a container may stand for a leaf; checked once for each binding, at the call.
template <class Binding, class Container>
struct binding_check {
  static constexpr const source& leaf = bound_source<Binding>();
  static constexpr bool is_scalar = leaf.extents.is_scalar();
  static constexpr bool is_vector = leaf.extents.is_column() || leaf.extents.is_row();
  static constexpr message plain_number = say("a matrix needs a container; bound to a number:", leaf);
  static constexpr message no_container = say("not a container of xtensor:", leaf);
  static constexpr message wrong_rank =
      say("wrong rank for", leaf, is_vector ? "bind a container of rank 1, or rank 2" : "bind a container of rank 2");
  static constexpr message wrong_entries = say("entries must be float or double:", leaf);

  static constexpr bool check() {
    if constexpr (arithmetic<Container>) {
      static_assert(is_scalar || problem_of<plain_number>::none, "ctgrad: a plain number bound to a matrix or vector");
      return is_scalar;
    } else if constexpr (!tensor_like<Container>) {
      static_assert(problem_of<no_container>::none, "ctgrad: bind a container, an adaptor or a view of xtensor");
      return false;
    } else {
      constexpr int rank = rank_of<Container>();
      constexpr bool rank_fits = rank < 0 || rank == 2 || (rank == 1 && (is_vector || is_scalar)) || (rank == 0 && is_scalar);
      constexpr bool entries_fit = is_scalar ? arithmetic<entry_type<Container>>
                                             : std::is_same_v<std::remove_cv_t<entry_type<Container>>, float> ||
                                                   std::is_same_v<std::remove_cv_t<entry_type<Container>>, double>;
      if constexpr (!rank_fits)
        static_assert(problem_of<wrong_rank>::none, "ctgrad: a container of the wrong rank");
      else if constexpr (!entries_fit)
        static_assert(problem_of<wrong_entries>::none, "ctgrad: a container of the wrong type of entries");
      return rank_fits && entries_fit;
    }
  }
};

template <class Plan, class Binding>
struct unknown_leaf {
  static constexpr message text = say("this leaf is in none of the expressions:", bound_source<Binding>());
};
template <class Binding>
struct bound_twice {
  static constexpr message text = say("bound more than once:", bound_source<Binding>());
};
template <class Plan, int Leaf>
struct unbound_leaf {
  static constexpr message text = say("not bound: write leaf = container for", *the_plan(Plan{}).leaves[Leaf]);
};
template <class First, class Second>
struct mixed_entries {
  static constexpr message text = [] {
    message words;
    words << "float beside double:|";
    print_source(words, bound_source<First>());
    words << (std::is_same_v<entry_type<decltype(First::container)>, float> ? " is float" : " is double") << '|';
    print_source(words, bound_source<Second>());
    words << (std::is_same_v<entry_type<decltype(Second::container)>, float> ? " is float" : " is double");
    return words;
  }();
};

/// Whether a binding is for this leaf or extent of the plan.
template <class Plan>
constexpr bool is_wanted(const digest& key) {
  constexpr const auto& plan = the_plan(Plan{});
  for (int i = 0; i < plan.leaf_count; ++i)
    if (plan.leaves[i]->key == key) return true;
  return false;
}

template <class Plan, class Binding, class... Bindings>
constexpr bool check_binding() {
  constexpr const source& subject = bound_source<Binding>();
  constexpr bool known = subject.code == op::measure || is_wanted<Plan>(Binding::key);
  constexpr bool once = ((Bindings::key == Binding::key ? 1 : 0) + ... + 0) == 1;
  if constexpr (!known) static_assert(problem_of<unknown_leaf<Plan, Binding>::text>::none, "ctgrad: a leaf that the expressions do not have");
  if constexpr (!once) static_assert(problem_of<bound_twice<Binding>::text>::none, "ctgrad: a leaf bound twice");
  return known && once && binding_check<Binding, decltype(Binding::container)>::check();
}

/// Whether a binding takes part in the choice between float and double.
template <class Binding>
constexpr bool has_vote() {
  if constexpr (tensor_like<decltype(Binding::container)>)
    return !bound_source<Binding>().extents.is_scalar();
  else
    return false;
}

template <class... Bindings>
struct entry_choice {
  using type = double;
};
template <class First, class... Rest>
struct entry_choice<First, Rest...> {
  static constexpr auto choose() {
    if constexpr (has_vote<First>()) {
      (agree<Rest>(), ...);
      return std::remove_cv_t<entry_type<decltype(First::container)>>{};
    } else {
      return typename entry_choice<Rest...>::type{};
    }
  }
  template <class Other>
  static constexpr void agree() {
    if constexpr (has_vote<Other>())
      if constexpr (!std::is_same_v<std::remove_cv_t<entry_type<decltype(First::container)>>,
                                    std::remove_cv_t<entry_type<decltype(Other::container)>>>)
        static_assert(problem_of<mixed_entries<First, Other>::text>::none, "ctgrad: float beside double: bind one of them for all leaves");
  }
  using type = decltype(choose());
};

}  // namespace ctgrad::detail
