// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "elimination.hpp"
#include "graph.hpp"

namespace ctgrad::detail {

/// A random point: a small size for each extent name, never 1 and all different, and values for the leaves that have
/// the structure which the leaf declares. The same seed gives the same point.
struct random_point {
  static constexpr int capacity = 32;
  std::uint64_t names[capacity]{};
  int sizes[capacity]{};
  int count = 0;
  int smallest = 2;  // size: parts of named extents have to be there
  std::uint64_t seed = 0;

  constexpr explicit random_point(std::uint64_t seed) : seed(seed) {}

  /// Notes the names of a graph's extents. `settle` has to follow.
  template <class Graph>
  constexpr void note(const Graph& g) {
    for (node_id id = 0; id < g.size; ++id) {
      note(*g[id].extents.rows);
      note(*g[id].extents.columns);
      note(*g[id].measured);
      if (g[id].code != op::part) continue;
      const shape& whole = g[g[id].arguments[0]].extents;
      note_end(*g[id].from.row + *g[id].extents.rows, *whole.rows);
      note_end(*g[id].from.column + *g[id].extents.columns, *whole.columns);
    }
  }
  constexpr void note_end(const extent& end, const extent& whole) {
    if (end.is_number() && !whole.is_number() && end.number() > smallest) smallest = static_cast<int>(end.number());
  }
  constexpr void note(const extent& e) {
    visit_names(e, [this](std::uint64_t key) {
      const int place = place_of(key);
      if (place == count && count < capacity) names[count++] = key;
    });
  }
  constexpr int place_of(std::uint64_t key) const {
    int place = 0;
    while (place < count && names[place] != key) ++place;
    return place;
  }
  /// Sizes 2, 3, ..., or larger ones, upwards or downwards, so that either of two extents is the larger one at some points.
  constexpr void settle() {
    for (int i = 0; i < count; ++i) sizes[i] = smallest + (seed % 2 == 0 ? i : count - 1 - i);
  }

  constexpr int size_of(const extent& e) const {
    return static_cast<int>(detail::size_of(e, [this](std::uint64_t key) {
      const int place = place_of(key);
      return place < count ? sizes[place] : 2;
    }));
  }

  /// In (0, 1).
  static constexpr double fraction(std::uint64_t bits) { return (static_cast<double>(bits >> 40) + 0.5) * 0x1p-24; }

  /// From where entries are drawn: of both signs at the first points; where those gave nothing finite, from where roots and
  /// logarithms are defined, and then from one range after the other, each leaf in an order of its own.
  constexpr double entry(const source& leaf, std::uint64_t key, int place) const {
    const double x = fraction(mix(key, static_cast<std::uint64_t>(place)));
    const std::uint64_t own = static_cast<std::uint64_t>(leaf.key);
    const std::uint64_t habit = seed < sign_points ? 0 : seed < 6 ? 1 : 1 + (mix(own, seed / 4) + seed) % 4;
    if (leaf.form == structure::positive || habit == 1) return 0.25 + x;
    switch (habit) {
      case 2: return -0.25 - x;
      case 3: return 1.1 + x;
      case 4: return 0.05 + 0.4 * x;
      default: break;
    }
    const bool is_negative = place == 0 ? has_negative_start(own) : x < 0.5;
    const double size = 0.1 + (x < 0.5 ? 2 * x : 2 * x - 1);
    return is_negative ? -size : size;
  }
  static constexpr std::uint64_t sign_points = 4;
  /// A scalar has one entry: of the first points some have it positive and some negative, which of them depends on the leaf.
  constexpr bool has_negative_start(std::uint64_t leaf) const {
    const std::uint64_t changed = (1 + mix(leaf, 78) % 7) << 1;  // at these points it has another sign than at the first
    return ((changed >> seed) ^ leaf) % 2 == 1;
  }

  constexpr void draw(const source& leaf, const small_matrix& y) const {
    const std::uint64_t key = mix(static_cast<std::uint64_t>(leaf.key), seed);
    const int n = y.columns;
    if (leaf.form == structure::indices) {
      for (int i = 0; i < y.size(); ++i) y.set(i, {static_cast<double>(mix(key, static_cast<std::uint64_t>(i)) % 16), 0});
      return;
    }
    for (int i = 0, place = 0; i < y.rows; ++i)
      for (int j = 0; j < n; ++j, ++place) {
        const bool outside = (leaf.form == structure::diagonal_matrix && i != j) ||
                             (leaf.form == structure::lower_triangular && j > i) ||
                             (leaf.form == structure::upper_triangular && j < i);
        const bool mirrored = (leaf.form == structure::symmetric || leaf.form == structure::spd) && j < i;
        y.set(place, {outside ? 0 : mirrored ? y.value[j * n + i] : entry(leaf, key, place), 0});
      }
    if (leaf.form == structure::spd)  // the diagonal outweighs its row
      for (int i = 0; i < n; ++i) y.value[i * (n + 1)] = n + elementary::abs(y.value[i * (n + 1)]);
    if (leaf.form == structure::orthogonal) draw_orthogonal(key, y);
  }

 private:
  /// Two reflections: one alone would be symmetric.
  static constexpr void draw_orthogonal(std::uint64_t key, const small_matrix& y) {
    const int n = y.columns;
    scratch direction(n);
    for (int i = 0; i < n * n; ++i) y.set(i, {i % (n + 1) == 0 ? 1. : 0, 8});
    for (int reflection = 0; reflection < 2; ++reflection) {
      double square = 0;
      for (int i = 0; i < n; ++i) {
        direction.numbers[i] = fraction(mix(key, static_cast<std::uint64_t>(1000 * reflection + i))) - 0.5;
        square += direction.numbers[i] * direction.numbers[i];
      }
      for (int i = 0; i < n; ++i) {
        double along = 0;
        for (int j = 0; j < n; ++j) along += y.value[i * n + j] * direction.numbers[j];
        for (int j = 0; j < n; ++j) y.value[i * n + j] -= 2 * along / square * direction.numbers[j];
      }
    }
  }
};

}  // namespace ctgrad::detail
