// SPDX-License-Identifier: BSL-1.0
// into(targets...): containers are resized, views must fit, and nothing is written when something does not.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/message_of.hpp"
#include "support/random_operands.hpp"

#include <xtensor/xadapt.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xview.hpp>

#include <array>
#include <vector>

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::distance,
    reference::random_operands, reference::tolerance;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = 0.5_c * squared_norm(W * x);

struct fixture {
    random_operands random{221};
    dense weights = random.matrix(3, 4), sample = random.column(4);
    dense expected_value = squared_norm(weights * sample) / 2,
          expected_matrix = weights * sample * transpose(sample),
          expected_column = transpose(weights) * weights * sample;
    xt::xtensor<double, 2> w = container<double>(weights);
    xt::xtensor<double, 1> v = column_container<double>(sample);

    using function = decltype(compile(loss, grad(loss, W, x)));
    function f = compile(loss, grad(loss, W, x));
};

TEST_CASE_METHOD(fixture, "containers of another shape are resized", "[call]") {
    double value = 0;
    xt::xtensor<double, 2> dW;
    auto dx = xt::xtensor<double, 1>::from_shape({17});
    f(W = w, x = v, into(value, dW, dx));
    CHECK(distance(value, expected_value) < tolerance<double>);
    CHECK(distance(dW, expected_matrix) < tolerance<double>);
    CHECK(distance(dx, expected_column) < tolerance<double>);

    // Of the right shape already, it keeps its memory; into() may stand anywhere.
    auto const* memory = dW.data();
    dW.fill(-1);
    f(into(value, dW, dx), W = w, x = v);
    CHECK(dW.data() == memory);
    CHECK(distance(dW, expected_matrix) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "a column goes to rank one or n x 1", "[call]") {
    double value = 0;
    xt::xtensor<double, 2> dW, dx;
    f(W = w, x = v, into(value, dW, dx));
    CHECK(distance(dx, expected_column) < tolerance<double>);
    xt::xtensor_fixed<double, xt::xshape<4>> fixed_rank_one;
    f(W = w, x = v, into(value, dW, fixed_rank_one));
    CHECK(distance(fixed_rank_one, expected_column) < tolerance<double>);
    xt::xtensor_fixed<double, xt::xshape<4, 1>> fixed_rank_two;
    f(W = w, x = v, into(value, dW, fixed_rank_two));
    CHECK(distance(fixed_rank_two, expected_column) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "views of the right shape are written and nothing around them", "[call]") {
    double value = 0;
    auto frame = xt::xtensor<double, 2>::from_shape({5, 8});
    frame.fill(-100);
    auto line = xt::xtensor<double, 1>::from_shape({12});
    line.fill(-100);
    auto check = [&](std::size_t row_step, std::size_t column_step) {
        for (std::size_t i = 0; i < 5; ++i)
            for (std::size_t j = 0; j < 8; ++j) {
                bool const inside =
                    i % row_step == 0 && i / row_step < 3 && j % column_step == 0 && j / column_step < 4;
                if (inside)
                    CHECK(std::abs(frame(i, j) - expected_matrix(i / row_step, j / column_step)) <
                          tolerance<double>);
                else
                    CHECK(frame(i, j) == -100);
            }
        for (std::size_t k = 0; k < 12; ++k) {
            if (k % 3 == 1)
                CHECK(std::abs(line(k) - expected_column(k / 3)) < tolerance<double>);
            else
                CHECK(line(k) == -100);
        }
    };
    SECTION("a block, by an rvalue") {
        f(W = w, x = v,
          into(value, xt::view(frame, xt::range(0, 3), xt::range(0, 4)),
               xt::view(line, xt::range(1, 12, 3))));
        check(1, 1);
    }
    SECTION("with strides in both directions, by an lvalue") {
        auto target = xt::view(frame, xt::range(0, 5, 2), xt::range(0, 8, 2));
        auto column_target = xt::view(line, xt::range(1, 12, 3));
        f(W = w, x = v, into(value, target, column_target));
        check(2, 2);
    }
}

TEST_CASE_METHOD(fixture, "adaptors and column-major containers are written", "[call]") {
    std::vector<double> memory(12, -100), column_memory(4, -100);
    double value = 0;
    f(W = w, x = v,
      into(value, xt::adapt(memory.data(), 12, xt::no_ownership(), std::array<std::size_t, 2>{3, 4}),
           xt::adapt(column_memory, std::array<std::size_t, 1>{4})));
    for (std::size_t k = 0; k < 12; ++k)
        CHECK(std::abs(memory[k] - expected_matrix(k / 4, k % 4)) < tolerance<double>);
    for (std::size_t k = 0; k < 4; ++k)
        CHECK(std::abs(column_memory[k] - expected_column(k)) < tolerance<double>);

    xt::xtensor<double, 2, xt::layout_type::column_major> column_major;
    xt::xtensor<double, 1> dx;
    f(W = w, x = v, into(value, column_major, dx));
    CHECK(distance(column_major, expected_matrix) < tolerance<double>);
}

TEST_CASE_METHOD(fixture, "a view of another shape is a shape_error and nothing is written", "[call]") {
    double value = -100;
    xt::xtensor<double, 2> dW = xt::xtensor<double, 2>::from_shape({2, 2});
    dW.fill(-100);
    auto line = xt::xtensor<double, 1>::from_shape({5});
    line.fill(-100);
    SECTION("a view") {
        auto const message =
            message_of<shape_error>([&] { f(W = w, x = v, into(value, dW, xt::view(line, xt::all()))); });
        INFO(message);
        CHECK(mentions(message, "4"));
        CHECK(mentions(message, "5"));
    }
    SECTION("an adaptor") {
        auto adaptor = xt::adapt(line.data(), 5, xt::no_ownership(), std::array<std::size_t, 1>{5});
        CHECK_THROWS_AS(f(W = w, x = v, into(value, dW, adaptor)), shape_error);
    }
    SECTION("an n x 1 view") {
        auto frame = xt::xtensor<double, 2>::from_shape({4, 2});
        frame.fill(-100);
        CHECK_THROWS_AS(f(W = w, x = v, into(value, dW, xt::view(frame, xt::all(), xt::all()))), shape_error);
        for (double entry : frame)
            CHECK(entry == -100);
    }
    SECTION("an input") {
        auto const longer = column_container<double>(dense(5, 1, 1));
        CHECK_THROWS_AS(f(W = w, x = longer, into(value, dW, line)), shape_error);
    }
    CHECK(value == -100);
    CHECK(dW.shape(0) == 2);
    CHECK(dW.shape(1) == 2);
    for (double entry : dW)
        CHECK(entry == -100);
    CHECK(line.shape(0) == 5);
    for (double entry : line)
        CHECK(entry == -100);
}

TEST_CASE_METHOD(fixture, "targets in float", "[call]") {
    float value = 0;
    xt::xtensor<float, 2> dW;
    xt::xtensor<float, 1> dx;
    f(W = container<float>(weights), x = column_container<float>(sample), into(value, dW, dx));
    CHECK(distance(value, expected_value) < tolerance<float>);
    CHECK(distance(dW, expected_matrix) < tolerance<float>);
    CHECK(distance(dx, expected_column) < tolerance<float>);
}

TEST_CASE_METHOD(fixture, "a scalar into a container without extents", "[call]") {
    xt::xtensor<double, 0> value;
    xt::xtensor_fixed<double, xt::xshape<>> fixed_value;
    xt::xtensor<double, 2> dW;
    xt::xtensor<double, 1> dx;
    f(W = w, x = v, into(value, dW, dx));
    CHECK(distance(value(), expected_value) < tolerance<double>);
    f(W = w, x = v, into(fixed_value, dW, dx));
    CHECK(distance(fixed_value(), expected_value) < tolerance<double>);
}

TEST_CASE("one result into one target", "[call]") {
    auto f = compile(W * x);
    xt::xtensor<double, 1> result;
    f(W = container<double>({{1, 2}, {3, 4}}), x = column_container<double>(reference::column({1, -1})),
      into(result));
    CHECK(distance(result, reference::column({-1, -1})) == 0);
}

} // namespace
