// SPDX-License-Identifier: BSL-1.0
// Leaves whose extents are sums: where they meet others, and how a call reads their names.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::distance, reference::random_operands, reference::tolerance;

TEMPLATE_TEST_CASE("a leaf of p+q meets what stands below each other", "[call]", float, double) {
    using T = TestType;
    constexpr auto W = matrix<"W", "m", "p+q">;
    constexpr auto b = vector<"b", "q+p">;  // the same extent
    constexpr auto h = vector<"h", "p">;
    constexpr auto x = vector<"x", "q">;
    constexpr auto joined = vertical(h, x) + b;
    constexpr auto loss = squared_norm(W * joined);
    auto f = compile(joined, loss, grad(loss, W, b, h, x), extent<"p+q">);
    random_operands random(241);
    dense w = random.matrix(3, 6), c = random.column(6), u = random.column(4), v = random.column(2);
    auto [sum_value, value, dW, db, dh, dx, count] = f(W = container<T>(w), b = column_container<T>(c),
                                                       h = column_container<T>(u), x = column_container<T>(v));
    auto whole = [&] {
        dense result = c;
        for (std::size_t i = 0; i < 6; ++i) result(i) += i < 4 ? u(i) : v(i - 4);
        return result;
    };
    auto expected = [&] { return squared_norm(w * whole()); };
    CHECK(distance(sum_value, whole()) < tolerance<T>);
    CHECK(distance(value, expected()) < tolerance<T>);
    CHECK(distance(dW, central_difference(expected, w)) < tolerance<T>);
    CHECK(distance(db, central_difference(expected, c)) < tolerance<T>);
    CHECK(distance(dh, central_difference(expected, u)) < tolerance<T>);
    CHECK(distance(dx, central_difference(expected, v)) < tolerance<T>);
    CHECK(count == 6);
}

TEST_CASE("a homogeneous coordinate", "[call]") {
    constexpr auto W = matrix<"W", "m", "p+1">;
    constexpr auto x = vector<"x", "p">;
    auto f = compile(W * vertical(x, 1_c), columns<0, 1>(W));
    random_operands random(242);
    dense w = random.matrix(2, 4), v = random.column(3);
    auto [image, first] = f(W = container<double>(w), x = column_container<double>(v));
    dense extended(4, 1, 1);
    for (std::size_t i = 0; i < 3; ++i) extended(i) = v(i);
    CHECK(distance(image, w * extended) < 1e-12);
    CHECK(distance(first, w * reference::column({1, 0, 0, 0})) == 0);
    auto const message = message_of<shape_error>(
        [&] { f(W = container<double>(random.matrix(2, 5)), x = column_container<double>(v)); });
    INFO(message);
    CHECK(mentions(message, "W (m x p+1)"));
    CHECK(mentions(message, "4"));
    CHECK(mentions(message, "5"));
}

TEST_CASE("a name that stands in a sum alone is what is left", "[call]") {
    constexpr auto z = vector<"z", "p+q+2">;
    constexpr auto u = vector<"u", "p">;
    constexpr auto A = matrix<"A", "2*k", "q+1">;
    auto f = compile(sum(z) + sum(u), ones<"q", "k">, sum(A));
    auto const run = [&](std::size_t z_size, std::size_t u_size, std::size_t rows, std::size_t columns) {
        return f(z = column_container<double>(dense(z_size, 1, 1)), u = column_container<double>(dense(u_size, 1, 1)),
                 A = container<double>(dense(rows, columns, 1)));
    };
    auto [total, all, rest] = run(9, 4, 6, 4);
    CHECK(total == 13);
    CHECK(distance(all, dense(3, 3, 1)) == 0);
    CHECK(rest == 24);
    // The sizes of two sums that do not agree, half a row, and less than nothing.
    CHECK(mentions(message_of<shape_error>([&] { run(9, 4, 6, 5); }), "A (2*k x q+1)"));
    CHECK(mentions(message_of<shape_error>([&] { run(9, 4, 5, 4); }), "2*k"));
    CHECK(mentions(message_of<shape_error>([&] { run(5, 4, 6, 4); }), "q would be negative"));
    // It may be bound besides, and then has to agree.
    auto g = compile(sum(z), ones<"q">);
    auto const bound = [&](std::size_t size, int p, int q) {
        return std::get<1>(g(z = column_container<double>(dense(size, 1)), extent<"p"> = p, extent<"q"> = q));
    };
    CHECK(distance(bound(9, 4, 3), dense(3, 1, 1)) == 0);
    CHECK_THROWS_AS(bound(9, 4, 4), shape_error);
}

} // namespace
