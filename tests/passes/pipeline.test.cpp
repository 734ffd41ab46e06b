// SPDX-License-Identifier: BSL-1.0
// The passes one after the other: every graph on the way is sound and has the same values.
#include "support/catch.hpp"
#include "support/pipelines.hpp"

#include <ctgrad/expr/derivatives.hpp>
#include <ctgrad/graph/verify.hpp>

namespace {

using namespace ctgrad;
using namespace graphs;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto X = matrix<"X", "n", "k">;
constexpr auto b = vector<"b", "m">;
constexpr auto T = matrix<"T", "m", "k">;
constexpr auto loss = softmax_cross_entropy(tanh(W * X + b), T) + squared_norm(W) / 2_c;
using passes = passes_of<decltype(loss), decltype(grad(loss, W)), decltype(squared_norm(jacobian(tanh(W * transpose(W) * b), b)))>;

template <class Before, class After>
void check_same(char const* pass, Before const& before, After const& after) {
    INFO(pass);
    CHECK(after.failure == trouble::none);
    defect const d = verify(after);
    CHECK(std::string(d ? d.problem : "") == "");
    for (std::uint64_t seed : {0, 1}) {
        evaluation<Before, moved_point> const old_values(before, point_for(before, seed));
        evaluation<After, moved_point> const new_values(after, point_for(before, seed));
        for (int i = 0; i < 3; ++i) CHECK(difference(old_values[before.roots[i]], new_values[after.roots[i]]) == "");
    }
}

TEST_CASE("every pass keeps what the expressions mean", "[passes]") {
    CHECK_FALSE(verify(passes::written));
    CHECK_FALSE(verify(passes::expanded));
    check_same("derived", passes::derived, passes::derived);
    check_same("simplified", passes::derived, passes::simplified);
    check_same("distributed", passes::simplified, passes::distributed);
    check_same("bracketed", passes::distributed, passes::bracketed);
    check_same("ordered", passes::bracketed, passes::ordered);
    CHECK(passes::failure == trouble::none);
    CHECK(passes::planned.step_count > 0);
}

TEST_CASE("graphs are kept at their exact size", "[passes]") {
    static_assert(passes::written.size == passes::written.capacity && passes::derived.size == passes::derived.capacity);
    static_assert(passes::ordered.size == passes::ordered.capacity && passes::sources <= passes::written.size + 2);
}

TEST_CASE("the same expressions share their passes, whatever is asked for beside them", "[passes]") {
    static_assert(&passes_of<decltype(loss)>::written == &derivation<decltype(loss)::key>::written);
}

} // namespace
