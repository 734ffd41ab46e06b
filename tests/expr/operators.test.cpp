// SPDX-License-Identifier: BSL-1.0
// Operators make the ops that they are signs of, for shapes that fit.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/derivatives.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "m", "n">;
constexpr auto C = matrix<"C", "n", "k">;
constexpr auto b = vector<"b", "m">;
constexpr auto x = vector<"x", "n">;
constexpr auto s = scalar<"s">;

TEST_CASE("operators are written as they are printed", "[expr]") {
    CHECK_SPELLING("m x n", A + B);
    CHECK_SPELLING("m x n", A + b);
    CHECK_SPELLING("m x n", A - s);
    CHECK_SPELLING("m x n", -A);
    CHECK_SPELLING("m x n", A - (B - A));
    CHECK_SPELLING("m x n", A - B - A);
    CHECK_SPELLING("m x k", A * C);
    CHECK_SPELLING("m x n", s * A);
    CHECK_SPELLING("m x n", A / B);
    CHECK_SPELLING("m x n", A / (s * s));
    CHECK_SPELLING("m x n", A < B);
    CHECK_SPELLING("m x n", A <= s);
    CHECK_SPELLING("m x k", (A + B) * C);
    CHECK_SPELLING("m x 1", A * (C * transpose(C)) * x);
    CHECK_SPELLING("1 x 1", transpose(x) * x + s);
}

TEST_CASE("a product is a scaling where one side is a scalar, wherever it came from", "[expr]") {
    static_assert(op_of(A * C) == op::product && op_of(b * transpose(x)) == op::product);
    static_assert(op_of(s * A) == op::multiply && op_of(A * s) == op::multiply && op_of(s * s) == op::multiply);
    static_assert(op_of((transpose(x) * x) * A) == op::multiply);
    static_assert(op_of(transpose(x) * C) == op::product);
}

TEST_CASE("greater is less, turned round", "[expr]") {
    static_assert(std::is_same_v<decltype(A > B), decltype(B < A)>);
    static_assert(std::is_same_v<decltype(A >= s), decltype(s <= A)>);
}

TEST_CASE("arguments that do not fit are described with their shapes", "[expr]") {
    static constexpr application_outcome sum = apply_to(op::add, {&definition(A), &definition(C)});
    static_assert(sum.problem != nullptr && apply_to(op::add, {&definition(A), &definition(B)}).problem == nullptr);
    CHECK(std::string(misfit<sum>.c_str()) == "+: the shapes do not fit|A is m x n|C is n x k");
}

TEST_CASE("arrays go into sums and scalings alone", "[expr]") {
    constexpr auto J = jacobian(A, A);
    constexpr auto K = jacobian(C, A);
    source const* const array = &definition(J);
    source const* const other = &definition(K);
    source const* const scalar = &definition(s);
    source const* const matrix = &definition(A);
    auto const problem = [](op code, std::initializer_list<source const*> arguments) {
        return infer_array(code, arguments.begin(), static_cast<int>(arguments.size())).problem != nullptr;
    };
    for (op code : {op::add, op::subtract, op::multiply}) {
        CHECK_FALSE(problem(code, {array, array}));
        CHECK_FALSE(problem(code, {array, scalar}));
        CHECK_FALSE(problem(code, {scalar, array}));
        CHECK(problem(code, {array, other}));
        CHECK(problem(code, {array, matrix}));
    }
    for (op code : {op::sum, op::squared_norm, op::negate}) CHECK_FALSE(problem(code, {array}));
    for (op code : {op::exp, op::transpose, op::row_sums, op::norm, op::mean}) CHECK(problem(code, {array}));
    CHECK_FALSE(problem(op::divide, {array, scalar}));
    CHECK(problem(op::divide, {scalar, array}));
    CHECK(problem(op::product, {array, matrix}));
    CHECK_SPELLING("m x n x m x n", jacobian(A, A) + s * jacobian(B, A));
    CHECK_SPELLING("1 x 1", squared_norm(jacobian(A, A)));
}

TEST_CASE("indices point and do nothing else", "[expr]") {
    constexpr auto y = indices<"y", "n">;
    source const* const by_indices[] = {&definition(A), &definition(y)};
    source const* const by_numbers[] = {&definition(A), &definition(x)};
    source const* const of_indices[] = {&definition(y), &definition(y)};
    CHECK(misuse_of_indices(op::pick, by_indices) == nullptr);
    CHECK(misuse_of_indices(op::pick, by_numbers) != nullptr);
    CHECK(misuse_of_indices(op::pick, of_indices) != nullptr);
    CHECK(misuse_of_indices(op::add, by_indices) != nullptr);
    CHECK(misuse_of_indices(op::add, by_numbers) == nullptr);
    CHECK(std::string(misuse_of_indices(op::gradient, by_indices)) == "indices are never differentiated");
}

} // namespace
