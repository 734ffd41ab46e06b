// SPDX-License-Identifier: BSL-1.0
// Values that live inside others: pieces of assemblies, tiles of gradients, reshaped results.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::central_difference, reference::column_container, reference::container, reference::dense,
    reference::assembled, reference::distance, reference::number, reference::random_operands;

number sine(number x) {
    return std::sin(x);
}

TEST_CASE("pieces are computed where they belong", "[operators]") {
    constexpr auto A = matrix<"A", "p", "n">;
    constexpr auto B = matrix<"B", "q", "n">;
    constexpr auto x = vector<"x", "n">;
    auto f = compile(vertical(A * x, exp(B * x)));
    static_assert(cost(f).calls("copy") + cost(f).calls("fill") == 0);
    static_assert(cost(f).workspace(5, 7, 3) == 3);  // B x
    // Side by side each piece is copied once, however many there are.
    auto g = compile(horizontal(A, A + A, sin(A), A));
    static_assert(cost(g).calls("copy") == 4);
    // An assembly that is overwritten in place takes its pieces along.
    constexpr auto c = vector<"c", 4>;
    constexpr auto C = matrix<"C", 4, 2>;
    auto h = compile(solve(horizontal(C, C + C) + diag(c), c), solve(vertical(transpose(C), sin(transpose(C))) + diag(c), c));
    random_operands random(432);
    dense const d = random.matrix(4, 2), s = random.positive(4, 1) + dense(3);
    auto [first, second] = h(C = container<double>(d), c = column_container<double>(s));
    dense shift(4, 4);
    for (std::size_t i = 0; i < 4; ++i) shift(i, i) = s(i);
    CHECK(distance(first, solve(assembled({d, d + d}, false, true) + shift, s)) < 1e-12);
    CHECK(distance(second, solve(assembled({transpose(d), map(transpose(d), sine)}, true, false) + shift, s)) < 1e-12);
    CHECK(to_string(vertical(A, B)) == "[A; B]");
}

TEST_CASE("an assembly whose pieces are read again is not lost", "[operators]") {
    constexpr auto A = matrix<"A", 3, 3>;
    constexpr auto e = exp(A);
    constexpr auto K = vertical(horizontal(e, e), horizontal(transpose(e), e + e));
    // The factorisation overwrites K; e is read afterwards.
    auto f = compile(logdet(K + identity<6>), sum(e), grad(logdet(K + identity<6>) * sum(e), A));
    random_operands random(433);
    dense a = random.matrix(3, 3);
    auto [value, total, gradient] = f(A = container<double>(a));
    auto exponential = [](number z) { return std::exp(z); };
    auto expected = [&] {
        dense const x = map(a, exponential);
        dense const k = assembled({assembled({x, x}, false, true), assembled({transpose(x), x + x}, false, true)}, true, false);
        return logdet(k + reference::identity(6));
    };
    CHECK(distance(value, expected()) < 1e-12);
    CHECK(distance(total, sum(map(a, exponential))) < 1e-12);
    CHECK(distance(gradient, central_difference([&] { return expected() * sum(map(a, exponential)); }, a)) < 1e-9);
}

TEST_CASE("an assembly that stands twice in another one, or beside it, is a matrix of its own", "[operators]") {
    constexpr auto c = vector<"c", "m">;
    constexpr auto block = block_diagonal(c, c);
    auto f = compile(horizontal(block, block), horizontal(block, vertical(c, c)), sum(square(block)));
    auto [twice, beside, squares] = f(c = xt::xtensor<double, 1>{1, 2});
    CHECK(distance(twice, dense{{1, 0, 1, 0}, {2, 0, 2, 0}, {0, 1, 0, 1}, {0, 2, 0, 2}}) == 0);
    CHECK(distance(beside, dense{{1, 0, 1}, {2, 0, 2}, {0, 1, 1}, {0, 2, 2}}) == 0);
    CHECK(squares == 10);
}

TEST_CASE("a part that is stretched is not added in its place", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto y = indices<"y", "m">;
    auto f = compile(grad(sum(square(A)) + 3_c * element<1>(row_sums(A)), A), grad(sum(square(A)) + sum(rows(row_sums(A), y)), A));
    auto [by_entry, by_indices] = f(A = container<double>({{1, 2, 3}, {4, 5, 6}}), y = std::vector<int>{1, 1});
    CHECK(distance(by_entry, dense{{2, 4, 6}, {11, 13, 15}}) == 0);
    CHECK(distance(by_indices, dense{{2, 4, 6}, {10, 12, 14}}) == 0);
}

number sigmoid_of(number x) {
    return 1 / (1 + std::exp(-x));
}

TEST_CASE("the gradient of a value that is taken apart is put together without adding zeros", "[operators]") {
    // The gates of a recurrent cell.
    constexpr auto W = matrix<"W", 12, "n">;
    constexpr auto X = matrix<"X", "n", "k">;
    constexpr auto c = matrix<"c", 3, "k">;
    constexpr auto Z = W * X;
    constexpr auto state = hadamard(sigmoid(rows<0, 3>(Z)), c) + hadamard(sigmoid(rows<3, 3>(Z)), tanh(rows<6, 3>(Z)));
    constexpr auto loss = squared_norm(hadamard(sigmoid(rows<9, 3>(Z)), tanh(state)));
    auto f = compile(loss, grad(loss, W, c));
    static_assert(cost(f).calls("place") + cost(f).calls("fill") + cost(f).calls("copy") == 0);
    static_assert(cost(f).calls("gemm") == 2);
    random_operands random(435);
    dense w = random.matrix(12, 2), x = random.matrix(2, 4), cell = random.matrix(3, 4);
    auto [value, dW, dc] = f(W = container<double>(w), X = container<double>(x), c = container<double>(cell));
    auto expected = [&] {
        dense const z = w * x;
        auto gate = [&](std::size_t first, number (*function)(number)) {
            dense result(3, 4);
            for (std::size_t i = 0; i < 3; ++i)
                for (std::size_t j = 0; j < 4; ++j) result(i, j) = function(z(first + i, j));
            return result;
        };
        number (*const hyperbolic)(number) = [](number t) { return std::tanh(t); };
        dense const next = hadamard(gate(0, sigmoid_of), cell) + hadamard(gate(3, sigmoid_of), gate(6, hyperbolic));
        return squared_norm(hadamard(gate(9, sigmoid_of), map(next, hyperbolic)));
    };
    CHECK(distance(value, expected()) < 1e-12);
    CHECK(distance(dW, central_difference(expected, w)) < 1e-9);
    CHECK(distance(dc, central_difference(expected, cell)) < 1e-9);
    // Columns go where they belong as well, and parts that overlap are added.
    auto g = compile(grad(sum(square(columns<0, 2>(X))) + sum(exp(columns<2, 1>(X))) + sum(sin(columns<3, 1>(X))), X));
    constexpr auto F = matrix<"F", 2, 4>;
    auto h = compile(grad(sum(square(columns<0, 2>(F))) + sum(exp(columns<2, 1>(F))) + sum(sin(columns<3, 1>(F))), F),
                     grad(sum(square(columns<0, 3>(F))) + sum(exp(columns<2, 2>(F))), F));
    static_assert(cost(h).calls("copy") >= 3);
    dense by_columns(2, 4), overlapping(2, 4);
    for (std::size_t i = 0; i < 2; ++i)
        for (std::size_t j = 0; j < 4; ++j) {
            by_columns(i, j) = j < 2 ? 2 * x(i, j) : j == 2 ? std::exp(x(i, j)) : std::cos(x(i, j));
            overlapping(i, j) = (j < 3 ? 2 * x(i, j) : 0) + (j >= 2 ? std::exp(x(i, j)) : 0);
        }
    CHECK(distance(g(X = container<double>(x)), by_columns) < 1e-15);
    auto [tiled, added] = h(F = container<double>(x));
    CHECK(distance(tiled, by_columns) < 1e-15);
    CHECK(distance(added, overlapping) < 1e-15);
}

TEST_CASE("a reshaped result is computed in its place", "[operators]") {
    constexpr auto A = matrix<"A", "m", "n">;
    constexpr auto x = vector<"x", "m">;
    auto f = compile(vec(A + A), transpose(transpose(x) * A), reshape<"n", "m">(A * transpose(A) * A));
    static_assert(cost(f).calls("loop") == 1);
    static_assert(cost(f).calls("gemv") == 1);
    static_assert(cost(f).calls("gemm") == 2);
    random_operands random(436);
    dense const a = random.matrix(2, 3), v = random.column(2);
    auto [twice, image, cube] = f(A = container<double>(a), x = column_container<double>(v));
    dense flat(6, 1), turned(3, 2);
    flat.entries() = (a + a).entries();
    turned.entries() = (a * transpose(a) * a).entries();
    CHECK(distance(twice, flat) == 0);
    CHECK(distance(image, transpose(a) * v) < 1e-14);
    CHECK(distance(cube, turned) < 1e-14);
}

} // namespace
