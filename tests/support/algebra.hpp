// SPDX-License-Identifier: BSL-1.0
// Matrices in plain loops and extended precision: an independent reference for what the library computes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <utility>
#include <vector>

namespace reference {

using number = long double;

// A row-major matrix; a column is n x 1 and a scalar 1 x 1.
class dense {
public:
    dense(std::size_t rows, std::size_t columns, number fill = 0)
        : rows_(rows), columns_(columns), entries_(rows * columns, fill) {}

    dense(number scalar) : dense(1, 1, scalar) {}

    dense(std::initializer_list<std::initializer_list<number>> rows)
        : rows_(rows.size()), columns_(rows.size() == 0 ? 0 : rows.begin()->size()) {
        for (auto const& row : rows)
            entries_.insert(entries_.end(), row.begin(), row.end());
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    std::vector<number>& entries() { return entries_; }
    std::vector<number> const& entries() const { return entries_; }
    number& operator()(std::size_t i, std::size_t j = 0) { return entries_[i * columns_ + j]; }
    number operator()(std::size_t i, std::size_t j = 0) const { return entries_[i * columns_ + j]; }

private:
    std::size_t rows_, columns_;
    std::vector<number> entries_;
};

inline dense column(std::initializer_list<number> entries) {
    dense result(entries.size(), 1);
    std::copy(entries.begin(), entries.end(), result.entries().begin());
    return result;
}

template <class Function>
dense map(dense a, Function function) {
    for (auto& entry : a.entries())
        entry = function(entry);
    return a;
}

// Entry by entry; an extent of one is stretched, which covers scalars, columns and rows.
template <class Function>
dense combine(dense const& a, dense const& b, Function function) {
    auto meet = [](std::size_t m, std::size_t n) {
        if (m != n && m != 1 && n != 1) throw std::logic_error("reference: shapes do not fit");
        return m == 1 ? n : m;
    };
    dense result(meet(a.rows(), b.rows()), meet(a.columns(), b.columns()));
    for (std::size_t i = 0; i < result.rows(); ++i)
        for (std::size_t j = 0; j < result.columns(); ++j)
            result(i, j) = function(a(a.rows() == 1 ? 0 : i, a.columns() == 1 ? 0 : j),
                                    b(b.rows() == 1 ? 0 : i, b.columns() == 1 ? 0 : j));
    return result;
}

inline dense operator+(dense const& a, dense const& b) {
    return combine(a, b, [](number x, number y) { return x + y; });
}
inline dense operator-(dense const& a, dense const& b) {
    return combine(a, b, [](number x, number y) { return x - y; });
}
inline dense operator/(dense const& a, dense const& b) {
    return combine(a, b, [](number x, number y) { return x / y; });
}
inline dense hadamard(dense const& a, dense const& b) {
    return combine(a, b, [](number x, number y) { return x * y; });
}
inline dense operator-(dense const& a) {
    return map(a, [](number x) { return -x; });
}

// The matrix product, or scaling where one side is 1 x 1.
inline dense operator*(dense const& a, dense const& b) {
    if (a.columns() != b.rows()) return hadamard(a, b);
    dense result(a.rows(), b.columns());
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t k = 0; k < a.columns(); ++k)
            for (std::size_t j = 0; j < b.columns(); ++j)
                result(i, j) += a(i, k) * b(k, j);
    return result;
}

inline dense transpose(dense const& a) {
    dense result(a.columns(), a.rows());
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = 0; j < a.columns(); ++j)
            result(j, i) = a(i, j);
    return result;
}

inline dense identity(std::size_t n) {
    dense result(n, n);
    for (std::size_t i = 0; i < n; ++i)
        result(i, i) = 1;
    return result;
}

inline number sum(dense const& a) {
    number total = 0;
    for (auto entry : a.entries())
        total += entry;
    return total;
}

inline number mean(dense const& a) {
    return sum(a) / a.entries().size();
}
inline number dot(dense const& a, dense const& b) {
    return sum(hadamard(a, b));
}
inline number squared_norm(dense const& a) {
    return dot(a, a);
}
inline number norm(dense const& a) {
    return std::sqrt(squared_norm(a));
}
inline number trace(dense const& a) {
    return dot(a, identity(a.rows()));
}
inline dense row_sums(dense const& a) {
    return a * dense(a.columns(), 1, 1);
}
inline dense column_sums(dense const& a) {
    return dense(1, a.rows(), 1) * a;
}

// Gauss-Jordan with partial pivoting on [A | B]: A^-1 B, and log |det A| from the pivots.
struct elimination {
    dense solution;
    number log_determinant;
};

inline elimination eliminate(dense a, dense b) {
    number log_determinant = 0;
    for (std::size_t k = 0; k < a.rows(); ++k) {
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < a.rows(); ++i)
            if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
        for (std::size_t j = 0; j < a.columns(); ++j)
            std::swap(a(k, j), a(pivot, j));
        for (std::size_t j = 0; j < b.columns(); ++j)
            std::swap(b(k, j), b(pivot, j));
        number const diagonal = a(k, k);
        log_determinant += std::log(std::abs(diagonal));
        for (std::size_t j = 0; j < a.columns(); ++j)
            a(k, j) /= diagonal;
        for (std::size_t j = 0; j < b.columns(); ++j)
            b(k, j) /= diagonal;
        for (std::size_t i = 0; i < a.rows(); ++i) {
            number const factor = a(i, k);
            if (i == k) continue;
            for (std::size_t j = 0; j < a.columns(); ++j)
                a(i, j) -= factor * a(k, j);
            for (std::size_t j = 0; j < b.columns(); ++j)
                b(i, j) -= factor * b(k, j);
        }
    }
    return {std::move(b), log_determinant};
}

inline dense solve(dense const& a, dense const& b) {
    return eliminate(a, b).solution;
}
inline dense inverse(dense const& a) {
    return solve(a, identity(a.rows()));
}
inline number logdet(dense const& a) {
    return eliminate(a, dense(a.rows(), 0)).log_determinant;
}

// By expansion along the first row: polynomial in the entries, whatever the rank.
inline number det(dense const& a) {
    if (a.rows() == 0) return 1;
    number total = 0;
    for (std::size_t k = 0; k < a.rows(); ++k) {
        dense minor(a.rows() - 1, a.rows() - 1);
        for (std::size_t i = 1; i < a.rows(); ++i)
            for (std::size_t j = 0; j < a.rows(); ++j)
                if (j != k) minor(i - 1, j - (j > k)) = a(i, j);
        total += (k % 2 == 0 ? 1 : -1) * a(0, k) * det(minor);
    }
    return total;
}

// The lower factor of the symmetric part of a.
inline dense cholesky(dense const& a) {
    dense result(a.rows(), a.rows());
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            number rest = (a(i, j) + a(j, i)) / 2;
            for (std::size_t k = 0; k < j; ++k)
                rest -= result(i, k) * result(j, k);
            result(i, j) = i == j ? std::sqrt(rest) : rest / result(j, j);
        }
    return result;
}

inline dense lower_part(dense a) {
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = i + 1; j < a.columns(); ++j)
            a(i, j) = 0;
    return a;
}
inline dense upper_part(dense const& a) {
    return transpose(lower_part(transpose(a)));
}
inline dense diag(dense const& column) {
    return hadamard(identity(column.rows()), column);
}
inline dense diagonal(dense const& a) {
    return row_sums(hadamard(identity(a.rows()), a));
}

inline number relu(number x) {
    return x > 0 ? x : 0;
}
inline number sigmoid(number x) {
    return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}
inline number swish(number x) {
    return x * sigmoid(x);
}
inline number softplus(number x) {
    return std::max(x, number(0)) + std::log1p(std::exp(-std::abs(x)));
}

// Of each column, which is one sample.
inline dense logsumexp(dense const& a) {
    dense result(1, a.columns());
    for (std::size_t j = 0; j < a.columns(); ++j) {
        number largest = a(0, j), total = 0;
        for (std::size_t i = 0; i < a.rows(); ++i)
            largest = std::max(largest, a(i, j));
        for (std::size_t i = 0; i < a.rows(); ++i)
            total += std::exp(a(i, j) - largest);
        result(0, j) = largest + std::log(total);
    }
    return result;
}

inline dense log_softmax(dense const& a) {
    return a - logsumexp(a);
}

inline dense softmax(dense const& a) {
    return map(log_softmax(a), [](number x) { return std::exp(x); });
}

inline number softmax_cross_entropy(dense const& logits, dense const& targets) {
    return -dot(targets, log_softmax(logits)) / logits.columns();
}

// The pieces from (0, 0) on, each below or beside the one before, or both.
inline dense assembled(std::initializer_list<dense> pieces, bool below, bool beside) {
    std::size_t rows = 0, columns = 0;
    for (dense const& piece : pieces) {
        rows = below ? rows + piece.rows() : piece.rows();
        columns = beside ? columns + piece.columns() : piece.columns();
    }
    dense result(rows, columns);
    std::size_t row = 0, column = 0;
    for (dense const& piece : pieces) {
        for (std::size_t i = 0; i < piece.rows(); ++i)
            for (std::size_t j = 0; j < piece.columns(); ++j)
                result(row + i, column + j) = piece(i, j);
        if (below) row += piece.rows();
        if (beside) column += piece.columns();
    }
    return result;
}

} // namespace reference
