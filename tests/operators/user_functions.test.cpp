// SPDX-License-Identifier: BSL-1.0
// Functions that the user adds: value and derivatives to the second order, beside built-in ones, in loops, plans,
// formulas and proofs.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace {

using namespace ctgrad;
using reference::column, reference::column_container, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands, reference::tolerance;

// The derivative as an expression of the argument.
constexpr auto mish = elementwise<"mish">(
    [](auto x) { return x * std::tanh(std::log1p(std::exp(x))); },
    [](auto x) {
        constexpr auto t = tanh(softplus(x));
        return t + x * (1_c - square(t)) * sigmoid(x);
    });
// Of the argument and the result.
constexpr auto growth = elementwise<"growth">([](auto x) { return std::exp(x); }, [](auto, auto y) { return y; });
// A derivative that is another function of the user's.
constexpr auto cubic = elementwise<"cubic">([](auto x) { return x * x * x; }, [](auto x) { return 3_c * x * x; });
constexpr auto quartic = elementwise<"quartic">([](auto x) { return x * x * x * x; }, [](auto x) { return 4_c * cubic(x); });

// A derivative of numbers.
constexpr auto steep = elementwise<"steep">([](double x) { return x * std::abs(x); }, [](double x) { return 2 * std::abs(x); });

// By hand: u = softplus(x), s = sigmoid(x), t = tanh(u).
number mish_at(number x) { return x * std::tanh(std::log1p(std::exp(x))); }
number mish_slope(number x) {
    number const s = 1 / (1 + std::exp(-x)), t = std::tanh(std::log1p(std::exp(x)));
    return t + x * (1 - t * t) * s;
}
number mish_curvature(number x) {
    number const s = 1 / (1 + std::exp(-x)), t = std::tanh(std::log1p(std::exp(x))), c = 1 - t * t;
    return 2 * c * s + x * (-2 * t * c * s * s + c * s * (1 - s));
}

template <class T>
void agree(auto A, auto U, dense const& a, dense const& u) {
    auto const slope = [&](auto f) { return grad(sum(hadamard(U, f(A))), A); };
    auto const curvature = [&](auto f) { return grad(sum(slope(f)), A); };
    auto f = compile(mish(A), slope(mish), curvature(mish), growth(A), curvature(growth), slope(quartic), curvature(quartic),
                     sum(mish(A + mish(tanh(A)))), grad(sum(mish(tanh(A))), A));
    auto [value, first, second, grown, grown_second, quartic_first, quartic_second, nested, inner] =
        f(A = container<T>(a), U = container<T>(u));
    CHECK(distance(value, map(a, mish_at)) < tolerance<T>);
    CHECK(distance(first, hadamard(u, map(a, mish_slope))) < tolerance<T>);
    CHECK(distance(second, hadamard(u, map(a, mish_curvature))) < tolerance<T>);
    CHECK(distance(grown, map(a, [](number x) { return std::exp(x); })) < tolerance<T>);
    CHECK(distance(grown_second, hadamard(u, map(a, [](number x) { return std::exp(x); }))) < tolerance<T>);
    CHECK(distance(quartic_first, hadamard(u, map(a, [](number x) { return 4 * x * x * x; }))) < tolerance<T>);
    CHECK(distance(quartic_second, hadamard(u, map(a, [](number x) { return 12 * x * x; }))) < tolerance<T>);
    CHECK(distance(nested, sum(map(a, [](number x) { return mish_at(x + mish_at(std::tanh(x))); }))) < tolerance<T>);
    CHECK(distance(inner, map(a, [](number x) {
                       number const t = std::tanh(x);
                       return mish_slope(t) * (1 - t * t);
                   })) < tolerance<T>);
}

TEMPLATE_TEST_CASE("a function with its derivative, of matrices", "[operators]", float, double) {
    random_operands random(171);
    auto const columns = GENERATE(0, 1, 5);
    agree<TestType>(matrix<"A", "m", "n">, matrix<"U", "m", "n">, 2 * random.matrix(7, columns), random.matrix(7, columns));
}

TEST_CASE("a function of fixed extents, of scalars and of numbers", "[operators]") {
    random_operands random(172);
    agree<double>(matrix<"A", 2, 3>, matrix<"U", 2, 3>, random.matrix(2, 3), random.matrix(2, 3));
    constexpr auto s = scalar<"s">;
    auto f = compile(mish(s), grad(mish(s), s), mish(0.5_c), grad(s * growth(s), s));
    auto [value, slope, of_number, product_slope] = f(s = 1.5);
    CHECK(std::abs(value - mish_at(1.5)) < 1e-14);
    CHECK(std::abs(slope - mish_slope(1.5)) < 1e-14);
    CHECK(std::abs(of_number - mish_at(0.5)) < 1e-14);
    CHECK(std::abs(product_slope - 2.5 * std::exp(1.5)) < 1e-12);
    CHECK(mish(1.5) == value);
    CHECK(cubic(2.f) == 8.f);
}

TEST_CASE("a function in a network; equal calls are one", "[operators]") {
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto x = vector<"x", "n">;
    constexpr auto loss = squared_norm(mish(W * x)) + sum(mish(W * x));
    random_operands random(173);
    dense w = random.matrix(4, 3), at = random.column(3);
    auto f = compile(loss, grad(loss, W, x));
    auto [value, dW, dx] = f(W = container<double>(w), x = column_container<double>(at));
    dense const z = w * at, y = map(z, mish_at), g = hadamard(2 * y + 1, map(z, mish_slope));
    CHECK(distance(value, squared_norm(y) + sum(y)) < 1e-12);
    CHECK(distance(dW, g * transpose(at)) < 1e-12);
    CHECK(distance(dx, transpose(w) * g) < 1e-12);

    CHECK(to_string(mish(W * x)) == "mish(W x)");
    CHECK(to_string(grad(sum(quartic(x)), x)) == "4 cubic(x)");
    CHECK(to_latex(mish(x)) == "\\operatorname{mish}\\left(x\\right)");
    std::string const plan = explain(compile(sum(mish(x))));
    CHECK(plan.find("sum(mish(x))") != std::string::npos);
    CHECK(to_dot(mish(x)).find("mish") != std::string::npos);
    CHECK(cost(compile(mish(x) + growth(x), sum(mish(x)))).calls("loop") == 1);
}

TEMPLATE_TEST_CASE("a function whose derivative is one of numbers", "[operators]", float, double) {
    constexpr auto x = vector<"x", "n">;
    auto f = compile(steep(x), grad(sum(square(steep(x))), x), grad(sum(steep(x) * sum(square(x))), x));
    dense const at = column({-2, 0, 0.5, 3});
    auto [value, slope, product_slope] = f(x = column_container<TestType>(at));
    CHECK(distance(value, map(at, [](number z) { return z * std::abs(z); })) < tolerance<TestType>);
    CHECK(distance(slope, map(at, [](number z) { return 4 * z * std::abs(z) * std::abs(z); })) < tolerance<TestType>);
    number const squares = squared_norm(at), total = sum(map(at, [](number z) { return z * std::abs(z); }));
    CHECK(distance(product_slope, map(at, [&](number z) { return 2 * std::abs(z) * squares + 2 * z * total; })) < tolerance<TestType>);
    CHECK(to_string(grad(sum(steep(x)), x)) == "steep'(x)");
}

TEST_CASE("NaN and infinity go through a function", "[operators]") {
    constexpr auto x = vector<"x", "n">;
    constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    auto f = compile(cubic(x), grad(sum(cubic(x)), x));
    auto [value, slope] = f(x = xt::xtensor<double, 1>{nan, -infinity, 1e4, 0.});
    CHECK(std::isnan(value(0)));
    CHECK(std::isnan(slope(0)));
    CHECK(value(1) == -infinity);
    CHECK(slope(1) == infinity);
    CHECK(value(2) == 1e12);
    CHECK(value(3) == 0);
}

// What is constexpr can be proved.
constexpr auto v = vector<"v", "n">;
static_assert(equivalent(cubic(v), pow(v, 3_c)));
static_assert(equivalent(grad(sum(quartic(v)), v), 4_c * hadamard(v, square(v))));
static_assert(!equivalent(cubic(v), quartic(v)));
static_assert(std::is_same_v<decltype(mish(v)), decltype(mish(v))> && !std::is_same_v<decltype(mish(v)), decltype(growth(v))>);

} // namespace
