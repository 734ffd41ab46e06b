// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "elimination.hpp"

namespace ctgrad::detail {

/// How a reduction or an assembly of entries runs through a matrix.
struct lines {
  int count, length;  // so many lines of so many entries
  int step, stride;   // from line to line, from entry to entry

  static constexpr lines whole(const small_matrix& a) { return {1, a.size(), 0, 1}; }
  static constexpr lines rows(const small_matrix& a) { return {a.rows, a.columns, a.columns, 1}; }
  static constexpr lines columns(const small_matrix& a) { return {a.columns, a.rows, 1, a.columns}; }
  constexpr int place(int line, int i) const { return line * step + i * stride; }
};

constexpr approximation log_sum_exp(const small_matrix& a, const lines& l, int line) {
  double largest = -elementary::infinity, error = 0, sum = 0;
  for (int i = 0; i < l.length; ++i) {
    const approximation entry = a.at(l.place(line, i));
    if (elementary::is_nan(entry.value)) return entry;
    if (entry.value > largest) largest = entry.value;
    if (entry.error > error) error = entry.error;
  }
  if (!elementary::is_finite(largest)) return {largest, 0};
  for (int i = 0; i < l.length; ++i) sum += elementary::exp(minus(a.value[l.place(line, i)], largest));
  const double rest = elementary::log(sum);
  return {largest + rest, error + elementary::abs(largest) + 4 * (1 + rest)};
}

/// The largest entry of a line (sign = 1), or the smallest (sign = -1).
constexpr approximation extreme_entry(const small_matrix& a, const lines& l, int line, int sign) {
  approximation best{-sign * elementary::infinity, 0};
  for (int i = 0; i < l.length; ++i) {
    const approximation entry = a.at(l.place(line, i));
    if (elementary::is_nan(entry.value)) return entry;
    if (sign * entry.value > sign * best.value) best = entry;
  }
  return best;
}

/// 1 at the first entry of each line that is its maximum, else 0.
constexpr void mark_maxima(const small_matrix& a, const small_matrix& maxima, const small_matrix& y, const lines& l) {
  for (int line = 0; line < l.count; ++line) {
    const double top = maxima.at(line).value;
    double rest = elementary::is_nan(top) ? top : 1;
    for (int i = 0; i < l.length; ++i) {
      const approximation entry = a.at(l.place(line, i));
      const bool hit = entry.value == top;
      const double error = plus(entry.error, maxima.at(line).error);
      const bool may_hit = !hit && error > 0 && elementary::abs(minus(entry.value, top)) <= 0x1p-50 * error;
      y.set(l.place(line, i), {hit || elementary::is_nan(rest) ? rest : 0, may_hit ? 0x1p53 : 0});
      if (hit) rest = 0;
    }
  }
}

constexpr approximation multiply_up(const small_matrix& a) {
  approximation product{1, 0};
  for (int i = 0; i < a.size(); ++i) product = evaluate_entry(op::multiply, product, a.at(i));
  return product;
}

/// The product of all entries before each one, or after it.
constexpr void evaluate_products(const small_matrix& a, const small_matrix& y, bool backwards) {
  approximation product{1, 0};
  for (int k = 0; k < a.size(); ++k) {
    const int i = backwards ? a.size() - 1 - k : k;
    y.set(i, product);
    product = evaluate_entry(op::multiply, product, a.at(i));
  }
}

/// From 0 on, each entry is a times the one before it plus b; backwards from the last entry.
constexpr void evaluate_recurrence(const small_matrix& a, const small_matrix& b, const small_matrix& y, bool backwards) {
  approximation entry{};
  for (int k = 0; k < a.size(); ++k) {
    const int i = backwards ? a.size() - 1 - k : k;
    y.set(i, entry);
    entry = k == 0 ? b.at(i) : evaluate_entry(op::add, evaluate_entry(op::multiply, a.at(i), entry), b.at(i));
  }
}

}  // namespace ctgrad::detail
