// SPDX-License-Identifier: BSL-1.0
// Jacobians and forward products through parts, assemblies and gathers.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <vector>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance, reference::number,
    reference::random_operands;

// Column by column, by differences of fourth order in extended precision.
template <class Function>
dense jacobian_of(Function function, dense& x) {
    number const h = 1e-4L;
    dense const y = function();
    dense result(y.rows(), x.rows());
    for (std::size_t j = 0; j < x.rows(); ++j) {
        number const here = x(j);
        auto at = [&](int steps) {
            x(j) = here + steps * h;
            return function();
        };
        dense const inner = at(1) - at(-1), outer = at(2) - at(-2);
        x(j) = here;
        for (std::size_t i = 0; i < y.rows(); ++i)
            result(i, j) = (8 * inner(i) - outer(i)) / (12 * h);
    }
    return result;
}

number sine(number x) {
    return std::sin(x);
}

dense block(dense const& a, std::size_t row, std::size_t column, std::size_t rows, std::size_t columns) {
    dense result(rows, columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            result(i, j) = a(row + i, column + j);
    return result;
}
dense below(dense const& a, dense const& b) {
    dense result(a.rows() + b.rows(), a.columns());
    std::copy(b.entries().begin(), b.entries().end(), std::copy(a.entries().begin(), a.entries().end(), result.entries().begin()));
    return result;
}

TEST_CASE("Jacobians of parts and assemblies", "[derivatives]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto dx = vector<"dx", "n">;
    constexpr auto e = sin(A * x);
    constexpr auto assembled = vertical(rows<1, 2>(e), square(x), element<0>(e) * rows<0, 2>(x));
    constexpr auto outer_part = vec(columns<1, 2>(rows<0, 2>(x * transpose(e))));
    auto f = compile(jacobian(assembled, x), jacobian(outer_part, x), jvp(assembled, x, dx), jvp(outer_part, x, dx),
                     jacobian(horizontal(transpose(e), transpose(x)) * vertical(e, x), x));
    random_operands random(311);
    dense a = random.matrix(4, 3), v = random.column(3), d = random.column(3);
    auto [by_assembly, by_outer, forward_assembly, forward_outer, by_square] =
        f(A = container<double>(a), x = column_container<double>(v), dx = column_container<double>(d));
    auto inner = [&] { return map(a * v, sine); };
    dense const first = jacobian_of(
        [&] { return below(below(block(inner(), 1, 0, 2, 1), hadamard(v, v)), inner()(0) * block(v, 0, 0, 2, 1)); }, v);
    dense const second = jacobian_of([&] {
        dense part = block(v * transpose(inner()), 0, 1, 2, 2), column(4, 1);
        column.entries() = part.entries();
        return column;
    }, v);
    dense const third = jacobian_of([&] { return dense(squared_norm(inner()) + squared_norm(v)); }, v);
    CHECK(distance(by_assembly, first) < 1e-9);
    CHECK(distance(by_outer, second) < 1e-9);
    CHECK(distance(forward_assembly, first * d) < 1e-9);
    CHECK(distance(forward_outer, second * d) < 1e-9);
    CHECK(distance(by_square, third) < 1e-9);
}

TEST_CASE("Jacobians of gathers and picked entries", "[derivatives]") {
    constexpr auto A = matrix<"A", 3, "n">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto dx = vector<"dx", "n">;
    constexpr auto y = indices<"y", "k">;
    constexpr auto z = indices<"z", "n">;
    constexpr auto e = A * diag(sin(x));  // 3 x n
    constexpr auto some = vec(rows(columns(e, y), y) + columns(rows(e, y), y));
    constexpr auto picked = transpose(pick(e, z)) + transpose(pick(e * diag(x), z));
    auto f = compile(jacobian(some, x), jacobian(picked, x), jvp(some, x, dx), jvp(picked, x, dx));
    random_operands random(312);
    dense a = random.matrix(3, 3), v = random.column(3), d = random.column(3);
    std::vector<int> const which{2, 0, 2, 1}, where{1, 1, 2};
    auto [by_some, by_picked, forward_some, forward_picked] =
        f(A = container<double>(a), x = column_container<double>(v), dx = column_container<double>(d), y = which, z = where);
    auto value = [&](std::size_t i, std::size_t j) { return a(i, j) * std::sin(v(j)); };
    dense const first = jacobian_of([&] {
        dense result(16, 1);
        for (std::size_t i = 0; i < 4; ++i)
            for (std::size_t j = 0; j < 4; ++j) result(4 * i + j) = 2 * value(std::size_t(which[i]), std::size_t(which[j]));
        return result;
    }, v);
    dense const second = jacobian_of([&] {
        dense result(3, 1);
        for (std::size_t j = 0; j < 3; ++j) result(j) = value(std::size_t(where[j]), j) * (1 + v(j));
        return result;
    }, v);
    CHECK(distance(by_some, first) < 1e-9);
    CHECK(distance(by_picked, second) < 1e-9);
    CHECK(distance(forward_some, first * d) < 1e-9);
    CHECK(distance(forward_picked, second * d) < 1e-9);
}

} // namespace
