// SPDX-License-Identifier: BSL-1.0
// Rectangles within matrices, and what indices point at, against the evaluator.
#include "support/catch.hpp"
#include "support/small_matrices.hpp"

#include <ctgrad/run/parts.hpp>

#include <random>

namespace {

using namespace small_matrices;
using values = std::vector<double>;

TEST_CASE("rectangles are copied, cleared and added within larger matrices", "[run]") {
    values const from = {1, 2, 3, 4, 5, 6};  // 2 x 3
    values to(12, -1);                       // 3 x 4
    copy_rectangle(from.data(), 3, to.data() + 4 + 1, 4, 2, 3);
    CHECK(to == values{-1, -1, -1, -1, -1, 1, 2, 3, -1, 4, 5, 6});
    copy_rectangle(to.data() + 5, 4, to.data(), 4, 1, 2);
    CHECK(to == values{1, 2, -1, -1, -1, 1, 2, 3, -1, 4, 5, 6});
    fill_rectangle(to.data() + 1, 4, 3, 2);
    CHECK(to == values{1, 0, 0, -1, -1, 0, 0, 3, -1, 0, 0, 6});
    add_rectangle(-2., from.data(), to.data() + 5, 4, 2, 3);
    CHECK(to == values{1, 0, 0, -1, -1, -2, -4, -3, -1, -8, -10, -6});
    values whole(6);
    copy_rectangle(from.data(), 3, whole.data(), 3, 2, 3);  // one run
    CHECK(whole == from);
    copy_rectangle(from.data(), 3, whole.data(), 3, 0, 3);
    CHECK(whole == from);
}

TEST_CASE("a cross product may overwrite a factor", "[run]") {
    values u = {1, 2, 3};
    values const v = {-4, 5, 0.5};
    values const expected = evaluated(op::cross, {3, 1, u}, {3, 1, v}, 3, 1).value;
    cross_product(u.data(), v.data(), u.data());
    CHECK(u == expected);
}

template <op Gather, op Scatter>
void check_indices(int m, int n, int indexed, int count, int rows, int columns) {
    std::mt19937 engine(1);
    matrix a(m, n), g(rows, columns), y(count, 1);
    for (double& entry : a.value) entry = static_cast<double>(engine() % 100);
    for (double& entry : g.value) entry = static_cast<double>(engine() % 100);
    for (double& entry : y.value) entry = static_cast<double>(engine() % unsigned(indexed));
    std::vector<ctgrad::detail::index> const indices(y.value.begin(), y.value.end());
    values taken(g.value.size()), back(a.value.size());
    gather<Gather>(a.value.data(), indices.data(), taken.data(), n, rows, columns);
    CHECK(taken == evaluated(Gather, a, y, rows, columns).value);
    scatter<Scatter>(1., g.value.data(), indices.data(), back.data(), n, rows, columns);
    CHECK(back == evaluated(Scatter, g, y, m, n).value);
}

TEST_CASE("what indices point at is taken and put back", "[run]") {
    check_indices<op::gather_rows, op::scatter_rows>(4, 5, 4, 7, 7, 5);
    check_indices<op::gather_columns, op::scatter_columns>(4, 5, 5, 7, 4, 7);
    check_indices<op::pick, op::unpick>(4, 5, 4, 5, 1, 5);
    check_indices<op::pick_rows, op::unpick_rows>(4, 5, 5, 4, 4, 1);
}

} // namespace
