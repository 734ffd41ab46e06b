// SPDX-License-Identifier: BSL-1.0
// How reductions run through a matrix, and the scans.
#include "support/catch.hpp"

#include <ctgrad/graph/evaluate_lines.hpp>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace {

using namespace ctgrad::detail;

constexpr double inf = std::numeric_limits<double>::infinity();

struct entries {
    std::vector<double> value, error;
    int rows, columns;

    entries(int rows, int columns, std::vector<double> values)
        : value(std::move(values)), error(value.size()), rows(rows), columns(columns) {}
    entries(int rows, int columns) : entries(rows, columns, std::vector<double>(std::size_t(rows * columns))) {}
    small_matrix view() { return {value.data(), error.data(), rows, columns}; }
};

TEST_CASE("lines run through every entry once", "[graph]") {
    for (int m : {1, 2, 5})
        for (int n : {1, 3, 4}) {
            entries a(m, n);
            small_matrix const view = a.view();
            for (lines const& l : {lines::whole(view), lines::rows(view), lines::columns(view)}) {
                std::vector<int> met(std::size_t(m * n));
                for (int line = 0; line < l.count; ++line)
                    for (int i = 0; i < l.length; ++i) ++met[std::size_t(l.place(line, i))];
                CHECK(met == std::vector<int>(std::size_t(m * n), 1));
            }
            CHECK(lines::rows(view).place(m - 1, 0) == (m - 1) * n);
            CHECK(lines::columns(view).place(n - 1, m - 1) == m * n - 1);
        }
}

TEST_CASE("logarithms of sums of exponentials do not overflow", "[graph]") {
    entries a(2, 3, {1000, 1000, 1000, -inf, 1, -inf});
    small_matrix const view = a.view();
    CHECK(std::abs(log_sum_exp(view, lines::rows(view), 0).value - (1000 + std::log(3.))) < 1e-12);
    CHECK(log_sum_exp(view, lines::rows(view), 1).value == 1);
    CHECK(log_sum_exp(view, lines::columns(view), 0).value == 1000);
    entries nothing(1, 3, {-inf, -inf, -inf}), all(1, 2, {inf, 1}), bad(1, 2, {1, std::nan("")});
    CHECK(log_sum_exp(nothing.view(), lines::whole(nothing.view()), 0).value == -inf);
    CHECK(log_sum_exp(all.view(), lines::whole(all.view()), 0).value == inf);
    CHECK(std::isnan(log_sum_exp(bad.view(), lines::whole(bad.view()), 0).value));
}

TEST_CASE("extreme entries, and marks at the first of them", "[graph]") {
    entries a(2, 4, {1, 3, 3, 2, -1, -1, -2, -1}), tops(2, 1), marks(2, 4), column_tops(1, 4), column_marks(2, 4);
    small_matrix const view = a.view();
    for (int i = 0; i < 2; ++i) tops.view().set(i, extreme_entry(view, lines::rows(view), i, 1));
    for (int j = 0; j < 4; ++j) column_tops.view().set(j, extreme_entry(view, lines::columns(view), j, 1));
    CHECK(tops.value == std::vector<double>{3, -1});
    CHECK(column_tops.value == std::vector<double>{1, 3, 3, 2});
    CHECK(extreme_entry(view, lines::whole(view), 0, -1).value == -2);
    mark_maxima(view, tops.view(), marks.view(), lines::rows(view));
    CHECK(marks.value == std::vector<double>{0, 1, 0, 0, 1, 0, 0, 0});
    mark_maxima(view, column_tops.view(), column_marks.view(), lines::columns(view));
    CHECK(column_marks.value == std::vector<double>{1, 1, 1, 1, 0, 0, 0, 0});
    entries none(1, 0);
    CHECK(extreme_entry(none.view(), {1, 0, 0, 1}, 0, 1).value == -inf);
    CHECK(extreme_entry(none.view(), {1, 0, 0, 1}, 0, -1).value == inf);
}

TEST_CASE("products of the others are right where entries are 0", "[graph]") {
    entries a(4, 1, {2, 0, 3, 5}), before(4, 1), after(4, 1);
    CHECK(multiply_up(a.view()).value == 0);
    evaluate_products(a.view(), before.view(), false);
    evaluate_products(a.view(), after.view(), true);
    CHECK(before.value == std::vector<double>{1, 2, 0, 0});
    CHECK(after.value == std::vector<double>{0, 15, 5, 1});
    entries nothing(0, 1);
    CHECK(multiply_up(nothing.view()).value == 1);
}

TEST_CASE("recurrences", "[graph]") {
    entries a(4, 1, {9, 2, 3, 4}), b(4, 1, {1, 10, 100, 9}), y(4, 1), back(4, 1);
    evaluate_recurrence(a.view(), b.view(), y.view(), false);
    CHECK(y.value == std::vector<double>{0, 1, 2 * 1 + 10, 3 * 12 + 100});
    evaluate_recurrence(a.view(), b.view(), back.view(), true);
    CHECK(back.value == std::vector<double>{2 * 127 + 10, 3 * 9 + 100, 9, 0});
}

} // namespace
