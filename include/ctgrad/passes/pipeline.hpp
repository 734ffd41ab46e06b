// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <iterator>

#include "../graph/lower.hpp"
#include "differentiate.hpp"
#include "distribute.hpp"
#include "expand.hpp"
#include "grow.hpp"
#include "limits.hpp"
#include "open_solves.hpp"
#include "place.hpp"
#include "schedule.hpp"
#include "share.hpp"
#include "sum_in_loops.hpp"
#include "variants.hpp"

namespace ctgrad::detail {

/// A pass that goes node by node, in several constant evaluations: compilers limit the steps of one.
template <class Pass, const auto& Graph, int Part>
struct partial {
  static constexpr int nodes = 400;
  static constexpr auto state = [] {
    auto pass = [] {
      if constexpr (Part == 0)
        return Pass(Graph);
      else
        return partial<Pass, Graph, Part - 1>::state;
    }();
    for (node_id id = Part * nodes; id < (Part + 1) * nodes && id < Graph.size; ++id) pass.visit(id);
    return pass;
  }();
};
template <class Pass, const auto& Graph>
constexpr auto run_in_parts() {
  auto pass = partial<Pass, Graph, (Graph.size > 0 ? Graph.size - 1 : 0) / 400>::state;
  return pass.finish().finished();
}

/// Runs a pass with as much room as it turns out to need.
template <template <int> class Pass, int Room>
struct settled {
  static constexpr auto outcome = Pass<Room>::run();
  static constexpr bool enough = outcome.failure != trouble::out_of_capacity;
};

template <template <int> class Pass, int Room>
constexpr int room_needed() {
  if constexpr (Room > 60000)
    return Room;
  else if constexpr (settled<Pass, Room>::enough)
    return Room;
  else
    return room_needed<Pass, 3 * Room>();
}

/// What the roots need of a pass's outcome.
template <const auto& Graph>
inline constexpr auto exact = [] {
  constexpr reachable_nodes needed(Graph);
  return shrink<needed.count>(Graph, needed);
}();

/// The outcome of a pass that most graphs do not need; or else the graph as it is.
template <bool Applies, template <int> class Pass, int Room, const auto& Before>
constexpr auto& outcome_or_before() {
  if constexpr (Applies) return exact<settled<Pass, room_needed<Pass, Room>()>::outcome>;
  else return Before;
}

constexpr digest combine(std::initializer_list<digest> keys) {
  digest state{};
  for (const digest key : keys) state = with(state, key);
  return state;
}

/// Stands for a list of expressions in the names of what is instantiated for it; `the_roots` gives the list.
template <digest Key>
struct root_list {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-template-friend"
#endif
  friend constexpr auto& the_roots(root_list<Key>);
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
};
template <digest... Roots>
struct root_list_definition {
  static constexpr const source* roots[] = {&definition(expr<Roots>{})...};
  using list = root_list<combine({Roots...})>;
  friend constexpr auto& the_roots(list) { return roots; }
};
template <digest... Roots>
using list_of_roots = typename root_list_definition<Roots...>::list;

template <const auto& Graph>
inline constexpr repeated_layers repeated_in = find_layers(Graph);

/// The expressions as written.
template <class Roots>
struct writing_of {
  static constexpr const auto& roots = the_roots(Roots{});
  static constexpr int root_count = static_cast<int>(std::size(roots));

  template <int Capacity>
  static constexpr int counted = count_sources<Capacity>(roots, root_count);
  static constexpr int source_count() {
    if constexpr (counted<1024> >= 0) return counted<1024>;
    else return counted<16384>;
  }
  static constexpr int sources = source_count();
  static_assert(sources >= 0, "ctgrad: more than 16384 subexpressions");

  // clang-format off
  template <int Room> struct written_pass    { static constexpr auto run() { return lower<Room, root_count>(roots).finished(); } };
  static constexpr auto& written    = exact<settled<written_pass, sources + 2>::outcome>;
  // clang-format on
};

/// Expressions with fewer of the layers that repeat in them.
template <class Roots, int Layers>
struct with_layers {};

template <class Roots, int Layers>
struct writing_of<with_layers<Roots, Layers>> {
  static constexpr auto& whole = writing_of<Roots>::written;
  static constexpr fewer_layers fewer{whole, repeated_in<whole>, Layers};
  static constexpr auto written = shorten<fewer.size, fewer.root_count>(whole, fewer);
  static constexpr int root_count = fewer.root_count, sources = fewer.size;
  static constexpr auto roots_kept = [] {
    std::array<const source*, fewer.root_count> kept{};
    for (int i = 0, count = 0; count < fewer.root_count; ++i)
      if (fewer.keeps_root[i]) kept[count++] = writing_of<Roots>::roots[i];
    return kept;
  }();
  static constexpr auto roots = roots_kept.data();
};

/// The first passes: from expressions to a graph without derivatives. Proofs need no more.
template <class Roots>
struct derivation_of : writing_of<Roots> {
  using writing_of<Roots>::root_count, writing_of<Roots>::written;

  template <int Room>
  using plain = graph_builder<Room, root_count>;

  // clang-format off
  template <int Room> struct expand_pass     { static constexpr auto run() { return expand<plain<Room>>(written).finished(); } };
  static constexpr auto& expanded   = exact<settled<expand_pass, room_needed<expand_pass, written.size * 3 / 2 + 64>()>::outcome>;
  template <int Room> struct derive_pass     { static constexpr auto run() { return derive<plain<Room>, expanded>().finished(); } };
  static constexpr auto& derived    = exact<settled<derive_pass, room_needed<derive_pass, 3 * expanded.size + 64>()>::outcome>;
  // clang-format on
};

/// Rewritten by the identities; and as all plans begin with it, its solves opened.
template <class Roots>
struct normal_form_of : derivation_of<Roots> {
  using derivation_of<Roots>::root_count, derivation_of<Roots>::derived;

  template <int Room>
  using towards_normal_form = rewriting_builder<normalising, normalising_by_op, Room, root_count>;

  // clang-format off
  template <int Room> struct simplify_pass   { static constexpr auto run() { return run_in_parts<simplification<towards_normal_form<Room>, std::remove_cvref_t<decltype(derived)>>, derived>(); } };
  static constexpr auto& simplified = exact<settled<simplify_pass, room_needed<simplify_pass, derived.size * 4 + 64>()>::outcome>;
  template <int Room> struct open_pass       { static constexpr auto run() { return run_in_parts<opening_of_solves<towards_normal_form<Room>, std::remove_cvref_t<decltype(simplified)>>, simplified>(); } };
  static constexpr auto& opened     = outcome_or_before<opening_of_solves<graph_builder<1, root_count>, std::remove_cvref_t<decltype(simplified)>>(simplified).applies(), open_pass, simplified.size + 64, simplified>();
  // clang-format on
};

/// The passes that decide by size: from the normal form to the kernels and loops it becomes.
template <assumption Small, class Roots>
struct rewriting_of : normal_form_of<Roots> {
  using forms = normal_form_of<Roots>;
  using forms::root_count, forms::opened;

  template <int Room>
  using towards_normal_form = typename forms::template towards_normal_form<Room>;
  template <int Room>
  using towards_kernels = rewriting_builder<kernelising, kernelising_by_op, Room, root_count, Small>;

  template <class Builder, const auto& Graph>
  using distribution_in = distribution<Builder, std::remove_cvref_t<decltype(Graph)>, Small>;
  template <const auto& Graph>
  struct in_graph {
    template <int Room>
    struct distribute_pass {
      static constexpr auto run() { return run_in_parts<distribution_in<towards_normal_form<Room>, Graph>, Graph>(); }
    };
  };
  /// Sums that are multiplied out have common factors perhaps, and those that are taken out of sums leave others.
  template <const auto& Graph, int Rounds>
  static constexpr auto& distribute() {
    constexpr bool applies = Rounds > 0 && distribution_in<graph_builder<1, root_count>, Graph>(Graph).applies();
    constexpr auto& after = outcome_or_before<applies, in_graph<Graph>::template distribute_pass, Graph.size * 5 / 4 + 64, Graph>();
    if constexpr (applies) return distribute<after, Rounds - 1>();
    else return after;
  }

  // clang-format off
  static constexpr auto& distributed = distribute<opened, 3>();
  template <int Room> struct order_pass      { static constexpr auto run() { return run_in_parts<product_ordering<towards_kernels<Room>, std::remove_cvref_t<decltype(distributed)>, Small>, distributed>(); } };
  static constexpr auto& bracketed  = exact<settled<order_pass, room_needed<order_pass, distributed.size * 3 / 2 + 64>()>::outcome>;
  template <int Room> struct share_pass      { static constexpr auto run() { return run_in_parts<sharing<graph_builder<Room, root_count>, std::remove_cvref_t<decltype(bracketed)>>, bracketed>(); } };
  static constexpr auto& shared     = outcome_or_before<sharing<graph_builder<1, root_count>, std::remove_cvref_t<decltype(bracketed)>>(bracketed).applies(), share_pass, bracketed.size + 64, bracketed>();
  template <int Room> struct sum_pass        { static constexpr auto run() { return run_in_parts<summing_in_loops<graph_builder<Room, root_count>, std::remove_cvref_t<decltype(shared)>>, shared>(); } };
  static constexpr auto& ordered    = outcome_or_before<summing_in_loops<graph_builder<1, root_count>, std::remove_cvref_t<decltype(shared)>>(shared).applies(), sum_pass, shared.size * 3 / 2 + 64, shared>();
  static constexpr auto selected    = selection<std::remove_cvref_t<decltype(ordered)>>(ordered);
  static constexpr auto joinable    = fusion<std::remove_cvref_t<decltype(ordered)>>(ordered, selected);
  static constexpr auto fused       = [] { auto pass = joinable; pass.join_loops(); return pass; }();
  // clang-format on
};

/// The compiler, pass by pass.
template <assumption Small, class Roots>
struct pipeline_of : rewriting_of<Small, Roots> {
  using passes = rewriting_of<Small, Roots>;
  using passes::root_count, passes::written, passes::expanded, passes::derived, passes::ordered;

  static constexpr int checks = count_checks(expanded), index_checks = count_index_checks(derived);
  template <int Steps, int Programs, int Storages, int Buffers, int Extents>
  using plan_type = plan<Steps, Programs, Storages, Buffers, Extents, checks, index_checks, written.size, root_count>;

  // clang-format off
  template <int Room> struct schedule_pass   { static constexpr auto run() { return run_in_parts<scheduling<plan_type<Room, Room / 16 + 8, 2 * Room, 1, Room / 16 + 16 + 6 * checks + index_checks>, passes>, passes::ordered>(); } };
  static constexpr auto& scheduled   = settled<schedule_pass, room_needed<schedule_pass, ordered.size / 2 + root_count + 16>()>::outcome;
  // clang-format on
  using scheduled_type = plan_type<scheduled.step_count, scheduled.program_count, scheduled.storage_count,
                                   scheduled.storage_count, scheduled.extent_count>;
  static constexpr auto planned = [] {
    auto plan = shrink_plan<scheduled_type>(scheduled);
    place_buffers(plan);
    return plan;
  }();
  static constexpr trouble failure = planned.failure;
  static constexpr node_id culprit = derived.culprit;  // of `expanded`
};

/// The assumptions that lead to plans of their own; the first is none.
template <assumption... Small>
using variant_list = std::integer_sequence<assumption, Small...>;

template <class Roots>
struct variants_of {
  static constexpr variant_candidates candidates{normal_form_of<Roots>::opened};

  template <int Candidate, assumption... Known>
  static constexpr auto distinct(variant_list<Known...> known) {
    if constexpr (Candidate == candidates.count) {
      return known;
    } else {
      constexpr assumption name = candidates.names[Candidate];
      constexpr auto& ordered = rewriting_of<name, Roots>::ordered;
      if constexpr (ordered.failure == trouble::none && !(are_same(ordered, rewriting_of<Known, Roots>::ordered) || ...))
        return distinct<Candidate + 1>(variant_list<Known..., name>{});
      else
        return distinct<Candidate + 1>(known);
    }
  }
  using list = decltype(distinct<0>(variant_list<0>{}));
};

/// Expressions whose layers repeat: the plans of nets of four and six layers tell how plans grow.
template <class Roots>
struct layers_of {
  static constexpr auto& written = writing_of<Roots>::written;
  static constexpr int count = repeated_in<written>.count, shorter = 4, longer = 6;
  using shorter_net = with_layers<Roots, shorter>;
  using longer_net = with_layers<Roots, longer>;

  static constexpr bool are_even = [] {
    if constexpr (count < repeated_layers::fewest || written.failure != trouble::none) return false;
    else if constexpr (!writing_of<shorter_net>::fewer.fits || !writing_of<longer_net>::fewer.fits) return false;
    else return continues(writing_of<shorter_net>::written, writing_of<longer_net>::written, longer - shorter, count - longer, written);
  }();
};

/// The plan of such expressions.
template <assumption Small, class Roots>
struct growth_of {
  using layers = layers_of<Roots>;
  static constexpr auto& written = writing_of<Roots>::written;
  static constexpr auto& shorter = pipeline_of<Small, typename layers::shorter_net>::scheduled;
  static constexpr auto& longer = pipeline_of<Small, typename layers::longer_net>::scheduled;
  static constexpr int apart = layers::longer - layers::shorter, more = layers::count - layers::longer;

  static constexpr int steps = longer.step_count + more * (longer.step_count - shorter.step_count) / apart;
  static constexpr int storages = longer.storage_count + more * (longer.storage_count - shorter.storage_count) / apart;
  using type = plan<steps, longer.program_count, storages, storages, longer.extent_count, 0, 0, written.size, writing_of<Roots>::root_count>;
  static constexpr type grown = grow<type>(shorter, longer, apart, more, written);
};

/// The plans of expressions, one for each assumption: those of nets of few layers grown, or else each by all passes.
template <class Roots>
struct plans_of {
  using layers = layers_of<Roots>;
  template <class Net>
  using list_of = typename variants_of<Net>::list;

  template <assumption... Small>
  static constexpr bool grow_evenly(variant_list<Small...>) {
    return ((growth_of<Small, Roots>::grown.failure == trouble::none) && ...);
  }
  static constexpr bool grow_evenly() {
    using shorter = typename layers::shorter_net;
    using longer = typename layers::longer_net;
    if constexpr (!layers::are_even) return false;
    else if constexpr (!grow_evenly(variant_list<0>{})) return false;
    else return std::is_same_v<list_of<shorter>, list_of<longer>> && grow_evenly(list_of<longer>{});
  }
  static constexpr bool are_grown = grow_evenly();

  static constexpr auto variants() {
    if constexpr (are_grown) return list_of<typename layers::longer_net>{};
    else return list_of<Roots>{};
  }
  template <assumption Small>
  static constexpr auto& plan_for() {
    if constexpr (are_grown) return growth_of<Small, Roots>::grown;
    else return pipeline_of<Small, Roots>::planned;
  }
  static constexpr trouble failure = plan_for<0>().failure;
};

/// The same of expressions with the digests `Roots`.
template <digest... Roots>
using writing = writing_of<list_of_roots<Roots...>>;
template <digest... Roots>
using derivation = derivation_of<list_of_roots<Roots...>>;
template <digest... Roots>
using normal_form = normal_form_of<list_of_roots<Roots...>>;
template <assumption Small, digest... Roots>
using pipeline = pipeline_of<Small, list_of_roots<Roots...>>;
template <digest... Roots>
using plans = plans_of<list_of_roots<Roots...>>;

}  // namespace ctgrad::detail
