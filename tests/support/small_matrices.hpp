// SPDX-License-Identifier: BSL-1.0
// Ops on small matrices by the evaluator, for tests of kernels.
#pragma once

#include <ctgrad/graph/evaluate.hpp>

#include <vector>

namespace small_matrices {

using namespace ctgrad::detail;

struct matrix {
    int rows = 0, columns = 0;
    std::vector<double> value, error;

    matrix(int rows, int columns, std::vector<double> entries = {})
        : rows(rows), columns(columns), value(std::move(entries)), error(std::size_t(rows * columns)) {
        value.resize(error.size());
    }
    small_matrix view() { return {value.data(), error.data(), rows, columns}; }
    double operator()(int i, int j) const { return value[std::size_t(i * columns + j)]; }
};

inline matrix evaluated(op code, matrix a, matrix b, int rows, int columns) {
    matrix y(rows, columns);
    small_matrix const arguments[3] = {a.view(), b.view(), {}};
    if (is_part_op(code))
        evaluate_part(code, arguments, y.view(), 0, 0);
    else
        evaluate_op(code, arguments, y.view());
    return y;
}
inline matrix evaluated(op code, matrix const& a, int rows, int columns) { return evaluated(code, a, a, rows, columns); }

} // namespace small_matrices
