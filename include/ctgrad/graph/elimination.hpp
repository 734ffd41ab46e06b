// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "evaluate_entry.hpp"

namespace ctgrad::detail {

/// A small dense matrix, row by row, and how far rounding may have moved each entry.
struct small_matrix {
  double* value = nullptr;
  double* error = nullptr;
  int rows = 0, columns = 0;

  constexpr int size() const { return rows * columns; }
  constexpr approximation at(int place) const { return {value[place], error[place]}; }
  constexpr void set(int place, const approximation& entry) const {
    value[place] = entry.value;
    error[place] = entry.error;
  }
  /// The place of entry (i, j) where an extent of one is stretched.
  constexpr int stretched(int i, int j) const { return (rows == 1 ? 0 : i) * columns + (columns == 1 ? 0 : j); }
};

/// Memory for the steps of one operation; freed at its end, in constant evaluation too.
struct scratch {
  double* numbers;
  constexpr explicit scratch(int count) : numbers(new double[static_cast<unsigned>(count) + 1]{}) {}
  constexpr ~scratch() { delete[] numbers; }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
};

constexpr double largest_size(const double* x, int count) {
  double largest = 0;
  for (int i = 0; i < count; ++i) {
    if (elementary::is_nan(x[i])) return x[i];
    if (elementary::abs(x[i]) > largest) largest = elementary::abs(x[i]);
  }
  return largest;
}

/// Gauss-Jordan elimination with row pivoting: A^-1 and det A, from which solutions follow. `blur` is how far an entry
/// of A may be from what is meant; the inverse of a matrix that may be singular is NaN.
struct elimination {
  int n;
  scratch memory;
  double* inverse;       // n x n
  double* blur;          // n x n
  double log_size = 0;   // log |det A|
  double sign = 1;       // of det A, 0 where A is singular

  constexpr explicit elimination(const small_matrix& a)
      : n(a.rows), memory(3 * n * n), inverse(memory.numbers + n * n), blur(memory.numbers + 2 * n * n) {
    double* rest = memory.numbers;
    const double largest = largest_size(a.value, n * n);
    const bool usable = largest < 1e100;  // NaN is not
    for (int i = 0; i < n * n; ++i) {
      rest[i] = usable ? a.value[i] : 0;
      blur[i] = usable ? a.error[i] + 3 * n * largest : 0;
      inverse[i] = i % (n + 1) == 0;
    }
    for (int k = 0; k < n && sign != 0; ++k) {
      int pivot = k;
      for (int i = k + 1; i < n; ++i)
        if (elementary::abs(rest[i * n + k]) > elementary::abs(rest[pivot * n + k])) pivot = i;
      const double size = elementary::abs(rest[pivot * n + k]);
      if (!(size > 0x1p-50 * blur[pivot * n + k])) {
        sign = 0;
        break;
      }
      if (pivot != k) sign = -sign;
      if (rest[pivot * n + k] < 0) sign = -sign;
      log_size += elementary::log(size);
      exchange(rest, pivot, k);
      exchange(inverse, pivot, k);
      eliminate(rest, k);
    }
    if (sign == 0)
      for (int i = 0; i < n * n; ++i) inverse[i] = elementary::not_a_number;
  }

  constexpr bool is_singular() const { return sign == 0; }

  /// The inverse, and what blur makes of it: |X| blur |X|.
  constexpr void write_inverse(const small_matrix& y) const {
    scratch moved(n * n);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        for (int k = 0; !is_singular() && k < n; ++k)
          moved.numbers[i * n + j] += elementary::abs(inverse[i * n + k]) * blur[k * n + j];
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        double error = 0;
        for (int k = 0; !is_singular() && k < n; ++k) error += moved.numbers[i * n + k] * elementary::abs(inverse[k * n + j]);
        y.set(i * n + j, {inverse[i * n + j], error});
      }
  }

  /// A^-1 B, or A^-T B.
  constexpr void write_solution(const small_matrix& b, const small_matrix& y, bool transposed = false) const {
    scratch residual(n);  // how far A y - b may be from 0
    for (int j = 0; j < b.columns; ++j) {
      for (int i = 0; i < n; ++i) {
        double value = 0;
        for (int k = 0; k < n; ++k) value = plus(value, times(entry(inverse, i, k, transposed), b.value[k * b.columns + j]));
        y.value[i * b.columns + j] = value;
      }
      for (int i = 0; i < n; ++i) {
        double error = b.error[i * b.columns + j];
        for (int k = 0; k < n; ++k)
          error = plus(error, times(entry(blur, i, k, transposed), elementary::abs(y.value[k * b.columns + j])));
        residual.numbers[i] = plus_one_rounding(error, b.value[i * b.columns + j]);
      }
      for (int i = 0; i < n; ++i) {
        double error = 0;
        for (int k = 0; k < n; ++k)
          error = plus(error, times(elementary::abs(entry(inverse, i, k, transposed)), residual.numbers[k]));
        y.error[i * b.columns + j] = elementary::is_finite(error) ? error : 0;
      }
    }
  }

  constexpr approximation log_determinant() const {
    if (is_singular()) return {elementary::not_a_number, 0};
    return {log_size, relative_error() + elementary::abs(log_size)};
  }
  constexpr approximation determinant() const {
    if (is_singular()) return {elementary::not_a_number, 0};
    const double value = sign * elementary::exp(log_size);
    return mapped(value, value, {log_size, relative_error() + elementary::abs(log_size)});
  }

  /// det A times A^-T.
  constexpr void write_cofactors(const small_matrix& y) const {
    scratch numbers(2 * n * n);
    const small_matrix inverted{numbers.numbers, numbers.numbers + n * n, n, n};
    const approximation size = determinant();
    write_inverse(inverted);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) y.set(i * n + j, evaluate_entry(op::multiply, size, inverted.at(j * n + i)));
  }

 private:
  constexpr double entry(const double* x, int i, int j, bool transposed) const { return transposed ? x[j * n + i] : x[i * n + j]; }

  /// d log |det A| = tr(A^-1 dA).
  constexpr double relative_error() const {
    double error = 0;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) error += elementary::abs(inverse[i * n + j]) * blur[j * n + i];
    return error;
  }
  constexpr void exchange(double* x, int i, int k) const {
    if (i == k) return;
    for (int j = 0; j < n; ++j) {
      const double entry = x[i * n + j];
      x[i * n + j] = x[k * n + j];
      x[k * n + j] = entry;
    }
  }
  constexpr void eliminate(double* rest, int k) {
    const double pivot = rest[k * n + k];
    for (int j = 0; j < n; ++j) rest[k * n + j] /= pivot, inverse[k * n + j] /= pivot;
    for (int i = 0; i < n; ++i) {
      const double factor = rest[i * n + k];
      if (i == k || factor == 0) continue;
      for (int j = 0; j < n; ++j) {
        rest[i * n + j] -= factor * rest[k * n + j];
        inverse[i * n + j] -= factor * inverse[k * n + j];
      }
    }
  }
};

/// The lower L with L L^T = A, of which the lower triangle is read; NaN where A may not be positive definite.
constexpr void write_cholesky(const small_matrix& a, const small_matrix& y) {
  const int n = a.rows;
  bool fails = !(largest_size(a.value, n * n) < 1e100);
  double condition = 0;  // a crude bound of how errors of A come out in L
  for (int j = 0; j < n && !fails; ++j) {
    double rest = a.value[j * n + j], largest = rest;
    for (int k = 0; k < j; ++k) rest -= y.value[j * n + k] * y.value[j * n + k];
    fails = !(rest > 1e-12 * largest);
    if (fails) break;
    y.value[j * n + j] = elementary::sqrt(rest);
    for (int i = j + 1; i < n; ++i) {
      double sum = a.value[i * n + j];
      for (int k = 0; k < j; ++k) sum -= y.value[i * n + k] * y.value[j * n + k];
      y.value[i * n + j] = sum / y.value[j * n + j];
      y.value[j * n + i] = 0;
    }
    condition += 1 / rest;
  }
  const double blur = fails ? 0 : largest_size(a.error, n * n) + 3 * n * largest_size(a.value, n * n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      if (fails) y.value[i * n + j] = elementary::not_a_number;
      y.error[i * n + j] = fails || j > i ? 0 : blur * condition * n * elementary::sqrt(largest_size(a.value, n * n));
    }
}

/// Both triangles of the memory that a Cholesky factorisation leaves: L below, L^T above.
constexpr void write_cholesky_factor(const small_matrix& a, const small_matrix& y) {
  write_cholesky(a, y);
  for (int i = 0; i < a.rows; ++i)
    for (int j = 0; j < i; ++j) y.set(j * a.rows + i, y.at(i * a.rows + j));
}

/// A matrix from its factor: L L^T. Other factors stand for the matrix itself.
struct unfactored {
  scratch memory;
  small_matrix whole;

  constexpr unfactored(const small_matrix& a, op factor) : memory(factor == op::cholesky_factor ? 2 * a.size() : 0), whole(a) {
    if (factor != op::cholesky_factor) return;
    const int n = a.rows;
    whole = {memory.numbers, memory.numbers + n * n, n, n};
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        approximation sum;
        for (int k = 0; k <= i && k <= j; ++k)
          sum = evaluate_entry(op::add, sum, evaluate_entry(op::multiply, a.at(i * n + k), a.at(j * n + k)));
        whole.set(i * n + j, sum);
      }
  }
};

}  // namespace ctgrad::detail
