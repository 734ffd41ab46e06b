// SPDX-License-Identifier: BSL-1.0
// Packs of entries: what is loaded, stored, kept and summed, whole or in part.
#include "support/catch.hpp"

#include <ctgrad/run/pack.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace ctgrad::detail;

template <class V>
std::vector<lane<V>> entries_of(V const& v) {
    std::vector<lane<V>> entries(lane_count<V>);
    store(v, entries.data());
    return entries;
}

TEMPLATE_TEST_CASE("whole packs", "[run]", pack<float>, pack<double>, half_pack<float>) {
    using V = TestType;
    using T = lane<V>;
    std::vector<T> entries(lane_count<V> + 1);
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = T(i + 1);
    V const v = load<V>(entries.data() + 1);  // from any address
    CHECK(entries_of(v) == std::vector<T>(entries.begin() + 1, entries.end()));
    CHECK(sum_of(v) == T(lane_count<V> * (lane_count<V> + 3) / 2));
    CHECK(sum_of(entries[0]) == 1);
    std::vector<T> const doubled = entries_of(on_lanes<V>([](T x) { return 2 * x; }, v));
    std::vector<T> const powers = entries_of(on_lanes<V>([](T x, T y) { return x * y; }, v, v));
    for (std::size_t i = 0; i < lane_count<V>; ++i) {
        CHECK(doubled[i] == 2 * entries[i + 1]);
        CHECK(powers[i] == entries[i + 1] * entries[i + 1]);
    }
}

TEMPLATE_TEST_CASE("the first entries of packs", "[run]", pack<float>, pack<double>, half_pack<float>) {
    using V = TestType;
    using T = lane<V>;
    std::size_t const last = lane_count<V> == 1 ? 1 : lane_count<V> - 1;
    for (std::size_t count = 1; count <= last; ++count) {
        CAPTURE(count);
        std::vector<T> some(count, T(3)), target(lane_count<V> + 1, T(-1));
        V const v = load_first<V>(some.data(), count);
        CHECK(sum_of(v) == T(3 * count));
        store_first(V(T(7)), target.data(), count);
        for (std::size_t i = 0; i < target.size(); ++i) CHECK(target[i] == (i < count ? T(7) : T(-1)));
        CHECK(sum_of(keep_first(V(T(2)), count)) == T(2 * count));
        CHECK(sum_of(keep_first(V(T(2)), count, T(5))) == (lane_count<V> == 1 ? T(2) : T(2 * count + 5 * (lane_count<V> - count))));
    }
    std::vector<T> entries(lane_count<V>);
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = T(i * 7 % 5);
    // Some of the first lanes, zeros after them: each of them has the sum.
    auto const add = [](V const& a, V const& b) { return a + b; };
    for (std::size_t count = 1; count <= lane_count<V>; ++count) {
        V const v = keep_first(load<V>(entries.data()), count);
        std::vector<T> const sums = entries_of(join_lanes(v, count, add));
        for (std::size_t i = 0; i < count; ++i) CHECK(sums[i] == sum_of(v));
    }
    CHECK(first_lane(load<V>(entries.data())) == entries[0]);
}

TEMPLATE_TEST_CASE("choices between entries", "[run]", pack<float>, pack<double>, half_pack<float>) {
    using V = TestType;
    using T = lane<V>;
    std::vector<T> entries(lane_count<V>);
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = i % 2 == 0 ? std::numeric_limits<T>::quiet_NaN() : T(i);
    V const v = load<V>(entries.data());
    std::vector<T> const cleaned = entries_of(choose(is_nan(v), V(T(-5)), v));
    for (std::size_t i = 0; i < cleaned.size(); ++i) CHECK(cleaned[i] == (i % 2 == 0 ? T(-5) : T(i)));
    CHECK(holds_anywhere(is_nan(v)));
    CHECK(!holds_anywhere(is_nan(V(T(1)))));
    for (std::size_t place = 0; place < entries.size(); ++place) {
        std::fill(entries.begin(), entries.end(), T(1));
        entries[place] = std::numeric_limits<T>::quiet_NaN();
        CHECK(holds_anywhere(is_nan(load<V>(entries.data()))));
    }
}

} // namespace
