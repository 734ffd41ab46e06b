// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "matrix_vector.hpp"
#include "products.hpp"
#include "tiny_plans.hpp"

namespace ctgrad::detail {

/// Whether a step multiplies a vector by a matrix and the next one a vector by its transpose, or the other way round: A x and A^T w,
/// where w may be the first product, or where the second is added to the first.
template <class Plan>
constexpr bool begins_both_ways(int i) {
  constexpr const auto& plan = the_plan(Plan{});
  if (is_tiny<Plan> || i < 0 || i + 1 >= plan.step_count) return false;
  const step &first = plan.steps[i], &second = plan.steps[i + 1];
  const auto gives_column = [](const step& s) {
    return s.is_plain_product() && plan.extents[plan.storages[s.outputs[0]].columns]->is_one();
  };
  const short between = first.outputs[0];
  const bool adds_up = second.addend == between && second.outputs[0] == between && second.addend_factor == 1;
  const bool is_chain = second.operands[1] == between && !first.transposed[0] && !adds_up;
  const bool waits = (second.addend == between && !adds_up) || (second.operands[1] == between && !is_chain) || second.scale == between;
  return gives_column(first) && gives_column(second) && first.operands[0] == second.operands[0] &&
         first.transposed[0] != second.transposed[0] && !waits && !begins_both_ways<Plan>(i - 1);
}

/// The two of them for an m x n matrix A that is read once: rows serve both while they are in the first cache.
template <class T>
struct both_ways {
  long m, n;
  const T *a, *x, *w;
  T *y, *z;
  bool w_is_y = false;  // A^T (A x)

  /// Less time than two passes take all but the short products, and those that a BLAS shares among threads: of two threads each takes
  /// half a pass, in 0.65 of the time for 256 x 1024 doubles and in 1.1 of it beyond the caches. No result may lie where the other
  /// product's vector is still read.
  bool pays() const {
    const auto are_apart = [](const T* p, const T* q, long count) { return p + count <= q || q + count <= p; };
    if (is_short_product<T>(m, n) || m == 0 || n == 0 || is_shared(m * n, shared_from<T>)) return false;
    return are_apart(x, z, n) && (w_is_y || are_apart(w, y, m));
  }

  /// y := alpha A x + beta y and z := gamma A^T w + delta z; both, where z is y.
  void multiply(T alpha, T beta, T gamma, T delta) const {
    if (y == z) {
      const T scale = beta * delta;  // of what the first of the two is added to; the other's is 1
      for (long i = 0; i < n; ++i) y[i] = scale == 0 ? T(0) : scale * y[i];
      beta = delta = 1;
    }
    const auto multiply_rows = [&](long i, auto rows) __attribute__((always_inline)) {
      multiply_dots(n, n, alpha, a + i * n, x, beta, y + i, rows);
      add_rows(n, n, gamma, a + i * n, w + i, i == 0 ? delta : T(1), z, rows);
    };
    long i = 0;
    for (; i + 4 <= m; i += 4) multiply_rows(i, std::make_integer_sequence<int, 4>{});
    for (; i < m; ++i) multiply_rows(i, std::make_integer_sequence<int, 1>{});
  }
};

}  // namespace ctgrad::detail
