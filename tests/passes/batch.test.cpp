// SPDX-License-Identifier: BSL-1.0
// Ops applied to many values at once give what they give for each value alone.
#include "support/catch.hpp"
#include "support/graphs.hpp"

#include <ctgrad/passes/batch.hpp>

#include <cmath>
#include <functional>

namespace {

using namespace graphs;
using builder = graph_builder<1200, 1>;

extent const *m = &extent_of<"m">, *n = &extent_of<"n">;
constexpr int directions = 3;

// A batch of leaves, and each of them alone.
struct batch_of_values {
    node_id batch;
    node_id each[directions];
};

struct bench {
    leaves pool;
    extent_pool extents;
    std::unique_ptr<builder> graph = std::make_unique<builder>();
    batch_builder<builder> batches{*graph, extents, &extent_of<3>};

    node_id leaf(shape const& s) { return add_leaf(*graph, pool.make(s)); }
    batch_of_values values(shape const& each) {
        extent const* const entries = extents.product(each.rows, each.columns);
        node_id const flat = leaf({&extent_of<3>, entries});
        batch_of_values result{batches.batch(flat, each), {}};
        extent const* const rows[] = {&zero_extent, &extent_of<1>, &extent_of<2>};
        for (int i = 0; i < directions; ++i) {
            node_id const row = graph->add(builder::shaped_node(op::part, {&one_extent, entries}, {rows[i], &zero_extent}, flat));
            result.each[i] = graph->add(builder::shaped_node(op::reshape, each, {}, row));
        }
        return result;
    }

    // f(builder, value) for the batch against f for each value.
    void check(char const* name, shape const& each, std::function<node_id(batch_of_values const&, int)> apply) {
        INFO(name << " of " << text_of(each));
        batch_of_values const g = values(each);
        node_id const together = apply(g, directions);
        REQUIRE(graph->failure == trouble::none);
        REQUIRE(together != no_node);
        node_id alone[directions];
        for (int i = 0; i < directions; ++i) alone[i] = apply(g, i);
        CHECK(batches[together].extents == (*graph)[alone[0]].extents);
        for (node& node : graph->nodes)
            if (node.code == op::variable) node.code = op::number;  // these only say a shape
        for (std::uint64_t seed : {0, 1}) {
            evaluation<builder, moved_point> const at(*graph, point_for(*graph, seed));
            small_matrix const flat = at[batches.flat(together)];
            REQUIRE(flat.rows == directions);
            for (int i = 0; i < directions; ++i) {
                small_matrix const expected = at[alone[i]];
                REQUIRE(flat.columns == expected.size());
                for (int entry = 0; entry < expected.size(); ++entry)
                    CHECK(std::abs(flat.value[i * flat.columns + entry] - expected.value[entry]) <= 1e-10 * (1 + std::abs(expected.value[entry])));
            }
        }
    }
    // An op on the batch, or on value i alone, beside an argument that all values share.
    node_id make(batch_of_values const& g, int i, op code) {
        return i == directions ? batches.make(code, g.batch) : graph->make(code, g.each[i]);
    }
    node_id make(batch_of_values const& g, int i, op code, node_id right) {
        return i == directions ? batches.make(code, g.batch, right) : graph->make(code, g.each[i], right);
    }
    node_id make(node_id left, batch_of_values const& g, int i, op code) {
        return i == directions ? batches.make(code, left, g.batch) : graph->make(code, left, g.each[i]);
    }
    node_id add(batch_of_values const& g, int i, op code, shape const& extents, position const& from = {}, node_id right = no_node) {
        node const shaped = builder::shaped_node(code, extents, from, i == directions ? g.batch : g.each[i], right);
        return i == directions ? batches.add(shaped) : graph->add(shaped);
    }
};

shape const shapes[] = {{}, {m, &one_extent}, {&one_extent, n}, {m, n}, {n, n}};

TEST_CASE("ops of one argument go through batches", "[passes]") {
    for (op code : {op::negate, op::transpose, op::sum, op::row_sums, op::column_sums, op::lower_part, op::strictly_lower_part,
                    op::upper_part, op::trace, op::diagonal, op::diag, op::cumulative_sum, op::reverse_cumulative_sum}) {
        int tried = 0;
        for (shape const& each : shapes) {
            if (infer_shape(code, &each).problem != nullptr) continue;
            bench b;
            ++tried;
            b.check(about(code).name, each, [&](auto const& g, int i) { return b.make(g, i, code); });
        }
        CHECK(tried > 0);
    }
}

TEST_CASE("what all values share stands at either side", "[passes]") {
    for (op code : {op::add, op::multiply, op::divide, op::product, op::solve})
        for (shape const& each : shapes)
            for (shape const& other : shapes) {
                shape const batch_first[3] = {each, other, {}}, batch_last[3] = {other, each, {}};
                bool const linear_in_both = code == op::multiply || code == op::product;
                if (code != op::solve && infer_shape(code, batch_first).problem == nullptr) {
                    bench b;
                    node_id const right = b.leaf(other);
                    b.check(about(code).name, each, [&](auto const& g, int i) { return b.make(g, i, code, right); });
                }
                if ((linear_in_both || code == op::solve) && infer_shape(code, batch_last).problem == nullptr) {
                    bench b;
                    node_id const left = b.leaf(other);
                    b.check(about(code).name, each, [&](auto const& g, int i) { return b.make(left, g, i, code); });
                }
            }
}

TEST_CASE("parts, other shapes and blocks of many values", "[passes]") {
    shape const each = {m, n};
    bench b;
    b.check("reshape", each, [&](auto const& g, int i) { return b.add(g, i, op::reshape, {n, m}); });
    b.check("part", each, [&](auto const& g, int i) { return b.add(g, i, op::part, {&extent_of<1>, &extent_of<1>}, {&extent_of<1>, &extent_of<1>}); });
    b.check("part", each, [&](auto const& g, int i) { return b.add(g, i, op::part, {&extent_of<1>, n}, {&extent_of<1>, &zero_extent}); });
    b.check("place", each, [&](auto const& g, int i) { return b.add(g, i, op::place, {&extent_of<7>, &extent_of<8>}, {&extent_of<2>, &extent_of<1>}); });
    b.check("block_transpose", each, [&](auto const& g, int i) { return b.add(g, i, op::block_transpose, {n, m}); });
}

TEST_CASE("indices, recurrences and cross products of many values", "[passes]") {
    bench b;
    node_id const k_indices = add_leaf(*b.graph, b.pool.make({&extent_of<"k">, &one_extent}, structure::indices));
    node_id const n_indices = add_leaf(*b.graph, b.pool.make({n, &one_extent}, structure::indices));
    b.check("rows", {m, n}, [&](auto const& g, int i) { return b.make(g, i, op::gather_rows, k_indices); });
    b.check("columns", {m, n}, [&](auto const& g, int i) { return b.make(g, i, op::gather_columns, k_indices); });
    b.check("pick", {m, n}, [&](auto const& g, int i) { return b.make(g, i, op::pick, n_indices); });
    b.check("scatter_columns", {m, n}, [&](auto const& g, int i) { return b.add(g, i, op::scatter_columns, {m, m}, {}, n_indices); });
    b.check("scatter_rows", {n, m}, [&](auto const& g, int i) { return b.add(g, i, op::scatter_rows, {m, m}, {}, n_indices); });
    node_id const factors = b.leaf({n, &one_extent});
    b.check("recurrence", {n, &one_extent}, [&](auto const& g, int i) { return b.make(factors, g, i, op::recurrence); });
    b.check("reverse_recurrence", {n, &one_extent}, [&](auto const& g, int i) { return b.make(factors, g, i, op::reverse_recurrence); });
    node_id const three = b.leaf({&extent_of<3>, &one_extent});
    b.check("cross", {&extent_of<3>, &one_extent}, [&](auto const& g, int i) { return b.make(g, i, op::cross, three); });
    b.check("cross", {&extent_of<3>, &one_extent}, [&](auto const& g, int i) { return b.make(three, g, i, op::cross); });
}

TEST_CASE("what is not linear is refused", "[passes]") {
    bench b;
    batch_of_values const g = b.values({n, n});
    CHECK(b.batches.make(op::logdet, g.batch) == no_node);
    CHECK(b.graph->failure == trouble::not_batched);
}

} // namespace
