// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "container.hpp"
#include "errors.hpp"
#include "kernels.hpp"

namespace ctgrad::detail {

/// The names in the extents of a plan, and the leaf that each is read off.
template <class Plan>
struct name_table {
  static constexpr int capacity = 64;
  static constexpr const auto& plan = the_plan(Plan{});
  symbol names[capacity]{};
  int leaf[capacity]{};       // -1 where no leaf carries the name alone
  bool is_row[capacity]{};
  int count = 0;
  bool too_many = false;

  consteval name_table() {
    for (int i = 0; i < plan.leaf_count; ++i) {
      note(*plan.leaves[i]->extents.rows, i, true);
      note(*plan.leaves[i]->extents.columns, i, false);
    }
    for (int i = 0; i < plan.extent_count; ++i) note(*plan.extents[i], -1, false);
  }
  constexpr int find(std::uint64_t key) const {
    for (int i = 0; i < count; ++i)
      if (names[i].key == key) return i;
    return -1;
  }

 private:
  constexpr void note(const extent& e, int i, bool row) {
    for (int j = 0; j < e.count; ++j)
      for (int k = 0; k < e.terms[j].degree; ++k) {
        int place = find(e.terms[j].factors[k].key);
        if (place < 0) {
          if (count == capacity) {
            too_many = true;
            return;
          }
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
};

[[noreturn, gnu::cold]] inline void throw_shape_error(const source& leaf, bool rows, long expected, long found) {
  const extent& wanted = rows ? *leaf.extents.rows : *leaf.extents.columns;
  text_buffer<240> text;
  text << "ctgrad: " << leaf.leaf_name << " (" << leaf.extents << "): extent " << wanted << (rows ? " (rows) " : " (columns) ");
  if (wanted.is_number())
    text << "must be ";
  else
    text << "is elsewhere ";
  text << expected << ", but the container has " << found;
  throw shape_error(text.c_str());
}

[[noreturn, gnu::cold]] inline void throw_rank_error(const source& leaf, std::size_t rank) {
  text_buffer<200> text;
  text << "ctgrad: " << leaf.leaf_name << " (" << leaf.extents << "): a container of rank " << static_cast<long>(rank)
       << " does not fit";
  throw shape_error(text.c_str());
}

[[noreturn, gnu::cold]] inline void throw_too_large(const source& leaf, long found) {
  text_buffer<200> text;
  text << "ctgrad: " << leaf.leaf_name << " (" << leaf.extents << "): an extent of " << found
       << " is more than BLAS can take";
  throw shape_error(text.c_str());
}

}  // namespace ctgrad::detail
