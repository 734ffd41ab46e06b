// SPDX-License-Identifier: BSL-1.0
// Operands drawn from a fixed seed, the same on every machine.
#pragma once

#include "algebra.hpp"

#include <cstdint>
#include <random>

namespace reference {

class random_operands {
public:
    explicit random_operands(std::uint32_t seed) : engine_(seed) {}

    // In (-1, 1), never 0 and a multiple of 2^-10: float holds it exactly, so that both types see the same
    // operand.
    number entry() { return (2 * static_cast<number>(engine_() >> 22) + 1) / 1024 - 1; }

    number positive_entry() { return std::abs(entry()) + number(0.25); }

    dense matrix(std::size_t rows, std::size_t columns) {
        return map(dense(rows, columns), [this](number) { return entry(); });
    }

    dense positive(std::size_t rows, std::size_t columns) {
        return map(dense(rows, columns), [this](number) { return positive_entry(); });
    }

    dense column(std::size_t rows) { return matrix(rows, 1); }

    dense symmetric(std::size_t n) {
        dense const a = matrix(n, n);
        return (a + transpose(a)) / 2;
    }

    dense symmetric_positive_definite(std::size_t n) {
        dense const a = map(matrix(n, n), [](number x) { return std::round(x * 32) / 32; });
        return a * transpose(a) + identity(n);
    }

    // Far from singular: the diagonal outweighs its row.
    dense well_conditioned(std::size_t n) { return matrix(n, n) + number(n) * identity(n); }

    // Zeros and ones, ones with the given probability.
    dense mask(std::size_t rows, std::size_t columns, number probability) {
        return map(dense(rows, columns), [&](number) { return number((entry() + 1) / 2 < probability); });
    }

    // One column a sample, a single one in each.
    dense one_hot(std::size_t classes, std::size_t samples) {
        dense result(classes, samples);
        for (std::size_t j = 0; j < samples; ++j)
            result(engine_() % classes, j) = 1;
        return result;
    }

private:
    std::mt19937 engine_;
};

} // namespace reference
