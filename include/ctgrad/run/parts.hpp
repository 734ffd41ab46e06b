// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "../expr/op.hpp"

namespace ctgrad::detail {

/// What a bound leaf of indices is read as.
using index = std::int64_t;

/// Copies a rows x columns rectangle; strides lead from row to row.
template <class T>
void copy_rectangle(const T* from, long from_stride, T* to, long to_stride, long rows, long columns) {
  if (from == to) return;
  if (from_stride == columns && to_stride == columns) rows = rows > 0 ? (columns *= rows, 1) : 0;
  for (long i = 0; i < rows; ++i) std::copy(from + i * from_stride, from + i * from_stride + columns, to + i * to_stride);
}

template <class T>
void fill_rectangle(T* to, long stride, long rows, long columns) {
  for (long i = 0; i < rows; ++i) std::fill(to + i * stride, to + i * stride + columns, T(0));
}

/// to += factor * from, from being a rows x columns matrix.
template <class T>
void add_rectangle(T factor, const T* from, T* to, long stride, long rows, long columns) {
  for (long i = 0; i < rows; ++i)
    for (long j = 0; j < columns; ++j) to[i * stride + j] += factor * from[i * columns + j];
}

template <class T>
void cross_product(const T* u, const T* v, T* to) {
  const T x = u[1] * v[2] - u[2] * v[1], y = u[2] * v[0] - u[0] * v[2], z = u[0] * v[1] - u[1] * v[0];
  to[0] = x, to[1] = y, to[2] = z;
}

/// The entries of A that indices point at: whole rows, whole columns, one of each column or one of each row; A has
/// `columns` columns, the result is m x n.
template <op Code, class T>
void gather(const T* a, const index* y, T* to, long columns, long m, long n) {
  for (long i = 0; i < m; ++i)
    for (long j = 0; j < n; ++j) {
      if constexpr (Code == op::gather_rows) to[i * n + j] = a[y[i] * columns + j];
      else if constexpr (Code == op::gather_columns) to[i * n + j] = a[i * columns + y[j]];
      else if constexpr (Code == op::pick) to[j] = a[y[j] * columns + j];
      else to[i] = a[i * columns + y[i]];
    }
}

/// The adjoint: adds factor times the entries of the m x n matrix g to those that the indices point at.
template <op Code, class T>
void scatter(T factor, const T* g, const index* y, T* to, long columns, long m, long n) {
  for (long i = 0; i < m; ++i)
    for (long j = 0; j < n; ++j) {
      const T entry = factor * g[i * n + j];
      if constexpr (Code == op::scatter_rows) to[y[i] * columns + j] += entry;
      else if constexpr (Code == op::scatter_columns) to[i * columns + y[j]] += entry;
      else if constexpr (Code == op::unpick) to[y[j] * columns + j] += entry;
      else to[i * columns + y[i]] += entry;
    }
}

}  // namespace ctgrad::detail
