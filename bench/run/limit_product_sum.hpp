// SPDX-License-Identifier: BSL-1.0
// The fastest code known for the sum of the entries of a product.
#pragma once

#include "contender.hpp"
#include "elementwise.hpp"

#include <algorithm>

namespace bench::limit {

/// Every matrix is read or written once: the column sums of A; then the row sums of B beside the rows of dB,
/// which are constant; then the rows of dA, which are all the same.
template <class T>
class limit_product_sum {
public:
    explicit limit_product_sum(const product_sum<T>& w)
        : n_(w.size), A_(w.A), B_(w.B), column_sums_(n_), row_sums_(n_) {
        results_.dA.resize(n_ * n_);
        results_.dB.resize(n_ * n_);
    }

    void operator()() {
        T* const columns = column_sums_.data();
        T* const rows = row_sums_.data();
        for (std::size_t i = 0; i < n_;) {
            if (i + 8 <= n_)
                add_rows<8>(i), i += 8;
            else
                add_rows<1>(i), ++i;
        }
        T value = 0;
        for (std::size_t k = 0; k < n_; ++k) {
            rows[k] = sum(n_, B_.data() + k * n_);
            value += columns[k] * rows[k];
            std::fill_n(results_.dB.data() + k * n_, n_, columns[k]);
        }
        results_.value = value;
        for (std::size_t i = 0; i < n_; ++i)
            std::copy_n(rows, n_, results_.dA.data() + i * n_);
    }
    typename product_sum<T>::results collect() const { return results_; }

private:
    template <std::size_t Rows>
    void add_rows(std::size_t first) {
        const T* const A = A_.data() + first * n_;
        T* const columns = column_sums_.data();
        for_each_lane<T>(n_, [&](auto lane, std::size_t j) {
            auto sums = first == 0 ? decltype(lane)(T(0)) : load(lane, columns + j);
            for (std::size_t i = 0; i < Rows; ++i)
                sums = sums + load(lane, A + i * n_ + j);
            store(columns + j, sums);
        });
    }

    std::size_t n_;
    storage<T> A_, B_, column_sums_, row_sums_;
    typename product_sum<T>::results results_;
};

} // namespace bench::limit
