// SPDX-License-Identifier: BSL-1.0
// What stands more than once in formulas gets a name that no leaf has.
#include "support/catch.hpp"
#include "support/lowering.hpp"

#include <ctgrad/show/formula_names.hpp>

#include <set>
#include <string>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto r = vector<"r", "n">;

TEST_CASE("only what is shared is named", "[show]") {
    constexpr auto shared = sin(A * x + r);
    auto const graph = lowered<30>(shared + exp(shared), A * x, r).finished();
    formula_names const names(graph, script::text);
    std::set<std::string> given;
    for (node_id id = 0; id < graph.size; ++id) {
        if (!names.has(id)) continue;
        CHECK(graph[id].arity > 0);
        CHECK(given.insert(names.of(id)).second);
        CHECK(names.of(id) != "A");
        CHECK(names.of(id) != "x");
        CHECK(names.of(id) != "r");
    }
    CHECK(given.size() >= 1);
    auto const plain = lowered<30>(sin(A * x + r)).finished();
    formula_names const none(plain, script::text);
    for (node_id id = 0; id < plain.size; ++id) CHECK_FALSE(none.has(id));
}

} // namespace
