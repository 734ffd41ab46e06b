// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "batch.hpp"
#include "rebuild.hpp"
#include "sweep.hpp"

namespace ctgrad::detail {

/// e with a leaf replaced: copies the part of the graph between them.
template <class Builder>
constexpr node_id replace_leaf(Builder& graph, node_id e, node_id leaf, node_id replacement) {
  bool touched[Builder::capacity]{};
  node_id moved[Builder::capacity]{};
  if (graph[e].arity == 0) return e == leaf ? replacement : e;
  touched[leaf] = true;
  moved[leaf] = replacement;
  for (node_id id = leaf + 1; id <= e; ++id) {
    node n = graph[id];
    for (int i = 0; i < n.arity; ++i)
      if (touched[n.arguments[i]]) {
        n.arguments[i] = moved[n.arguments[i]];
        touched[id] = true;
      }
    if (touched[id]) moved[id] = graph.add(n);
  }
  return touched[e] ? moved[e] : e;
}

/// Whether `part` occurs in `whole`.
template <class Graph>
constexpr bool occurs(const Graph& graph, node_id part, node_id whole) {
  bool needed[Graph::capacity]{};
  needed[whole] = true;
  for (node_id id = whole; id > part; --id)
    for (int i = 0; needed[id] && i < graph[id].arity; ++i) needed[graph[id].arguments[i]] = true;
  return part <= whole && needed[part];
}

/// Replaces every derivative by the expression it is, arguments first: so derivatives nest.
template <class Graph, class Builder>
struct differentiation : rebuilding<Graph, Builder> {
  using base = rebuilding<Graph, Builder>;
  using base::moved;
  using base::moved_argument;
  using base::old;
  using base::result;

  bool done[Graph::capacity]{};
  derivative_targets<Graph> targets;
  extent_pool* pool;  // for Jacobians

  constexpr differentiation(const Graph& g, extent_pool* p) : base(g), targets(g), pool(p) {}

  constexpr void visit(node_id id) {
    resolve(id);
    const bool is_resolved = is_derivative(old[id].code) || old[id].code == op::substitute;
    if (targets.marked[id] && is_resolved) moved[id] = apart(result, moved[id]);
  }

 private:
  constexpr void resolve(node_id id) {
    switch (old[id].code) {
      case op::gradient: case op::vjp:
        if (!done[id]) take_reverse(id);
        break;
      case op::jvp:
        settle(id, forward_sweep(result, moved_argument(id, 1), moved_argument(id, 0), moved_argument(id, 2)));
        break;
      case op::jacobian: settle(id, take_jacobian(id, moved_argument(id, 0))); break;
      case op::hessian: {
        const node_id gradient = take_gradient(moved_argument(id, 0), moved_argument(id, 1));
        settle(id, gradient == no_node ? no_node : take_jacobian(id, gradient));
        break;
      }
      case op::substitute:
        moved[id] = replace_leaf(result, moved_argument(id, 0), moved_argument(id, 1), moved_argument(id, 2));
        break;
      default: moved[id] = this->copy(id);
    }
  }

  /// What was found, or zeros.
  constexpr void settle(node_id id, node_id found) {
    const node_id function = old[id].arguments[0], target = old[id].arguments[1];
    if (found == no_node && old[target].code != op::leaf && !occurs(old, target, function))
      result.fail(trouble::absent_subexpression, id);
    moved[id] = found == no_node ? result.number(0, old[id].extents) : found;
    done[id] = true;
  }

  constexpr void sweep(node_id last, node_id seed, const bool* wanted, node_id* adjoint) {
    bool undefined[Builder::capacity]{};
    const bool chooses = find_undefined(result, last, undefined);
    reverse_sweep<Builder::capacity>(result, 0, last, seed, wanted, adjoint, chooses ? undefined : nullptr);
  }

  constexpr node_id take_gradient(node_id function, node_id target) {
    bool wanted[Builder::capacity]{};
    node_id adjoint[Builder::capacity]{};
    wanted[target] = true;
    sweep(function, result.number(1), wanted, adjoint);
    return target <= function ? adjoint[target] : no_node;
  }

  /// The Jacobian by the target of `id`, in the shape of `id`: in reverse mode, all rows at once. One row or one column is
  /// a gradient or a change.
  constexpr node_id take_jacobian(node_id id, node_id function) {
    const node_id target = moved_argument(id, 1);
    if (result[function].is_scalar()) return laid_out(take_gradient(function, target), id);
    if (result[target].is_scalar()) return laid_out(forward_sweep(result, target, function, result.number(1)), id);
    if (target > function) return no_node;
    bool wanted[Builder::capacity]{};
    node_id adjoint[Builder::capacity]{};
    wanted[0] = true;
    batch_builder<Builder> batches(result, *pool, old[id].extents.rows);
    const node_id seed = batches.batch(result.identity(old[id].extents.rows), result[function].extents);
    reverse_sweep<Builder::capacity>(batches, target, function, seed, wanted, adjoint);
    return adjoint[0] == no_node ? no_node : batches.flat(adjoint[0]);
  }

  /// One row or one column in the shape that `id` has.
  constexpr node_id laid_out(node_id found, node_id id) {
    if (found == no_node || result[found].extents == old[id].extents) return found;
    if (result[found].extents.transposed() == old[id].extents) return result.make(op::transpose, found);
    return result.add(result.shaped_node(op::reshape, old[id].extents, {}, found));
  }

  /// All gradients of one function share one reverse sweep; so do its products with one vector.
  constexpr void take_reverse(node_id id) {
    const node_id last = moved_argument(id, 0);
    const auto shares = [&](node_id other) {
      const node &a = old[id], &b = old[other];
      return a.code == b.code && a.arguments[0] == b.arguments[0] && b.arguments[1] < id && a.arguments[2] == b.arguments[2];
    };
    bool wanted[Builder::capacity]{};
    node_id adjoint[Builder::capacity]{};
    for (node_id other = id; other < old.size; ++other)
      if (shares(other)) wanted[moved_argument(other, 1)] = true;
    const node_id seed = old[id].code == op::gradient ? result.number(1) : moved_argument(id, 2);
    sweep(last, seed, wanted, adjoint);
    for (node_id other = id; other < old.size; ++other) {
      if (!shares(other)) continue;
      const node_id target = moved_argument(other, 1);
      settle(other, target <= last ? adjoint[target] : no_node);
    }
  }
};

template <class Builder, class Graph>
constexpr Builder differentiate(const Graph& old, extent_pool* pool) {
  differentiation<Graph, Builder> pass(old, pool);
  for (node_id id = 0; id < old.size; ++id) pass.visit(id);
  return pass.finish();
}

template <class Graph>
constexpr bool has_jacobians(const Graph& g) {
  for (node_id id = 0; id < g.size; ++id)
    if (g[id].code == op::jacobian || g[id].code == op::hessian) return true;
  return false;
}

/// What a first run finds: the graph, or the extents that it needs.
template <class Builder>
struct first_derivation {
  Builder result{};
  extent_pool pool{};

  template <class Graph>
  constexpr explicit first_derivation(const Graph& old) {
    result = differentiate<Builder>(old, &pool);
    if (pool.count > 0) result = Builder{};
    if (pool.failed) result.fail(trouble::long_extent);
  }
};
template <class Builder, const auto& Graph>
inline constexpr first_derivation<Builder> first_derivation_of{Graph};

/// Replaces every derivative by the expression it is.
template <class Builder, const auto& Graph>
constexpr Builder derive() {
  if constexpr (!has_jacobians(Graph)) {
    return differentiate<Builder>(Graph, nullptr);
  } else if constexpr (first_derivation_of<Builder, Graph>.pool.count == 0) {
    return first_derivation_of<Builder, Graph>.result;
  } else {
    extent_pool pool;
    pool.found = &first_derivation_of<Builder, Graph>.pool;
    pool.found_count = pool.found->count;
    Builder result = differentiate<Builder>(Graph, &pool);
    if (pool.failed) result.fail(trouble::long_extent);
    return result;
  }
}

}  // namespace ctgrad::detail
