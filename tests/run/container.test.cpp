// SPDX-License-Identifier: BSL-1.0
// The memory of containers and views, and whether two share entries: against the addresses of all entries.
#include "support/catch.hpp"

#include <ctgrad/run/container.hpp>

#include <array>
#include <set>
#include <vector>

namespace {

using namespace ctgrad::detail;

TEST_CASE("what is a container is told by what it can do", "[run]") {
    static_assert(tensor_like<xt::xtensor<double, 2>> && tensor_like<xt::xtensor<float, 1>&> && !tensor_like<std::vector<double>>);
    static_assert(integer_range<std::vector<int>> && integer_range<std::array<long, 3>> && integer_range<xt::xtensor<int, 1>>);
    static_assert(!integer_range<std::vector<double>> && !integer_range<int>);
    static_assert(arithmetic<int const&> && arithmetic<double> && !arithmetic<std::vector<double>>);
    static_assert(rank_of<xt::xtensor<double, 2>>() == 2);
    static_assert(rank_of<xt::xtensor_fixed<double, xt::xshape<3, 4>>>() == 2);
    static_assert(has_memory<xt::xtensor<double, 2>>);
    CHECK(rank_of<xt::xtensor<double, 1>>() == 1);
}

TEST_CASE("memory of containers and views", "[run]") {
    xt::xtensor<double, 2> a = xt::zeros<double>({4, 6});
    auto const whole = memory_of(a);
    CHECK((whole.rows == 4 && whole.columns == 6 && whole.is_contiguous() && whole.data == a.data()));
    auto some_rows = xt::view(a, xt::range(1, 3), xt::all());
    auto const rows = memory_of(some_rows);
    CHECK((rows.rows == 2 && rows.columns == 6 && rows.is_contiguous() && rows.data == &a(1, 0)));
    auto some_columns = xt::view(a, xt::all(), xt::range(2, 5));
    auto const columns = memory_of(some_columns);
    CHECK((columns.rows == 4 && columns.columns == 3 && !columns.is_contiguous() && columns.data == &a(0, 2)));
    CHECK(&columns.at(3, 2) == &a(3, 4));
    auto a_column = xt::view(a, xt::all(), 1);
    CHECK_FALSE(memory_of(a_column).is_contiguous());
    auto a_row = xt::view(a, 2, xt::all());
    CHECK((memory_of(a_row).is_contiguous() && memory_of(a_row).columns == 6));
    xt::xtensor<double, 2> column = xt::zeros<double>({5, 1}), row = xt::zeros<double>({1, 5});
    CHECK((memory_of(column).is_contiguous() && memory_of(row).is_contiguous()));
}

// All entries of a block.
template <class T>
std::set<T const*> addresses(memory_view<T> const& v) {
    std::set<T const*> result;
    for (long i = 0; i < v.rows; ++i)
        for (long j = 0; j < v.columns; ++j) result.insert(&v.at(i, j));
    return result;
}

TEST_CASE("blocks overlap where they share an entry", "[run]") {
    xt::xtensor<double, 2> a = xt::zeros<double>({5, 7});
    std::vector<memory_view<double>> blocks;
    for (int i = 0; i < 5; i += 2)
        for (int j = 0; j < 7; j += 3)
            for (int m : {1, 2, 5 - i})
                for (int n : {1, 3, 7 - j}) {
                    if (i + m > 5 || j + n > 7) continue;
                    auto block = xt::view(a, xt::range(i, i + m), xt::range(j, j + n));
                    blocks.push_back(memory_of(block));
                }
    int shared = 0;
    for (auto const& first : blocks)
        for (auto const& second : blocks) {
            std::set<double const*> const of_first = addresses(first), of_second = addresses(second);
            bool expected = false;
            for (double const* entry : of_first) expected = expected || of_second.count(entry) > 0;
            shared += expected;
            CHECK(overlap(first, second) == expected);
            bool const same = of_first == of_second && first.rows == second.rows;
            if (same) CHECK(same_memory(first, second));
            if (of_first != of_second) CHECK_FALSE(same_memory(first, second));
        }
    CHECK(shared > 100);
    xt::xtensor<double, 2> other = a;
    CHECK_FALSE(overlap(memory_of(a), memory_of(other)));
    memory_view<double> const nothing{a.data(), 0, 7, 7, 1};
    CHECK_FALSE(overlap(memory_of(a), nothing));
}

} // namespace
