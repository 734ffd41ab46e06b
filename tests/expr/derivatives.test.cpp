// SPDX-License-Identifier: BSL-1.0
// Derivatives are expressions: their shapes.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/derivatives.hpp>

#include <boost/hana/tuple.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto v = vector<"v", "n">;
constexpr auto u = vector<"u", "m">;
constexpr auto s = scalar<"s">;

TEST_CASE("derivatives are written as they are printed, and have their shapes", "[expr]") {
    CHECK_SPELLING("m x n", grad(sum(W * x), W));
    CHECK_SPELLING("n x m", grad(sum(transpose(W)), transpose(W)));
    CHECK_SPELLING("n x 1", grad(s, x));
    CHECK_SPELLING("m x 1", jvp(W * x, x, v));
    CHECK_SPELLING("n x 1", vjp(W * x, x, u));
    CHECK_SPELLING("n x 1", hvp(sum(x), x, v));
    CHECK_SPELLING("n x 1", grad(sum(grad(sum(exp(x)), x)), x));
    CHECK_SPELLING("m x 1", substitute(W * x, x, x + v));
}

TEST_CASE("a Jacobian has a row for each entry of what is differentiated", "[expr]") {
    CHECK_SPELLING("m x n", jacobian(W * x, x));
    CHECK_SPELLING("1 x n", jacobian(s, x));
    CHECK_SPELLING("n x 1", jacobian(x, s));
    CHECK_SPELLING("1 x 1", jacobian(s, s));
    CHECK_SPELLING("m x m x n", jacobian(W * x, W));
    CHECK_SPELLING("m x n x n", jacobian(W, x));
    CHECK_SPELLING("m x n x m x n", jacobian(exp(W), W));
    CHECK_SPELLING("n x n", hessian(sum(exp(x)), x));
    CHECK_SPELLING("m x n x m x n", hessian(sum(exp(W)), W));
    CHECK_SPELLING("1 x 1", hessian(exp(s), s));
    // An array is kept as the matrix that it is, entry by entry.
    CHECK(text(definition(jacobian(exp(W), W)).extents) == "m*n x m*n");
    CHECK(text(definition(jacobian(W * x, W)).extents) == "m x m*n");
}

TEST_CASE("the shape of a Jacobian's array", "[expr]") {
    auto const array = [](char const* y, char const* by) { return text(jacobian_array(shape_from(y), shape_from(by))); };
    CHECK(array("m x 1", "n x 1") == "");
    CHECK(array("1 x 1", "m x n") == "1 x m x n");
    CHECK(array("1 x m", "n x 1") == "1 x m x n");
    CHECK(array("m x n", "p x q") == "m x n x p x q");
}

TEST_CASE("several gradients are a tuple", "[expr]") {
    constexpr auto both = grad(sum(W * x), W, x);
    static_assert(std::is_same_v<std::remove_const_t<decltype(both)>,
                                 boost::hana::tuple<decltype(grad(sum(W * x), W)), decltype(grad(sum(W * x), x))>>);
}

TEST_CASE("directions of another shape do not fit", "[expr]") {
    constexpr auto fit = [](op code, std::initializer_list<source const*> arguments) { return apply_to(code, arguments).problem == nullptr; };
    static_assert(!fit(op::jvp, {&definition(W * x), &definition(x), &definition(u)}));
    static_assert(!fit(op::vjp, {&definition(W * x), &definition(x), &definition(v)}));
    static_assert(!fit(op::gradient, {&definition(W * x), &definition(x)}));
    static_assert(jacobian_application<op::hessian, decltype(W * x)::key, decltype(x)::key>::problem != nullptr);
    static_assert(jacobian_application<op::jacobian, decltype(W * x)::key, decltype(x)::key>::problem == nullptr);
}

} // namespace
