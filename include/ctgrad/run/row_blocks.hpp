// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "kernels.hpp"

namespace ctgrad::detail {

template <class Plan>
constexpr bool begins_row_blocks(int i) {
  return !is_tiny<Plan> && !is_long_plan<Plan> && operand_from_product<Plan>(i) >= 0;
}

/// Two steps, a product of matrices and a loop that reads it: by blocks of rows that do not leave the second cache in between.
template <class Plan, int I, class T>
struct row_blocks {
  static constexpr const auto& plan = the_plan(Plan{});
  static constexpr const step &product = plan.steps[I], &loop = plan.steps[I + 1];
  context<Plan, T>& c;
  long m = c.rows(product.outputs[0]), n = c.columns(product.outputs[0]);
  long k = product.transposed[0] ? c.size(product.operand_rows[0]) : c.size(product.operand_columns[0]);
  const T *a = c.pointers[product.operands[0]], *b = c.pointers[product.operands[1]];
  const T* added = pointer_or_null(product.addend);
  T* to = c.pointers[product.outputs[0]];
  T alpha = alpha_of(c, product);  // read once: the loop may write where it was

  explicit row_blocks(context<Plan, T>& state) : c(state) {}

  /// Measured on an EPYC (family 25, model 17) with squares, exponentials and softmax of 8 to 128 terms: 0.9 to 0.97 of the time of two
  /// steps for a product of 8 MiB, 0.65 to 0.85 for 32 MiB; 0.97 to 1.05 for 4 MiB, and more below, which caches hold anyway.
  bool pays() const {
    constexpr long mebibyte = (1 << 20) / static_cast<long>(sizeof(T));
    return m * n >= 6 * mebibyte && rows * n <= 8 * mebibyte && m >= 2 * rows && k > 0 && k <= 256 && pays_strips<T>(rows, n, k) &&
           !is_shared(m * n * k, 1'000'000) && are_apart();
  }
  /// Whether the loop leaves alone what the product still has to read, and its own rows but for those it has read.
  bool are_apart() const {
    for (int i = 0; i < loop.output_count; ++i) {
      const T* const out = c.pointers[loop.outputs[i]];
      const long entries = c.rows(loop.outputs[i]) * c.columns(loop.outputs[i]);
      const auto meets = [&](const T* p, long count) { return p != nullptr && p < out + entries && out < p + count; };
      if (meets(a, m * k) || meets(b, k * n) || meets(added, m * n)) return false;
      if (meets(to, m * n) && !(out == to && entries == m * n)) return false;
    }
    return true;
  }
  /// Both steps.
  void run() {
    const row_source rows_of_product = source();
    kernel<Plan, loop.kind, T>::run(c, loop, &rows_of_product);
  }

 private:
  /// At a time. So many rows are whole tiles, and their entries whole packs: these may be written beyond the last entry of a block.
  static constexpr long rows = 192;

  const T* pointer_or_null(int storage) const { return storage >= 0 ? c.pointers[storage] : nullptr; }
  row_source source() const {
    bool keeps_rows = !is_for_loop_alone<Plan>(I) || added == to;
    for (int i = 0; i < loop.output_count; ++i) keeps_rows = keeps_rows || c.pointers[loop.outputs[i]] == to;
    return {operand_from_product<Plan>(I), static_cast<std::size_t>(rows), keeps_rows, this,
            keeps_rows ? &multiply_rows<true> : &multiply_rows<false>};
  }
  template <bool KeepsRows>
  static void multiply_rows(const void* blocks, std::size_t first_row, std::size_t count) {
    const row_blocks& p = *static_cast<const row_blocks*>(blocks);
    const long first = static_cast<long>(first_row), stride = product.transposed[0] ? p.m : p.k;
    T* const to = p.to + (KeepsRows ? first * p.n : 0);
    multiply_by_strips<T>(product.transposed[0], product.transposed[1], static_cast<long>(count), p.n, p.k, p.alpha,
                          p.a + first * (product.transposed[0] ? 1 : stride), stride, p.b, beta_of<T>(product),
                          product.addend >= 0 ? p.added + first * p.n : to, to);
  }
};

}  // namespace ctgrad::detail
