// SPDX-License-Identifier: BSL-1.0
// Functions that users add: of numbers a number, of expressions an expression, and which derivatives they may have.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/functions.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto cube = elementwise<"cube">([](auto t) { return t * t * t; }, [](auto t) { return 3_c * square(t); });
constexpr auto grow = elementwise<"grow">([](auto t) { return t + t; }, [](auto, auto y) { return y / y + 1_c; });
constexpr auto step = elementwise<"step">([](double t) { return t > 0 ? 1. : 0.; }, [](double) { return 0.; });

TEST_CASE("a function is one of numbers and of expressions", "[expr]") {
    static_assert(cube(2.) == 8 && cube(2.f) == 8 && std::is_same_v<decltype(cube(2.f)), float>);
    CHECK_SPELLING("m x n", cube(A));
    CHECK_SPELLING("m x n", exp(cube(grow(A) + A)));
    static_assert(op_of(cube(A)) == op::call && definition(cube(A)).function->at(3) == 27);
    static_assert(!std::is_same_v<decltype(cube(A)), decltype(grow(A))>);
    static_assert(std::is_same_v<decltype(cube(A)), decltype(cube(A))>);
}

TEST_CASE("derivatives are expressions of the argument and the result", "[expr]") {
    user_function const& f = *definition(cube(A)).function;
    text_buffer<100> out;
    print_source(out, *f.derivative);
    CHECK(std::string(out.c_str()) == "3 * square((the argument))");
    CHECK(f.has_derivative);
    text_buffer<100> other;
    print_source(other, *definition(grow(A)).function->derivative);
    CHECK(std::string(other.c_str()) == "(the result) / (the result) + 1");
    // One that is a function of numbers has no derivative itself.
    user_function const& slope = *definition(step(A)).function->derivative->function;
    CHECK(std::string(slope.name) == "step'");
    CHECK_FALSE(slope.has_derivative);
}

TEST_CASE("what a derivative may not hold is found", "[expr]") {
    constexpr auto t = scalar<"t">;
    constexpr auto y = scalar<"y">;
    auto const problem = [&](auto e) {
        derivative_check check{.argument = decltype(t)::key, .result = decltype(y)::key};
        check.visit(definition(e));
        return std::string(check.problem == nullptr ? "" : check.problem);
    };
    CHECK(problem(t * y + exp(t) / 2_c) == "");
    CHECK(problem(cube(t)) == "");
    CHECK(problem(t + scalar<"other">) == "the derivative may have no leaves");
    CHECK(problem(exp(sum(t))) == "the derivative must be elementwise");
    CHECK(problem(t + ones<"n">) == "the derivative must be elementwise");
    constexpr auto lengthen = []<digest Key>(auto self, expr<Key> e, auto count) {
        if constexpr (count() == 0)
            return e;
        else
            return self(self, sin(e), std::integral_constant<int, count() - 1>{});
    };
    CHECK(problem(lengthen(lengthen, t, std::integral_constant<int, 62>{})) == "");
    CHECK(problem(lengthen(lengthen, t, std::integral_constant<int, 63>{})) == "the derivative is too long");
}

} // namespace
