// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "extrapolate.hpp"

namespace ctgrad::detail {

/// Layers that repeat: `count` blocks of `period` nodes, from `first` on, each like the one before it and with arguments that
/// are evenly spaced, among them a node of the layer before. A layer has a product: elementwise operations alone would be
/// joined in loops over many layers.
struct repeated_layers {
  static constexpr int longest_period = 64, fewest = 20;  // fewer are as soon planned as they are
  node_id first = 0;
  int period = 0, count = 0;

  constexpr bool contains(node_id id) const { return id >= first && id < first + period * count; }
  constexpr int layer_of(node_id id) const { return (id - first) / period; }
};

/// The number of blocks of `period` nodes from `first` on of which each repeats the one before it.
template <class Graph>
constexpr int count_layers(const Graph& g, node_id first, int period) {
  int layers = 1;
  for (node_id id = first + period; id < g.size; ++id) {
    const node &a = g.nodes[id - period], &b = g.nodes[id];
    if (!are_alike(a, b)) return layers;
    if (id >= first + 2 * period && !are_evenly_spaced(references_of(g.nodes[id - 2 * period]), references_of(a), references_of(b))) return layers;
    if (id - first == (layers + 1) * period - 1) ++layers;
  }
  return layers;
}

/// Whether a layer multiplies, and reads from the one before it.
template <class Graph>
constexpr bool are_chained(const Graph& g, const repeated_layers& layers) {
  bool has_product = false, reads_layer_before = false;
  for (node_id id = layers.first + layers.period; id < layers.first + 2 * layers.period; ++id) {
    has_product = has_product || g.nodes[id].code == op::product;
    for (int i = 0; i < g.nodes[id].arity; ++i)
      reads_layer_before = reads_layer_before || g.nodes[id + layers.period].arguments[i] - g.nodes[id].arguments[i] == layers.period;
  }
  return has_product && reads_layer_before;
}

/// The first layers that repeat often enough, or none.
template <class Graph>
constexpr repeated_layers find_layers(const Graph& g) {
  for (node_id first = 0; first + 2 * repeated_layers::fewest <= g.size; ++first) {
    const op code = g.nodes[first].code;
    if (code == op::leaf) continue;  // layers compute something: one may begin with that
    for (int period = 1; period <= repeated_layers::longest_period && first + period * repeated_layers::fewest <= g.size; ++period) {
      if (g.nodes[first + period].code != code || g.nodes[first + 2 * period].code != code) continue;
      const repeated_layers found{first, period, count_layers(g, first, period)};
      if (found.count < repeated_layers::fewest) continue;
      if (are_chained(g, found)) return found;
      first += found.period * (found.count - 1);
      break;
    }
  }
  return {};
}

/// A graph without some of its layers: the layer after those reads from the one before them. What only they need goes with
/// them, and the derivatives by it.
template <class Graph>
struct fewer_layers {
  bool is_kept[Graph::capacity]{};
  bool keeps_root[Graph::root_count]{};
  int size = 0, root_count = 0;
  bool fits = true;

  /// Keeps so many layers, the first two among them.
  constexpr fewer_layers(const Graph& g, const repeated_layers& found, int kept_layers) : layers(found), left_out(found.count - kept_layers) {
    for (const node_id root : g.roots) is_kept[is_derivative(g.nodes[root].code) ? g.nodes[root].arguments[0] : root] = true;
    for (node_id id = g.size; id-- > 0;) {
      if (!is_kept[id]) continue;
      const node& n = g.nodes[id];
      if (is_left_out(id) || is_derivative(n.code) || n.code == op::substitute) fits = false;
      for (int i = 0; i < n.arity; ++i) {
        const node_id argument = argument_of(g, id, i);
        if (argument == no_node) fits = false;
        else is_kept[argument] = true;
      }
      ++size;
    }
    for (int i = 0; i < Graph::root_count; ++i) {
      const node& root = g.nodes[g.roots[i]];
      keeps_root[i] = !is_derivative(root.code) || (root.arity == 2 && is_kept[root.arguments[1]]);
      root_count += keeps_root[i];
      if (!keeps_root[i] || is_kept[g.roots[i]]) continue;
      is_kept[g.roots[i]] = true;
      ++size;
    }
  }

  /// What a node that is kept reads instead of a node that is not, or no_node.
  constexpr node_id argument_of(const Graph& g, node_id id, int i) const {
    const node_id argument = g.nodes[id].arguments[i];
    if (!is_left_out(argument)) return argument;
    const node_id instead = argument - left_out * layers.period;
    return layers.contains(id) && layers.contains(instead) ? instead : no_node;
  }

 private:
  repeated_layers layers;
  int left_out;

  constexpr bool is_left_out(node_id id) const {
    return layers.contains(id) && layers.layer_of(id) >= 2 && layers.layer_of(id) < 2 + left_out;
  }
};

template <int Size, int Roots, class Graph>
constexpr graph<Size, Roots> shorten(const Graph& g, const fewer_layers<Graph>& fewer) {
  graph<Size, Roots> result;
  if (!fewer.fits) return result;
  node_id moved[Graph::capacity]{};
  for (node_id id = 0; id < g.size; ++id) {
    if (!fewer.is_kept[id]) continue;
    moved[id] = result.size;
    node& n = result.nodes[result.size++];
    n = g.nodes[id];
    for (int i = 0; i < n.arity; ++i) n.arguments[i] = moved[fewer.argument_of(g, id, i)];
  }
  int count = 0;
  for (int i = 0; i < Graph::root_count; ++i)
    if (fewer.keeps_root[i]) result.roots[count++] = moved[g.roots[i]];
  return result;
}

/// Whether a graph is what the growth from one graph to the next, `apart` layers longer, leads to, node for node and root for
/// root.
template <class Shorter, class Longer, class Graph>
constexpr bool continues(const Shorter& shorter, const Longer& longer, int apart, int more, const Graph& g) {
  return is_extrapolated<node>({shorter.nodes, shorter.size}, {longer.nodes, longer.size}, apart, more, {g.nodes, g.size}) &&
         is_extrapolated<node_id>({shorter.roots, Shorter::root_count}, {longer.roots, Longer::root_count}, apart, more,
                                  {g.roots, Graph::root_count});
}

}  // namespace ctgrad::detail
