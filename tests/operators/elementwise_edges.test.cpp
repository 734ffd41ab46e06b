// SPDX-License-Identifier: BSL-1.0
// Every elementwise function of one operand at large arguments, at zero, at infinities and NaN: value and slope.
#include "support/catch.hpp"
#include "support/compare.hpp"

#include <cmath>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace ctgrad;
using reference::dense, reference::distance, reference::number;

constexpr number infinity = std::numeric_limits<number>::infinity(), nan = std::numeric_limits<number>::quiet_NaN();

template <class OfExpressions>
struct case_of {
    char const* name;
    OfExpressions of;
    number (*value)(number);
    number (*slope)(number);
};
template <class OfExpressions>
case_of(char const*, OfExpressions, number (*)(number), number (*)(number)) -> case_of<OfExpressions>;

number stable_sigmoid(number x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
number normal_cdf(number x) { return std::erfc(-x / std::sqrt(number(2))) / 2; }
number normal_pdf(number x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::acos(number(-1))); }
number step(number x) { return std::isnan(x) ? x : x > 0 ? 1 : 0; }
number sign_of(number x) { return std::isnan(x) ? x : x > 0 ? 1 : x < 0 ? -1 : 0; }
// x f(x), where f vanishes faster than any power.
number vanishing(number x, number f) { return f == 0 ? 0 : x * f; }

constexpr auto saturating = std::tuple{
    case_of{"exp", [](auto a) { return exp(a); }, [](number x) { return std::exp(x); }, [](number x) { return std::exp(x); }},
    case_of{"expm1", [](auto a) { return expm1(a); }, [](number x) { return std::expm1(x); }, [](number x) { return std::exp(x); }},
    case_of{"tanh", [](auto a) { return tanh(a); }, [](number x) { return std::tanh(x); },
            [](number x) { return std::isinf(x) ? 0 : 1 / (std::cosh(x) * std::cosh(x)); }},
    case_of{"erf", [](auto a) { return erf(a); }, [](number x) { return std::erf(x); },
            [](number x) { return 2 / std::sqrt(std::acos(number(-1))) * std::exp(-x * x); }},
    case_of{"sigmoid", [](auto a) { return sigmoid(a); }, stable_sigmoid,
            [](number x) { return stable_sigmoid(x) * stable_sigmoid(-x); }},
    case_of{"softplus", [](auto a) { return softplus(a); },
            [](number x) { return std::isnan(x) ? x : std::max(x, number(0)) + std::log1p(std::exp(-std::abs(x))); }, stable_sigmoid},
    case_of{"relu", [](auto a) { return relu(a); }, [](number x) { return std::isnan(x) || x > 0 ? x : 0; }, step},
    case_of{"abs", [](auto a) { return abs(a); }, [](number x) { return std::abs(x); }, sign_of},
    case_of{"sign", [](auto a) { return sign(a); }, sign_of, [](number) { return number(0); }},
    case_of{"heaviside", [](auto a) { return heaviside(a); }, step, [](number) { return number(0); }},
    case_of{"square", [](auto a) { return square(a); }, [](number x) { return x * x; }, [](number x) { return 2 * x; }},
    case_of{"swish", [](auto a) { return swish(a); }, [](number x) { return vanishing(x, stable_sigmoid(x)); },
            [](number x) { return stable_sigmoid(x) + vanishing(x, stable_sigmoid(x) * stable_sigmoid(-x)); }},
    case_of{"gelu", [](auto a) { return gelu(a); }, [](number x) { return vanishing(x, normal_cdf(x)); },
            [](number x) { return normal_cdf(x) + vanishing(x, normal_pdf(x)); }},
};

constexpr auto others = std::tuple{
    case_of{"log", [](auto a) { return log(a); }, [](number x) { return std::log(x); }, [](number x) { return 1 / x; }},
    case_of{"log1p", [](auto a) { return log1p(a); }, [](number x) { return std::log1p(x); }, [](number x) { return 1 / (1 + x); }},
    case_of{"sqrt", [](auto a) { return sqrt(a); }, [](number x) { return std::sqrt(x); },
            [](number x) { return 1 / (2 * std::sqrt(x)); }},
    case_of{"reciprocal", [](auto a) { return reciprocal(a); }, [](number x) { return 1 / x; }, [](number x) { return -1 / (x * x); }},
    case_of{"sin", [](auto a) { return sin(a); }, [](number x) { return std::sin(x); }, [](number x) { return std::cos(x); }},
    case_of{"cos", [](auto a) { return cos(a); }, [](number x) { return std::cos(x); }, [](number x) { return -std::sin(x); }},
    case_of{"tan", [](auto a) { return tan(a); }, [](number x) { return std::tan(x); },
            [](number x) { return 1 / (std::cos(x) * std::cos(x)); }},
};

// Close in the scale of the target or of 1; what overflows T overflows; NaN where the target is.
template <class T>
bool agrees(T actual, number target) {
    if (std::isnan(target)) return std::isnan(actual);
    if (std::abs(target) > std::numeric_limits<T>::max()) return actual == static_cast<T>(target > 0 ? infinity : -infinity);
    return std::abs(actual - target) <= (sizeof(T) == 4 ? 1e-5L : 1e-13L) * std::max(std::abs(target), number(1));
}

template <class T, class... Cases>
void agree_at(std::tuple<Cases...> const& cases, std::vector<number> const& points) {
    constexpr auto x = matrix<"x", 1, "n">;
    dense row(1, points.size());
    row.entries() = points;
    std::apply(
        [&](auto const&... one) {
            auto f = compile(one.of(x)..., grad(sum(one.of(x)), x)...);
            auto const results = f(x = reference::container<T>(row));
            auto check = [&](auto const& function, auto const& value, auto const& slope) {
                for (std::size_t i = 0; i < points.size(); ++i) {
                    INFO(function.name << '(' << static_cast<double>(points[i]) << ") = " << value(0, i) << ", slope " << slope(0, i)
                                       << "; expected " << static_cast<double>(function.value(points[i])) << ", "
                                       << static_cast<double>(function.slope(points[i])));
                    CHECK(agrees<T>(value(0, i), function.value(points[i])));
                    CHECK(agrees<T>(slope(0, i), function.slope(points[i])));
                }
            };
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                (check(one, std::get<I>(results), std::get<sizeof...(Cases) + I>(results)), ...);
            }
            (std::index_sequence_for<Cases...>{});
        },
        cases);
}

TEMPLATE_TEST_CASE("saturating functions at large arguments, zero, infinities and NaN", "[operators]", float, double) {
    agree_at<TestType>(saturating, {-1e4, 1e4, -1e3, 1e3, -100, 100, -50, 50, -20, 20, -1, 1, 0, -0.0L, 0.5, -88, 88, -710, 710,
                                    -infinity, infinity, nan});
    agree_at<TestType>(saturating, {nan});
    agree_at<TestType>(saturating, {});
}

// The slope of each function, and the slope of that.
constexpr auto slopes = [] {
    constexpr auto of = [](auto f) { return [f](auto a) { return grad(sum(f(a)), a); }; };
    return std::tuple{
        case_of{"tanh'", of([](auto a) { return tanh(a); }), [](number x) { return 1 / (std::cosh(x) * std::cosh(x)); },
                [](number x) { return std::isinf(x) ? 0 : -2 * std::tanh(x) / (std::cosh(x) * std::cosh(x)); }},
        case_of{"erf'", of([](auto a) { return erf(a); }),
                [](number x) { return 2 / std::sqrt(std::acos(number(-1))) * std::exp(-x * x); },
                [](number x) { return -4 / std::sqrt(std::acos(number(-1))) * vanishing(x, std::exp(-x * x)); }},
        case_of{"sigmoid'", of([](auto a) { return sigmoid(a); }), [](number x) { return stable_sigmoid(x) * stable_sigmoid(-x); },
                [](number x) { return stable_sigmoid(x) * stable_sigmoid(-x) * (stable_sigmoid(-x) - stable_sigmoid(x)); }},
        case_of{"softplus'", of([](auto a) { return softplus(a); }), stable_sigmoid,
                [](number x) { return stable_sigmoid(x) * stable_sigmoid(-x); }},
        case_of{"swish'", of([](auto a) { return swish(a); }),
                [](number x) { return stable_sigmoid(x) + vanishing(x, stable_sigmoid(x) * stable_sigmoid(-x)); },
                [](number x) {
                    number const s = stable_sigmoid(x), rest = stable_sigmoid(-x);
                    return 2 * s * rest + vanishing(x, s * rest * (rest - s));
                }},
        case_of{"gelu'", of([](auto a) { return gelu(a); }), [](number x) { return normal_cdf(x) + vanishing(x, normal_pdf(x)); },
                [](number x) { return 2 * normal_pdf(x) - vanishing(x, vanishing(x, normal_pdf(x))); }},
        // the same functions, written by hand
        case_of{"1 / (1 + exp(-a))", [](auto a) { return 1_c / (1_c + exp(-a)); }, stable_sigmoid,
                [](number x) { return stable_sigmoid(x) * stable_sigmoid(-x); }},
        case_of{"a / (1 + exp(-a))", [](auto a) { return a / (1_c + exp(-a)); },
                [](number x) { return vanishing(x, stable_sigmoid(x)); },
                [](number x) { return stable_sigmoid(x) + vanishing(x, stable_sigmoid(x) * stable_sigmoid(-x)); }},
        case_of{"a sigmoid(a)", [](auto a) { return hadamard(a, sigmoid(a)); },
                [](number x) { return vanishing(x, stable_sigmoid(x)); },
                [](number x) { return stable_sigmoid(x) + vanishing(x, stable_sigmoid(x) * stable_sigmoid(-x)); }},
        case_of{"log(1 + exp(a))", [](auto a) { return log(1_c + exp(a)); },
                [](number x) { return std::max(x, number(0)) + std::log1p(std::exp(-std::abs(x))); }, stable_sigmoid}};
}();

TEST_CASE("second derivatives of saturating functions, and formulas for them, at infinity", "[operators]") {
    agree_at<double>(slopes, {-infinity, infinity, -1e4, 1e4, -1e3, 1e3, -120, 120, -50, 50, -20, 20, -1, 1, 0, 0.5});
    agree_at<float>(slopes, {-infinity, infinity, -1e4, 1e4, -1e3, 1e3, -120, 120, -20, 20, -1, 0, 0.5});
}

TEMPLATE_TEST_CASE("an entry of -infinity is none to a softmax", "[operators]", float, double) {
    constexpr auto Z = matrix<"Z", "k", "n">;
    constexpr auto U = matrix<"U", "k", "n">;
    auto f = compile(softmax(Z), logsumexp(Z), grad(sum(hadamard(U, softmax(Z))), Z), grad(sum(logsumexp(Z)), Z),
                     softmax_rows(transpose(Z)), grad(sum(logsumexp_rows(transpose(Z))), Z), log_softmax(Z));
    dense const logits{{1, -infinity}, {-infinity, -infinity}, {2, -1e4}}, weights{{1, 2}, {3, 4}, {5, 6}};
    auto [p, sums, slope, sums_slope, p_rows, rows_slope, logarithm] =
        f(Z = reference::container<TestType>(logits), U = reference::container<TestType>(weights));
    number const first = 1 / (1 + std::exp(number(1))), second = 1 - first;
    dense const expected{{first, 0}, {0, 0}, {second, 1}};
    double const near = sizeof(TestType) == 4 ? 1e-6 : 1e-14;
    CHECK(distance(p, expected) < near);
    CHECK(distance(p_rows, transpose(expected)) < near);
    CHECK(distance(sums, dense{{2 - std::log(second), -1e4}}) < near);
    CHECK(distance(slope, hadamard(expected, weights - column_sums(hadamard(expected, weights)))) < near);
    CHECK(distance(sums_slope, expected) < near);
    CHECK(distance(rows_slope, expected) < near);
    CHECK(distance(logarithm, dense{{std::log(first), -infinity}, {-infinity, -infinity}, {std::log(second), 0}}) < near);
}

TEMPLATE_TEST_CASE("other functions at large arguments, zero, infinity and NaN", "[operators]", float, double) {
    agree_at<TestType>(others, {1e4, 1e3, 100, 31.5, 20, 1, 0.5, 0, 0.0078125, infinity, nan});
}

TEST_CASE("functions at negative arguments: what has no value is NaN", "[operators]") {
    agree_at<double>(others, {-1e4, -1e3, -100, -20, -2, -1, -0.5});
    agree_at<float>(others, {-1e4, -1e3, -100, -20, -2, -1, -0.5, -0.0078125});
}

} // namespace
