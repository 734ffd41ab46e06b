// SPDX-License-Identifier: BSL-1.0
// Parts of matrices: entries, rows and columns.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <array>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

dense block(dense const& a, std::size_t row, std::size_t column, std::size_t rows, std::size_t columns) {
    dense result(rows, columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            result(i, j) = a(row + i, column + j);
    return result;
}

number sine(number x) {
    return std::sin(x);
}

template <class T>
void parts_agree(auto A, auto x, int m, int n) {
    random_operands random(421);
    dense a = random.matrix(m, n), v = random.column(n);
    // In a product, in loops, transposed, of a computed matrix, and a scalar that scales.
    auto const upper = rows<1, 2>(A) * x;
    auto const left = columns<0, 2>(sin(A));
    auto const corner = rows<0, 2>(columns<1, 2>(A) + left);
    auto const loss = squared_norm(upper) + sum(hadamard(left, exp(columns<1, 2>(A)))) + element<1, 2>(A) * sum(square(corner)) +
                      element<0>(x) * element<2>(transpose(x)) + sum(rows<1, 1>(transpose(A)));
    auto f = compile(upper, left, corner, loss, grad(loss, A, x), grad(loss, rows<1, 2>(A)), element<1, 0>(transpose(A)));
    auto [upper_value, left_value, corner_value, value, dA, dx, by_part, entry] =
        f(A = container<T>(a), x = column_container<T>(v));

    // The rows that the product reads, apart from those of the rest of A.
    dense taken = block(a, 1, 0, 2, n);
    auto with = [&](dense const& two_rows) {
        dense const l = block(map(a, sine), 0, 0, m, 2), r = block(a, 0, 1, m, 2);
        return squared_norm(two_rows * v) + dot(l, map(r, [](number z) { return std::exp(z); })) +
               a(1, 2) * squared_norm(block(r + l, 0, 0, 2, 2)) + v(0) * v(2) + sum(block(a, 0, 1, m, 1));
    };
    auto expected = [&] { return with(block(a, 1, 0, 2, n)); };
    CHECK(distance(upper_value, taken * v) < tolerance<T>);
    CHECK(distance(left_value, block(map(a, sine), 0, 0, m, 2)) < tolerance<T>);
    CHECK(distance(corner_value, block(block(a, 0, 1, m, 2) + block(map(a, sine), 0, 0, m, 2), 0, 0, 2, 2)) < tolerance<T>);
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<T>);
    CHECK(distance(dx, central_difference(expected, v)) < tolerance<T>);
    CHECK(distance(by_part, central_difference([&] { return with(taken); }, taken)) < tolerance<T>);
    CHECK(distance(entry, a(0, 1)) == 0);
}

TEMPLATE_TEST_CASE("entries, rows and columns", "[operators]", float, double) {
    auto const [m, n] = GENERATE(std::array{3, 3}, std::array{5, 4});
    parts_agree<TestType>(matrix<"A", "m", "n">, vector<"x", "n">, m, n);
}

TEST_CASE("parts of fixed extents", "[operators]") {
    parts_agree<double>(matrix<"A", 4, 3>, vector<"x", 3>, 4, 3);
}

TEST_CASE("parts are differentiated twice", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto loss = sum(hadamard(square(rows<1, 2>(A)), rows<0, 2>(A))) + element<0, 0>(A) * sum(square(columns<1, 1>(A)));
    auto f = compile(grad(loss, A), grad(squared_norm(grad(loss, A)), A));
    random_operands random(422);
    dense a = random.matrix(4, 3);
    auto [first, second] = f(A = container<double>(a));
    auto gradient = [&] {
        dense g(4, 3);
        for (std::size_t i = 0; i < 2; ++i)
            for (std::size_t j = 0; j < 3; ++j) {
                g(i + 1, j) += 2 * a(i + 1, j) * a(i, j);
                g(i, j) += a(i + 1, j) * a(i + 1, j);
            }
        g(0, 0) += squared_norm(block(a, 0, 1, 4, 1));
        for (std::size_t i = 0; i < 4; ++i) g(i, 1) += 2 * a(0, 0) * a(i, 1);
        return g;
    };
    CHECK(distance(first, gradient()) < 1e-12);
    CHECK(distance(second, central_difference([&] { return squared_norm(gradient()); }, a)) < 1e-9);
}

TEST_CASE("rows are no copy", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto x = vector<"x", "n">;
    auto f = compile(rows<2, 3>(A) * x);
    static_assert(cost(f).calls("gemv") == 1);
    static_assert(cost(f).calls("copy") + cost(f).calls("loop") == 0);
    auto const plan = explain(f);
    CHECK(mentions(plan, "A[2.., 0..] x"));
    CHECK(to_string(rows<2, 3>(A) * x) == "A[2:5, :] x");
    CHECK(to_string(columns<0, 1>(A)) == "A[:, 0]");
    CHECK(to_string(element<1, 2>(A) * element<0>(x)) == "A[1, 2] x[0]");
}

TEST_CASE("a part that a named extent has no room for is a shape_error", "[operators]") {
    constexpr auto A = matrix<"weights", "m", "n">;
    constexpr auto x = vector<"x", "p+1">;
    auto f = compile(sum(rows<2, 3>(A)) + sum(columns<1, 2>(A)), element<3>(x));
    random_operands random(423);
    auto const run = [&](std::size_t m, std::size_t n, std::size_t p) {
        return f(A = container<double>(random.matrix(m, n)), x = column_container<double>(random.column(p)), extent<"p"> = p - 1);
    };
    run(5, 3, 4);
    auto message = message_of<shape_error>([&] { run(4, 3, 4); });
    INFO(message);
    CHECK(mentions(message, "rows<2, 3>(weights)"));
    CHECK(mentions(message, "m x n"));
    CHECK(mentions(message, "4 x 3"));
    message = message_of<shape_error>([&] { run(5, 2, 4); });
    CHECK(mentions(message, "columns<1, 2>(weights)"));
    message = message_of<shape_error>([&] { run(5, 3, 3); });
    CHECK(mentions(message, "element<3>(x)"));
    CHECK(mentions(message, "3 x 1"));
}

} // namespace
