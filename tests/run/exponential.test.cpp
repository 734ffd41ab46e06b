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

template <class T>
T exponential_in_pack(T x) {
    return first_lane(exponential_of(pack<T>(x)));
}

TEMPLATE_TEST_CASE("e^x within two units in the last place", "[run]", float, double) {
    using T = TestType;
    std::mt19937_64 engine(3);
    T const most = std::log(std::numeric_limits<T>::max());
    std::uniform_real_distribution<T> anywhere(-most + 2, most), near_zero(-1, 1);
    T worst = 0;
    for (int i = 0; i < 20000; ++i) {
        T const x = i % 2 == 0 ? anywhere(engine) : near_zero(engine);
        long double const exact = std::exp(static_cast<long double>(x));
        T const unit = std::nextafter(T(exact), std::numeric_limits<T>::infinity()) - T(exact);
        worst = reference::worse(worst, static_cast<T>(std::abs(exponential_in_pack(x) - exact) / unit));
    }
    CHECK(worst < 2);
}

TEMPLATE_TEST_CASE("e^x at the edges", "[run]", float, double) {
    using T = TestType;
    T const inf = std::numeric_limits<T>::infinity(), most = std::log(std::numeric_limits<T>::max());
    CHECK(exponential_in_pack(T(0)) == 1);
    CHECK(exponential_in_pack(-T(0)) == 1);
    CHECK(exponential_in_pack(inf) == inf);
    CHECK(exponential_in_pack(-inf) == 0);
    CHECK(exponential_in_pack(std::numeric_limits<T>::max()) == inf);
    CHECK(exponential_in_pack(std::numeric_limits<T>::lowest()) == 0);
    CHECK(std::isnan(exponential_in_pack(std::numeric_limits<T>::quiet_NaN())));
    CHECK(exponential_in_pack(most * T(1.001)) == inf);
    CHECK(exponential_in_pack(most * T(-1.2)) == 0);
    CHECK(std::isfinite(exponential_in_pack(most * T(0.9999))));
}

} // namespace
