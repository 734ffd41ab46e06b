// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../run/compile.hpp"

namespace ctgrad::detail {

/// What a kernel is called: the BLAS or LAPACK routine where it is one.
template <class Plan>
constexpr const char* kernel_name(const Plan& plan, const step& s) {
  if (s.is_loop) return "loop";
  switch (s.code) {
    case op::product: {
      const storage& to = plan.storages[s.outputs[0]];
      const bool is_triangular = s.triangular_operand() >= 0;
      if (plan.extents[to.columns]->is_one() || plan.extents[to.rows]->is_one()) return is_triangular ? "trmv" : "gemv";
      return is_triangular ? "trmm" : "gemm";
    }
    case op::cholesky_factor: case op::symmetric_factor: return "potrf";
    case op::lu_factor: return "getrf";
    case op::factored_solve: case op::factored_solve_transposed: return s.factor_kind == op::lu_factor ? "getrs" : "trsm";
    case op::factored_inverse: return s.factor_kind == op::lu_factor ? "getri" : is_triangular_factor(s.factor_kind) ? "trtri" : "potri";
    case op::part: return "copy";
    case op::vertical: case op::horizontal: case op::block_diagonal: return s.operand_count > 0 ? "copy" : "fill";
    default: return about(s.code).name;
  }
}

/// The cost of a plan as numbers, while compiling. Sizes are those of the named extents, in the order in which the
/// leaves, as the expressions first mention them, name them. Of several variants it is the one that runs at these sizes.
template <class Plan, class... Variants>
struct plan_cost {
  static constexpr int variants = 1 + sizeof...(Variants);

  /// How many steps call the kernel: "gemm", "gemv", "potrf", "trsm", ..., "loop"; without sizes, in the first variant.
  template <class... Sizes>
  static constexpr int calls(const char* kernel, Sizes... sizes) {
    const auto count = [kernel](const auto& plan, auto) {
      int calls = 0;
      for (int i = 0; i < plan.step_count; ++i) calls += compare(kernel_name(plan, plan.steps[i]), kernel) == 0;
      return calls;
    };
    if constexpr (sizeof...(Sizes) == 0)
      return count(the_plan(Plan{}), 0);
    else
      return at(count, sizes...);
  }

  /// Floating-point operations of one call with these sizes.
  template <class... Sizes>
  static constexpr double flops(Sizes... sizes) {
    return at([](const auto& plan, auto size_of_name) { return operations_of(plan, size_of_name); }, sizes...);
  }

  /// Bytes that the steps of one call read and write with these sizes, in doubles; what a cache keeps counts again.
  template <class... Sizes>
  static constexpr double bytes(Sizes... sizes) {
    return at([](const auto& plan, auto size_of_name) { return 8 * entries_of(plan, size_of_name); }, sizes...);
  }

  /// Entries of the workspace with these sizes.
  template <class... Sizes>
  static constexpr long workspace(Sizes... sizes) {
    const auto entries = [](const auto& plan, auto size_of_name) {
      double total = 0;
      for (int i = 0; i < plan.buffer_count; ++i) {
        const double n = size_of(*plan.extents[plan.buffers[i].rows], size_of_name);
        total += n * size_of(*plan.extents[plan.buffers[i].columns], size_of_name) + (plan.buffers[i].has_pivots ? n + 1 : 0);
      }
      return static_cast<long>(total);
    };
    return at(entries, sizes...);
  }

 private:
  /// use(plan, size of a name) for the variant that runs at these sizes.
  template <class Use, class... Sizes>
  static constexpr auto at(Use use, Sizes... sizes) {
    static_assert(sizeof...(Sizes) == names_of_plan<Plan>.count, "ctgrad: cost needs a size for each named extent");
    const long values[] = {static_cast<long>(sizes)..., 0};
    const auto size_of_name = [&values](std::uint64_t key) { return static_cast<double>(values[names_of_plan<Plan>.find(key)]); };
    const int chosen = cheapest_plan(size_of_name, the_plan(Plan{}), the_plan(Variants{})...);
    auto result = use(the_plan(Plan{}), size_of_name);
    int variant = 0;
    ((++variant == chosen ? void(result = use(the_plan(Variants{}), size_of_name)) : void()), ...);
    return result;
  }
};

}  // namespace ctgrad::detail

namespace ctgrad {

/// What a compiled function costs, for a static_assert: `.calls("gemm")`, `.flops(sizes...)`, `.bytes(sizes...)`,
/// `.workspace(sizes...)` in entries, `.variants`.
///
/// Sizes are those of the named extents, in the order in which the leaves, as the expressions first mention them, name them;
/// another number of them is an error while compiling. Operations are counted as textbooks do: 2 m k n for a product, n^3 / 3
/// for a Cholesky factorisation.
///
///     auto f = compile(loss, grad(loss, W));
///     static_assert(cost(f).calls("gemm") == 0 && cost(f).flops(100) < 4 * 100 * 100);
template <class... Plans>
constexpr detail::plan_cost<Plans...> cost(const detail::function<Plans...>&) {
  return {};
}
template <detail::digest E>
constexpr auto cost(detail::expr<E> e) {
  static_assert(detail::never<detail::expr<E>>, "ctgrad: cost takes a compiled function: cost(compile(...))");
  return e;
}

}  // namespace ctgrad
