// SPDX-License-Identifier: BSL-1.0
// Triangles of a matrix, its symmetric part, and the cross product.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <array>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::number, reference::random_operands, reference::tolerance;

// Keeps the entries with low <= j - i <= high.
dense band(dense a, int low, int high) {
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = 0; j < a.columns(); ++j) {
            int const offset = int(j) - int(i);
            if (offset < low || offset > high) a(i, j) = 0;
        }
    return a;
}

number sine(number x) {
    return std::sin(x);
}

template <class T>
void triangles_agree(auto A, int m, int n) {
    random_operands random(424);
    dense a = random.matrix(m, n);
    auto const loss = sum(square(lower_part(A))) + sum(exp(strictly_lower_part(A))) + sum(hadamard(sin(A), upper_part(A)));
    auto f = compile(lower_part(A), strictly_lower_part(A + A), upper_part(A), loss, grad(loss, A));
    auto [lower, strictly, upper, value, gradient] = f(A = container<T>(a));
    CHECK(distance(lower, band(a, -m, 0)) == 0);
    CHECK(distance(strictly, band(a + a, -m, -1)) == 0);
    CHECK(distance(upper, band(a, 0, n)) == 0);
    auto expected = [&] {
        return squared_norm(band(a, -m, 0)) + sum(map(band(a, -m, -1), [](number z) { return std::exp(z); })) +
               dot(map(a, sine), band(a, 0, n));
    };
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(gradient, central_difference(expected, a)) < tolerance<T>);
}

TEMPLATE_TEST_CASE("triangles of a matrix", "[operators]", float, double) {
    auto const [m, n] = GENERATE(std::array{4, 4}, std::array{3, 5}, std::array{5, 2}, std::array{1, 1}, std::array{1, 3},
                                 std::array{3, 1}, std::array{0, 2}, std::array{2, 0});
    triangles_agree<TestType>(matrix<"A", "m", "n">, m, n);
}

TEST_CASE("triangles in products and the symmetric part", "[operators]") {
    constexpr auto A = matrix<"A", 4, 4>;
    constexpr auto loss = trace(lower_part(A) * transpose(lower_part(A)) * symmetric_part(A));
    auto f = compile(symmetric_part(A), loss, grad(loss, A), grad(sum(square(grad(loss, A))), A));
    random_operands random(425);
    dense a = random.matrix(4, 4);
    auto [symmetric, value, gradient, second] = f(A = container<double>(a));
    auto const expected = [&] { return dot(band(a, -4, 0) * transpose(band(a, -4, 0)), (a + transpose(a)) / 2); };
    auto const by_hand = [&] {
        dense const l = band(a, -4, 0), s = (a + transpose(a)) / 2;
        return number(2) * band(s * l, -4, 0) + l * transpose(l);
    };
    CHECK(distance(symmetric, (a + transpose(a)) / 2) < 1e-15);
    CHECK(distance(value, expected()) < 1e-12);
    CHECK(distance(gradient, by_hand()) < 1e-12);
    CHECK(distance(gradient, central_difference(expected, a)) < 1e-9);
    CHECK(distance(second, central_difference([&] { return squared_norm(by_hand()); }, a)) < 1e-9);
}

dense crossed(dense const& u, dense const& v) {
    return reference::column({u(1) * v(2) - u(2) * v(1), u(2) * v(0) - u(0) * v(2), u(0) * v(1) - u(1) * v(0)});
}

template <class T>
void cross_products_agree(auto u, auto v) {
    random_operands random(426);
    dense a = random.column(3), b = random.column(3);
    auto const loss = squared_norm(cross(u, v) + u) + dot(v, cross(v, exp(u)));
    auto f = compile(cross(u, v), loss, grad(loss, u, v), grad(squared_norm(grad(loss, u)), v));
    auto [product, value, du, dv, mixed] = f(u = column_container<T>(a), v = column_container<T>(b));
    auto const expected = [&] { return squared_norm(crossed(a, b) + a); };  // v is orthogonal to v x w
    CHECK(distance(product, crossed(a, b)) < tolerance<T>);
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(du, central_difference(expected, a)) < tolerance<T>);
    CHECK(distance(dv, central_difference(expected, b)) < tolerance<T>);
    auto const gradient_norm = [&] {
        dense const r = crossed(a, b) + a;
        return squared_norm(number(2) * (crossed(b, r) + r));
    };
    if constexpr (std::is_same_v<T, double>) CHECK(distance(mixed, central_difference(gradient_norm, b)) < 1e-9);
}

TEST_CASE("cross products", "[operators]") {
    cross_products_agree<double>(vector<"u", 3>, vector<"v", 3>);
    cross_products_agree<float>(vector<"u", "n">, vector<"v", "n">);
    constexpr auto u = vector<"u", "n">;
    auto f = compile(cross(u, u));
    auto const message = message_of<shape_error>([&] { f(u = column_container<double>(dense(4, 1))); });
    INFO(message);
    CHECK(mentions(message, "cross(u, u)"));
    CHECK(mentions(message, "4 x 1"));
}

} // namespace
