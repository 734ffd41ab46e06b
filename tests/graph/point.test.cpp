// SPDX-License-Identifier: BSL-1.0
// Random points: sizes that differ, values that have the structure which a leaf declares, and the same for the same seed.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <set>

namespace {

using namespace graphs;

extent const &m = extent_of<"m">, &n = extent_of<"n">, &k = extent_of<"k">;

random_point settled(std::uint64_t seed) {
    random_point point(seed);
    for (extent const* e : {&m, &n, &k, &extent_of<"m+n">}) point.note(*e);
    point.settle();
    return point;
}

TEST_CASE("names have sizes of their own, never 1", "[graph]") {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        random_point const point = settled(seed);
        std::set<int> const sizes = {point.size_of(m), point.size_of(n), point.size_of(k)};
        CHECK(point.count == 3);
        CHECK(sizes.size() == 3);
        CHECK(*sizes.begin() > 1);
        CHECK(point.size_of(extent_of<"m+n">) == point.size_of(m) + point.size_of(n));
        CHECK(point.size_of(extent_of<"2*m*n+7">) == 2 * point.size_of(m) * point.size_of(n) + 7);
        CHECK(point.size_of(zero_extent) == 0);
    }
    // Either of two is the larger one at some points.
    CHECK((settled(0).size_of(m) < settled(0).size_of(n)) != (settled(1).size_of(m) < settled(1).size_of(n)));
}

TEST_CASE("parts that are asked for are there", "[graph]") {
    leaves pool;
    graph_builder<5, 1> graph;
    node_id const a = add_leaf(graph, pool.make({&n, &k}));
    graph.add(graph.shaped_node(op::part, {&extent_of<3>, &k}, {&extent_of<4>, &zero_extent}, a));
    for (std::uint64_t seed : {0, 1}) {
        random_point point(seed);
        point.note(graph);
        point.settle();
        CHECK(point.size_of(n) >= 7);
    }
}

// A leaf's values at a point.
struct drawn {
    int rows, columns;
    std::vector<double> value, error;

    drawn(source const* leaf, random_point const& point)
        : rows(point.size_of(*leaf->extents.rows)), columns(point.size_of(*leaf->extents.columns)), value(std::size_t(rows * columns)), error(value.size()) {
        point.draw(*leaf, view());
    }
    small_matrix view() { return {value.data(), error.data(), rows, columns}; }
    double operator()(int i, int j) const { return value[std::size_t(i * columns + j)]; }
};

TEST_CASE("leaves have the structure that they declare", "[graph]") {
    leaves pool;
    auto const each_entry = [](drawn const& a, auto check) {
        bool all = true;
        for (int i = 0; i < a.rows; ++i)
            for (int j = 0; j < a.columns; ++j) all = all && check(i, j);
        return all;
    };
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        random_point const point = settled(seed);
        auto const draw = [&](structure form) { return drawn(pool.make({&n, &n}, form), point); };
        CAPTURE(seed);
        drawn const lower = draw(structure::lower_triangular), upper = draw(structure::upper_triangular);
        CHECK(each_entry(lower, [&](int i, int j) { return (j > i) == (lower(i, j) == 0); }));
        CHECK(each_entry(upper, [&](int i, int j) { return (j < i) == (upper(i, j) == 0); }));
        drawn const diagonal = draw(structure::diagonal_matrix), symmetric = draw(structure::symmetric);
        CHECK(each_entry(diagonal, [&](int i, int j) { return (i != j) == (diagonal(i, j) == 0); }));
        CHECK(each_entry(symmetric, [&](int i, int j) { return symmetric(i, j) == symmetric(j, i) && symmetric(i, j) != 0; }));
        drawn definite = draw(structure::spd), factor = definite;
        write_cholesky(definite.view(), factor.view());
        CHECK(each_entry(definite, [&](int i, int j) { return definite(i, j) == definite(j, i); }));
        CHECK(factor(0, 0) > 0);  // not NaN
        drawn const q = draw(structure::orthogonal);
        bool symmetric_too = true;
        CHECK(each_entry(q, [&](int i, int j) {
            double product = 0;
            for (int l = 0; l < q.rows; ++l) product += q(l, i) * q(l, j);
            symmetric_too = symmetric_too && std::abs(q(i, j) - q(j, i)) < 1e-9;
            return std::abs(product - (i == j)) < 1e-14;
        }));
        CHECK((q.rows == 2 || !symmetric_too));
        drawn const positive(pool.make({&m, &n}, structure::positive), point), indices(pool.make({&n, &one_extent}, structure::indices), point);
        CHECK(each_entry(positive, [&](int i, int j) { return positive(i, j) > 0; }));
        CHECK(each_entry(indices, [&](int i, int) { return indices(i, 0) >= 0 && indices(i, 0) == std::floor(indices(i, 0)); }));
    }
}

TEST_CASE("a seed is a point", "[graph]") {
    leaves pool;
    source const *a = pool.make({&n, &n}), *b = pool.make({&n, &n});
    CHECK(drawn(a, settled(3)).value == drawn(a, settled(3)).value);
    CHECK(drawn(a, settled(3)).value != drawn(a, settled(5)).value);
    CHECK(drawn(a, settled(3)).value != drawn(b, settled(3)).value);
    bool negative = false, positive = false;
    for (double entry : drawn(a, settled(0)).value) (entry < 0 ? negative : positive) = true;
    CHECK((negative && positive));
    for (std::uint64_t bits : {std::uint64_t(0), ~std::uint64_t(0)}) CHECK((random_point::fraction(bits) > 0 && random_point::fraction(bits) < 1));
}

TEST_CASE("a scalar takes both signs at the first points, and all ranges at later ones", "[graph]") {
    leaves pool;
    for (int leaf = 0; leaf < 200; ++leaf) {
        source const* const scalar = pool.make({});
        bool negative = false, positive = false, beyond_one = false, below_half = false, later_negative = false;
        for (std::uint64_t seed = 0; seed < 16; ++seed) {
            double const entry = drawn(scalar, settled(seed)).value[0];
            if (seed < random_point::sign_points) (entry < 0 ? negative : positive) = true;
            else if (entry > 1.1) beyond_one = true;
            else if (entry > 0 && entry < 0.45) below_half = true;
            else if (entry < 0) later_negative = true;
        }
        CHECK((negative && positive && beyond_one && below_half && later_negative));
    }
}

} // namespace
