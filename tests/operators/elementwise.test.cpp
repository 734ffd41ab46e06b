// SPDX-License-Identifier: BSL-1.0
// Each elementwise function of one operand: value and gradient.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <cmath>
#include <tuple>
#include <utility>

namespace {

using namespace ctgrad;
using reference::central_difference, reference::container, reference::dense, reference::distance,
    reference::number, reference::random_operands, reference::tolerance;

// A function of expressions beside the same function of numbers.
template <class OfExpressions>
struct function_of_one {
    char const* name;
    OfExpressions of;
    number (*at)(number);
};
template <class OfExpressions>
function_of_one(char const*, OfExpressions, number (*)(number)) -> function_of_one<OfExpressions>;

constexpr auto defined_everywhere = std::tuple{
    function_of_one{"negation", [](auto a) { return -a; }, [](number x) { return -x; }},
    function_of_one{"exp", [](auto a) { return exp(a); }, [](number x) { return std::exp(x); }},
    function_of_one{"square", [](auto a) { return square(a); }, [](number x) { return x * x; }},
    function_of_one{"tanh", [](auto a) { return tanh(a); }, [](number x) { return std::tanh(x); }},
    function_of_one{"sigmoid", [](auto a) { return sigmoid(a); },
                    [](number x) { return reference::sigmoid(x); }},
    function_of_one{"swish", [](auto a) { return swish(a); }, [](number x) { return reference::swish(x); }},
    function_of_one{"relu", [](auto a) { return relu(a); }, [](number x) { return reference::relu(x); }},
    function_of_one{"softplus", [](auto a) { return softplus(a); },
                    [](number x) { return reference::softplus(x); }},
    function_of_one{"cube", [](auto a) { return pow(a, 3_c); }, [](number x) { return x * x * x; }},
    function_of_one{"affine", [](auto a) { return 2_c * a + 0.5_c - a / 4_c; },
                    [](number x) { return 2 * x + number(0.5) - x / 4; }},
};

constexpr auto further_functions = std::tuple{
    function_of_one{"expm1", [](auto a) { return expm1(a); }, [](number x) { return std::expm1(x); }},
    function_of_one{"abs", [](auto a) { return abs(a); }, [](number x) { return std::abs(x); }},
    function_of_one{"sin", [](auto a) { return sin(a); }, [](number x) { return std::sin(x); }},
    function_of_one{"cos", [](auto a) { return cos(a); }, [](number x) { return std::cos(x); }},
    function_of_one{"tan", [](auto a) { return tan(a / 4_c); }, [](number x) { return std::tan(x / 4); }},
    function_of_one{"erf", [](auto a) { return erf(a); }, [](number x) { return std::erf(x); }},
    function_of_one{"gelu", [](auto a) { return gelu(a); },
                    [](number x) { return x * (1 + std::erf(x / std::sqrt(number(2)))) / 2; }},
};

constexpr auto defined_for_positive_arguments = std::tuple{
    function_of_one{"log1p", [](auto a) { return log1p(a); }, [](number x) { return std::log1p(x); }},
    function_of_one{"reciprocal", [](auto a) { return reciprocal(a); }, [](number x) { return 1 / x; }},
    function_of_one{"log", [](auto a) { return log(a); }, [](number x) { return std::log(x); }},
    function_of_one{"sqrt", [](auto a) { return sqrt(a); }, [](number x) { return std::sqrt(x); }},
    function_of_one{"pow", [](auto a) { return pow(a, 2.5_c); },
                    [](number x) { return std::pow(x, number(2.5)); }},
    function_of_one{"inverse square", [](auto a) { return pow(a, -2_c); },
                    [](number x) { return 1 / (x * x); }},
    function_of_one{"quotient", [](auto a) { return 3_c / a; }, [](number x) { return 3 / x; }},
};

// All functions in one compiled function of A, with the gradient of <U, function(A)> for each.
template <class T, class... Functions>
void agree(std::tuple<Functions...> const& functions, auto A, auto U, dense operand, dense weights) {
    std::apply(
        [&](auto const&... function) {
            auto f = compile(function.of(A)..., grad(sum(hadamard(U, function.of(A))), A)...);
            auto const results = f(A = container<T>(operand), U = container<T>(weights));
            auto check = [&](auto const& function, auto const& value, auto const& gradient) {
                INFO(function.name);
                auto total = [&] { return dot(weights, map(operand, function.at)); };
                CHECK(distance(value, map(operand, function.at)) < tolerance<T>);
                CHECK(distance(gradient, central_difference(total, operand)) < tolerance<T>);
            };
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                (check(function, std::get<I>(results), std::get<sizeof...(Functions) + I>(results)), ...);
            }
            (std::index_sequence_for<Functions...>{});
        },
        functions);
}

TEMPLATE_TEST_CASE("elementwise functions", "[operators]", float, double) {
    random_operands random(101);
    // Up to 63 entries: whole vector registers and remainders.
    auto const columns = GENERATE(1, 5, 9);
    agree<TestType>(defined_everywhere, matrix<"A", "m", "n">, matrix<"U", "m", "n">,
                    4 * random.matrix(7, columns), random.matrix(7, columns));
    agree<TestType>(defined_for_positive_arguments, matrix<"A", "m", "n">, matrix<"U", "m", "n">,
                    random.positive(7, columns), random.matrix(7, columns));
}

TEST_CASE("further elementwise functions", "[operators]") {
    random_operands random(103);
    agree<double>(further_functions, matrix<"A", "m", "n">, matrix<"U", "m", "n">, 4 * random.matrix(7, 5),
                  random.matrix(7, 5));
}

TEST_CASE("elementwise functions with fixed extents", "[operators]") {
    random_operands random(102);
    agree<double>(defined_everywhere, matrix<"A", 3, 5>, matrix<"U", 3, 5>, 4 * random.matrix(3, 5),
                  random.matrix(3, 5));
    agree<double>(defined_for_positive_arguments, matrix<"A", 3, 5>, matrix<"U", 3, 5>, random.positive(3, 5),
                  random.matrix(3, 5));
}

} // namespace
