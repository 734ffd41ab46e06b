// SPDX-License-Identifier: BSL-1.0
// leaf = container: every kind of container, in any order, and none of them written.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <xtensor/xadapt.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xview.hpp>

#include <array>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance,
    reference::random_operands, reference::tolerance;

constexpr auto W = matrix<"W", "n", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto alpha = scalar<"alpha">;

// Every way of binding runs this function; W is square so that a transposed operand has the same shape.
struct fixture {
    random_operands random{201};
    dense weights = random.matrix(5, 5), sample = random.column(5);
    xt::xtensor<double, 2> w = container<double>(weights);
    xt::xtensor<double, 1> v = column_container<double>(sample);
    dense image = reference::number(0.5) * weights * sample;
    dense pulled_back = reference::number(0.5) * transpose(weights) * sample;

    using function = decltype(compile(alpha * W * x, alpha* transpose(W) * x + x - x));
    function f = compile(alpha * W * x, alpha* transpose(W) * x + x - x);

    template <class Results>
    void check(Results const& results) {
        CHECK(distance(std::get<0>(results), image) < tolerance<double>);
        CHECK(distance(std::get<1>(results), pulled_back) < tolerance<double>);
    }
};

TEST_CASE_METHOD(fixture, "leaves are bound in any order", "[call]") {
    check(f(W = w, x = v, alpha = 0.5));
    check(f(alpha = 0.5, x = v, W = w));
    check(f(x = v, alpha = 0.5, W = w));
}

TEST_CASE_METHOD(fixture, "rvalues and constants are bound", "[call]") {
    check(f(W = container<double>(weights), x = column_container<double>(sample), alpha = 0.5));
    check(f(W = std::as_const(w), x = std::as_const(v), alpha = 0.5));
    check(f(W = std::move(w), x = std::move(v), alpha = 0.5));
}

TEST_CASE_METHOD(fixture, "views are bound", "[call]") {
    auto frame = xt::xtensor<double, 2>::from_shape({7, 9});
    frame.fill(-100);
    SECTION("of a block") {
        auto block = xt::view(frame, xt::range(1, 6), xt::range(3, 8));
        block = w;
        check(f(W = block, x = v, alpha = 0.5));
        check(f(W = xt::view(frame, xt::range(1, 6), xt::range(3, 8)), x = v, alpha = 0.5));
    }
    SECTION("of a row and of a column") {
        xt::row(frame, 2) = -1;
        auto row = xt::view(frame, 3, xt::range(2, 7));
        row = v;
        check(f(W = w, x = row, alpha = 0.5));
        auto column = xt::view(frame, xt::range(1, 6), 8);
        column = v;
        check(f(W = w, x = column, alpha = 0.5));
    }
    SECTION("of a constant container") {
        xt::view(frame, xt::range(0, 5), xt::range(0, 5)) = w;
        auto const& constant = frame;
        check(f(W = xt::view(constant, xt::range(0, 5), xt::range(0, 5)), x = v, alpha = 0.5));
    }
}

TEST_CASE_METHOD(fixture, "views with strides are bound", "[call]") {
    auto frame = xt::xtensor<double, 2>::from_shape({10, 15});
    frame.fill(-100);
    auto sparse = xt::view(frame, xt::range(0, 10, 2), xt::range(1, 15, 3));
    sparse = w;
    auto stretched = xt::xtensor<double, 1>::from_shape({15});
    stretched.fill(-100);
    auto every_third = xt::view(stretched, xt::range(2, 15, 3));
    every_third = v;
    check(f(W = sparse, x = every_third, alpha = 0.5));
    SECTION("backwards") {
        auto reversed = xt::xtensor<double, 1>::from_shape({5});
        for (std::size_t i = 0; i < 5; ++i)
            reversed(i) = v(4 - i);
        check(f(W = w, x = xt::view(reversed, xt::range(4, xt::placeholders::_, -1)), alpha = 0.5));
    }
}

TEST_CASE_METHOD(fixture, "transposed views and column-major containers are bound", "[call]") {
    auto const mirrored = container<double>(transpose(weights));
    check(f(W = xt::transpose(mirrored), x = v, alpha = 0.5));
    xt::xtensor<double, 2, xt::layout_type::column_major> const column_major = w;
    check(f(W = column_major, x = v, alpha = 0.5));
}

TEST_CASE_METHOD(fixture, "adaptors on foreign memory are bound", "[call]") {
    std::vector<double> const memory(w.begin(), w.end());
    check(f(W = xt::adapt(memory, std::array<std::size_t, 2>{5, 5}), x = v, alpha = 0.5));
    check(f(W = xt::adapt(memory.data(), 25, xt::no_ownership(), std::array<std::size_t, 2>{5, 5}),
            x = xt::adapt(v.data(), 5, xt::no_ownership(), std::array<std::size_t, 1>{5}), alpha = 0.5));
}

TEST_CASE_METHOD(fixture, "containers of fixed shape are bound", "[call]") {
    xt::xtensor_fixed<double, xt::xshape<5, 5>> const fixed_matrix = w;
    xt::xtensor_fixed<double, xt::xshape<5>> const fixed_vector = v;
    check(f(W = fixed_matrix, x = fixed_vector, alpha = 0.5));
    check(f(W = fixed_matrix, x = v, alpha = 0.5));
}

TEST_CASE_METHOD(fixture, "a scalar is any arithmetic value", "[call]") {
    check(f(W = w, x = v, alpha = 0.5));
    check(f(W = w, x = v, alpha = 0.5f));
    double const half = 0.5;
    check(f(W = w, x = v, alpha = half));
    auto [doubled, unused] = f(W = w, x = v, alpha = 2);
    CHECK(distance(doubled, 4 * image) < tolerance<double>);
    std::tie(doubled, unused) = f(W = w, x = v, alpha = 2u);
    CHECK(distance(doubled, 4 * image) < tolerance<double>);
    std::tie(doubled, unused) = f(W = w, x = v, alpha = -2L);
    CHECK(distance(doubled, -4 * image) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "a scalar has no vote on the type", "[call]") {
    auto [result, unused] =
        f(W = container<float>(weights), x = column_container<float>(sample), alpha = 0.5);
    STATIC_REQUIRE(std::is_same_v<decltype(result), xt::xtensor<float, 1>>);
    CHECK(distance(result, image) < tolerance<float>);
}

TEST_CASE_METHOD(fixture, "inputs are not written", "[call]") {
    auto const w_before = w;
    auto const v_before = v;
    auto g = compile(squared_norm(transpose(W) * W * x - x),
                     grad(squared_norm(transpose(W) * W * x - x), W, x), swish(W), logdet(W), inverse(W));
    g(W = w, x = v);
    g(W = w, x = v);
    CHECK((w == w_before));
    CHECK((v == v_before));
}

TEST_CASE("a row leaf takes rank two and rank one", "[call]") {
    constexpr auto row = matrix<"row", 1, "n">;
    constexpr auto A = matrix<"A", "m", "n">;
    auto f = compile(row * x, hadamard(A, row));
    random_operands random(202);
    dense const r = random.matrix(1, 4), v = random.column(4), a = random.matrix(3, 4);
    auto check = [&](auto const& results) {
        CHECK(distance(std::get<0>(results), dot(transpose(r), v)) < tolerance<double>);
        CHECK(distance(std::get<1>(results), hadamard(a, r)) < tolerance<double>);
    };
    check(f(row = container<double>(r), x = column_container<double>(v), A = container<double>(a)));
    check(f(row = column_container<double>(transpose(r)), x = column_container<double>(v),
            A = container<double>(a)));
}

TEST_CASE("leaves of fixed extents take containers of any kind", "[call]") {
    constexpr auto A = matrix<"A", 3, 4>;
    constexpr auto v = vector<"v", 4>;
    auto f = compile(A * v);
    random_operands random(203);
    dense const a = random.matrix(3, 4), sample = random.column(4);
    xt::xtensor_fixed<double, xt::xshape<3, 4>> const fixed_matrix = container<double>(a);
    xt::xtensor_fixed<double, xt::xshape<4>> const fixed_vector = column_container<double>(sample);
    CHECK(distance(f(A = fixed_matrix, v = fixed_vector), a * sample) < tolerance<double>);
    CHECK(distance(f(A = container<double>(a), v = column_container<double>(sample)), a * sample) <
          tolerance<double>);
    auto const mirrored = container<double>(transpose(a));
    CHECK(distance(f(A = xt::transpose(mirrored), v = fixed_vector), a * sample) < tolerance<double>);
}

} // namespace
