// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "matrix_vector.hpp"
#include "products.hpp"
#include "tiny_plans.hpp"

namespace ctgrad::detail {

/// Whether a step multiplies a vector by a matrix, and the next one the product by the transpose: A^T (A x).
template <class Plan>
constexpr bool begins_both_ways(int i) {
  constexpr const auto& plan = the_plan(Plan{});
  if (is_tiny<Plan> || i < 0 || i + 1 >= plan.step_count) return false;
  const step &first = plan.steps[i], &second = plan.steps[i + 1];
  const auto is_plain = [](const step& s) {
    return s.code == op::product && !s.is_loop && s.addend < 0 && plan.extents[plan.storages[s.outputs[0]].columns]->is_one();
  };
  return is_plain(first) && is_plain(second) && !first.transposed[0] && second.transposed[0] && first.operands[0] == second.operands[0] &&
         second.operands[1] == first.outputs[0];
}

/// The two of them for an m x n matrix A that is read once: rows serve both while they are in the first cache.
template <class T>
struct both_ways {
  long m, n;
  const T *a, *x;
  T *y, *z;

  /// Less time than two passes take all but the short products. z must not lie where x does, which it could once x is read.
  bool pays() const { return !is_short_product<T>(m, n) && m > 0 && n > 0 && (x + n <= z || z + n <= x); }

  /// y := alpha A x and z := gamma A^T y.
  void multiply(T alpha, T gamma) const {
    const auto multiply_rows = [&](long i, auto rows) __attribute__((always_inline)) {
      multiply_dots(n, alpha, a + i * n, x, T(0), y + i, rows);
      add_rows(n, gamma, a + i * n, y + i, i == 0 ? T(0) : T(1), z, rows);
    };
    long i = 0;
    for (; i + 4 <= m; i += 4) multiply_rows(i, std::make_integer_sequence<int, 4>{});
    for (; i < m; ++i) multiply_rows(i, std::make_integer_sequence<int, 1>{});
  }
};

}  // namespace ctgrad::detail
