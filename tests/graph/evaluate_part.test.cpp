// SPDX-License-Identifier: BSL-1.0
// Parts, assemblies and indices: what is taken apart is put together again, and adjoints are adjoint.
#include "support/catch.hpp"

#include <ctgrad/graph/evaluate_part.hpp>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace {

using namespace ctgrad::detail;

struct entries {
    std::vector<double> value, error;
    int rows, columns;

    entries(int rows, int columns, std::vector<double> values)
        : value(std::move(values)), error(value.size()), rows(rows), columns(columns) {}
    small_matrix view() { return {value.data(), error.data(), rows, columns}; }
};

// 1, 2, 3, ...
entries counting(int rows, int columns, double first = 1) {
    std::vector<double> values(std::size_t(rows * columns));
    std::iota(values.begin(), values.end(), first);
    return {rows, columns, values};
}

entries evaluated(op code, entries a, entries b, int rows, int columns, int row = 0, int column = 0) {
    entries y(rows, columns, std::vector<double>(std::size_t(rows * columns)));
    small_matrix const arguments[] = {a.view(), b.view()};
    evaluate_part(code, arguments, y.view(), row, column);
    return y;
}
entries const none(0, 0, {});
using values = std::vector<double>;

TEST_CASE("a part, and a part among zeros", "[graph]") {
    entries const a = counting(3, 4);
    CHECK(evaluated(op::part, a, none, 2, 2, 1, 2).value == values{7, 8, 11, 12});
    CHECK(evaluated(op::place, counting(2, 1), none, 3, 2, 1, 1).value == values{0, 0, 0, 1, 0, 2});
    // Of a part that is placed the part is the part.
    for (int row = 0; row < 2; ++row)
        for (int column = 0; column < 3; ++column) {
            entries const part = evaluated(op::part, a, none, 2, 2, row, column);
            CHECK(evaluated(op::part, evaluated(op::place, part, none, 5, 6, row + 1, column), none, 2, 2, row + 1, column).value == part.value);
        }
    CHECK(std::isnan(evaluated(op::part, a, none, 1, 1, 3, 0).value[0]));
}

TEST_CASE("assemblies", "[graph]") {
    CHECK(evaluated(op::vertical, counting(1, 2), counting(2, 2, 5), 3, 2).value == values{1, 2, 5, 6, 7, 8});
    CHECK(evaluated(op::horizontal, counting(2, 1), counting(2, 2, 5), 2, 3).value == values{1, 5, 6, 2, 7, 8});
    CHECK(evaluated(op::block_diagonal, counting(1, 2), counting(2, 1, 5), 3, 3).value == values{1, 2, 0, 0, 0, 5, 0, 0, 6});
}

TEST_CASE("a cross product is at right angles to both factors", "[graph]") {
    entries const u(3, 1, {1, 2, 3}), v(3, 1, {-4, 5, 0.5});
    values const y = evaluated(op::cross, u, v, 3, 1).value;
    CHECK(y == values{2 * 0.5 - 3 * 5, 3 * -4 - 1 * 0.5, 1 * 5 - 2 * -4});
    CHECK(std::abs(std::inner_product(y.begin(), y.end(), u.value.begin(), 0.)) < 1e-14);
    CHECK(std::abs(std::inner_product(y.begin(), y.end(), v.value.begin(), 0.)) < 1e-14);
    CHECK(std::isnan(evaluated(op::cross, counting(4, 1), counting(4, 1), 4, 1).value[0]));
}

TEST_CASE("what indices point at", "[graph]") {
    entries const a = counting(3, 2), y(3, 1, {2, 0, 2}), z(2, 1, {1, 2});
    CHECK(evaluated(op::gather_rows, a, y, 3, 2).value == values{5, 6, 1, 2, 5, 6});
    CHECK(evaluated(op::scatter_rows, a, y, 3, 2).value == values{3, 4, 0, 0, 6, 8});  // the rows that meet add up
    CHECK(evaluated(op::pick, a, z, 1, 2).value == values{3, 6});
    CHECK(evaluated(op::unpick, counting(1, 2), z, 3, 2).value == values{0, 0, 1, 0, 0, 2});
    CHECK(evaluated(op::pick_rows, a, entries(3, 1, {0, 1, 1}), 3, 1).value == values{1, 4, 6});
    CHECK(evaluated(op::unpick_rows, counting(3, 1), entries(3, 1, {0, 1, 1}), 3, 2).value == values{1, 0, 0, 2, 0, 3});
    CHECK(evaluated(op::gather_columns, a, entries(3, 1, {1, 1, 0}), 3, 3).value == values{2, 2, 1, 4, 4, 3, 6, 6, 5});
    CHECK(evaluated(op::scatter_columns, counting(1, 3), entries(3, 1, {1, 1, 0}), 1, 2).value == values{3, 3});
}

TEST_CASE("what scatters is the transpose of what gathers", "[graph]") {
    std::mt19937 engine(1);
    auto const draw = [&](int rows, int columns, unsigned below) {
        entries a = counting(rows, columns);
        for (double& entry : a.value) entry = static_cast<double>(engine() % below);
        return a;
    };
    auto const inner = [](entries const& a, entries const& b) { return std::inner_product(a.value.begin(), a.value.end(), b.value.begin(), 0.); };
    struct adjoint_pair {
        op forth, back;
        int indexed, count, rows, columns;  // of the result
    };
    for (adjoint_pair const& p : {adjoint_pair{op::gather_rows, op::scatter_rows, 4, 6, 6, 5},
                                  adjoint_pair{op::gather_columns, op::scatter_columns, 5, 7, 4, 7},
                                  adjoint_pair{op::pick, op::unpick, 4, 5, 1, 5},
                                  adjoint_pair{op::pick_rows, op::unpick_rows, 5, 4, 4, 1}}) {
        INFO(about(p.forth).name);
        entries const a = draw(4, 5, 100), g = draw(p.rows, p.columns, 100), y = draw(p.count, 1, static_cast<unsigned>(p.indexed));
        CHECK(inner(evaluated(p.forth, a, y, p.rows, p.columns), g) == inner(a, evaluated(p.back, g, y, 4, 5)));
    }
}

} // namespace
