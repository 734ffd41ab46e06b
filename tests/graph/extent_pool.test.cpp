// SPDX-License-Identifier: BSL-1.0
// Products of extents that no expression has: each once, and found again in a second run.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/graph/extent_pool.hpp>

namespace {

using namespace spelling;

constexpr extent const &p = extent_of<"p">, &q = extent_of<"q">;

TEST_CASE("products of extents are made once", "[graph]") {
    extent_pool pool;
    extent const* const product = pool.product(&p, &q);
    CHECK(text(*product) == "p*q");
    CHECK(pool.product(&q, &p) == product);
    CHECK(pool.product(&p, &one_extent) == &p);
    CHECK(pool.product(&one_extent, &q) == &q);
    CHECK(pool.count == 1);
    CHECK_FALSE(pool.failed);
}

TEST_CASE("a second run points at what the first has found", "[graph]") {
    extent_pool first;
    first.product(&p, &q);
    extent_pool second;
    second.found = &first;
    second.found_count = first.count;
    CHECK(second.product(&q, &p) == &first.entries[0]);
    CHECK(second.count == 0);
}

TEST_CASE("too long a product, or too many of them, are told", "[graph]") {
    extent_pool pool;
    pool.product(pool.product(&p, &q), pool.product(&p, &q));
    CHECK(pool.failed);
    extent_pool many;
    extent numbers[extent_pool::capacity + 1];
    for (int i = 0; i <= extent_pool::capacity; ++i) {
        numbers[i].add(monomial{i + 2, 0, {}});
        CHECK_FALSE(many.failed);
        many.product(&p, &numbers[i]);
    }
    CHECK(many.failed);
}

} // namespace
