// SPDX-License-Identifier: BSL-1.0
// The logarithm of packs against long doubles, over its whole range, near 1 and at its edges.
#include "support/catch.hpp"
#include "support/worst.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <ctgrad/run/logarithm.hpp>

namespace {

using namespace ctgrad::detail;

template <class V>
lane<V> logarithm_in_pack(lane<V> x) {
    return first_lane(logarithm_of(V(x)));
}

TEMPLATE_TEST_CASE("log x within two units in the last place", "[run]", pack<float>, pack<double>, half_pack<float>) {
    using T = lane<TestType>;
    std::mt19937_64 engine(3);
    T const most = std::log(std::numeric_limits<T>::max());
    std::uniform_real_distribution<T> exponents(-most, most), near_one(T(0.7), T(1.6)), small(-1, 1);
    T worst = 0;
    for (int i = 0; i < 60000; ++i) {
        T const x = i % 3 == 0 ? std::exp(exponents(engine)) : i % 3 == 1 ? near_one(engine) : 1 + T(1e-3) * small(engine);
        long double const exact = std::log(static_cast<long double>(x));
        T const size = std::abs(T(exact)), unit = std::nextafter(size, std::numeric_limits<T>::infinity()) - size;
        worst = reference::worse(worst, static_cast<T>(std::abs(logarithm_in_pack<TestType>(x) - exact) / unit));
    }
    CHECK(worst < 2);
}

TEMPLATE_TEST_CASE("log x at the edges", "[run]", pack<float>, pack<double>, half_pack<float>) {
    using T = lane<TestType>;
    using limits = std::numeric_limits<T>;
    CHECK(logarithm_in_pack<TestType>(T(1)) == 0);
    CHECK(logarithm_in_pack<TestType>(T(0)) == -limits::infinity());
    CHECK(logarithm_in_pack<TestType>(-T(0)) == -limits::infinity());
    CHECK(logarithm_in_pack<TestType>(limits::infinity()) == limits::infinity());
    CHECK(std::isnan(logarithm_in_pack<TestType>(limits::quiet_NaN())));
    CHECK(std::isnan(logarithm_in_pack<TestType>(-limits::min())));
    CHECK(std::isnan(logarithm_in_pack<TestType>(-limits::infinity())));
    // Between two binades, and between two entries of the table.
    for (T const edge : {T(0.5), T(0.75), T(1), T(1.0625), T(1.5), T(2), limits::min(), limits::max(), limits::denorm_min()})
        for (T const x : {std::nextafter(edge, T(0)), edge})
            if (x > 0)
                CHECK(logarithm_in_pack<TestType>(x) == Approx(std::log(x)).epsilon(4 * limits::epsilon()).margin(limits::epsilon() * limits::epsilon()));
}

} // namespace
