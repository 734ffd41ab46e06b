// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "plan.hpp"

namespace ctgrad::detail {

/// What an entry of a table says of others: indices into tables that grow, so that it changes from layer to layer.
struct references {
  static constexpr int capacity = loop_program::input_capacity + loop_program::output_capacity + 5;
  int of[capacity]{};
  int count = 0;

  constexpr void add(int index) { of[count++] = index; }
  constexpr bool operator==(const references&) const = default;

  /// this + times * (to - from)
  constexpr references moved(const references& from, const references& to, int times) const {
    references result = *this;
    for (int i = 0; i < count; ++i) result.of[i] += times * (to.of[i] - from.of[i]);
    return result;
  }
};
constexpr bool are_evenly_spaced(const references& a, const references& b, const references& c) {
  if (a.count != b.count || b.count != c.count) return false;
  for (int i = 0; i < a.count; ++i)
    if (b.of[i] - a.of[i] != c.of[i] - b.of[i]) return false;
  return true;
}

// What follows is for tables of nodes, steps, storages and roots. Entries are alike if they differ in references alone.

constexpr references references_of(const node& n) {
  references result;
  for (const node_id argument : n.arguments) result.add(argument);
  return result;
}
constexpr void refer(node& n, const references& to) {
  for (int i = 0; i < 3; ++i) n.arguments[i] = to.of[i];
}
constexpr bool are_alike(const node& a, const node& b) {
  if (a.code != b.code || a.arity != b.arity || !(a.extents == b.extents) || !(a.from == b.from)) return false;
  if (a.code == op::leaf) return a.leaf->form == b.leaf->form;
  if (a.code == op::call) return a.leaf->function->code == b.leaf->function->code;
  return std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value) && *a.measured == *b.measured;
}

constexpr references references_of(const step& s) {
  references result;
  for (int i = 0; i < s.operand_count; ++i) result.add(s.operands[i]);
  for (int i = 0; i < s.output_count; ++i) result.add(s.outputs[i]);
  for (const int other : {static_cast<int>(s.scale), static_cast<int>(s.addend), static_cast<int>(s.scratch), s.node, s.kind}) result.add(other);
  return result;
}
constexpr void refer(step& s, const references& to) {
  const int* next = to.of;
  for (int i = 0; i < s.operand_count; ++i) s.operands[i] = static_cast<short>(*next++);
  for (int i = 0; i < s.output_count; ++i) s.outputs[i] = static_cast<short>(*next++);
  s.scale = static_cast<short>(*next++);
  s.addend = static_cast<short>(*next++);
  s.scratch = static_cast<short>(*next++);
  s.node = *next++;
  s.kind = *next++;
}
constexpr bool are_alike(const step& a, const step& b) {
  return a.has_form_of(b) && a.operand_count == b.operand_count && a.output_count == b.output_count &&
         std::bit_cast<std::uint64_t>(a.factor) == std::bit_cast<std::uint64_t>(b.factor) && a.rows == b.rows && a.columns == b.columns &&
         a.first_row == b.first_row && a.first_column == b.first_column && a.operand_rows[0] == b.operand_rows[0] &&
         a.operand_rows[1] == b.operand_rows[1] && a.operand_columns[0] == b.operand_columns[0] && a.operand_columns[1] == b.operand_columns[1];
}

constexpr references references_of(const storage& s) {
  references result;
  result.add(s.index);
  return result;
}
constexpr void refer(storage& s, const references& to) { s.index = to.of[0]; }
constexpr bool are_alike(const storage& a, const storage& b) {
  return a.where == b.where && a.rows == b.rows && a.columns == b.columns && a.has_pivots == b.has_pivots && a.stride == b.stride &&
         a.first_row == b.first_row && a.first_column == b.first_column;
}

/// A root of a graph, or where a result of a plan is.
constexpr references references_of(int index) {
  references result;
  result.add(index);
  return result;
}
template <class Index>
  requires std::is_integral_v<Index>
constexpr void refer(Index& index, const references& to) { index = static_cast<Index>(to.of[0]); }
constexpr bool are_alike(int, int) { return true; }

template <class Entry>
struct table {
  const Entry* entries;
  int count;
  constexpr const Entry& operator[](int i) const { return entries[i]; }
};

/// What a table of a net becomes with `more` layers than the longer of two nets, which has one layer more than the shorter:
/// calls take(entry) for each entry, in order. False if the tables do not say.
///
/// Behind what both begin with, the longer one has entries that the shorter one has not: a layer's. They repeat those right
/// before them, and what they refer to is evenly spaced; so it is in all layers that follow. Whatever else refers to an entry
/// moves with each layer as it moved from the shorter net to the longer one.
template <class Entry, class Take>
constexpr bool extrapolate(table<Entry> shorter, table<Entry> longer, int more, Take take) {
  int i = 0, j = 0;  // how far the tables have been read
  const auto take_common = [&](int count) {
    for (; count > 0; --count, ++i, ++j) {
      const references before = references_of(shorter[i]), now = references_of(longer[j]);
      if (before.count != now.count) return false;
      Entry entry = longer[j];
      refer(entry, now.moved(before, now, more));
      if (!take(entry)) return false;
    }
    return true;
  };
  while (j < longer.count) {
    int common = 0;
    while (i + common < shorter.count && j + common < longer.count && are_alike(shorter[i + common], longer[j + common])) ++common;
    if (j + common == longer.count) return i + common == shorter.count && take_common(common);

    // How many entries a layer has, and where they stand: at the end of what is common, or a few entries earlier.
    const int growth = (longer.count - j) - (shorter.count - i);
    int period = i + common == shorter.count ? growth : 1;
    while (period <= growth && i + common < shorter.count && !are_alike(shorter[i + common], longer[j + common + period])) ++period;
    if (period > growth || period <= 0) return false;
    const auto repeats = [&](int start) {
      for (int k = start; k < start + period; ++k) {
        if (!are_alike(longer[k], longer[k - period]) || !are_alike(longer[k], longer[k - 2 * period])) return false;
        if (!are_evenly_spaced(references_of(longer[k - 2 * period]), references_of(longer[k - period]), references_of(longer[k]))) return false;
      }
      return true;
    };
    int kept = common;
    while (kept >= 2 * period && !repeats(j + kept)) --kept;
    if (kept < 2 * period) return false;

    if (!take_common(kept)) return false;
    for (int layer = 0; layer <= more; ++layer)
      for (int k = 0; k < period; ++k) {
        const references last = references_of(longer[j + k - period]), now = references_of(longer[j + k]);
        Entry entry = longer[j + k];
        refer(entry, now.moved(last, now, layer).moved(references_of(shorter[i + k - period]), last, more));
        if (!take(entry)) return false;
      }
    j += period;
  }
  return i == shorter.count;
}

/// Appends what it is given to a table of fixed size; false if there is no room.
template <class Entry>
struct table_writer {
  Entry* entries;
  int capacity;
  int& count;
  constexpr bool operator()(const Entry& entry) const {
    if (count == capacity) return false;
    entries[count++] = entry;
    return true;
  }
};

/// Compares what it is given with a table, entry by entry.
template <class Entry>
struct table_reader {
  table<Entry> expected;
  int& count;
  constexpr bool operator()(const Entry& entry) const {
    if (count == expected.count) return false;
    const Entry& same = expected[count++];
    return are_alike(entry, same) && references_of(entry) == references_of(same);
  }
};

}  // namespace ctgrad::detail
