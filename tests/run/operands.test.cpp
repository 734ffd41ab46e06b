// SPDX-License-Identifier: BSL-1.0
// What a call knows of the containers that are bound, and what it copies.
#include "support/catch.hpp"
#include "support/message_of.hpp"
#include "support/spelling.hpp"

#include <ctgrad/run/operands.hpp>

#include <array>
#include <vector>

namespace {

using namespace spelling;

source leaf_of(char const* extents, structure form = structure::none) {
    return {.code = op::leaf, .form = form, .extents = shape_from(extents), .leaf_name = "A"};
}

template <class T, class Container>
operand<T> inspected(Container& container, source const& leaf) {
    operand<T> result;
    inspect<T>(container, leaf, result);
    return result;
}

TEST_CASE("containers are used where they are, if their entries are in one run and of the right type", "[run]") {
    xt::xtensor<double, 2> a = xt::zeros<double>({4, 6});
    auto const whole = inspected<double>(a, leaf_of("m x n"));
    CHECK((whole.rows == 4 && whole.columns == 6 && !whole.needs_copy && whole.data == a.data()));
    CHECK(inspected<float>(a, leaf_of("m x n")).needs_copy);
    auto columns = xt::view(a, xt::all(), xt::range(1, 3));
    CHECK((inspected<double>(columns, leaf_of("m x n")).needs_copy && inspected<double>(columns, leaf_of("m x n")).columns == 2));
    auto rows = xt::view(a, xt::range(1, 3), xt::all());
    CHECK((!inspected<double>(rows, leaf_of("m x n")).needs_copy && inspected<double>(rows, leaf_of("m x n")).data == &a(1, 0)));
    double number = 3;
    CHECK(inspected<double>(number, leaf_of("1 x 1")).needs_copy);
}

TEST_CASE("vectors stand for columns and rows", "[run]") {
    xt::xtensor<double, 1> v = xt::zeros<double>({5});
    auto const column = inspected<double>(v, leaf_of("n x 1")), row = inspected<double>(v, leaf_of("1 x n"));
    CHECK((column.rows == 5 && column.columns == 1 && row.rows == 1 && row.columns == 5));
    CHECK(message_of<ctgrad::shape_error>([&] { inspected<double>(v, leaf_of("m x n")); }) == "ctgrad: A (m x n): a container of rank 1 does not fit");
    xt::xtensor<double, 3> cube = xt::zeros<double>({2, 2, 2});
    CHECK_THROWS_AS(inspected<double>(cube, leaf_of("m x n")), ctgrad::shape_error);
}

TEST_CASE("of a diagonal matrix only the diagonal is kept", "[run]") {
    xt::xtensor<double, 2> a = {{1, 9, 9}, {9, 2, 9}, {9, 9, 3}};
    xt::xtensor<double, 1> v = {1, 2, 3};
    source const leaf = leaf_of("n x n", structure::diagonal_matrix);
    auto const of_matrix = inspected<double>(a, leaf), of_vector = inspected<double>(v, leaf);
    CHECK((of_matrix.needs_copy && of_matrix.is_diagonal && of_matrix.entries() == 3));
    CHECK((!of_vector.needs_copy && of_vector.rows == 3 && of_vector.columns == 3 && of_vector.entries() == 3));
    double diagonal[3];
    copy_diagonal<double>(a, diagonal, 3);
    CHECK(std::vector<double>(diagonal, diagonal + 3) == std::vector<double>{1, 2, 3});
    copy_diagonal<double>(v, diagonal, 3);
    CHECK(diagonal[2] == 3);
}

TEST_CASE("indices are copied as 64-bit integers", "[run]") {
    std::vector<int> const labels = {3, 1, 2};
    auto o = inspected<double>(labels, leaf_of("n x 1", structure::indices));
    CHECK((o.are_indices && o.needs_copy && o.rows == 3));
    alignas(64) double memory[64] = {};
    double* next = memory;
    place_operand<double>(labels, o, next);
    auto const* const copied = reinterpret_cast<ctgrad::detail::index const*>(o.data);
    CHECK((copied[0] == 3 && copied[1] == 1 && copied[2] == 2));
    CHECK((next - memory >= 3 && (next - memory) % 8 == 0));  // whole cache lines
}

TEST_CASE("what is copied is row by row", "[run]") {
    xt::xtensor<float, 2, xt::layout_type::column_major> a = {{1, 2}, {3, 4}};
    double to[4];
    copy_container<double>(a, to);
    CHECK(std::vector<double>(to, to + 4) == std::vector<double>{1, 2, 3, 4});
    static_assert(rounded<double>(1) == 8 && rounded<double>(8) == 8 && rounded<float>(17) == 32 && rounded<double>(0) == 0);
    CHECK(inspected<float>(a, leaf_of("m x n")).needs_copy);
}

} // namespace
