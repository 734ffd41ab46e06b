// SPDX-License-Identifier: BSL-1.0
// Sum, difference, product and quotient, entry by entry, of every pair of shapes that fit.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <array>
#include <utility>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::random_operands, reference::tolerance;

// The four shapes, each as a first and a second leaf and with how its operand is made and bound.
struct full {
    static constexpr auto first = matrix<"A", "m", "n">;
    static constexpr auto second = matrix<"B", "m", "n">;
    static dense make(random_operands& random, int rows, int columns) {
        return random.positive(rows, columns);
    }
    static auto bind(dense const& a) { return container<double>(a); }
};
struct column {
    static constexpr auto first = vector<"A", "m">;
    static constexpr auto second = vector<"B", "m">;
    static dense make(random_operands& random, int rows, int) { return random.positive(rows, 1); }
    static auto bind(dense const& a) { return column_container<double>(a); }
};
struct row {
    static constexpr auto first = matrix<"A", 1, "n">;
    static constexpr auto second = matrix<"B", 1, "n">;
    static dense make(random_operands& random, int, int columns) { return random.positive(1, columns); }
    static auto bind(dense const& a) { return container<double>(a); }
};
struct single {
    static constexpr auto first = scalar<"A">;
    static constexpr auto second = scalar<"B">;
    static dense make(random_operands& random, int, int) { return random.positive(1, 1); }
    static auto bind(dense const& a) { return static_cast<double>(a(0)); }
};

TEMPLATE_TEST_CASE("elementwise operations of two operands", "[operators]", (std::pair<full, full>),
                   (std::pair<full, column>), (std::pair<full, row>), (std::pair<full, single>),
                   (std::pair<column, full>), (std::pair<column, row>), (std::pair<row, full>),
                   (std::pair<row, column>), (std::pair<single, full>)) {
    using first = typename TestType::first_type;
    using second = typename TestType::second_type;
    constexpr auto A = first::first;
    constexpr auto B = second::second;
    constexpr auto U = matrix<"U", "m", "n">;
    constexpr auto V = matrix<"V", "m", "n">;
    constexpr auto loss = sum(hadamard(U, A + B)) + 2_c * sum(hadamard(V, A - B)) +
                          sum(hadamard(U, hadamard(A, B))) + sum(hadamard(V, A / B));

    // Named extents may be 1: nothing is stretched that was not stretched before.
    auto const [rows, columns] =
        GENERATE(std::array{4, 5}, std::array{1, 5}, std::array{4, 1}, std::array{8, 17});
    random_operands random(111);
    dense a = first::make(random, rows, columns), b = second::make(random, rows, columns);
    dense const u = random.matrix(rows, columns), v = random.matrix(rows, columns);

    auto f = compile(A + B, A - B, hadamard(A, B), A / B, grad(loss, A, B));
    auto [sum_value, difference, product, quotient, dA, dB] =
        f(A = first::bind(a), B = second::bind(b), U = container<double>(u), V = container<double>(v));

    auto expected = [&] {
        return dot(u, a + b) + 2 * dot(v, a - b) + dot(u, hadamard(a, b)) + dot(v, a / b);
    };
    CHECK(distance(sum_value, a + b) < tolerance<double>);
    CHECK(distance(difference, a - b) < tolerance<double>);
    CHECK(distance(product, hadamard(a, b)) < tolerance<double>);
    CHECK(distance(quotient, a / b) < tolerance<double>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<double>);
    CHECK(distance(dB, central_difference(expected, b)) < tolerance<double>);
}

TEST_CASE("a transposed vector is a row", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto v = vector<"v", "n">;
    constexpr auto w = vector<"w", "m">;
    auto f = compile(hadamard(A, transpose(v)), w + transpose(v),
                     grad(squared_norm(hadamard(A, transpose(v))), A, v));
    random_operands random(112);
    dense a = random.matrix(3, 4), b = random.column(4), c = random.column(3);
    auto [product, outer_sum, dA, dv] =
        f(A = container<double>(a), v = column_container<double>(b), w = column_container<double>(c));
    auto expected = [&] { return squared_norm(hadamard(a, transpose(b))); };
    CHECK(distance(product, hadamard(a, transpose(b))) < tolerance<double>);
    CHECK(distance(outer_sum, c + transpose(b)) < tolerance<double>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<double>);
    CHECK(distance(dv, central_difference(expected, b)) < tolerance<double>);
}

} // namespace
