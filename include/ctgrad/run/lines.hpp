// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

#include "elementwise.hpp"
#include "scans.hpp"

namespace ctgrad::detail {

/// 1 at the first entry of each row that is its maximum y, else 0; NaN where y is.
template <class T>
void row_max_mask(const T* a, const T* y, T* mask, long rows, long columns) {
  for (long i = 0; i < rows; ++i) {
    const T* row = a + i * columns;
    std::fill(mask + i * columns, mask + (i + 1) * columns, is_nan(y[i]) ? y[i] : T(0));
    for (long j = 0; j < columns; ++j)
      if (row[j] == y[i]) {
        mask[i * columns + j] = 1;
        break;
      }
  }
}

/// 1 at the first entry of each column that is its maximum y, else 0; NaN where y is. Block by block, row by row.
template <class T>
void column_max_mask(const T* a, const T* y, T* mask, long rows, long columns) {
  constexpr long block = 64;
  for (long j0 = 0; j0 < columns; j0 += block) {
    const long width = std::min(block, columns - j0);
    T rest[block];  // 1 until the maximum was met
    for (long j = 0; j < width; ++j) rest[j] = is_nan(y[j0 + j]) ? y[j0 + j] : T(1);
    for (long i = 0; i < rows; ++i)
      for (long j = 0; j < width; ++j) {
        const long place = i * columns + j0 + j;
        const bool hit = a[place] == y[j0 + j];
        mask[place] = hit || is_nan(rest[j]) ? rest[j] : T(0);
        if (hit) rest[j] = 0;
      }
  }
}

/// Ops whose kernels run along the rows, along the columns or through all entries.
constexpr bool runs_along_lines(op code) { return code >= op::row_max_mask && code <= op::cumulative_logsumexp; }

/// Code(a, b) of rows x columns entries; b is a itself where the op has one argument.
template <op Code, class T>
void run_along_lines(const T* a, [[maybe_unused]] const T* b, T* to, long rows, long columns) {
  const long count = rows * columns;
  if constexpr (Code == op::column_max_mask)  // a column is one run of entries, as a row is
    columns == 1 ? row_max_mask(a, b, to, 1, rows) : column_max_mask(a, b, to, rows, columns);
  else if constexpr (Code == op::row_max_mask) row_max_mask(a, b, to, rows, columns);
  else if constexpr (Code == op::entry_product) *to = product_of(a, count);
  else if constexpr (Code == op::products_before) products_before(a, to, count);
  else if constexpr (Code == op::products_after) products_after(a, to, count);
  else if constexpr (Code == op::recurrence) recurrence(a, b, to, count);
  else if constexpr (Code == op::reverse_recurrence) reverse_recurrence(a, b, to, count);
  else if constexpr (Code == op::cumulative_sum) cumulative_sum(a, to, count);
  else if constexpr (Code == op::reverse_cumulative_sum) reverse_cumulative_sum(a, to, count);
  else if constexpr (Code == op::cumulative_logsumexp) cumulative_logsumexp(a, to, count);
  else static_assert(Code == op::row_max_mask, "no such op along lines");
}

}  // namespace ctgrad::detail
