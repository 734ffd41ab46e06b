// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "plan.hpp"

namespace ctgrad::detail {

/// What an entry of a table says of others: indices into tables that grow, so that it changes from layer to layer.
template <int Capacity>
struct references {
  int of[Capacity]{};
  int count = 0;

  constexpr void add(int index) { of[count++] = index; }

  /// Adds times / parts * (to - from), of as many references.
  constexpr void move(const references& from, const references& to, int times, int parts = 1) {
    for (int i = 0; i < count; ++i) of[i] += (to.of[i] - from.of[i]) / parts * times;
  }
  constexpr bool operator==(const references& other) const {
    if (count != other.count) return false;
    for (int i = 0; i < count; ++i)
      if (of[i] != other.of[i]) return false;
    return true;
  }
};
/// Whether the way from a to b is the way from c to d.
template <int Capacity>
constexpr bool are_moved_alike(const references<Capacity>& a, const references<Capacity>& b, const references<Capacity>& c, const references<Capacity>& d) {
  if (a.count != b.count || b.count != c.count || c.count != d.count) return false;
  for (int i = 0; i < a.count; ++i)
    if (b.of[i] - a.of[i] != d.of[i] - c.of[i]) return false;
  return true;
}
template <int Capacity>
constexpr bool are_evenly_spaced(const references<Capacity>& a, const references<Capacity>& b, const references<Capacity>& c) {
  return are_moved_alike(a, b, b, c);
}
/// Whether the way from a to b has so many equal parts.
template <int Capacity>
constexpr bool are_parts_apart(const references<Capacity>& a, const references<Capacity>& b, int parts) {
  if (a.count != b.count) return false;
  for (int i = 0; i < a.count; ++i)
    if ((b.of[i] - a.of[i]) % parts != 0) return false;
  return true;
}

// What follows is for tables of nodes, steps, storages and roots. Entries are alike if they differ in references alone.

constexpr references<3> references_of(const node& n) {
  references<3> result;
  for (int i = 0; i < n.arity; ++i) result.add(n.arguments[i]);
  return result;
}
constexpr void refer(node& n, const references<3>& to) {
  for (int i = 0; i < to.count; ++i) n.arguments[i] = to.of[i];
}
constexpr bool are_alike(const node& a, const node& b) {
  if (a.code != b.code || a.arity != b.arity || !(a.extents == b.extents) || !(a.from == b.from)) return false;
  if (a.code == op::leaf) return a.leaf->form == b.leaf->form;
  if (a.code == op::call) return a.leaf->function->code == b.leaf->function->code;
  return std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value) && *a.measured == *b.measured;
}

using step_references = references<loop_program::input_capacity + loop_program::output_capacity + 5>;
constexpr step_references references_of(const step& s) {
  step_references result;
  for (int i = 0; i < s.operand_count; ++i) result.add(s.operands[i]);
  for (int i = 0; i < s.output_count; ++i) result.add(s.outputs[i]);
  for (const int other : {static_cast<int>(s.scale), static_cast<int>(s.addend), static_cast<int>(s.scratch), s.node, s.kind}) result.add(other);
  return result;
}
constexpr void refer(step& s, const step_references& to) {
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
         std::bit_cast<std::uint64_t>(a.factor) == std::bit_cast<std::uint64_t>(b.factor) && a.addend_factor == b.addend_factor &&
         a.rows == b.rows && a.columns == b.columns &&
         a.first_row == b.first_row && a.first_column == b.first_column && a.operand_rows[0] == b.operand_rows[0] &&
         a.operand_rows[1] == b.operand_rows[1] && a.operand_columns[0] == b.operand_columns[0] && a.operand_columns[1] == b.operand_columns[1];
}

constexpr references<1> references_of(const storage& s) { return {{s.index}, 1}; }
constexpr void refer(storage& s, const references<1>& to) { s.index = to.of[0]; }
constexpr bool are_alike(const storage& a, const storage& b) {
  return a.where == b.where && a.rows == b.rows && a.columns == b.columns && a.has_pivots == b.has_pivots && a.stride == b.stride &&
         a.first_row == b.first_row && a.first_column == b.first_column;
}

/// A root of a graph, or where a result of a plan is.
constexpr references<1> references_of(int index) { return {{index}, 1}; }
template <class Index>
  requires std::is_integral_v<Index>
constexpr void refer(Index& index, const references<1>& to) { index = static_cast<Index>(to.of[0]); }
constexpr bool are_alike(int, int) { return true; }

template <class Entry>
struct table {
  const Entry* entries;
  int count;
  constexpr const Entry& operator[](int i) const { return entries[i]; }
};

/// What a table of a net becomes with `more` layers than the longer of two nets, which has `apart` layers more than the
/// shorter: calls take(place, entry, references) for each entry: like that one, and referring to those. Returns how many
/// there are, or -1 if the tables do not say.
///
/// Behind what both begin with, the longer one has entries that the shorter one has not: those of its further layers. Each
/// layer repeats the entries right before it, and what they refer to is evenly spaced; so it is in all layers that follow.
/// Whatever else refers to an entry moves with each layer as it moved, in equal parts, from the shorter net to the longer one.
template <class Entry, class Take>
constexpr int extrapolate(table<Entry> shorter, table<Entry> longer, int apart, int more, Take take) {
  int i = 0, j = 0, place = 0;  // how far the tables have been read, and the new one is known
  const auto take_common = [&](int count) {
    for (; count > 0; --count, ++i, ++j) {
      const auto before = references_of(shorter[i]), now = references_of(longer[j]);
      auto then = now;
      then.move(before, now, more, apart);
      if (!are_parts_apart(before, now, apart) || !take(place++, longer[j], then)) return false;
    }
    return true;
  };
  while (j < longer.count) {
    int common = 0;
    while (i + common < shorter.count && j + common < longer.count && are_alike(shorter[i + common], longer[j + common])) ++common;
    if (j + common == longer.count) return i + common == shorter.count && take_common(common) ? place : -1;

    // How many entries a layer has, and where the further ones stand: at the end of what is common, or a few entries earlier.
    const int growth = (longer.count - j) - (shorter.count - i);
    const bool is_last = i + common == shorter.count;
    int period = 1;
    while (period * apart < growth && (is_last || !are_alike(shorter[i + common], longer[j + common + period * apart]))) ++period;
    if (period * apart > growth || (is_last && period * apart != growth)) return -1;
    const auto repeats = [&](int start) {
      for (int k = start; k < start + period * apart; ++k) {
        const Entry &now = longer[j + k], &last = longer[j + k - period], &before = longer[j + k - 2 * period];
        if (!are_alike(now, last) || !are_alike(now, before)) return false;
        const auto of_last = references_of(last), of_before = references_of(before);
        if (!are_evenly_spaced(of_before, of_last, references_of(now))) return false;
        if (k >= start + period) continue;
        if (!are_moved_alike(references_of(shorter[i + k - period]), of_last, references_of(shorter[i + k - 2 * period]), of_before)) return false;
      }
      return true;
    };
    int kept = common;
    while (kept >= 2 * period && !repeats(kept)) --kept;
    if (kept < 2 * period) return -1;

    if (!take_common(kept)) return -1;
    for (int k = 0; k < period; ++k) {
      const auto last = references_of(longer[j + k - period]), now = references_of(longer[j + k]);
      auto then = now;
      then.move(references_of(shorter[i + k - period]), last, more, apart);
      for (int layer = 0; layer < apart + more; ++layer) {
        if (!take(place + layer * period + k, longer[j + k], then)) return -1;
        then.move(last, now, 1);
      }
    }
    place += period * (apart + more);
    j += period * apart;
  }
  return i == shorter.count ? place : -1;
}

/// What a table becomes, written to one of as many entries. False where the tables do not say it.
template <class Entry>
constexpr bool extrapolate_into(Entry* entries, int count, table<Entry> shorter, table<Entry> longer, int apart, int more) {
  return count == extrapolate(shorter, longer, apart, more, [&](int place, const Entry& like, const auto& to) {
           if (place >= count) return false;
           entries[place] = like;
           refer(entries[place], to);
           return true;
         });
}

/// Whether a table is what two others become.
template <class Entry>
constexpr bool is_extrapolated(table<Entry> shorter, table<Entry> longer, int apart, int more, table<Entry> expected) {
  return expected.count == extrapolate(shorter, longer, apart, more, [&](int place, const Entry& like, const auto& to) {
           return place < expected.count && are_alike(like, expected[place]) && references_of(expected[place]) == to;
         });
}

}  // namespace ctgrad::detail
