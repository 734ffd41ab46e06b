// SPDX-License-Identifier: BSL-1.0
// Entries by the loops against the evaluator: single ones and packs, in float and double, and at the edges.
#include "support/catch.hpp"

#include <ctgrad/graph/evaluate_entry.hpp>
#include <ctgrad/run/elementwise.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace {

using namespace ctgrad::detail;

// The op at one entry, which stands in every place of a pack.
template <op Code, class V>
double at(lane<V> a, lane<V> b, lane<V> c) {
    lane<V> lanes[64];
    store(elementwise<Code, V>(V(a), V(b), V(c)), lanes);
    return static_cast<double>(lanes[0]);
}

double expected(op code, double a, double b, double c) {
    if (about(code).arity == 1) return evaluate_entry(code, {a, 0}).value;
    if (about(code).arity == 2) return evaluate_entry(code, {a, 0}, {b, 0}).value;
    return std::isnan(a) ? a : a != 0 ? b : c;  // where
}

constexpr bool is_tested(op code) { return is_elementwise(code) && code != op::call; }

template <op Code, class T>
void check_op() {
    INFO(about(Code).name);
    std::mt19937_64 engine(1);
    std::uniform_real_distribution<double> between(-4, 4);
    double const tolerance = std::is_same_v<T, float> ? 2e-5 : 1e-13;
    for (int i = 0; i < 60; ++i) {
        T a = T(between(engine)), b = T(between(engine));
        T const c = T(between(engine));
        if (Code == op::polygamma) a = T(i % 4), b = std::abs(b) + T(0.1);
        if (Code == op::huber) b = std::abs(b);
        if (Code == op::digamma || Code == op::trigamma || Code == op::lgamma) a = std::abs(a) + T(0.1);
        double const target = expected(Code, a, b, c);
        if (!std::isfinite(target)) continue;
        for (double got : {at<Code, T>(a, b, c), at<Code, pack<T>>(a, b, c)}) {
            CAPTURE(a, b, c, got, target);
            if (!(std::abs(got - target) <= tolerance * (1 + std::abs(target)))) FAIL_CHECK("the values differ");
        }
    }
    // NaN goes through, and nothing that is finite becomes infinite or NaN.
    constexpr T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN(), large = T(1e4);
    for (T a : {-inf, -large, T(-1), T(0), T(1), large, inf, nan})
        for (T b : {-large, T(0), T(2), large, nan}) {
            if (Code == op::polygamma || Code == op::power) continue;
            if ((Code == op::sin || Code == op::cos || Code == op::tan) && std::isinf(a)) continue;
            if (Code == op::huber && b <= 0) continue;
            if ((Code == op::swish || Code == op::gelu) && a == -inf) continue;  // tests/operators has the limits
            double const target = expected(Code, a, b, 1);
            for (double got : {at<Code, T>(a, b, 1), at<Code, pack<T>>(a, b, 1)}) {
                CAPTURE(a, b, got, target);
                if (std::isnan(target) && std::isnan(a)) CHECK(std::isnan(got));
                if (std::isfinite(target) && std::abs(target) < 1e30) CHECK(std::abs(got - target) <= 10 * tolerance * (1 + std::abs(target)));
            }
        }
}

template <class T, std::size_t... Code>
void check_all(std::index_sequence<Code...>) {
    auto const check = [&]<std::size_t C>(std::integral_constant<std::size_t, C>) {
        if constexpr (is_tested(op(C))) check_op<op(C), T>();
    };
    (check(std::integral_constant<std::size_t, Code>{}), ...);
}

TEMPLATE_TEST_CASE("loops compute what the evaluator says", "[run]", float, double) {
    check_all<TestType>(std::make_index_sequence<std::size_t(op_count)>{});
}

} // namespace
