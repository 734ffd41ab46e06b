// SPDX-License-Identifier: BSL-1.0
// Storage for results: which shapes it has, takes, or is given.
#include "support/catch.hpp"
#include "support/message_of.hpp"

#include <ctgrad/run/targets.hpp>

#ifndef __clang__ // with which xtensor's containers of any rank do not compile
#include <xtensor/xarray.hpp>
#endif

#include <string>

namespace {

using namespace ctgrad::detail;

TEST_CASE("whether a target has the shape of its result", "[run]") {
    xt::xtensor<double, 2> matrix = xt::zeros<double>({2, 3}), tall = xt::zeros<double>({4, 1});
    xt::xtensor<double, 1> vector = xt::zeros<double>({4});
    CHECK((has_shape(matrix, result_size{{2, 3}}) && !has_shape(matrix, result_size{{3, 2}})));
    CHECK((has_shape(vector, result_size{{4, 1}}) && has_shape(vector, result_size{{1, 4}}) && !has_shape(vector, result_size{{2, 2}})));
    CHECK((has_shape(tall, result_size{{4, 1}}) && !has_shape(tall, result_size{{1, 4}})));
    xt::xtensor<double, 3> cube = xt::zeros<double>({2, 3, 4});
    CHECK((has_shape(cube, result_size{{2, 3, 4}, 3}) && !has_shape(cube, result_size{{2, 4, 3}, 3}) && !has_shape(cube, result_size{{2, 3}})));
}

TEST_CASE("which ranks can be resized to a result", "[run]") {
    CHECK((takes_rank(2, result_size{{4, 5}}) && takes_rank(-1, result_size{{4, 5}}) && !takes_rank(1, result_size{{4, 5}})));
    CHECK((takes_rank(1, result_size{{4, 1}}) && takes_rank(1, result_size{{1, 4}}) && !takes_rank(0, result_size{{4, 1}})));
    CHECK((takes_rank(0, result_size{{1, 1}}) && !takes_rank(3, result_size{{1, 1}})));
    CHECK((takes_rank(3, result_size{.rank = 3}) && takes_rank(-1, result_size{.rank = 3}) && !takes_rank(2, result_size{.rank = 3})));
}

TEST_CASE("only what owns its memory is given a shape", "[run]") {
    xt::xtensor<double, 2> a = xt::zeros<double>({2, 3});
    auto view = xt::view(a, xt::all(), xt::range(0, 2));
    static_assert(owns_memory<decltype(a)> && owns_memory<xt::xtensor<float, 1>> && !owns_memory<decltype(view)>);
    static_assert(!owns_memory<xt::xtensor_fixed<double, xt::xshape<2, 2>>>);
    check_resizes(a, 0, result_size{{7, 7}});
    CHECK(message_of<ctgrad::shape_error>([&] { check_resizes(view, 1, result_size{{3, 3}}); }) ==
          "ctgrad: into: target 2 is 2 x 2, its result is 3 x 3, and it cannot be resized");
    double number = 0;
    CHECK((has_shape_of(number, result_size{{1, 1}}) && !has_shape_of(number, result_size{{2, 1}})));
    CHECK(mentions(message_of<ctgrad::shape_error>([&] { check_resizes(number, 0, result_size{{2, 1}}); }), "a number"));
    CHECK(a.shape(0) == 2);  // what is checked is not changed
    give_shape(a, result_size{{4, 5}});
    CHECK((a.shape(0) == 4 && a.shape(1) == 5));
    xt::xtensor<double, 1> v;
    give_shape(v, result_size{{6, 1}});
    CHECK(v.shape(0) == 6);
    give_shape(v, result_size{{1, 7}});
    CHECK(v.shape(0) == 7);
    xt::xtensor<double, 3> cube;
    give_shape(cube, result_size{{2, 3, 4}, 3});
    CHECK((cube.shape(0) == 2 && cube.shape(2) == 4));
}

#ifndef __clang__
TEST_CASE("a container of any rank is given the rank of its result", "[run]") {
    xt::xarray<double> any;
    give_shape(any, result_size{{3, 4}});
    CHECK((any.dimension() == 2 && any.shape(0) == 3 && any.shape(1) == 4));
    give_shape(any, result_size{{5, 1}});
    CHECK((any.dimension() == 1 && any.shape(0) == 5));
    give_shape(any, result_size{{2, 3, 4}, 3});
    CHECK((any.dimension() == 3 && any.shape(2) == 4));
}
#endif

TEST_CASE("targets are kept by reference, views by value", "[run]") {
    xt::xtensor<double, 2> a;
    double x = 0;
    auto targets = ctgrad::into(a, x, xt::xtensor<double, 1>{});
    static_assert(decltype(targets)::count == 3 && is_into<decltype(targets)> && !is_into<double>);
    CHECK(&targets.at<0>() == &a);
    targets.at<1>() = 5;
    CHECK(x == 5);
}

TEST_CASE("lists of conditions and of actions", "[run]") {
    static_assert(all_of({}) && all_of({true, true}) && !all_of({true, false}));
    std::string order;
    void(in_order{(order += 'a', 0), (order += 'b', 0), (order += 'c', 0)});
    CHECK(order == "abc");
}

} // namespace
