// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <limits>

#include "elementwise.hpp"
#include "scans.hpp"

namespace ctgrad::detail {

/// log(sum of exp) over each column: the maximum first, so that nothing overflows; two sweeps along the rows.
template <class T>
void logsumexp_columns(const T* z, T* result, long rows, long columns) {
  using V = pack<T>;
  using std::abs, std::exp, std::log;
  constexpr long width = static_cast<long>(pack_size<T>);
  const auto run = [&](long j, auto load_at, auto store_at) {
    V top(-std::numeric_limits<T>::infinity());
    for (long i = 0; i < rows; ++i) top = elementwise<op::maximum, V>(load_at(z + i * columns + j), top, top);
    // Of infinite entries only the differences matter: inf - inf would be NaN.
    const V shift = choose(abs(top) <= V(std::numeric_limits<T>::max()), top, choose(is_nan(top), top, V(T(0))));
    V total(T(0));
    for (long i = 0; i < rows; ++i) total += exp(load_at(z + i * columns + j) - shift);
    store_at(V(shift + log(total)), result + j);
  };
  long j = 0;
  for (; j + width <= columns; j += width)
    run(j, [](const T* p) { return load<V>(p); }, [](const V& v, T* p) { store(v, p); });
  if (j < columns) {
    const std::size_t rest = static_cast<std::size_t>(columns - j);
    run(j, [&](const T* p) { return load_first<V>(p, rest); }, [&](const V& v, T* p) { store_first(v, p, rest); });
  }
}

/// log(sum of exp) over each row.
template <class T>
void logsumexp_rows(const T* z, T* result, long rows, long columns) {
  using V = pack<T>;
  using std::exp;
  constexpr std::size_t width = pack_size<T>;
  for (long i = 0; i < rows; ++i) {
    const T* row = z + i * columns;
    T top = -std::numeric_limits<T>::infinity();
    bool is_nan = false;
    for (long j = 0; j < columns; ++j) {
      is_nan = is_nan || row[j] != row[j];
      top = row[j] > top ? row[j] : top;
    }
    if (is_nan) {
      result[i] = std::numeric_limits<T>::quiet_NaN();
      continue;
    }
    const T shift = std::abs(top) <= std::numeric_limits<T>::max() ? top : T(0);
    V total(T(0));
    std::size_t j = 0;
    const std::size_t count = static_cast<std::size_t>(columns);
    for (; j + width <= count; j += width) total += exp(V(load<V>(row + j) - V(shift)));
    if (j < count) total += keep_first(V(exp(V(load_first<V>(row + j, count - j) - V(shift)))), count - j);
    result[i] = shift + std::log(sum_of(total));
  }
}

/// The largest entry of each row; -infinity of none.
template <class T>
void row_max(const T* a, T* result, long rows, long columns) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>);
  for (long i = 0; i < rows; ++i) {
    const T* row = a + i * columns;
    T top = -std::numeric_limits<T>::infinity();
    long j = 0;
    if (columns >= width) {
      V tops = load<V>(row);
      for (j = width; j + width <= columns; j += width) tops = elementwise<op::maximum, V>(load<V>(row + j), tops, tops);
      T lanes[pack_size<T>];
      store(tops, lanes);
      for (T lane : lanes) top = elementwise<op::maximum, T>(lane, top, top);
    }
    for (; j < columns; ++j) top = elementwise<op::maximum, T>(row[j], top, top);
    result[i] = top;
  }
}

/// The largest entry of each column; -infinity of none.
template <class T>
void column_max(const T* a, T* result, long rows, long columns) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>);
  std::fill(result, result + columns, -std::numeric_limits<T>::infinity());
  for (long i = 0; i < rows; ++i) {
    const T* row = a + i * columns;
    long j = 0;
    for (; j + width <= columns; j += width) {
      const V top = load<V>(result + j);
      store(elementwise<op::maximum, V>(top, load<V>(row + j), top), result + j);
    }
    for (; j < columns; ++j) result[j] = elementwise<op::maximum, T>(result[j], row[j], T(0));
  }
}

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
constexpr bool runs_along_lines(op code) { return code >= op::logsumexp_columns && code <= op::cumulative_logsumexp; }

/// Code(a, b) of rows x columns entries; b is a itself where the op has one argument.
template <op Code, class T>
void run_along_lines(const T* a, [[maybe_unused]] const T* b, T* to, long rows, long columns) {
  const long count = rows * columns;
  if constexpr (Code == op::logsumexp_columns || Code == op::column_max || Code == op::column_max_mask) {
    // A column is one run of entries, as a row is.
    if constexpr (Code == op::logsumexp_columns)
      columns == 1 ? logsumexp_rows(a, to, 1, rows) : logsumexp_columns(a, to, rows, columns);
    else if constexpr (Code == op::column_max)
      columns == 1 ? row_max(a, to, 1, rows) : column_max(a, to, rows, columns);
    else
      columns == 1 ? row_max_mask(a, b, to, 1, rows) : column_max_mask(a, b, to, rows, columns);
  }
  else if constexpr (Code == op::logsumexp_rows) logsumexp_rows(a, to, rows, columns);
  else if constexpr (Code == op::row_max) row_max(a, to, rows, columns);
  else if constexpr (Code == op::row_max_mask) row_max_mask(a, b, to, rows, columns);
  else if constexpr (Code == op::entry_product) *to = product_of(a, count);
  else if constexpr (Code == op::products_before) products_before(a, to, count);
  else if constexpr (Code == op::products_after) products_after(a, to, count);
  else if constexpr (Code == op::recurrence) recurrence(a, b, to, count);
  else if constexpr (Code == op::reverse_recurrence) reverse_recurrence(a, b, to, count);
  else if constexpr (Code == op::cumulative_sum) cumulative_sum(a, to, count);
  else if constexpr (Code == op::reverse_cumulative_sum) reverse_cumulative_sum(a, to, count);
  else if constexpr (Code == op::cumulative_logsumexp) cumulative_logsumexp(a, to, count);
  else static_assert(Code == op::logsumexp_rows, "no such op along lines");
}

}  // namespace ctgrad::detail
