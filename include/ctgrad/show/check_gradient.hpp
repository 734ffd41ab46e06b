// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "../run/compile.hpp"

namespace ctgrad::detail {

/// What check_gradient found: how far the worst entry is off, and which it is. Counts as the number `error`.
struct gradient_check {
  double error = 0;                 // relative, of the worst entry
  std::string leaf;                 // whose gradient it is in
  long row = 0, column = 0;
  double gradient = 0, difference = 0;  // what the function says, and what central differences say
  long entries = 0;                 // checked in all

  operator double() const { return error; }

  friend std::ostream& operator<<(std::ostream& out, const gradient_check& c) {
    return out << "worst relative error " << c.error << " of " << c.entries << " entries: d / d " << c.leaf << '(' << c.row << ", "
               << c.column << ") is " << c.gradient << ", by differences " << c.difference;
  }
};

/// What a result of a function is the gradient of, and with respect to what.
struct gradient_result {
  int loss = -1, leaf = -1;  // a result; an argument of the call
};

/// Which results of a function are gradients, of which other results, with respect to which arguments of a call.
template <class Plan, digest... Bound>
struct gradient_results {
  static constexpr int count = the_plan(Plan{}).result_count;
  gradient_result of[count]{};
  int found = 0;

  constexpr gradient_results() {
    constexpr digest bound[] = {Bound...};
    const auto& roots = the_expressions(Plan{});
    for (int i = 0; i < count; ++i) {
      if (roots[i]->code != op::gradient || roots[i]->arguments[1]->code != op::leaf) continue;
      for (int j = 0; j < count; ++j)
        if (roots[j]->key == roots[i]->arguments[0]->key) of[i].loss = j;
      for (int j = 0; j < static_cast<int>(sizeof...(Bound)); ++j)
        if (bound[j] == roots[i]->arguments[1]->key) of[i].leaf = j;
      if (of[i].loss >= 0 && of[i].leaf >= 0) ++found;
    }
  }
};

/// A container in double precision that can be changed; what has no such entries stays as it is.
template <class Container>
auto changeable(const Container& container) {
  if constexpr (std::is_floating_point_v<Container>) {
    return static_cast<double>(container);
  } else if constexpr (tensor_like<Container>) {
    if constexpr (std::is_floating_point_v<std::remove_cv_t<entry_type<Container>>>) {
      constexpr std::size_t rank = rank_of<Container>() < 0 ? 2 : static_cast<std::size_t>(rank_of<Container>());
      std::array<std::size_t, rank> shape{};
      for (std::size_t& extent : shape) extent = 1;
      for (std::size_t i = 0; i < container.dimension(); ++i) shape[i] = static_cast<std::size_t>(container.shape()[i]);
      xt::xtensor<double, rank> copy(shape);
      std::copy(container.template begin<xt::layout_type::row_major>(), container.template end<xt::layout_type::row_major>(),
                copy.template begin<xt::layout_type::row_major>());
      return copy;
    } else {
      return container;
    }
  } else {
    return container;
  }
}

template <class Container>
double* entries_of(Container& container) {
  if constexpr (std::is_same_v<Container, double>) return &container;
  else if constexpr (std::is_arithmetic_v<Container>) return nullptr;
  else if constexpr (std::is_same_v<entry_type<Container>, double>) return container.data();
  else return nullptr;
}

/// d loss / dt at t = 0 by differences of fourth order. The step is halved as long as that brings two estimates closer
/// to each other: large steps suffer from curvature, small ones from rounding.
template <class Loss>
double central_difference(const Loss& loss_at, double size) {
  double step = std::ldexp(std::max(size, 0.125), -3), best = 0, closest = std::numeric_limits<double>::infinity();
  double outer = loss_at(step) - loss_at(-step), before = std::numeric_limits<double>::quiet_NaN();
  for (int halvings = 0, worse = 0; halvings < 14 && worse < 3; ++halvings) {
    step /= 2;
    const double inner = loss_at(step) - loss_at(-step);
    const double estimate = (8 * inner - outer) / (12 * step);
    const double change = std::abs(estimate - before);
    if (change < closest || (!(closest < std::numeric_limits<double>::infinity()) && estimate == estimate)) {
      if (change < closest) closest = change;
      best = estimate;
      worse = 0;
    } else if (change == change) {
      ++worse;
    }
    before = estimate;
    outer = inner;
    if (closest <= 1e-13 * std::abs(best)) break;
  }
  return best;
}

/// One leaf's gradient against differences of `loss()`, in each direction that the leaf's structure leaves free.
template <class Loss, class Gradient>
void check_entries(const source& leaf, double* x, long rows, long columns, bool is_vector, const Loss& loss, const Gradient& gradient,
                   gradient_check& result) {
  double largest = 0;
  for (long i = 0; i < rows; ++i)
    for (long j = 0; j < columns; ++j) largest = std::max(largest, std::abs(gradient(i, j)));
  const double here = loss(), floor = std::max(1e-3 * largest, 1e-6 * std::abs(here));
  const auto compare = [&](long i, long j, double expected, double difference) {
    ++result.entries;
    const double apart = std::abs(expected - difference);
    const double error = apart == 0 ? 0 : apart / std::max({std::abs(expected), std::abs(difference), floor});
    if (error <= result.error && result.entries > 1) return;
    result.error = error == error ? error : std::numeric_limits<double>::infinity();
    result.leaf = leaf.leaf_name;
    result.row = i;
    result.column = j;
    result.gradient = expected;
    result.difference = difference;
  };
  const bool symmetric = leaf.form == structure::symmetric || leaf.form == structure::spd;
  if (leaf.form == structure::orthogonal) {  // rotations in the planes of two columns: others would leave the structure
    std::vector<double> start(x, x + rows * columns);
    for (long p = 0; p < columns; ++p)
      for (long q = p + 1; q < columns; ++q) {
        double expected = 0;
        for (long i = 0; i < rows; ++i) expected += gradient(i, p) * x[i * columns + q] - gradient(i, q) * x[i * columns + p];
        const double difference = central_difference([&](double angle) {
          for (long i = 0; i < rows; ++i) {
            const double a = start[i * columns + p], b = start[i * columns + q];
            x[i * columns + p] = std::cos(angle) * a + std::sin(angle) * b;
            x[i * columns + q] = std::cos(angle) * b - std::sin(angle) * a;
          }
          return loss();
        }, 0.5);
        std::copy(start.begin(), start.end(), x);
        compare(p, q, expected, difference);
      }
    return;
  }
  for (long i = 0; i < rows; ++i)
    for (long j = 0; j < columns; ++j) {
      if (symmetric && j < i) continue;
      if (leaf.form == structure::diagonal_matrix && i != j) continue;
      if (leaf.form == structure::lower_triangular && j > i) continue;
      if (leaf.form == structure::upper_triangular && j < i) continue;
      double& entry = x[is_vector ? i : i * columns + j];
      double& mirrored = symmetric ? x[j * columns + i] : entry;
      const double start = entry, mirrored_start = mirrored;
      const double difference = central_difference([&](double t) {
        mirrored = mirrored_start + t;
        entry = start + t;
        return loss();
      }, std::abs(start));
      mirrored = mirrored_start;
      entry = start;
      compare(i, j, symmetric && i != j ? gradient(i, j) + gradient(j, i) : gradient(i, j), difference);
    }
}

/// Entry (i, j) of a result of any rank.
template <class Result>
double result_entry(const Result& result, long i, long j) {
  if constexpr (std::is_arithmetic_v<Result>) return static_cast<double>(result);
  else if constexpr (rank_of<Result>() == 1) return static_cast<double>(result(i + j));
  else return static_cast<double>(result(i, j));
}

template <class Plan, digest... Bound>
struct gradient_checker {
  static constexpr gradient_results<Plan, Bound...> gradients{};
  static constexpr bool has_gradients = gradients.found > 0;

  template <int Result, class Function, class Results, class Copies, std::size_t... I>
  static void check(Function& f, const Results& results, Copies& copies, std::index_sequence<I...>, gradient_check& found) {
    constexpr gradient_result g = gradients.of[Result];
    if constexpr (g.loss >= 0 && g.leaf >= 0) {
      constexpr digest bound[] = {Bound...};
      const source& leaf = definition(expr<bound[g.leaf]>{});
      auto& variable = std::get<static_cast<std::size_t>(g.leaf)>(copies);
      double* x = entries_of(variable);
      if (x == nullptr) return;
      const auto loss = [&]() -> double {
        try {
          return static_cast<double>(std::get<static_cast<std::size_t>(g.loss)>(f((expr<Bound>{} = std::get<I>(copies))...)));
        } catch (const std::exception&) {  // a matrix that is not positive definite any more: too large a step
          return std::numeric_limits<double>::quiet_NaN();
        }
      };
      const auto& gradient = std::get<static_cast<std::size_t>(Result)>(results);
      long rows = 1, columns = 1;
      bool is_vector = false;
      using container = std::remove_cvref_t<decltype(variable)>;
      if constexpr (!std::is_arithmetic_v<container>) {
        is_vector = variable.dimension() == 1;
        rows = is_vector && leaf.extents.is_row() ? 1 : static_cast<long>(variable.shape()[0]);
        columns = is_vector ? (leaf.extents.is_row() || leaf.form == structure::diagonal_matrix ? static_cast<long>(variable.shape()[0]) : 1)
                            : static_cast<long>(variable.shape()[1]);
        if (is_vector && leaf.extents.is_row()) is_vector = false;
      }
      check_entries(leaf, x, rows, columns, is_vector, loss, [&](long i, long j) { return result_entry(gradient, i, j); }, found);
    }
  }
};

}  // namespace ctgrad::detail

namespace ctgrad {

/// Each gradient that a compiled function returns beside its loss, against central differences of that loss at the
/// point given by `leaf = container`, in double precision whatever the containers hold. The step suits each entry.
///
/// Returns the worst relative error, with the entry where it is; entries much smaller than the largest of their gradient
/// count relative to that. Calls the function some ten times for each entry.
///
///     auto f = compile(loss, grad(loss, W, x));
///     assert(check_gradient(f, W = weights, x = sample, y = sample) < 1e-6);
template <class Plan, class... Variants, detail::digest... Bound, class... Containers>
detail::gradient_check check_gradient(detail::function<Plan, Variants...>& f, const detail::binding<Bound, Containers>&... arguments) {
  using checker = detail::gradient_checker<Plan, Bound...>;
  constexpr bool has_gradients = checker::has_gradients;
  static_assert(has_gradients, "ctgrad: check_gradient needs a scalar beside its gradients with respect to leaves: compile(f, grad(f, W))");
  constexpr bool can_be_called = !std::is_void_v<decltype(f((detail::expr<Bound>{} = arguments.container)...))>;
  detail::gradient_check found;
  if constexpr (has_gradients && can_be_called) {
    std::tuple<decltype(detail::changeable(arguments.container))...> copies{detail::changeable(arguments.container)...};
    const auto results = f((detail::expr<Bound>{} = arguments.container)...);
    [&]<int... Result>(std::integer_sequence<int, Result...>) {
      (checker::template check<Result>(f, results, copies, std::index_sequence_for<Containers...>{}, found), ...);
    }(std::make_integer_sequence<int, detail::function<Plan, Variants...>::result_count>{});
  }
  return found;
}

/// The same for a function that need not be kept.
template <class Plan, class... Variants, detail::digest... Bound, class... Containers>
detail::gradient_check check_gradient(detail::function<Plan, Variants...>&& f, const detail::binding<Bound, Containers>&... arguments) {
  return check_gradient(f, arguments...);
}
template <detail::digest E, class... Arguments>
detail::gradient_check check_gradient(detail::expr<E>, const Arguments&...) {
  static_assert(detail::never<detail::expr<E>>, "ctgrad: check_gradient takes a compiled function: check_gradient(compile(f, grad(f, W)), W = ...)");
  return {};
}

}  // namespace ctgrad
