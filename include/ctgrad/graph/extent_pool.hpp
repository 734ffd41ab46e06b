// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../expr/extent.hpp"

namespace ctgrad::detail {

/// Products of extents that no expression has. Shapes point at extents, which have to outlive the constant evaluation that
/// makes the shapes: so a pass runs once to find out which it needs, and again to point at those found.
struct extent_pool {
  static constexpr int capacity = 48;
  const extent_pool* found = nullptr;
  int found_count = 0;
  extent entries[capacity]{};
  int count = 0;
  bool failed = false;  // too many, or one that is too long

  constexpr const extent* product(const extent* a, const extent* b) {
    if (a->is_one()) return b;
    if (b->is_one()) return a;
    const extent wanted = *a * *b;
    for (int i = 0; i < found_count; ++i)
      if (found->entries[i] == wanted) return &found->entries[i];
    for (int i = 0; i < count; ++i)
      if (entries[i] == wanted) return &entries[i];
    if (count == capacity || wanted.too_long) {
      failed = true;
      return a;
    }
    entries[count] = wanted;
    return &entries[count++];
  }
};

}  // namespace ctgrad::detail
