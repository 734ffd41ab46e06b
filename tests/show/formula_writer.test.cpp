// SPDX-License-Identifier: BSL-1.0
// Formulas of nodes, as text and in LaTeX.
#include "support/catch.hpp"
#include "support/lowering.hpp"

#include <ctgrad/show/formula_writer.hpp>

#include <string>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto s = scalar<"alpha">;

template <class Expression>
std::string written(Expression e, script in) {
    auto const graph = lowered<30>(e).finished();
    return formula_writer(graph, in, arrangement::as_written).write(graph.roots[0]);
}

TEST_CASE("formulas have the parentheses they need", "[show]") {
    CHECK(written(A * (x + x), script::text) == "A (x + x)");
    CHECK(written(s * (A * x), script::text) == "α A x");
    CHECK(written(transpose(A * x) * (A * x), script::text) == "(A x)ᵀ A x");
    CHECK(written(x - (x - s), script::text) == "x − (x − α)");
    CHECK(written(softplus(A * x), script::text) == "softplus(A x)");
}

TEST_CASE("the same in LaTeX", "[show]") {
    CHECK(written(A * x + s, script::latex) == "A x + \\alpha");
    CHECK(written(transpose(A) * A, script::latex) == "A^{\\top} A");
}

} // namespace
