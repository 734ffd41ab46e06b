// SPDX-License-Identifier: BSL-1.0
// Matrix products, transposes, scaling, outer and inner products; expressions of shape 1 x 1 as scalars.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <array>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

template <class T>
void products_agree(auto A, auto B, auto C, auto D, int m, int n) {
    random_operands random(121);
    dense a = random.matrix(m, m), b = random.matrix(m, n), c = random.matrix(n, m), d = random.matrix(m, m);
    // All four pairs of transposition flags, and a transposed result.
    auto const plain = A * B;
    auto const second = D * transpose(C);
    auto const first = transpose(D) * B;
    auto const both = transpose(D) * transpose(A);
    auto const result = transpose(A * B) + C;
    auto const loss = squared_norm(plain) + sum(square(second)) + 3_c * squared_norm(first) +
                      squared_norm(both) - squared_norm(result);
    auto f = compile(plain, second, first, both, result, grad(loss, A, B, C, D));
    auto [plain_value, second_value, first_value, both_value, result_value, dA, dB, dC, dD] =
        f(A = container<T>(a), B = container<T>(b), C = container<T>(c), D = container<T>(d));

    auto expected = [&] {
        return squared_norm(a * b) + squared_norm(d * transpose(c)) + 3 * squared_norm(transpose(d) * b) +
               squared_norm(transpose(d) * transpose(a)) - squared_norm(transpose(a * b) + c);
    };
    CHECK(distance(plain_value, a * b) < tolerance<T>);
    CHECK(distance(second_value, d * transpose(c)) < tolerance<T>);
    CHECK(distance(first_value, transpose(d) * b) < tolerance<T>);
    CHECK(distance(both_value, transpose(d) * transpose(a)) < tolerance<T>);
    CHECK(distance(result_value, transpose(a * b) + c) < tolerance<T>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<T>);
    CHECK(distance(dB, central_difference(expected, b)) < tolerance<T>);
    CHECK(distance(dC, central_difference(expected, c)) < tolerance<T>);
    CHECK(distance(dD, central_difference(expected, d)) < tolerance<T>);
}

TEMPLATE_TEST_CASE("matrix products with transposed operands", "[operators]", float, double) {
    auto const [m, n] = GENERATE(std::array{5, 4}, std::array{2, 4}, std::array{4, 1});
    products_agree<TestType>(matrix<"A", "m", "m">, matrix<"B", "m", "n">, matrix<"C", "n", "m">,
                             matrix<"D", "m", "m">, m, n);
}

TEST_CASE("matrix products with fixed extents", "[operators]") {
    products_agree<double>(matrix<"A", 3, 3>, matrix<"B", 3, 4>, matrix<"C", 4, 3>, matrix<"D", 3, 3>, 3, 4);
}

TEST_CASE("vectors in products", "[operators]") {
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto y = vector<"y", "m">;
    constexpr auto loss =
        squared_norm(W + outer(y, x)) + squared_norm(y * transpose(x) - W) + dot(W * x, y) * dot(x, x);
    random_operands random(122);
    auto const [m, n] = GENERATE(std::array{3, 5}, std::array{1, 4}, std::array{4, 1});
    dense w = random.matrix(m, n), a = random.column(n), b = random.column(m);
    auto f = compile(W * x, transpose(W) * y, transpose(y) * W, outer(y, x), dot(W * x, y), loss,
                     grad(loss, W, x, y));
    auto [image, pulled_back, row, outer_value, inner, value, dW, dx, dy] =
        f(W = container<double>(w), x = column_container<double>(a), y = column_container<double>(b));

    auto expected = [&] {
        dense const outer_product = b * transpose(a);
        return squared_norm(w + outer_product) + squared_norm(outer_product - w) + dot(w * a, b) * dot(a, a);
    };
    CHECK(distance(image, w * a) < tolerance<double>);
    CHECK(distance(pulled_back, transpose(w) * b) < tolerance<double>);
    CHECK(distance(row, transpose(b) * w) < tolerance<double>);
    CHECK(distance(outer_value, b * transpose(a)) < tolerance<double>);
    CHECK(distance(inner, dot(w * a, b)) < tolerance<double>);
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dW, central_difference(expected, w)) < tolerance<double>);
    CHECK(distance(dx, central_difference(expected, a)) < tolerance<double>);
    CHECK(distance(dy, central_difference(expected, b)) < tolerance<double>);
}

TEST_CASE("long chains in every association", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto B = matrix<"B", "n", "p">;
    constexpr auto v = vector<"v", "p">;
    constexpr auto u = vector<"u", "m">;
    constexpr auto loss = transpose(u) * (A * B) * v + squared_norm(A * (B * transpose(B)) * transpose(A));
    random_operands random(123);
    dense a = random.matrix(3, 4), b = random.matrix(4, 2), c = random.column(2), d = random.column(3);
    auto f = compile(loss, grad(loss, A, B, u, v));
    auto [value, dA, dB, du, dv] = f(A = container<double>(a), B = container<double>(b),
                                     v = column_container<double>(c), u = column_container<double>(d));
    auto expected = [&] { return dot(d, a * b * c) + squared_norm(a * b * transpose(a * b)); };
    CHECK(distance(value, expected()) < tolerance<double>);
    CHECK(distance(dA, central_difference(expected, a)) < tolerance<double>);
    CHECK(distance(dB, central_difference(expected, b)) < tolerance<double>);
    CHECK(distance(du, central_difference(expected, d)) < tolerance<double>);
    CHECK(distance(dv, central_difference(expected, c)) < tolerance<double>);
}

template <class T>
void bilinear_form_agrees(auto a, auto X, auto b) {
    auto const form = transpose(a) * X * b;
    auto const loss = log(1_c + square(form)) + sum(X / form) + squared_norm(form * X) + form;
    random_operands random(124);
    dense left = random.column(3), middle = random.matrix(3, 4), right = random.column(4);
    auto f = compile(form, X / form, form + X, loss, grad(loss, a, X, b), grad(form, X));
    auto [form_value, quotient, shifted, value, da, dX, db, form_gradient] =
        f(a = column_container<T>(left), X = container<T>(middle), b = column_container<T>(right));
    STATIC_REQUIRE(std::is_same_v<decltype(form_value), T>);

    auto form_of = [&] { return dot(left, middle * right); };
    auto expected = [&] {
        number const s = form_of();
        return std::log(1 + s * s) + sum(middle / s) + squared_norm(s * middle) + s;
    };
    CHECK(distance(form_value, form_of()) < tolerance<T>);
    CHECK(distance(quotient, middle / form_of()) < tolerance<T>);
    CHECK(distance(shifted, middle + form_of()) < tolerance<T>);
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(da, central_difference(expected, left)) < tolerance<T>);
    CHECK(distance(dX, central_difference(expected, middle)) < tolerance<T>);
    CHECK(distance(db, central_difference(expected, right)) < tolerance<T>);
    CHECK(distance(form_gradient, left * transpose(right)) < tolerance<T>);
}

TEST_CASE("a product of shape 1 x 1 is a scalar", "[operators]") {
    bilinear_form_agrees<double>(vector<"a", "m">, matrix<"X", "m", "n">, vector<"b", "n">);
}

TEST_CASE("a product of shape 1 x 1 is a scalar with fixed extents", "[operators]") {
    bilinear_form_agrees<double>(vector<"a", 3>, matrix<"X", 3, 4>, vector<"b", 4>);
}

TEST_CASE("a scalar is a 1 x 1 matrix to every function", "[operators]") {
    constexpr auto s = scalar<"s", positive>;
    constexpr auto t = scalar<"t">;
    constexpr auto v = vector<"v", "n">;
    auto f =
        compile(s * t, transpose(t), trace(t), sum(t), mean(t), norm(t), squared_norm(t), logdet(t),
                inverse(t), solve(s, t), dot(s, t), row_sums(t), column_sums(t), softmax(t), v * t,
                t * transpose(v), grad(logdet(s) + inverse(t) * s + norm(t) + trace(s) * solve(t, s), s, t));
    random_operands random(125);
    dense vector_operand = random.column(3);
    auto const results = f(s = 2, t = -4, v = column_container<double>(vector_operand));
    CHECK(std::get<0>(results) == -8);
    CHECK(std::get<1>(results) == -4);
    CHECK(std::get<2>(results) == -4);
    CHECK(std::get<3>(results) == -4);
    CHECK(std::get<4>(results) == -4);
    CHECK(distance(std::get<5>(results), 4) < 1e-15);
    CHECK(distance(std::get<6>(results), 16) < 1e-15);
    CHECK(distance(std::get<7>(results), std::log(number(4))) < 1e-15);
    CHECK(distance(std::get<8>(results), number(-0.25)) < 1e-15);
    CHECK(distance(std::get<9>(results), -2) < 1e-15);
    CHECK(std::get<10>(results) == -8);
    CHECK(std::get<11>(results) == -4);
    CHECK(std::get<12>(results) == -4);
    CHECK(std::get<13>(results) == 1);
    CHECK(distance(std::get<14>(results), -4 * vector_operand) < 1e-15);
    CHECK(distance(std::get<15>(results), -4 * transpose(vector_operand)) < 1e-15);
    // d/ds (log s + s/t + |t| + s^2/t) and d/dt of the same at s = 2, t = -4.
    CHECK(distance(std::get<16>(results), number(0.5) - number(0.25) - 1) < 1e-14);
    CHECK(distance(std::get<17>(results), -number(2) / 16 - 1 - number(4) / 16) < 1e-14);
}

// More factors than are bracketed at once: the first of them are a product of their own.
TEST_CASE("products of very many factors", "[operators]") {
    constexpr auto A = matrix<"A", 3, 3>;
    constexpr auto u = vector<"u", 3>;
    constexpr auto power = unroll<31>(A, [A](auto product, auto) { return product * A; });
    random_operands random(126);
    dense a = random.matrix(3, 3), b = random.column(3), expected = a;
    for (int i = 0; i < 31; ++i) expected = expected * a;
    auto f = compile(power, trace(power), diagonal(power), transpose(u) * power * u);
    auto const [matrix_value, trace_value, diagonal_value, form] = f(A = container<double>(a), u = column_container<double>(b));
    CHECK(distance(matrix_value, expected) < 1e-12);
    CHECK(distance(trace_value, trace(expected)) < 1e-12);
    CHECK(distance(diagonal_value, diagonal(expected)) < 1e-12);
    CHECK(distance(form, transpose(b) * expected * b) < 1e-12);
    auto only_trace = compile(trace(power));
    CHECK(distance(only_trace(A = container<double>(a)), trace(expected)) < 1e-12);
    auto only_diagonal = compile(diagonal(power));
    CHECK(distance(only_diagonal(A = container<double>(a)), diagonal(expected)) < 1e-12);
}

} // namespace
