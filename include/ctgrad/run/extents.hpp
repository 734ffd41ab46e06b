// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "container.hpp"
#include "errors.hpp"
#include "kernels.hpp"

namespace ctgrad::detail {

/// The names in the extents of a plan, and the leaf that each is read off.
template <class Plan>
struct name_table {
  static constexpr const auto& plan = the_plan(Plan{});
  static constexpr int capacity = [] {  // as many as there would be if no two were equal
    int words = 1;
    const auto add = [&words](const extent& e) {
      for (int i = 0; i < e.count; ++i) words += e.terms[i].degree;
    };
    for (int i = 0; i < plan.leaf_count; ++i) add(*plan.leaves[i]->extents.rows), add(*plan.leaves[i]->extents.columns);
    for (int i = 0; i < plan.extent_count; ++i) add(*plan.extents[i]);
    return words;
  }();
  symbol names[capacity]{};
  int leaf[capacity]{};       // -1 where it cannot be read off any
  bool is_row[capacity]{};
  bool is_rest[capacity]{};   // of a sum in which all other names are known
  int rests[capacity]{};      // those, in the order in which they become known
  int count = 0, rest_count = 0;

  constexpr name_table() {
    for (int i = 0; i < plan.leaf_count; ++i) {
      note(*plan.leaves[i]->extents.rows, i, true);
      note(*plan.leaves[i]->extents.columns, i, false);
    }
    for (int i = 0; i < plan.extent_count; ++i) note(*plan.extents[i], -1, false);
    for (bool found = true; found;) {
      found = false;
      for (int i = 0; i < plan.leaf_count; ++i)
        for (bool row : {true, false}) found = note_rest(row ? *plan.leaves[i]->extents.rows : *plan.leaves[i]->extents.columns, i, row) || found;
    }
  }
  constexpr int find(std::uint64_t key) const {
    for (int i = 0; i < count; ++i)
      if (names[i].key == key) return i;
    return -1;
  }

 private:
  /// Of a sum with one name that is not known yet, that name is the rest.
  constexpr bool note_rest(const extent& e, int i, bool row) {
    int unknown = -1;
    for (int j = 0; j < e.count; ++j)
      for (int k = 0; k < e.terms[j].degree; ++k) {
        const int name = find(e.terms[j].factors[k].key);
        if (name < 0 || leaf[name] >= 0) continue;
        if (unknown >= 0 || e.terms[j].degree > 1) return false;
        unknown = name;
      }
    if (unknown < 0) return false;
    leaf[unknown] = i;
    is_row[unknown] = row;
    is_rest[unknown] = true;
    rests[rest_count++] = unknown;
    return true;
  }
  constexpr void note(const extent& e, int i, bool row) {
    for (int j = 0; j < e.count; ++j)
      for (int k = 0; k < e.terms[j].degree; ++k) {
        int place = find(e.terms[j].factors[k].key);
        if (place < 0) {
          place = count++;
          names[place] = e.terms[j].factors[k];
          leaf[place] = -1;
        }
        const bool alone = e.count == 1 && e.terms[0].degree == 1 && e.terms[0].coefficient == 1;
        if (alone && i >= 0 && leaf[place] < 0) {
          leaf[place] = i;
          is_row[place] = row;
        }
      }
  }
};

template <class Plan>
inline constexpr name_table<Plan> names_of_plan{};

/// The numbers that the names stand for in one call.
template <class Plan>
struct extent_values {
  static constexpr const auto& table = names_of_plan<Plan>;
  long values[table.count > 0 ? table.count : 1]{};

  bool operator==(const extent_values& other) const {
    bool equal = true;
    for (int i = 0; i < table.count; ++i) equal &= values[i] == other.values[i];
    return equal;
  }

  /// Reads the names off what the leaves are bound to; returns one that would be negative, or -1.
  template <class Operand>
  [[gnu::always_inline]] int read(const Operand* operands) {
    const auto size = [&](int i) { return table.is_row[i] ? operands[table.leaf[i]].rows : operands[table.leaf[i]].columns; };
    for (int i = 0; i < table.count; ++i)
      if (table.leaf[i] >= 0 && !table.is_rest[i]) values[i] = size(i);
    if constexpr (table.rest_count > 0)
      for (int i = 0; i < table.rest_count; ++i)
        if (!solve(table.rests[i], size(table.rests[i]))) return table.rests[i];
    return -1;
  }

  template <const extent& Extent>
  [[gnu::always_inline]] long evaluate() const {
    if constexpr (Extent.is_number()) {
      return Extent.number();
    } else if constexpr (Extent.count == 1 && Extent.terms[0].degree == 1 && Extent.terms[0].coefficient == 1) {
      return values[table.find(Extent.terms[0].factors[0].key)];
    } else {
      long total = 0;
      for (int i = 0; i < Extent.count; ++i) {
        long term = Extent.terms[i].coefficient;
        for (int j = 0; j < Extent.terms[i].degree; ++j) term *= values[table.find(Extent.terms[i].factors[j].key)];
        total += term;
      }
      return total;
    }
  }

 private:
  bool solve(int name, long size) {
    const source& leaf = *table.plan.leaves[table.leaf[name]];
    const extent& sum = table.is_row[name] ? *leaf.extents.rows : *leaf.extents.columns;
    long coefficient = 1;
    for (int i = 0; i < sum.count; ++i) {
      long term = sum.terms[i].coefficient;
      bool is_rest = false;
      for (int j = 0; j < sum.terms[i].degree; ++j) {
        const int factor = table.find(sum.terms[i].factors[j].key);
        is_rest = is_rest || factor == name;
        term *= is_rest ? 1 : values[factor];
      }
      if (is_rest)
        coefficient = term;
      else
        size -= term;
    }
    values[name] = size / coefficient;
    return size >= 0;
  }
};

/// Begins the message about the container bound to a leaf.
[[gnu::noinline, gnu::cold]] inline message about_container_of(const source& leaf) {
  message text;
  text << "ctgrad: " << leaf.leaf_name << " (" << leaf.extents << "): ";
  return text;
}

[[noreturn, gnu::cold]] inline void throw_shape_error(const source& leaf, bool rows, long expected, long found) {
  const extent& wanted = rows ? *leaf.extents.rows : *leaf.extents.columns;
  message text = about_container_of(leaf);
  text << "extent " << wanted << (rows ? " (rows) " : " (columns) ");
  if (wanted.is_number())
    text << "must be ";
  else
    text << "is elsewhere ";
  text << expected << ", but the container has " << found;
  throw_error<shape_error>(text);
}

[[noreturn, gnu::cold]] inline void throw_negative(const char* name, const source& leaf) {
  message text = about_container_of(leaf);
  text << "the container is so small that the extent " << name << " would be negative";
  throw_error<shape_error>(text);
}

[[noreturn, gnu::cold]] inline void throw_rank_error(const source& leaf, std::size_t rank) {
  message text = about_container_of(leaf);
  text << "a container of rank " << static_cast<long>(rank) << " does not fit";
  throw_error<shape_error>(text);
}

[[noreturn, gnu::cold]] inline void throw_too_large(const source& leaf, long found) {
  message text = about_container_of(leaf);
  text << "an extent of " << found << " is more than BLAS can take";
  throw_error<shape_error>(text);
}

}  // namespace ctgrad::detail
