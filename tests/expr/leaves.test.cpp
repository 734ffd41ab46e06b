// SPDX-License-Identifier: BSL-1.0
// Leaves and constants: names, shapes, structures and values.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/leaves.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

template <digest Key>
void check_leaf(expr<Key> leaf, char const* name, char const* extents, structure form) {
    source const& node = definition(leaf);
    INFO(name);
    CHECK(node.code == op::leaf);
    CHECK(std::string(node.leaf_name) == name);
    CHECK(text(node.extents) == extents);
    CHECK(node.form == form);
    CHECK(node.arity == 0);
    CHECK(node.array->rank == 0);
}

TEST_CASE("leaves have the names, shapes and structures they are declared with", "[expr]") {
    check_leaf(matrix<"W", "m", 64>, "W", "m x 64", structure::none);
    check_leaf(matrix<"A", "q+p", "p+1">, "A", "p+q x p+1", structure::none);
    check_leaf(vector<"x", "n">, "x", "n x 1", structure::none);
    check_leaf(scalar<"alpha">, "alpha", "1 x 1", structure::none);
    check_leaf(indices<"y", "n">, "y", "n x 1", structure::indices);
    check_leaf(vector<"w", 0>, "w", "0 x 1", structure::none);
    check_leaf(matrix<"K", "n", "n", symmetric>, "K", "n x n", structure::symmetric);
    check_leaf(matrix<"K", "n", "n", spd>, "K", "n x n", structure::spd);
    check_leaf(matrix<"K", "n", "n", diagonal_matrix>, "K", "n x n", structure::diagonal_matrix);
    check_leaf(matrix<"K", "p+q", "q+p", lower_triangular>, "K", "p+q x p+q", structure::lower_triangular);
    check_leaf(matrix<"K", "n", "n", upper_triangular>, "K", "n x n", structure::upper_triangular);
    check_leaf(matrix<"K", "n", "n", orthogonal>, "K", "n x n", structure::orthogonal);
    check_leaf(matrix<"P", "m", "n", positive>, "P", "m x n", structure::positive);
    check_leaf(scalar<"beta", positive>, "beta", "1 x 1", structure::positive);
}

TEST_CASE("constants", "[expr]") {
    static_assert(definition(zeros<"m", "n">).value == 0 && definition(ones<"m", "n">).value == 1);
    static_assert(definition(constant<0.5>).value == 0.5 && definition(constant<0.5>).extents.is_scalar());
    static_assert(op_of(identity<"n">) == op::identity && op_of(ctgrad::extent<"n">) == op::measure);
    static_assert(*definition(ctgrad::extent<"p+q">).measured == extent_of<"q+p"> && definition(ctgrad::extent<"n">).extents.is_scalar());
    CHECK(shape_of(zeros<"m", "n">) == "m x n");
    CHECK(shape_of(ones<"n">) == "n x 1");
    CHECK(shape_of(identity<"n">) == "n x n");
    CHECK(written(zeros<"m">) == "zeros");
    CHECK(written(ones<"m">) == "ones");
    CHECK(written(ctgrad::extent<"p+1">) == "extent(p+1)");
}

TEST_CASE("literals are the numbers that the compiler reads", "[expr]") {
    static_assert(definition(0.5_c).value == 0.5 && definition(2_c).value == 2 && definition(1e-5_c).value == 1e-5);
    static_assert(definition(0.1_c).value == 0.1 && definition(1'000_c).value == 1000 && definition(0x1p-3_c).value == 0.125);
    static_assert(definition(3.14159265358979323846_c).value == 3.14159265358979323846);
    CHECK(written(0.5_c) == "0.5");
    CHECK(written(2_c) == "2");
    CHECK(written(1e-7_c) == "1e-7");
}

} // namespace
