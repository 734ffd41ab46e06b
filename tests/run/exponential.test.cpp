// SPDX-License-Identifier: BSL-1.0
// The exponential of packs against long doubles, over its whole range and at its edges.
#include "support/catch.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <ctgrad/run/exponential.hpp>

namespace {

using namespace ctgrad::detail;

template <class V>
lane<V> exponential_in_pack(lane<V> x) {
    return first_lane(exponential_of(V(x)));
}

TEMPLATE_TEST_CASE("e^x within two units in the last place", "[run]", pack<float>, pack<double>, half_pack<float>) {
    using T = lane<TestType>;
    std::mt19937_64 engine(3);
    T const most = std::log(std::numeric_limits<T>::max());
    std::uniform_real_distribution<T> anywhere(-most + 2, most), near_zero(-1, 1);
    T worst = 0;
    for (int i = 0; i < 20000; ++i) {
        T const x = i % 2 == 0 ? anywhere(engine) : near_zero(engine);
        long double const exact = std::exp(static_cast<long double>(x));
        T const unit = std::nextafter(T(exact), std::numeric_limits<T>::infinity()) - T(exact);
        worst = reference::worse(worst, static_cast<T>(std::abs(exponential_in_pack<TestType>(x) - exact) / unit));
    }
    CHECK(worst < 2);
}

TEMPLATE_TEST_CASE("e^x at the edges", "[run]", pack<float>, pack<double>, half_pack<float>) {
    using T = lane<TestType>;
    T const inf = std::numeric_limits<T>::infinity(), most = std::log(std::numeric_limits<T>::max());
    CHECK(exponential_in_pack<TestType>(T(0)) == 1);
    CHECK(exponential_in_pack<TestType>(-T(0)) == 1);
    CHECK(exponential_in_pack<TestType>(inf) == inf);
    CHECK(exponential_in_pack<TestType>(-inf) == 0);
    CHECK(exponential_in_pack<TestType>(std::numeric_limits<T>::max()) == inf);
    CHECK(exponential_in_pack<TestType>(std::numeric_limits<T>::lowest()) == 0);
    CHECK(std::isnan(exponential_in_pack<TestType>(std::numeric_limits<T>::quiet_NaN())));
    CHECK(exponential_in_pack<TestType>(most * T(1.001)) == inf);
    CHECK(exponential_in_pack<TestType>(most * T(-1.2)) == 0);
    CHECK(std::isfinite(exponential_in_pack<TestType>(most * T(0.9999))));
}

} // namespace
