// SPDX-License-Identifier: BSL-1.0
// The evaluator that other tests compare with: its matrix operations against the references.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <ctgrad/graph/evaluate.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace ctgrad::detail;
using reference::dense, reference::number, reference::random_operands;

// The value of op(arguments...), checked against what rounding may do by the evaluator's own account.
class evaluated {
public:
    evaluated(op code, std::vector<dense> const& arguments, std::size_t rows, std::size_t columns)
        : value(rows, columns), error(rows, columns) {
        std::vector<std::vector<double>> values, errors;
        small_matrix operands[3];
        for (auto const& argument : arguments) {
            values.emplace_back(argument.entries().begin(), argument.entries().end());
            errors.emplace_back(argument.entries().size());
        }
        for (std::size_t i = 0; i < arguments.size(); ++i)
            operands[i] = {values[i].data(), errors[i].data(), int(arguments[i].rows()), int(arguments[i].columns())};
        std::vector<double> y(rows * columns), e(rows * columns);
        evaluate_op(code, operands, {y.data(), e.data(), int(rows), int(columns)});
        value.entries().assign(y.begin(), y.end());
        error.entries().assign(e.begin(), e.end());
    }
    dense value, error;
};

void check(op code, std::vector<dense> const& arguments, dense const& expected) {
    INFO(about(code).name);
    evaluated const got(code, arguments, expected.rows(), expected.columns());
    for (std::size_t i = 0; i < expected.entries().size(); ++i) {
        number const off = std::abs(got.value.entries()[i] - expected.entries()[i]);
        CHECK(off <= got.error.entries()[i] * 0x1p-52 + 1e-300);
        CHECK(got.error.entries()[i] < 1e5 * (1 + std::abs(expected.entries()[i])));
    }
}

TEST_CASE("matrix operations are those of the references, within the stated error", "[graph]") {
    random_operands random(11);
    for (std::size_t n : {1, 2, 3, 5}) {
        dense const a = random.matrix(n, n), b = random.matrix(n, 4), w = random.well_conditioned(n);
        dense const spd = random.symmetric_positive_definite(n), v = random.column(n);
        check(op::product, {a, b}, a * b);
        check(op::transpose, {b}, transpose(b));
        check(op::outer, {v, b * dense(4, 1, 1)}, v * transpose(b * dense(4, 1, 1)));
        check(op::inverse, {w}, inverse(w));
        check(op::factored_inverse, {spd}, inverse(spd));
        check(op::solve, {w, b}, solve(w, b));
        check(op::factored_solve, {w, b}, solve(w, b));
        check(op::factored_solve_transposed, {w, b}, solve(transpose(w), b));
        check(op::logdet, {w}, logdet(w));
        check(op::logdet, {-w}, logdet(w));
        check(op::trace, {a}, trace(a));
        check(op::sum, {b}, sum(b));
        check(op::row_sums, {b}, row_sums(b));
        check(op::column_sums, {b}, column_sums(b));
        check(op::mean, {b}, mean(b));
        check(op::row_means, {b}, row_sums(b) / 4);
        check(op::column_means, {b}, column_sums(b) / number(n));
        check(op::squared_norm, {b}, squared_norm(b));
        check(op::norm, {b}, norm(b));
        check(op::dot, {b, b + 1}, dot(b, b + 1));
        check(op::add_diagonal, {a, v}, a + hadamard(reference::identity(n), v));
        check(op::add_diagonal, {a, dense(0.5)}, a + reference::identity(n) / 2);
        check(op::logsumexp_columns, {b}, logsumexp(b));
        check(op::logsumexp_rows, {b}, transpose(logsumexp(transpose(b))));
        check(op::softmax, {b}, softmax(b));
        check(op::log_softmax, {b}, log_softmax(b));
        dense const rounded = map(b, [](number x) { return std::round(4 * x) / 4; });  // with ties
        check(op::max, {b}, *std::max_element(b.entries().begin(), b.entries().end()));
        check(op::min, {b}, *std::min_element(b.entries().begin(), b.entries().end()));
        dense tops(b.rows(), 1, -9), bottoms(1, 4, 9), product(1, 1, 1), sums = v, back = v, before = v;
        for (std::size_t i = 0; i < b.rows(); ++i)
            for (std::size_t j = 0; j < 4; ++j) {
                tops(i) = std::max(tops(i), rounded(i, j));
                bottoms(0, j) = std::min(bottoms(0, j), rounded(i, j));
                product(0) *= b(i, j);
            }
        check(op::row_max, {rounded}, tops);
        check(op::column_max, {-rounded}, -bottoms);
        check(op::row_min, {-rounded}, -tops);
        check(op::column_min, {rounded}, bottoms);
        dense marks(b.rows(), 4);
        for (std::size_t i = 0; i < b.rows(); ++i)
            for (std::size_t j = 4; j-- > 0;)
                if (rounded(i, j) == tops(i)) {
                    for (std::size_t k = 0; k < 4; ++k) marks(i, k) = 0;
                    marks(i, j) = 1;
                }
        check(op::row_max_mask, {rounded, tops}, marks);
        check(op::column_max_mask, {transpose(rounded), transpose(tops)}, transpose(marks));
        check(op::entry_product, {b}, product);
        for (std::size_t i = 0; i < v.rows(); ++i) {
            sums(i) = back(i) = 0;
            before(i) = 1;
            for (std::size_t j = 0; j < v.rows(); ++j) {
                if (j <= i) sums(i) += v(j);
                if (j >= i) back(i) += v(j);
                if (j < i) before(i) *= v(j);
            }
        }
        check(op::cumulative_sum, {v}, sums);
        check(op::reverse_cumulative_sum, {v}, back);
        check(op::products_before, {v}, before);
        dense recurred = v, logs = v;
        for (std::size_t i = 0; i < v.rows(); ++i) {
            recurred(i) = i == 0 ? 0 : i == 1 ? sums(0) : v(i - 1) * recurred(i - 1) + sums(i - 1);
            logs(i) = 0;
            for (std::size_t j = 0; j <= i; ++j) logs(i) += std::exp(v(j));
            logs(i) = std::log(logs(i));
        }
        check(op::recurrence, {v, sums}, recurred);
        check(op::cumulative_logsumexp, {v}, logs);
        auto backwards = [](dense a) {
            std::reverse(a.entries().begin(), a.entries().end());
            return a;
        };
        check(op::reverse_recurrence, {backwards(v), backwards(sums)}, backwards(recurred));
        check(op::products_after, {backwards(v)}, backwards(before));
        check(op::softmax_rows, {b}, transpose(softmax(transpose(b))));
        check(op::log_softmax_rows, {b}, transpose(log_softmax(transpose(b))));
        check(op::softmax_cross_entropy, {b, b + 2}, softmax_cross_entropy(b, b + 2));
        check(op::softmax_cross_entropy_rows, {b, b + 2}, softmax_cross_entropy(transpose(b), transpose(b + 2)));
    }
}

// Compilers stop constant evaluation at arithmetic that makes NaN; the evaluator must not do any.
consteval bool evaluates_edges(int first, int last) {
    constexpr double inf = elementary::infinity;
    constexpr double edges[] = {-inf, -1e200, -3, -1, -0.3, 0, 1e-200, 0.4, 1, 2, 800, 1e200, inf, elementary::not_a_number};
    int count = 0;
    for (int code = first; code < last; ++code) {
        if (!is_elementwise(op(code)) || op(code) == op::call) continue;
        for (double x : edges) {
            double const error = elementary::is_finite(x) ? 1 : 0;
            if (about(op(code)).arity == 1) {
                count += evaluate_entry(op(code), {x, error}).value == 0;
                continue;
            }
            for (double z : edges) {
                if (op(code) == op::polygamma && !(x >= 0 && x <= 2)) continue;  // an order
                count += evaluate_entry(op(code), {x, error}, {z, error}).value == 0;
            }
        }
    }
    return count > 0;
}
static_assert(evaluates_edges(int(op::negate), int(op::cos)));
static_assert(evaluates_edges(int(op::cos), int(op::lgamma)));
static_assert(evaluates_edges(int(op::lgamma), int(op::power)));
static_assert(evaluates_edges(int(op::power), int(op::huber)));
static_assert(evaluates_edges(int(op::huber), int(op::where)));

// The same for ops of matrices.
consteval bool evaluates_matrix_edges(int first, int last) {
    constexpr double inf = elementary::infinity, nan = elementary::not_a_number;
    constexpr double edges[][4] = {{1, nan, 2, -1}, {inf, 1, 1, 2}, {1, 2, -inf, inf}, {0, 0, 0, 0}, {1, 2, 2, 4}, {1e200, 2, 3, -1e200},
                                   {nan, nan, nan, nan}, {1e-200, 0, 0, 1e-200}, {-1, 2, 2, 1}};
    int count = 0;
    for (int code = first; code < last; ++code) {
        op const c = op(code);
        if (is_elementwise(c) || carries_shape(c) || takes_indices(c) || about(c).arity == 0 || about(c).arity > 2) continue;
        if (is_derivative(c) || is_assembly(c)) continue;
        for (auto const& a : edges)
            for (bool column : {false, true}) {
                shape const shapes[3] = {{&extent_of<2>, column ? &one_extent : &extent_of<2>}, {&extent_of<2>, &one_extent}, {}};
                inferred_shape const inferred = infer_shape(c, shapes);
                if (inferred.problem != nullptr || (c == op::column_max_mask && column)) continue;
                double x[4]{}, ex[4]{}, z[4]{}, ez[4]{}, y[4]{}, ey[4]{};
                for (int i = 0; i < 4; ++i)
                    x[i] = a[i], ex[i] = elementary::is_finite(a[i]), z[i] = a[3 - i], ez[i] = elementary::is_finite(z[i]);
                small_matrix const arguments[3] = {{x, ex, 2, column ? 1 : 2}, {z, ez, 2, 1}, {}};
                int const rows = int(inferred.value.rows->number()), columns = int(inferred.value.columns->number());
                evaluate_op(c, arguments, {y, ey, rows, columns});
                ++count;
            }
    }
    return count > 0;
}
static_assert(evaluates_matrix_edges(int(op::transpose), int(op::sum)));
static_assert(evaluates_matrix_edges(int(op::sum), int(op::hadamard)));
static_assert(evaluates_matrix_edges(int(op::hadamard), int(op::stop_gradient)));
static_assert(evaluates_matrix_edges(int(op::stop_gradient), int(op::gradient)));

TEST_CASE("what has no value is NaN, and only that", "[graph]") {
    dense const singular = {{1, 2}, {2, 4}};
    CHECK(std::isnan(evaluated(op::inverse, {singular}, 2, 2).value(0, 0)));
    CHECK(std::isnan(evaluated(op::logdet, {singular}, 1, 1).value(0)));
    CHECK(std::isnan(evaluated(op::solve, {singular, dense(2, 1, 1)}, 2, 1).value(0)));
    dense const c = {{0, 1}}, bad = {{std::numeric_limits<double>::quiet_NaN(), 3}};
    dense const chosen = evaluated(op::where, {c, bad, c}, 1, 2).value;
    CHECK(chosen(0, 0) == 0);
    CHECK(chosen(0, 1) == 3);
    CHECK(std::isnan(evaluated(op::sum, {bad}, 1, 1).value(0)));
    CHECK(std::isnan(evaluated(op::maximum, {bad, c}, 1, 2).value(0, 0)));
    CHECK(std::isnan(evaluated(op::less, {bad, c}, 1, 2).value(0, 0)));
    CHECK(std::isnan(evaluated(op::huber, {bad, c}, 1, 2).value(0, 0)));
    CHECK(std::isnan(evaluated(op::where, {bad, c, c}, 1, 2).value(0, 0)));
}

} // namespace
