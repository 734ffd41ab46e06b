// SPDX-License-Identifier: BSL-1.0
// A matrix product for this machine's vectors: a sum of products C = A1 B1 + A2 B2 + ... in one sweep, each
// operand with strides of its own (so that a transpose is a stride), and a last step on every vector of C
// while it is still in the first-level cache. OpenBLAS chooses its kernels by the processor's name and may
// miss the widest vectors; this does not.
#pragma once

#include "elementwise.hpp"
#include "workloads.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace bench::limit {

constexpr std::size_t round_up(std::size_t n, std::size_t multiple) {
    return (n + multiple - 1) / multiple * multiple;
}

/// Entry (i, j) is data[i * row + j * column].
template <class T>
struct operand {
    const T* data;
    std::size_t row, column;
};
template <class T>
operand<T> is(const T* data, std::size_t columns) {
    return {data, columns, 1};
}
template <class T>
operand<T> transposed(const T* data, std::size_t columns) {
    return {data, 1, columns};
}

template <class T>
struct term {
    operand<T> left, right;
    std::size_t inner;
};

/// The tile of C that stays in registers: rows x (columns in vectors). Thirty-two registers hold 6 x 4,
/// sixteen 4 x 2.
template <class T>
inline constexpr std::size_t tile_rows = sizeof(batch<T>) == 64 ? 6 : 4;
template <class T>
inline constexpr std::size_t tile_vectors = sizeof(batch<T>) == 64 ? 4 : 2;

/// Transposes a square block of as many rows as a vector has lanes, by interleaving rows log2(lanes) times.
template <class T>
void transpose_block(const T* from, std::size_t from_row, T* to, std::size_t to_row) {
    constexpr std::size_t lanes = batch<T>::size;
    typedef T vector __attribute__((vector_size(sizeof(T) * lanes)));
    vector rows[lanes], next[lanes];
    for (std::size_t i = 0; i < lanes; ++i)
        __builtin_memcpy(&rows[i], from + i * from_row, sizeof(vector));
    for (std::size_t stage = 1; stage < lanes; stage *= 2) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            for (std::size_t i = 0; i < lanes / 2; ++i) {
                const vector a = rows[i], b = rows[i + lanes / 2];
                next[2 * i] = __builtin_shufflevector(a, b, (I / 2 + I % 2 * lanes)...);
                next[2 * i + 1] = __builtin_shufflevector(a, b, (lanes / 2 + I / 2 + I % 2 * lanes)...);
            }
        }
        (std::make_index_sequence<lanes>());
        std::copy_n(next, lanes, rows);
    }
    for (std::size_t i = 0; i < lanes; ++i)
        __builtin_memcpy(to + i * to_row, &rows[i], sizeof(vector));
}

/// Rows first ... first + depth - 1 of B, `width` columns from `column` on, contiguous and padded with zeros.
template <class T>
void pack(const operand<T>& B, std::size_t first, std::size_t depth, std::size_t column, std::size_t width,
          std::size_t padded, T* packed) {
    constexpr std::size_t lanes = batch<T>::size;
    const T* const from = B.data + first * B.row + column * B.column;
    if (B.column == 1) {
        for (std::size_t p = 0; p < depth; ++p) {
            std::copy_n(from + p * B.row, width, packed + p * padded);
            std::fill_n(packed + p * padded + width, padded - width, T(0));
        }
        return;
    }
    std::size_t p = 0;
    if (B.row == 1)
        for (; p + lanes <= depth; p += lanes) {
            std::size_t j = 0;
            for (; j + lanes <= width; j += lanes)
                transpose_block(from + j * B.column + p, B.column, packed + p * padded + j, padded);
            for (; j < padded; ++j)
                for (std::size_t i = 0; i < lanes; ++i)
                    packed[(p + i) * padded + j] = j < width ? from[j * B.column + p + i] : T(0);
        }
    for (; p < depth; ++p)
        for (std::size_t j = 0; j < padded; ++j)
            packed[p * padded + j] = j < width ? from[j * B.column + p * B.row] : T(0);
}

template <class T, std::size_t Rows, std::size_t Vectors>
void tile(std::size_t depth, const T* A, std::size_t a_row, std::size_t a_column, const T* B,
          std::size_t b_row, T* C, std::size_t c_row, bool accumulate) {
    constexpr std::size_t lanes = batch<T>::size;
    batch<T> sums[Rows][Vectors];
    for (std::size_t i = 0; i < Rows; ++i)
        for (std::size_t v = 0; v < Vectors; ++v)
            sums[i][v] = accumulate ? batch<T>::load_unaligned(C + i * c_row + v * lanes) : batch<T>(T(0));
    for (std::size_t p = 0; p < depth; ++p, A += a_column, B += b_row) {
        batch<T> b[Vectors];
        for (std::size_t v = 0; v < Vectors; ++v)
            b[v] = batch<T>::load_unaligned(B + v * lanes);
        for (std::size_t i = 0; i < Rows; ++i) {
            const batch<T> a(A[i * a_row]);
            for (std::size_t v = 0; v < Vectors; ++v)
                sums[i][v] = xsimd::fma(a, b[v], sums[i][v]);
        }
    }
    for (std::size_t i = 0; i < Rows; ++i)
        for (std::size_t v = 0; v < Vectors; ++v)
            sums[i][v].store_unaligned(C + i * c_row + v * lanes);
}

template <class T>
using tile_function = void (*)(std::size_t, const T*, std::size_t, std::size_t, const T*, std::size_t, T*,
                               std::size_t, bool);

template <class T>
inline constexpr auto tiles = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<tile_function<T>, sizeof...(I)>{
        tile<T, I / tile_vectors<T> + 1, I % tile_vectors<T> + 1>...};
}
(std::make_index_sequence<tile_rows<T> * tile_vectors<T>>());

/// C (m x n, contiguous rows) = the sum of the terms; last(i, j, vector) replaces a vector of C before it is
/// left for good. Where n is no multiple of the lanes, the last vector of a row holds what is not C's beyond
/// the end of the row.
template <class T, std::size_t Terms, class Last>
void product(std::size_t m, std::size_t n, const std::array<term<T>, Terms>& terms, T* C, Last last) {
    constexpr std::size_t lanes = batch<T>::size, strip = tile_vectors<T> * lanes;
    constexpr std::size_t deepest =
        32768 / (strip * sizeof(T)); // the strip of B stays in the first-level cache
    alignas(64) T packed[deepest * strip];
    alignas(64) T edge[tile_rows<T> * strip];
    for (std::size_t t = 0; t < Terms; ++t) {
        const auto& [A, B, inner] = terms[t];
        for (std::size_t p = 0; p < inner; p += deepest) {
            const std::size_t depth = std::min(deepest, inner - p);
            const bool accumulate = t != 0 || p != 0, finished = t == Terms - 1 && p + depth == inner;
            for (std::size_t j = 0; j < n; j += strip) {
                const std::size_t width = std::min(strip, n - j), vectors = (width + lanes - 1) / lanes;
                const bool whole = width % lanes == 0;
                const T* strip_data = packed;
                std::size_t strip_row = vectors * lanes;
                if (B.column == 1 && whole && depth <= 64) { // too little reuse for a copy to pay
                    strip_data = B.data + p * B.row + j;
                    strip_row = B.row;
                } else {
                    pack(B, p, depth, j, width, strip_row, packed);
                }
                for (std::size_t i = 0; i < m; i += tile_rows<T>) {
                    const std::size_t rows = std::min(tile_rows<T>, m - i);
                    T* const destination = C + i * n + j;
                    const T* const left = A.data + i * A.row + p * A.column;
                    const auto function = tiles<T>[(rows - 1) * tile_vectors<T> + vectors - 1];
                    if (whole) {
                        function(depth, left, A.row, A.column, strip_data, strip_row, destination, n,
                                 accumulate);
                    } else {
                        for (std::size_t r = 0; accumulate && r < rows; ++r)
                            std::copy_n(destination + r * n, width, edge + r * strip);
                        function(depth, left, A.row, A.column, strip_data, strip_row, edge, strip,
                                 accumulate);
                        for (std::size_t r = 0; r < rows; ++r)
                            std::copy_n(edge + r * strip, width, destination + r * n);
                    }
                    if (finished && whole)
                        for (std::size_t r = 0; r < rows; ++r)
                            for (std::size_t v = 0; v < vectors; ++v) {
                                T* const place = destination + r * n + v * lanes;
                                const batch<T> value = batch<T>::load_unaligned(place);
                                last(i + r, j + v * lanes, value).store_unaligned(place);
                            }
                }
            }
        }
    }
}
template <class T, std::size_t Terms>
void product(std::size_t m, std::size_t n, const std::array<term<T>, Terms>& terms, T* C) {
    struct nothing {
        batch<T> operator()(std::size_t, std::size_t, batch<T> value) const { return value; }
    };
    product(m, n, terms, C, nothing());
}

} // namespace bench::limit
