// SPDX-License-Identifier: BSL-1.0
// Paths through the computational graph: how many there are, and that they add up to the gradient.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

#include <cmath>

namespace {

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto b = vector<"b", "m">;
constexpr auto tied = 0.5_c * squared_norm(transpose(W) * W * x - x);

TEST_CASE("paths are counted", "[show]") {
    static_assert(count_paths(tied, W) == 2);
    static_assert(count_paths(tied, x) == 2);
    static_assert(count_paths(squared_norm(W * x), W) == 1);
    static_assert(count_paths(squared_norm(W * x), b) == 0);
    static_assert(count_paths(x, x) == 1);
    static_assert(count_paths(dot(W * x, W * x), x) == 2);
    static_assert(count_paths(sum(hadamard(W * x, b) + b), b) == 2);
    static_assert(count_paths(squared_norm(W * x + stop_gradient(b)), b) == 0);
    static_assert(count_paths(sum(where(b < W * x, b, W * x)), b) == 1);  // not through the condition
    static_assert(count_paths(squared_norm(W * transpose(W)), transpose(W)) == 1);
}

TEST_CASE("paths grow exponentially with the depth", "[show]") {
    constexpr auto doubled = unroll<20>(scalar<"a">, [](auto s, auto) { return s + sin(s); });
    static_assert(count_paths(doubled, scalar<"a">) == 1u << 20);
    constexpr auto beyond = unroll<80>(scalar<"a">, [](auto s, auto) { return s + sin(s); });
    static_assert(count_paths(beyond, scalar<"a">) == ~0ull);
}

// The contributions of all paths and the gradient by the reverse sweep, at a random point.
template <detail::digest Loss, detail::digest V>
void contributions_add_up(detail::expr<Loss> loss, detail::expr<V> variable) {
    using detail::evaluation, detail::random_point;
    constexpr auto gradient = grad(loss, variable);
    using sweep = detail::derivation<decltype(gradient)::key>;
    random_point point(1);
    point.note(sweep::derived);
    point.settle();
    evaluation const expected_values(sweep::derived, point);
    auto const expected = expected_values[sweep::derived.roots[0]];
    std::vector<double> total(std::size_t(expected.size()));
    unsigned count = 0;
    detail::visit_contributions<Loss, V>([&](auto const&, auto const& graph) {
        ++count;
        evaluation const values(graph, point);
        auto const part = values[graph.roots[0]];
        REQUIRE(part.rows == expected.rows);
        REQUIRE(part.columns == expected.columns);
        for (std::size_t i = 0; i < total.size(); ++i)
            total[i] += part.value[i];
    });
    CHECK(count == count_paths(loss, variable));
    for (std::size_t i = 0; i < total.size(); ++i)
        CHECK(std::abs(total[i] - expected.value[i]) < 1e-12 * (1 + std::abs(expected.value[i])));
}

TEST_CASE("the contributions of all paths add up to the gradient", "[show]") {
    contributions_add_up(tied, W);
    contributions_add_up(tied, x);
    constexpr auto h = swish(W * x + b);
    contributions_add_up(softmax_cross_entropy(transpose(W) * h, x), W);
    contributions_add_up(norm(h + hadamard(h, b)), b);
    contributions_add_up(squared_norm(grad(tied, x)), W);
}

TEST_CASE("paths are shown with what they add", "[show]") {
    auto const all = paths(tied, W);
    REQUIRE(all.size() == 2);
    CHECK(all[0].through.front() == "W");
    CHECK(all[0].through[1] == "Wᵀ");
    CHECK(all[1].through[1] == "Wᵀ W");
    CHECK(all[0].contribution == "W x (Wᵀ W x − x)ᵀ");
    CHECK(all[1].contribution == "W (Wᵀ W x − x) xᵀ");
    CHECK(all[0].through.back() == all[1].through.back());
}

} // namespace
