// SPDX-License-Identifier: BSL-1.0
// A graph made from another one, node by node.
#include "support/catch.hpp"
#include "support/lowering.hpp"

#include <ctgrad/passes/rebuild.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto before = lowered<20>(sum(exp(A) + A), exp(A)).finished();
using graph_type = std::remove_const_t<decltype(before)>;

TEST_CASE("copying every node copies the graph", "[passes]") {
    rebuilding<graph_type, graph_builder<20, 2>> pass(before);
    for (node_id id = 0; id < before.size; ++id) pass.moved[id] = pass.copy(id);
    auto const& after = pass.finish();
    CHECK(after.size == before.size);
    CHECK(text_of_root(after, 0) == text_of_root(before, 0));
    CHECK(text_of_root(after, 1) == "exp(A)");
    CHECK(after.failure == trouble::none);
}

TEST_CASE("arguments go where their nodes went", "[passes]") {
    rebuilding<graph_type, graph_builder<20, 2>> pass(before);
    for (node_id id = 0; id < before.size; ++id)
        pass.moved[id] = before[id].code == op::exp ? pass.result.make(op::sin, pass.moved_argument(id, 0)) : pass.copy(id);
    CHECK(text_of_root(pass.finish()) == "sum(sin(A) + A)");
}

TEST_CASE("a root that got lost, and trouble from before, are told", "[passes]") {
    rebuilding<graph_type, graph_builder<20, 2>> pass(before);
    for (node_id id = 0; id < before.size; ++id) pass.moved[id] = no_node;
    CHECK(pass.finish().failure == trouble::bad_shape);
    graph_type failed = before;
    failed.failure = trouble::two_leaves_one_name;
    failed.culprit = 2;
    rebuilding<graph_type, graph_builder<20, 2>> next(failed);
    for (node_id id = 0; id < failed.size; ++id) next.moved[id] = next.copy(id);
    CHECK(next.finish().failure == trouble::two_leaves_one_name);
    CHECK(next.finish().culprit == 2);
}

} // namespace
