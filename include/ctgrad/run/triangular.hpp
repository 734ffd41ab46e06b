// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "blas.hpp"

namespace ctgrad::detail {

/// A triangle R of an n x n matrix, or that transposed. What is stored beyond the diagonal is never read: zeros stand there.
template <class T>
struct triangular_matrix {
  bool is_upper, is_transposed;
  long n;
  const T* a;

  /// y := alpha R x + beta y, or x R instead of R x.
  void multiply_vector(bool from_right, T alpha, const T* x, T beta, T* y) const {
    if (is_transposed == from_right) return add_dots(alpha, x, beta, y);
    for (long j = 0; j < n; ++j) y[j] = beta == 0 ? T(0) : beta * y[j];
    add_multiples(alpha, x, y);
  }

  /// C := alpha R op(B), n x k.
  void multiply_from_left(bool transpose_b, long k, T alpha, const T* b, T* c) const {
    transpose_b ? transpose_matrix<T>(b, c, k, n) : copy_entries<T>(b, c, n * k);
    multiply_in_place(cxxblas::Left, n, k, alpha, c);
  }
  /// C := alpha op(B) R, k x n.
  void multiply_from_right(bool transpose_b, long k, T alpha, const T* b, T* c) const {
    transpose_b ? transpose_matrix<T>(b, c, n, k) : copy_entries<T>(b, c, n * k);
    multiply_in_place(cxxblas::Right, k, n, alpha, c);
  }

  /// Whether it takes no longer to write the triangle out with its zeros and to multiply by that as by any matrix. Measured on an EPYC
  /// (family 25, model 17): of that time a vector takes the same at 8, 0.7 at 16 and 0.3 to 0.5 at 64; 8, 32 and 128 columns take 0.7 to
  /// 1.2 with a BLAS at 48 and 64, 0.6 to 0.7 at 128 and 0.55 at 512.
  bool is_short(bool times_vector) const { return n <= (times_vector ? 8 : longest_short); }
  static constexpr long longest_short = 48, entries_of_short = longest_short * longest_short;
  /// The stored triangle, not transposed, and zeros.
  void write(T* to) const {
    for (long i = 0; i < n; ++i, to += n) {
      const T* const row = a + i * n;
      for (long j = 0; j < n; ++j) to[j] = (is_upper ? i <= j : j <= i) ? row[j] : T(0);
    }
  }

 private:
  void multiply_in_place(cxxblas::Side side, long rows, long columns, T alpha, T* c) const {
    cxxblas::trmm<int>(cxxblas::RowMajor, side, is_upper ? cxxblas::Upper : cxxblas::Lower, flag(is_transposed), cxxblas::NonUnit,
                       static_cast<int>(rows), static_cast<int>(columns), alpha, a, leading(n), c, leading(columns));
  }

  /// y := alpha U x + beta y for the triangle U that is stored.
  void add_dots(T alpha, const T* x, T beta, T* y) const {
    for_all_rows([&](long i, long first, long last, auto rows) __attribute__((always_inline)) {
      multiply_dots(last - first, n, alpha, a + i * n + first, x + first, beta, y + i, rows);
      visit_corner<rows.size()>(i, [&](long row, long column) { y[row] += alpha * a[row * n + column] * x[column]; });
    });
  }
  /// y += alpha U^T x.
  void add_multiples(T alpha, const T* x, T* y) const {
    for_all_rows([&](long i, long first, long last, auto rows) __attribute__((always_inline)) {
      add_rows(last - first, n, alpha, a + i * n + first, x + i, T(1), y + first, rows);
      visit_corner<rows.size()>(i, [&](long row, long column) { y[column] += alpha * a[row * n + column] * x[row]; });
    });
  }

  /// Calls f(first row, first and last column + 1 that all have, rows) for four rows at a time, and for the last ones one by one.
  template <class F>
  [[gnu::always_inline]] void for_all_rows(F f) const {
    long i = 0;
    for (; i + 4 <= n; i += 4) f(i, is_upper ? i + 3 : 0, is_upper ? n : i + 1, std::make_integer_sequence<int, 4>{});
    for (; i < n; ++i) f(i, is_upper ? i : 0, is_upper ? n : i + 1, std::make_integer_sequence<int, 1>{});
  }
  /// Calls f(row, column) for the entries of `Rows` rows from row i on that not all of these rows have.
  template <std::size_t Rows, class F>
  [[gnu::always_inline]] void visit_corner(long i, F f) const {
    constexpr long count = static_cast<long>(Rows);
    for (long row = 0; row < count; ++row)
      for (long column = is_upper ? row : 1; column < (is_upper ? count - 1 : row + 1); ++column) f(i + row, i + column);
  }
};

}  // namespace ctgrad::detail
