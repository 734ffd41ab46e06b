// SPDX-License-Identifier: BSL-1.0
// Between the workloads' row-major arrays and Eigen's matrices, which are column-major unless told otherwise.
#pragma once

#include "workloads.hpp"

#include <Eigen/Dense>

namespace bench {

template <class Matrix>
Matrix eigen_from(const storage<typename Matrix::Scalar>& data, std::size_t rows) {
    using row_major = Eigen::Matrix<typename Matrix::Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const row_major>(data.data(), Eigen::Index(rows), Eigen::Index(data.size() / rows));
}

template <class Matrix>
storage<typename Matrix::Scalar> storage_from(const Matrix& matrix) {
    using row_major = Eigen::Matrix<typename Matrix::Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    storage<typename Matrix::Scalar> data(static_cast<std::size_t>(matrix.size()));
    Eigen::Map<row_major>(data.data(), matrix.rows(), matrix.cols()) = matrix;
    return data;
}

} // namespace bench
