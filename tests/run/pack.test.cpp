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

template <class T>
std::vector<T> entries_of(pack<T> const& v) {
    std::vector<T> entries(pack_size<T>);
    store(v, entries.data());
    return entries;
}

TEMPLATE_TEST_CASE("whole packs", "[run]", float, double) {
    using T = TestType;
    using V = pack<T>;
    std::vector<T> entries(pack_size<T> + 1);
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = T(i + 1);
    V const v = load<V>(entries.data() + 1);  // from any address
    CHECK(entries_of<T>(v) == std::vector<T>(entries.begin() + 1, entries.end()));
    CHECK(sum_of(v) == T(pack_size<T> * (pack_size<T> + 3) / 2));
    CHECK(sum_of(entries[0]) == 1);
    std::vector<T> const doubled = entries_of<T>(on_lanes<V>([](T x) { return 2 * x; }, v));
    std::vector<T> const powers = entries_of<T>(on_lanes<V>([](T x, T y) { return x * y; }, v, v));
    for (std::size_t i = 0; i < pack_size<T>; ++i) {
        CHECK(doubled[i] == 2 * entries[i + 1]);
        CHECK(powers[i] == entries[i + 1] * entries[i + 1]);
    }
}

TEMPLATE_TEST_CASE("the first entries of packs", "[run]", float, double) {
    using T = TestType;
    using V = pack<T>;
    std::size_t const last = pack_size<T> == 1 ? 1 : pack_size<T> - 1;
    for (std::size_t count = 1; count <= last; ++count) {
        CAPTURE(count);
        std::vector<T> some(count, T(3)), target(pack_size<T> + 1, T(-1));
        V const v = load_first<V>(some.data(), count);
        CHECK(sum_of(v) == T(3 * count));
        store_first(V(T(7)), target.data(), count);
        for (std::size_t i = 0; i < target.size(); ++i) CHECK(target[i] == (i < count ? T(7) : T(-1)));
        CHECK(sum_of(keep_first(V(T(2)), count)) == T(2 * count));
        CHECK(sum_of(keep_first(V(T(2)), count, T(5))) == (pack_size<T> == 1 ? T(2) : T(2 * count + 5 * (pack_size<T> - count))));
    }
    std::vector<T> entries(pack_size<T>);
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = T(i * 7 % 5);
    // Some of the first lanes, zeros after them: each of them has the sum.
    auto const add = [](V const& a, V const& b) { return a + b; };
    for (std::size_t count = 1; count <= pack_size<T>; ++count) {
        V const v = keep_first(load<V>(entries.data()), count);
        std::vector<T> const sums = entries_of<T>(join_lanes(v, count, add));
        for (std::size_t i = 0; i < count; ++i) CHECK(sums[i] == sum_of(v));
    }
    CHECK(first_lane(load<V>(entries.data())) == entries[0]);
}

TEMPLATE_TEST_CASE("choices between entries", "[run]", float, double) {
    using T = TestType;
    using V = pack<T>;
    std::vector<T> entries(pack_size<T>);
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = i % 2 == 0 ? std::numeric_limits<T>::quiet_NaN() : T(i);
    V const v = load<V>(entries.data());
    std::vector<T> const cleaned = entries_of<T>(choose(is_nan(v), V(T(-5)), v));
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
