// SPDX-License-Identifier: BSL-1.0
#include "principal_components.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

extern "C" {
void dsyevd_(const char* job, const char* triangle, const int* n, double* a, const int* stride, double* values,
             double* work, const int* work_size, int* integer_work, const int* integer_work_size, int* info);
void dsyrk_(const char* triangle, const char* transpose, const int* n, const int* k, const double* alpha,
            const double* a, const int* a_stride, const double* beta, double* c, const int* c_stride);
}

namespace demo {

// A symmetric matrix is the same in Fortran's order and in ours, and the eigenvectors, which LAPACK leaves in columns,
// stand one after the other in memory.
eigenpairs symmetric_eigenpairs(std::vector<double> matrix, std::size_t n) {
    const int order = static_cast<int>(n);
    std::vector<double> ascending(n);
    int info = 0;
    const int query = -1;
    double work_size = 0;
    int integer_work_size = 0;
    dsyevd_("V", "L", &order, matrix.data(), &order, ascending.data(), &work_size, &query, &integer_work_size, &query,
            &info);
    std::vector<double> work(static_cast<std::size_t>(work_size));
    std::vector<int> integer_work(static_cast<std::size_t>(integer_work_size));
    const int work_count = static_cast<int>(work.size());
    dsyevd_("V", "L", &order, matrix.data(), &order, ascending.data(), work.data(), &work_count, integer_work.data(),
            &integer_work_size, &info);
    if (info != 0) throw std::runtime_error("dsyevd: info = " + std::to_string(info));

    eigenpairs result{std::vector<double>(ascending.rbegin(), ascending.rend()), std::vector<double>(n * n)};
    for (std::size_t i = 0; i < n; ++i)
        std::copy_n(matrix.begin() + static_cast<std::ptrdiff_t>((n - 1 - i) * n), n,
                    result.vectors.begin() + static_cast<std::ptrdiff_t>(i * n));
    return result;
}

void add_outer_products(std::vector<double>& covariance, std::span<const double> rows, std::size_t width) {
    const int order = static_cast<int>(width);
    const int count = static_cast<int>(rows.size() / width);
    const double one = 1;
    dsyrk_("L", "N", &order, &count, &one, rows.data(), &order, &one, covariance.data(), &order);
}

}  // namespace demo
