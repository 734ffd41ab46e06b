// SPDX-License-Identifier: BSL-1.0
// Which calls are known to be plain by the types of their arguments, and that they and all others give the same.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>
#include <xtensor/xview.hpp>

namespace {

using namespace ctgrad;
using tensor2 = xt::xtensor<double, 2>;
using tensor1 = xt::xtensor<double, 1>;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto s = scalar<"s">;

template <class Plan, class... Variants, class... Arguments>
constexpr bool is_plain(detail::function<Plan, Variants...> const&, Arguments const&...) {
    return detail::is_plain_call<detail::checked_call<Plan, Arguments...>>;
}

TEST_CASE("a call is plain where the types of all containers tell where their entries are", "[run]") {
    using detail::is_plain_container;
    static_assert(is_plain_container<tensor2> && is_plain_container<xt::xtensor_fixed<double, xt::xshape<2, 3>>>);
    static_assert(!is_plain_container<double> && !is_plain_container<xt::xtensor<double, 2, xt::layout_type::column_major>>);
    static_assert(!is_plain_container<decltype(xt::view(std::declval<tensor2&>(), xt::all(), 1))>);

    auto f = compile(sum(A * x), grad(sum(A * x), A));
    tensor2 a{{1, 2, 3}, {4, 5, 6}}, tall{{1, 2}, {3, 4}, {5, 6}}, da;
    tensor1 v{1, 0, 2};
    double value = 0;
    CHECK(is_plain(f, A = a, x = v, into(value, da)));
    CHECK(is_plain(f, A = a, x = v));
    float single = 0;
    CHECK_FALSE(is_plain(f, A = a, x = v, into(single, da)));
    auto g = compile(s * sum(x));
    CHECK((is_plain(g, s = 2.5, x = v) && !is_plain(g, s = 2.5f, x = v)));
    CHECK_FALSE(is_plain(f, A = a, x = xt::view(tall, xt::all(), 1), into(value, da)));
}

TEST_CASE("plain calls and others give the same, and refuse the same", "[run]") {
    auto f = compile(sum(A * x), grad(sum(A * x), A));
    tensor2 const a{{1, 2, 3}, {4, 5, 6}}, expected{{1, 0, 2}, {1, 0, 2}};
    tensor1 const v{1, 0, 2};
    double value = 0;
    tensor2 fits = tensor2::from_shape({2, 3}), other = tensor2::from_shape({5, 1});
    f(A = a, x = v, into(value, fits));
    CHECK((value == 23 && fits == expected));
    f(A = a, x = v, into(value, other));  // takes the shape of the result
    CHECK((value == 23 && other == expected));
    tensor2 strided = xt::zeros<double>({2, 6});
    auto target = xt::view(strided, xt::all(), xt::range(0, 6, 2));
    f(A = a, x = v, into(value, target));
    CHECK((value == 23 && target == expected && xt::sum(strided)() == 6));

    tensor1 const longer{1, 2, 3, 4};
    value = 7;
    CHECK_THROWS_AS(f(A = a, x = longer, into(value, fits)), shape_error);
    tensor2 both = a;
    CHECK_THROWS_AS(f(A = both, x = v, into(both(0, 1), fits)), alias_error);
    CHECK((value == 7 && both == a && fits == expected));
    f(A = both, x = v, into(value, both));  // the gradient takes the place of what it is by
    CHECK((value == 23 && both == expected));
}

TEST_CASE("a call with the containers of the last one sees what has changed in them", "[run]") {
    auto f = compile(sum(A * x), grad(sum(A * x), A));
    tensor2 a{{1, 2, 3}, {4, 5, 6}}, da = tensor2::from_shape({2, 3});
    tensor1 v{1, 0, 2};
    double value = 0;
    auto const call = [&](auto& function, auto& matrix, auto& sample, auto& gradient) {
        typename std::remove_reference_t<decltype(matrix)>::value_type result = 0;
        function(A = matrix, x = sample, into(result, gradient));
        value = result;
    };
    for (double const last : {2., 3., -1.}) {
        v(2) = last;
        call(f, a, v, da);
        CHECK((value == 5 + 9 * last && da == tensor2{{1, 0, last}, {1, 0, last}}));
    }
    auto g = f;  // knows nothing of the containers
    call(g, a, v, da);
    CHECK(value == -4);

    // Other shapes in the same memory, other memory of the same shape, another type.
    a.reshape({3, 2});
    CHECK_THROWS_AS(call(f, a, v, da), shape_error);
    v = tensor1{1, 2};
    call(f, a, v, da);
    CHECK((value == 33 && da == tensor2{{1, 2}, {1, 2}, {1, 2}}));
    tensor2 other{{1, 1}, {1, 1}, {1, 1}};
    call(f, other, v, da);
    CHECK(value == 9);
    call(f, a, v, da);
    CHECK(value == 33);
    xt::xtensor<float, 2> fa{{1, 2}}, fda;
    xt::xtensor<float, 1> fv{3, 4};
    call(f, fa, fv, fda);
    call(f, fa, fv, fda);
    CHECK((value == 11 && fda == fa - fa + xt::xtensor<float, 2>{{3, 4}}));
    call(f, a, v, da);
    CHECK((value == 33 && da == tensor2{{1, 2}, {1, 2}, {1, 2}}));

    // Between two calls the workspace moves for another one.
    auto h = compile(transpose(A) * A * x);
    tensor2 large = xt::ones<double>({40, 30});
    tensor1 of_large = xt::ones<double>({30}), result = tensor1::from_shape({2}), large_result = tensor1::from_shape({30});
    for (int i = 0; i < 2; ++i) {
        h(A = a, x = v, into(result));
        CHECK((result == tensor1{123, 156}));
        h(A = large, x = of_large, into(large_result));
        CHECK((large_result == 1200 * of_large));
    }
    // A target that becomes an input, at the same place.
    h(A = a, x = v, into(v));
    h(A = a, x = v, into(v));
    CHECK(v(0) == 35 * 123 + 44 * 156);
}

TEST_CASE("a number is read where it is, unless a target is there too", "[run]") {
    auto f = compile(s * x, grad(s * sum(x), s));
    tensor1 v{1, 2, 3}, scaled = xt::zeros<double>({3});
    double number = 2, slope = 0;
    f(s = number, x = v, into(scaled, slope));
    CHECK((scaled == tensor1{2, 4, 6} && slope == 6));
    number = 3;  // where it was, and another
    f(s = number, x = v, into(scaled, slope));
    CHECK((scaled == tensor1{3, 6, 9} && slope == 6));
    f(s = number, x = v, into(scaled, number));
    CHECK((scaled == tensor1{3, 6, 9} && number == 6));
    f(s = v(1), x = v, into(v, number));
    CHECK((v == tensor1{2, 4, 6} && number == 6));
}

TEST_CASE("targets beside a view that runs backwards are no part of it", "[run]") {
    auto f = compile(2_c * x);
    tensor1 both{1, 2, 3, 0, 0, 0};
    auto const backwards = xt::view(both, xt::range(2, xt::placeholders::_, -1));
    auto behind = xt::view(both, xt::range(3, 6)), shifted = xt::view(both, xt::range(1, 4));
    f(x = backwards, into(behind));
    CHECK((both == tensor1{1, 2, 3, 6, 4, 2}));
    CHECK_THROWS_AS(f(x = backwards, into(shifted)), alias_error);
}

TEST_CASE("plain calls into their own leaves, one after the other", "[run]") {
    constexpr auto y = vector<"y", "n">;
    tensor1 u{3, 1, 2}, v{1, 5, 0};
    auto twice = compile(2_c * x);
    for (int call = 0; call < 3; ++call) twice(x = u, into(u));  // in place
    CHECK((u == tensor1{24, 8, 16}));
    auto turn = compile(x + y, x - y);
    for (int call = 0; call < 2; ++call) turn(x = u, y = v, into(v, u));  // each is read after the other is written
    CHECK((v == tensor1{48, 16, 32} && u == tensor1{-2, -10, 0}));
    auto scale = compile(s * x);
    for (int call = 0; call < 2; ++call) scale(s = u(0), x = u, into(u));  // the number is an entry of the target
    CHECK((u == tensor1{16, 80, 0}));
    tensor1 none;
    CHECK_THROWS_AS(turn(x = u, y = v, into(none, none)), alias_error);
    turn(x = u, y = v, into(u, none));
    CHECK((u == tensor1{64, 96, 32} && none == tensor1{-32, 64, -32}));
}

} // namespace
