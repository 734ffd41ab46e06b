// SPDX-License-Identifier: BSL-1.0
// Compiled functions: what counts as the same function, and the order of its results.
#include "support/catch.hpp"

#include <ctgrad/run/compile.hpp>

#include <type_traits>

namespace {

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = squared_norm(W * x);

template <class First, class Second>
constexpr bool same(First const&, Second const&) {
    return std::is_same_v<First, Second>;
}

TEST_CASE("a tuple of gradients counts as its parts", "[run]") {
    CHECK(same(compile(loss, grad(loss, W, x)), compile(loss, grad(loss, W), grad(loss, x))));
    CHECK(same(value_and_grad(loss, W, x), compile(loss, grad(loss, W, x))));
    CHECK_FALSE(same(compile(loss, grad(loss, W)), compile(grad(loss, W), loss)));
    static_assert(std::is_same_v<decltype(detail::digests_of(grad(loss, W, x)) + detail::digests_of(loss)),
                                 detail::digest_list<decltype(grad(loss, W))::key, decltype(grad(loss, x))::key, decltype(loss)::key>>);
    static_assert(detail::compilable<decltype(loss)> && detail::compilable<decltype(grad(loss, W, x))> && !detail::compilable<double>);
}

TEST_CASE("keys of functions depend on the expressions and on their order", "[run]") {
    using detail::combine;
    constexpr auto a = decltype(loss)::key, b = decltype(W)::key;
    static_assert(combine({a, b}) == combine({a, b}) && !(combine({a, b}) == combine({b, a})) && !(combine({a}) == combine({a, a})));
    CHECK_FALSE(combine({a}) == a);
}

} // namespace
