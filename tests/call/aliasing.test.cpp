// SPDX-License-Identifier: BSL-1.0
// Targets that are inputs, and targets that overlap one partly.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <xtensor/xadapt.hpp>
#include <xtensor/xview.hpp>

#include <array>
#include <vector>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands, reference::tolerance;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto B = matrix<"B", "n", "n">;
constexpr auto C = matrix<"C", "n", "n">;
constexpr auto x = vector<"x", "n">;

struct fixture {
    random_operands random{231};
    dense first = random.matrix(6, 6), second = random.matrix(6, 6), third = random.matrix(6, 6),
          sample = random.column(6);
    xt::xtensor<double, 2> a = container<double>(first), b = container<double>(second),
                           c = container<double>(third);
    xt::xtensor<double, 1> v = column_container<double>(sample);
};

TEST_CASE_METHOD(fixture, "an operand is updated in place", "[call]") {
    auto f = compile(C + A * B);
    dense expected = third + first * second;
    f(A = a, B = b, C = c, into(c));
    CHECK(distance(c, expected) < tolerance<double>);
    expected = expected + first * second;
    f(A = a, B = b, C = c, into(c));
    CHECK(distance(c, expected) < tolerance<double>);
    CHECK(distance(a, first) == 0);
    CHECK(distance(b, second) == 0);
}

TEST_CASE_METHOD(fixture, "an operand of a product is replaced by the product", "[call]") {
    auto f = compile(C + A * B);
    SECTION("the first factor") {
        f(A = a, B = b, C = c, into(a));
        CHECK(distance(a, third + first * second) < tolerance<double>);
        CHECK(distance(c, third) == 0);
    }
    SECTION("the second factor") {
        f(A = a, B = b, C = c, into(b));
        CHECK(distance(b, third + first * second) < tolerance<double>);
    }
    SECTION("one container bound to all leaves") {
        f(A = a, B = a, C = a, into(a));
        CHECK(distance(a, first + first * first) < tolerance<double>);
    }
}

TEST_CASE_METHOD(fixture, "targets exchange roles with the inputs", "[call]") {
    auto f = compile(A + B, A - B, transpose(A) * x, exp(x));
    auto w = v;
    f(A = a, B = b, x = v, into(b, a, v, w));
    CHECK(distance(b, first + second) < tolerance<double>);
    CHECK(distance(a, first - second) < tolerance<double>);
    CHECK(distance(v, transpose(first) * sample) < tolerance<double>);
    CHECK(distance(w, map(sample, [](number z) { return std::exp(z); })) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "the transpose of an operand into itself", "[call]") {
    auto f = compile(transpose(A), A * x);
    f(A = a, x = v, into(a, v));
    CHECK(distance(a, transpose(first)) == 0);
    CHECK(distance(v, first * sample) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "a step of gradient descent in place", "[call]") {
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto rate = scalar<"rate">;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);
    auto f = compile(loss, W - rate * grad(loss, W));
    dense weights = random.matrix(2, 6);
    auto w = container<double>(weights);
    for (int step = 0; step < 3; ++step) {
        double value = 0;
        f(W = w, x = v, rate = 0.125, into(value, w));
        dense const residual = transpose(weights) * weights * sample - sample;
        CHECK(distance(value, squared_norm(residual) / 2) < tolerance<double>);
        weights =
            weights - number(0.125) * weights * (residual * transpose(sample) + sample * transpose(residual));
        CHECK(distance(w, weights) < tolerance<double>);
    }
}

TEST_CASE_METHOD(fixture, "a target that overlaps an input partly is an alias_error", "[call]") {
    auto f = compile(A + B);
    auto frame = xt::xtensor<double, 2>::from_shape({9, 9});
    frame.fill(1);
    auto const before = frame;
    SECTION("shifted by rows") {
        CHECK_THROWS_AS(f(A = xt::view(frame, xt::range(0, 6), xt::range(0, 6)), B = b,
                          into(xt::view(frame, xt::range(1, 7), xt::range(0, 6)))),
                        alias_error);
    }
    SECTION("shifted by a column") {
        CHECK_THROWS_AS(f(B = b, A = xt::view(frame, xt::range(0, 6), xt::range(0, 6)),
                          into(xt::view(frame, xt::range(0, 6), xt::range(1, 7)))),
                        alias_error);
    }
    SECTION("an adaptor on shifted memory") {
        auto input = xt::adapt(frame.data(), 36, xt::no_ownership(), std::array<std::size_t, 2>{6, 6});
        auto target = xt::adapt(frame.data() + 6, 36, xt::no_ownership(), std::array<std::size_t, 2>{6, 6});
        CHECK_THROWS_AS(f(A = input, B = b, into(target)), alias_error);
    }
    CHECK((frame == before));
}

TEST_CASE_METHOD(fixture, "blocks of one container side by side do not overlap", "[call]") {
    auto f = compile(A + B);
    auto frame = xt::xtensor<double, 2>::from_shape({6, 12});
    auto left = xt::view(frame, xt::all(), xt::range(0, 6));
    auto right = xt::view(frame, xt::all(), xt::range(6, 12));
    left = a;
    f(A = left, B = b, into(right));
    xt::xtensor<double, 2> const left_after = left, right_after = right;
    CHECK(distance(left_after, first) == 0);
    CHECK(distance(right_after, first + second) < tolerance<double>);
}

} // namespace
