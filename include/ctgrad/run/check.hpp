// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../expr/print.hpp"
#include "../passes/pipeline.hpp"
#include "extents.hpp"
#include "targets.hpp"

namespace ctgrad::detail {

/// What a call needs to know of the type of one argument.
struct argument_facts {
  bool is_argument = true;          // a binding or into(...)
  bool is_targets = true;           // into(...)
  int target_count = 0;
  bool has_constant_target = false, has_foreign_target = false, has_integer_target = false, has_unnamed_target = false;
  const source* subject = nullptr;  // what is bound
  bool is_number = false, is_whole_number = false, is_tensor = false, are_integers = false;
  bool is_float = false, is_double = false;  // the type of the entries, for into(...) of all
  bool is_plain = false;                     // used where it is if its entries are of the right type, as types tell
  int rank = -1;                             // -1 where it is known at run time alone
  const void* owner = nullptr;               // the type of a container that owns its entries
};

template <class Container>
inline constexpr argument_facts facts_of_container = [] {
  argument_facts facts;
  facts.is_targets = false;
  facts.is_number = arithmetic<Container>;
  facts.are_integers = integer_range<Container>;
  facts.is_whole_number = std::is_integral_v<Container>;
  facts.is_plain = arithmetic<Container> || is_plain_container<Container>;
  facts.is_float = std::is_same_v<Container, float>;
  facts.is_double = std::is_same_v<Container, double>;
  if constexpr (tensor_like<Container>) {
    facts.is_tensor = true;
    facts.owner = owner_type<Container>;
    facts.rank = rank_of<Container>();
    facts.is_float = std::is_same_v<std::remove_cv_t<entry_type<Container>>, float>;
    facts.is_double = std::is_same_v<std::remove_cv_t<entry_type<Container>>, double>;
  }
  return facts;
}();

constexpr argument_facts with_subject(argument_facts facts, const source& subject) {
  facts.subject = &subject;
  return facts;
}

template <class Argument>
inline constexpr argument_facts facts_of{.is_argument = false};
template <digest Key, class Container>
inline constexpr argument_facts facts_of<binding<Key, Container>> =
    with_subject(facts_of_container<std::remove_cvref_t<Container>>, source_of<Key>);
template <class... Targets>
inline constexpr argument_facts facts_of<into_targets<Targets...>> = [] {
  argument_facts facts;
  facts.target_count = sizeof...(Targets);
  facts.is_float = facts.is_double = facts.is_plain = true;
  for (const argument_facts* target : {&facts_of_container<std::remove_cvref_t<Targets>>...}) {
    facts.is_float = facts.is_float && target->is_float;
    facts.is_double = facts.is_double && target->is_double;
    facts.is_plain = facts.is_plain && target->is_plain;
    facts.has_foreign_target = facts.has_foreign_target || !(target->is_number || target->is_tensor);
    facts.has_integer_target = facts.has_integer_target || target->are_integers || target->is_whole_number;
  }
  for (const bool is_constant : {std::is_const_v<std::remove_reference_t<Targets>>...})
    facts.has_constant_target = facts.has_constant_target || is_constant;
  for (const bool is_unnamed : {(arithmetic<Targets> || owns_entries<Targets>) && !std::is_reference_v<Targets>...})
    facts.has_unnamed_target = facts.has_unnamed_target || is_unnamed;
  return facts;
}();

/// Which leaf each argument is for, or what is wrong with the call.
template <int Count>
struct call_analysis {
  message problem{};
  int leaf_of[Count > 0 ? Count : 1]{};  // -1 for into(...) and bound extents
  int name_of[Count > 0 ? Count : 1]{};  // of bound extents
  int targets = -1;                      // the argument that is into(...)
  bool in_floats = false;
  constexpr bool fits() const { return problem.length == 0; }
};

constexpr message say(const char* problem, const source& subject, const char* advice = "") {
  message text;
  text << problem << '|';
  print_source(text, subject);
  if (subject.code == op::leaf) text << " (" << subject.extents << ')';
  if (*advice != '\0') text << '|' << advice;
  return text;
}

/// Whether a container can stand for a leaf.
constexpr bool rank_fits(const argument_facts& a) {
  const shape& extents = a.subject->extents;
  const bool is_vector = extents.is_column() || extents.is_row() || a.subject->form == structure::diagonal_matrix;
  return a.rank < 0 || a.rank == 2 || (a.rank == 1 && is_vector) ||
         (a.rank == 0 && extents.is_scalar());
}
constexpr bool container_fits(const argument_facts& a) {
  if (a.subject->form == structure::indices) return a.are_integers && (!a.is_tensor || a.rank < 0 || a.rank == 1);
  const bool is_scalar = a.subject->extents.is_scalar();
  if (a.is_number) return is_scalar;
  return a.is_tensor && rank_fits(a) && (is_scalar || a.is_float || a.is_double);
}

/// Why it cannot.
constexpr message describe_container(const argument_facts& a) {
  const source& leaf = *a.subject;
  if (leaf.form == structure::indices)
    return a.are_integers ? say("wrong rank for", leaf, "bind a container of rank 1")
                          : say("no container of integers:", leaf, "indices are integers");
  const bool is_vector = leaf.extents.is_column() || leaf.extents.is_row();
  if (a.is_number) return say("a number bound to", leaf, "bind a container of xtensor");
  if (!a.is_tensor) return say("not a container of xtensor:", leaf, "bind a container, an adaptor or a view");
  if (!rank_fits(a)) return say("wrong rank for", leaf, is_vector ? "bind a container of rank 1" : "bind a container of rank 2");
  return say("entries must be float or double:", leaf);
}

constexpr message describe_mixture(const argument_facts& a, const argument_facts& b) {
  message text;
  text << "float beside double:|";
  print_source(text, *a.subject);
  text << (a.is_float ? " is float" : " is double") << '|';
  print_source(text, *b.subject);
  return text << (b.is_float ? " is float" : " is double");
}

/// Every leaf bound once, nothing else bound, extents that no leaf carries bound, float or double for all.
template <class Plan, int Count>
constexpr call_analysis<Count> analyse_call(const argument_facts* const* arguments) {
  constexpr const auto& plan = the_plan(Plan{});
  constexpr const auto& names = names_of_plan<Plan>;
  call_analysis<Count> result;
  bool leaf_bound[plan.leaf_count + 1]{}, name_bound[names.count + 1]{};
  int voter = -1;
  digest_table<plan.leaf_count + 1> leaves;
  for (int leaf = 0; leaf < plan.leaf_count; ++leaf) leaves.insert(plan.leaves[leaf]->key, leaf);
  for (int i = 0; i < Count; ++i) {
    const argument_facts& a = *arguments[i];
    result.leaf_of[i] = result.name_of[i] = -1;
    if (a.is_targets) {
      if (result.targets >= 0)
        result.problem << "into(...) stands twice";
      else if (a.target_count != plan.result_count)
        result.problem << "into(...) has " << static_cast<long>(a.target_count) << " targets,|the function " << static_cast<long>(plan.result_count)
                       << " results:|name one target for each";
      else if (a.has_constant_target)
        result.problem << "into(...) has a target|that is const";
      else if (a.has_foreign_target)
        result.problem << "into(...) has a target|that is no container:|name a container of xtensor,|an adaptor, a view or a number";
      else if (a.has_integer_target)
        result.problem << "into(...) has a target|of integers:|results are float or double";
      else if (a.has_unnamed_target)
        result.problem << "into(...) has a target|that is lost with the call:|name a variable or a view";
      if (!result.fits()) return result;
      result.targets = i;
      continue;
    }
    result.leaf_of[i] = leaves.find(a.subject->key);
    if (a.subject->code == op::measure && a.subject->measured->count == 1 && a.subject->measured->terms[0].degree == 1)
      result.name_of[i] = names.find(a.subject->measured->terms[0].factors[0].key);
    const bool is_name = result.name_of[i] >= 0;
    if (result.leaf_of[i] < 0 && !is_name)
      result.problem = say("not in the expressions:", *a.subject, "bind the leaves that they have");
    else if (is_name ? name_bound[result.name_of[i]] : leaf_bound[result.leaf_of[i]])
      result.problem = say("bound more than once:", *a.subject);
    else if (is_name && !a.is_whole_number)
      result.problem = say("not a whole number:", *a.subject, "bind an extent to an integer");
    else if (!is_name && !container_fits(a))
      result.problem = describe_container(a);
    if (!result.fits()) return result;
    (is_name ? name_bound[result.name_of[i]] : leaf_bound[result.leaf_of[i]]) = true;
    if (is_name || !a.is_tensor || a.subject->extents.is_scalar() || a.subject->form == structure::indices) continue;
    if (voter >= 0 && arguments[voter]->is_float != a.is_float) result.problem = describe_mixture(*arguments[voter], a);
    if (!result.fits()) return result;
    voter = i;
    result.in_floats = a.is_float;
  }
  for (int leaf = 0; leaf < plan.leaf_count && result.fits(); ++leaf)
    if (!leaf_bound[leaf]) result.problem = say("not bound:", *plan.leaves[leaf], "write leaf = container");
  for (int name = 0; name < names.count && result.fits(); ++name)
    if (names.leaf[name] < 0 && !name_bound[name])
      result.problem << "no leaf carries the extent " << names.names[name].text << "|bind extent<\"" << names.names[name].text
                     << "\"> = size";
  return result;
}

/// The analysis of a call with arguments of these types.
template <class Plan, class... Arguments>
struct checked_call {
  static constexpr int count = sizeof...(Arguments);
  static constexpr const argument_facts* facts[] = {&facts_of<Arguments>..., nullptr};
  static constexpr bool are_bindings = [] {
    bool are = true;
    for (int i = 0; i < count; ++i) are = are && facts[i]->is_argument;
    return are;
  }();
  static constexpr call_analysis<count> analysis = analyse_call<Plan, count>(facts);
  static constexpr const message& problem = analysis.problem;
  static constexpr bool binds_extents = [] {
    bool binds = false;
    for (const int name : analysis.name_of) binds = binds || name >= 0;
    return binds;
  }();
  using entry = std::conditional_t<analysis.in_floats, float, double>;

  /// The type of the container bound to a leaf, if it owns its entries.
  static constexpr const void* owner_of(int leaf) {
    for (int i = 0; i < count; ++i)
      if (analysis.leaf_of[i] == leaf) return facts[i]->owner;
    return nullptr;
  }
};
template <class Plan, class... Arguments>
checked_call<Plan, Arguments...> check_call(const Arguments&...);

}  // namespace ctgrad::detail
