// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <utility>

#include "pack.hpp"

namespace ctgrad::detail {

/// Transposes a block of up to as many rows and columns as a pack has entries, by interleaving the rows' halves once for each
/// power of two in that number. Rows that it has not are zeros; of each row of the transpose `stored` entries are stored.
template <class T>
[[gnu::always_inline]] inline void turn_block(long row_count, long column_count, const T* from, long from_row, long stored, T* to, long to_row) {
  using V = pack<T>;
  constexpr int width = static_cast<int>(pack_size<T>);
  typedef T lanes __attribute__((vector_size(sizeof(T) * pack_size<T>)));
  lanes rows[width], next[width];
  for (int i = 0; i < width; ++i) {
    const V row = i < row_count ? load_up_to<V>(from + i * from_row, static_cast<std::size_t>(column_count)) : V(T(0));
    __builtin_memcpy(&rows[i], &row, sizeof(lanes));
  }
  for (int stage = 1; stage < width; stage *= 2) {
    [&]<int... I>(std::integer_sequence<int, I...>) {
      for (int i = 0; i < width / 2; ++i) {
        next[2 * i] = __builtin_shufflevector(rows[i], rows[i + width / 2], (I / 2 + I % 2 * width)...);
        next[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + width / 2], (width / 2 + I / 2 + I % 2 * width)...);
      }
    }(std::make_integer_sequence<int, width>{});
    for (int i = 0; i < width; ++i) rows[i] = next[i];
  }
  for (int i = 0; i < width; ++i)
    if (i < column_count) {
      V column;
      __builtin_memcpy(&column, &rows[i], sizeof(lanes));
      store_up_to<V>(column, to + i * to_row, static_cast<std::size_t>(stored));
    }
}

/// to := from^T for a rows x columns matrix.
template <class T>
void transpose_matrix(const T* from, T* to, long rows, long columns) {
  constexpr long width = static_cast<long>(pack_size<T>);
  for (long i = 0; i < rows; i += width)
    for (long j = 0; j < columns; j += width) {
      const T* const block = from + i * columns + j;
      T* const turned = to + j * rows + i;
      if (i + width <= rows && j + width <= columns)
        turn_block<T>(width, width, block, columns, width, turned, rows);
      else
        turn_block<T>(std::min(width, rows - i), std::min(width, columns - j), block, columns, std::min(width, rows - i), turned, rows);
    }
}

}  // namespace ctgrad::detail
