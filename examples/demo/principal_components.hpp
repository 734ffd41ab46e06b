// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace demo {

// The eigenvalues of a symmetric matrix, the largest first, and as many unit eigenvectors, one after the other.
struct eigenpairs {
    std::vector<double> values;
    std::vector<double> vectors;

    std::span<const double> vector(std::size_t i) const {
        return {vectors.data() + i * values.size(), values.size()};
    }
};

// `matrix` is n x n. Throws std::runtime_error where LAPACK does not converge.
eigenpairs symmetric_eigenpairs(std::vector<double> matrix, std::size_t n);

// covariance += transpose(rows) rows, for `count` rows of `width` numbers each.
void add_outer_products(std::vector<double>& covariance, std::span<const double> rows, std::size_t width);

}  // namespace demo
