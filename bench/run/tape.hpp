// SPDX-License-Identifier: BSL-1.0
// A reverse-mode tape for matrices: what one gets who does not derive the gradient but records the operations
// while they run, as the eager frameworks do. Each call of the loss records its nodes anew, each node knows
// at run time how to send its adjoint to its operands, and `backward` walks the nodes in reverse.
//
// It is built to be as fast as its kind can be:
//   - nodes and matrices live in two arenas that keep their memory: from the second recording on nothing is
//   allocated;
//   - a product takes transposed operands as BLAS flags, a vector goes to gemv and ger instead of gemm;
//   - the first adjoint to reach a node overwrites (beta = 0), later ones accumulate (beta = 1): no zero
//   fills;
//   - an adjoint whose owner is finished is handed on instead of copied, and nothing is computed for
//   constants;
//   - elementwise operations are single vectorised loops which store what the reverse sweep needs;
//   - a parameter's gradient is accumulated directly in the caller's storage.
// What it cannot do is look ahead: it does not know the expression, so that it neither reorders products, nor
// fuses one node's loop with its neighbour's, nor sees that a factor and its inverse appear together.
#pragma once

#include "calls.hpp"
#include "elementwise.hpp"
#include "workloads.hpp"

#include <cassert>
#include <cstddef>
#include <memory>
#include <vector>

namespace bench {

/// Memory that is handed out in sequence and taken back all at once. Blocks never move, as nodes point into
/// them.
template <class T>
class arena {
public:
    T* take(std::size_t count) {
        constexpr std::size_t line = 64 / sizeof(T);
        count = (count + line - 1) / line * line;
        while (block_ < blocks_.size() && used_ + count > blocks_[block_].size())
            ++block_, used_ = 0;
        if (block_ == blocks_.size()) {
            blocks_.emplace_back(std::max<std::size_t>(count, std::size_t(1) << 16));
            used_ = 0;
        }
        T* const taken = blocks_[block_].data() + used_;
        used_ += count;
        return taken;
    }
    void clear() { block_ = used_ = 0; }

private:
    std::vector<storage<T>> blocks_;
    std::size_t block_ = 0, used_ = 0;
};

template <class T>
class tape {
public:
    /// A handle to a node. Transposing flips a flag, which products pass on to BLAS.
    struct variable {
        std::size_t index;
        bool transposed = false;
    };

    /// Forgets the recording and keeps the memory.
    void clear() {
        nodes_.clear();
        memory_.clear();
    }

    // --- leaves: the caller keeps the data; a parameter's gradient is written to storage of the caller's too
    // ---

    variable constant(const T* data, std::size_t rows, std::size_t columns) {
        return record(
            {nullptr, {}, {}, rows, columns, const_cast<T*>(data), nullptr, nullptr, T(0), false, false});
    }
    variable parameter(const T* data, std::size_t rows, std::size_t columns, T* gradient) {
        return record(
            {nullptr, {}, {}, rows, columns, const_cast<T*>(data), gradient, nullptr, T(0), true, false});
    }

    // --- operations ---

    static variable transposed(variable v) { return {v.index, !v.transposed}; }

    variable product(variable a, variable b) {
        const std::size_t m = rows(a), k = columns(a), n = columns(b);
        assert(k == rows(b));
        const variable y = make(&tape::product_backward, a, b, m, n);
        multiply(form(a), form(b), m, n, k, at(a).value, at(b).value, T(0), at(y).value);
        return y;
    }

    variable difference(variable a, variable b) {
        const variable y = make(&tape::difference_backward, a, b, at(a).rows, at(a).columns);
        const T *p = at(a).value, *q = at(b).value;
        T* out = at(y).value;
        for_each_lane<T>(size(y), [=](auto lane, std::size_t i) {
            store(out + i, load(lane, p + i) - load(lane, q + i));
        });
        return y;
    }

    /// The column b added to each column of a.
    variable add_column(variable a, variable b) {
        const variable y = make(&tape::add_column_backward, a, b, at(a).rows, at(a).columns);
        const std::size_t n = at(a).columns;
        for (std::size_t i = 0; i < at(a).rows; ++i) {
            const T* p = at(a).value + i * n;
            T* out = at(y).value + i * n;
            const T shift = at(b).value[i];
            for_each_lane<T>(n, [=](auto lane, std::size_t j) {
                store(out + j, load(lane, p + j) + decltype(lane)(shift));
            });
        }
        return y;
    }

    variable swish(variable a) {
        const variable y = make(&tape::swish_backward, a, a, at(a).rows, at(a).columns);
        at(y).saved = memory_.take(size(y));
        bench::swish(size(y), at(a).value, at(y).value, at(y).saved);
        return y;
    }

    /// factor |a|^2.
    variable squared_norm(variable a, T factor) {
        const variable y = make(&tape::squared_norm_backward, a, a, 1, 1);
        at(y).factor = factor;
        *at(y).value = factor * bench::squared_norm(size(a), at(a).value);
        return y;
    }

    /// The sum of all entries.
    variable entry_sum(variable a) {
        const variable y = make(&tape::entry_sum_backward, a, a, 1, 1);
        *at(y).value = bench::sum(size(a), at(a).value);
        return y;
    }

    /// Minus the mean over the columns of the columns' sums of targets o log_softmax(a). The targets are
    /// constant.
    variable softmax_cross_entropy(variable a, variable targets) {
        const variable y = make(&tape::softmax_cross_entropy_backward, a, targets, 1, 1);
        at(y).saved = memory_.take(size(a));
        *at(y).value = bench::softmax_cross_entropy(at(a).rows, at(a).columns, at(a).value, at(targets).value,
                                                    at(y).saved);
        return y;
    }

    /// factor a + shift I.
    variable scale_and_shift_diagonal(variable a, T factor, T shift) {
        const variable y = make(&tape::scale_backward, a, a, at(a).rows, at(a).columns);
        at(y).factor = factor;
        const T* p = at(a).value;
        T* out = at(y).value;
        for_each_lane<T>(size(y), [=](auto lane, std::size_t i) {
            store(out + i, decltype(lane)(factor) * load(lane, p + i));
        });
        for (std::size_t i = 0; i < at(a).rows; ++i)
            out[i * (at(a).columns + 1)] += shift;
        return y;
    }

    /// The Cholesky factor of a positive definite matrix, which the two following functions share. It stands
    /// for the matrix itself: its adjoint is the adjoint of the matrix.
    variable cholesky(variable a) {
        const variable y = make(&tape::scale_backward, a, a, at(a).rows, at(a).columns);
        at(y).factor = 1;
        std::copy_n(at(a).value, size(a), at(y).value);
        calls::cholesky_upper(at(a).rows, at(y).value);
        return y;
    }

    /// factor log|K|, given the factor of K.
    variable log_determinant(variable K, T factor) {
        const variable y = make(&tape::log_determinant_backward, K, K, 1, 1);
        at(y).factor = factor;
        T sum = 0;
        for (std::size_t i = 0; i < at(K).rows; ++i)
            sum += std::log(at(K).value[i * (at(K).columns + 1)]);
        *at(y).value = 2 * factor * sum;
        return y;
    }

    /// factor tr(B' K^-1 B), given the factor of K. B is constant.
    variable inverse_quadratic(variable K, variable B, T factor) {
        const variable y = make(&tape::inverse_quadratic_backward, K, B, 1, 1);
        at(y).factor = factor;
        const std::size_t n = at(B).rows, k = at(B).columns;
        T* Z = at(y).saved = memory_.take(n * k);
        std::copy_n(at(B).value, n * k, Z);
        calls::trsm_upper(as::transposed, n, k, at(K).value, Z);
        *at(y).value = factor * bench::squared_norm(n * k, Z);
        calls::trsm_upper(as::is, n, k, at(K).value, Z);
        return y;
    }

    variable sum(variable a, variable b) {
        const variable y = make(&tape::sum_backward, a, b, at(a).rows, at(a).columns);
        const T *p = at(a).value, *q = at(b).value;
        T* out = at(y).value;
        for_each_lane<T>(size(y), [=](auto lane, std::size_t i) {
            store(out + i, load(lane, p + i) + load(lane, q + i));
        });
        return y;
    }

    // --- results ---

    T value(variable v) const { return *nodes_[v.index].value; }

    /// The gradient of a scalar with respect to all parameters, each into its own storage.
    void backward(variable loss) {
        T* const seed = memory_.take(1);
        *seed = 1;
        at(loss).adjoint = seed;
        at(loss).reached = true;
        for (std::size_t i = loss.index + 1; i-- != 0;) {
            const node& n = nodes_[i];
            if (n.backward && n.needed && n.reached) (this->*n.backward)(n);
        }
    }

private:
    using as = calls::as;

    struct node {
        void (tape::*backward)(const node&); // null for a leaf
        variable first, second;
        std::size_t rows, columns;
        T* value;
        T* adjoint;
        T* saved; // what the operation keeps for the reverse sweep
        T factor;
        bool needed;  // a parameter is among its ancestors
        bool reached; // its adjoint holds something
    };

    variable record(const node& n) {
        nodes_.push_back(n);
        return {nodes_.size() - 1};
    }
    variable make(void (tape::*backward)(const node&), variable a, variable b, std::size_t rows,
                  std::size_t columns) {
        const bool needed = at(a).needed || at(b).needed;
        return record({backward, a, b, rows, columns, memory_.take(rows * columns), nullptr, nullptr, T(0),
                       needed, false});
    }

    node& at(variable v) { return nodes_[v.index]; }
    std::size_t size(variable v) { return at(v).rows * at(v).columns; }
    std::size_t rows(variable v) { return v.transposed ? at(v).columns : at(v).rows; }
    std::size_t columns(variable v) { return v.transposed ? at(v).rows : at(v).columns; }
    static as form(variable v) { return v.transposed ? as::transposed : as::is; }
    static as opposite(as form) { return form == as::is ? as::transposed : as::is; }

    /// The place for a contribution to v's adjoint, and the beta with which the contribution is added.
    struct destination {
        T* adjoint;
        T beta;
    };
    destination contribute(variable v) {
        node& n = at(v);
        if (!n.adjoint) n.adjoint = memory_.take(n.rows * n.columns);
        const T beta = n.reached ? T(1) : T(0);
        n.reached = true;
        return {n.adjoint, beta};
    }

    /// v's adjoint += g, where g belongs to a node that is finished: an inner node takes the memory over.
    void hand_on(variable v, T* g) {
        if (!at(v).needed) return;
        if (!at(v).adjoint) {
            at(v).adjoint = g;
            at(v).reached = true;
            return;
        }
        add(v, T(1), g);
    }
    void add(variable v, T factor, const T* g) {
        if (!at(v).needed) return;
        const auto [out, beta] = contribute(v);
        if (beta == T(0))
            for_each_lane<T>(size(v), [=, out = out](auto lane, std::size_t i) {
                store(out + i, decltype(lane)(factor) * load(lane, g + i));
            });
        else
            for_each_lane<T>(size(v), [=, out = out](auto lane, std::size_t i) {
                store(out + i, load(lane, out + i) + decltype(lane)(factor) * load(lane, g + i));
            });
    }

    /// C (m x n) = A B + beta C by the cheapest call that does it.
    static void multiply(as form_a, as form_b, std::size_t m, std::size_t n, std::size_t k, const T* A,
                         const T* B, T beta, T* C) {
        if (n == 1) {
            if (form_a == as::is)
                calls::gemv(form_a, m, k, T(1), A, B, beta, C);
            else
                calls::gemv(form_a, k, m, T(1), A, B, beta, C);
        } else if (m == 1) {
            if (form_b == as::is)
                calls::gemv(as::transposed, k, n, T(1), B, A, beta, C);
            else
                calls::gemv(as::is, n, k, T(1), B, A, beta, C);
        } else if (k == 1) {
            if (beta == T(1))
                calls::ger(m, n, T(1), A, B, C);
            else
                for (std::size_t i = 0; i < m; ++i) {
                    const T left = A[i];
                    T* const row = C + i * n;
                    for_each_lane<T>(n, [=](auto lane, std::size_t j) {
                        store(row + j, decltype(lane)(left) * load(lane, B + j));
                    });
                }
        } else {
            calls::gemm(form_a, form_b, m, n, k, T(1), A, B, beta, C);
        }
    }

    // y = op(a) op(b): the adjoint of op(a) is g op(b)', that of op(b) is op(a)' g; those of a and b the
    // same, transposed.
    void product_backward(const node& y) {
        const variable a = y.first, b = y.second;
        const std::size_t m = y.rows, n = y.columns, k = columns(a);
        if (at(a).needed) {
            const auto [out, beta] = contribute(a);
            if (a.transposed)
                multiply(form(b), as::transposed, k, m, n, at(b).value, y.adjoint, beta, out);
            else
                multiply(as::is, opposite(form(b)), m, k, n, y.adjoint, at(b).value, beta, out);
        }
        if (at(b).needed) {
            const auto [out, beta] = contribute(b);
            if (b.transposed)
                multiply(as::transposed, form(a), n, k, m, y.adjoint, at(a).value, beta, out);
            else
                multiply(opposite(form(a)), as::is, k, n, m, at(a).value, y.adjoint, beta, out);
        }
    }
    void difference_backward(const node& y) {
        add(y.second, T(-1), y.adjoint);
        hand_on(y.first, y.adjoint);
    }
    void sum_backward(const node& y) {
        add(y.second, T(1), y.adjoint);
        hand_on(y.first, y.adjoint);
    }
    void add_column_backward(const node& y) {
        if (at(y.second).needed) {
            const auto [out, beta] = contribute(y.second);
            for (std::size_t i = 0; i < y.rows; ++i)
                out[i] = bench::sum(y.columns, y.adjoint + i * y.columns) + (beta == T(0) ? T(0) : out[i]);
        }
        hand_on(y.first, y.adjoint);
    }
    void swish_backward(const node& y) {
        multiply_by(y.rows * y.columns, y.adjoint, y.saved);
        hand_on(y.first, y.adjoint);
    }
    void squared_norm_backward(const node& y) { add(y.first, 2 * y.factor * *y.adjoint, at(y.first).value); }
    void entry_sum_backward(const node& y) {
        const auto [out, beta] = contribute(y.first);
        for_each_lane<T>(size(y.first), [=, out = out, beta = beta](auto lane, std::size_t i) {
            const decltype(lane) g(*y.adjoint);
            store(out + i, beta == T(0) ? g : load(lane, out + i) + g);
        });
    }
    void softmax_cross_entropy_backward(const node& y) {
        if (*y.adjoint == T(1))
            hand_on(y.first, y.saved);
        else
            add(y.first, *y.adjoint, y.saved);
    }
    void scale_backward(const node& y) {
        if (y.factor == T(1))
            hand_on(y.first, y.adjoint);
        else
            add(y.first, y.factor, y.adjoint);
    }
    // The adjoint of K is g K^-1: the inverse is formed from the factor, its other triangle filled by
    // symmetry.
    void log_determinant_backward(const node& y) {
        const std::size_t n = at(y.first).rows;
        T* const inverse = memory_.take(n * n);
        std::copy_n(at(y.first).value, n * n, inverse);
        calls::inverse_from_cholesky_upper(n, inverse);
        constexpr std::size_t tile = 16;
        for (std::size_t ii = 0; ii < n; ii += tile)
            for (std::size_t jj = 0; jj <= ii; jj += tile)
                for (std::size_t i = ii; i < std::min(ii + tile, n); ++i)
                    for (std::size_t j = jj; j < std::min(jj + tile, i); ++j)
                        inverse[i * n + j] = inverse[j * n + i];
        add(y.first, y.factor * *y.adjoint, inverse);
    }
    // The adjoint of K is -g Z Z' with K Z = B.
    void inverse_quadratic_backward(const node& y) {
        const std::size_t n = at(y.second).rows, k = at(y.second).columns;
        const auto [out, beta] = contribute(y.first);
        calls::gemm(as::is, as::transposed, n, n, k, -y.factor * *y.adjoint, y.saved, y.saved, beta, out);
    }

    std::vector<node> nodes_;
    arena<T> memory_;
};

} // namespace bench
