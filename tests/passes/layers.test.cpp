// SPDX-License-Identifier: BSL-1.0
// Layers that repeat in a graph, and the graph with fewer of them.
#include "support/catch.hpp"
#include "support/pipelines.hpp"

#include <ctgrad/expr/derivatives.hpp>

namespace {

using namespace ctgrad;
using namespace ctgrad::detail;

constexpr auto W = matrix<"W", "h", "h">;
constexpr auto V = matrix<"V", "h", "h">;
constexpr auto x = vector<"x", "h">;

template <class... Expressions>
constexpr auto& written_of(Expressions...) {
    return writing<Expressions::key...>::written;
}

TEST_CASE("layers are found where they repeat", "[passes]") {
    constexpr auto& g = written_of(sum(V * unroll<30>(x, [](auto h, auto) { return tanh(W * h) + x; })));
    constexpr repeated_layers found = find_layers(g);
    STATIC_REQUIRE(found.period == 3);
    STATIC_REQUIRE(found.count >= 29);  // in the first layer x is what the layer before is in others
    for (node_id id = found.first; id < found.first + 3 * found.count; ++id) CHECK(g[id].code == g[found.first + (id - found.first) % 3].code);
}

TEST_CASE("what is not many equal layers is not found", "[passes]") {
    constexpr auto is_found = [](auto e) { return find_layers(written_of(e)).count > 0; };
    constexpr auto product = [](auto h, auto) { return tanh(W * h); };
    CHECK(is_found(unroll<25>(x, product)));
    CHECK(!is_found(unroll<5>(x, product)));
    CHECK(!is_found(x));
    CHECK(!is_found(unroll<30>(x, [](auto h, auto) { return tanh(h) + x; })));  // no product
    CHECK(!is_found(unroll<30>(x, [](auto h, auto i) {
        if constexpr (i % 7 == 6) return sigmoid(W * h);
        else return tanh(W * h);
    })));
}

TEST_CASE("layers that differ in what they read are not even", "[passes]") {
    constexpr auto even = unroll<30>(x, [](auto h, auto) { return constant<3.0> * tanh(W * h); });
    constexpr auto uneven = unroll<30>(x, [](auto h, auto i) { return constant<3.0 + i> * tanh(W * h); });
    STATIC_REQUIRE(layers_of<list_of_roots<even.key>>::are_even);
    STATIC_REQUIRE(!layers_of<list_of_roots<uneven.key>>::are_even);
}

TEST_CASE("a graph with fewer layers is that of the shorter expression", "[passes]") {
    constexpr auto loss = [](auto layers) {
        return squared_norm(V * unroll<layers>(x, [](auto h, auto) { return swish(W * h) + x; }) - x);
    };
    constexpr auto with_gradients = [](auto f) { return list_of_roots<f.key, grad(f, W).key, grad(f, V).key, grad(f, x).key>{}; };
    using whole = decltype(with_gradients(loss(std::integral_constant<std::size_t, 30>{})));
    using expected = decltype(with_gradients(loss(std::integral_constant<std::size_t, 35 - find_layers(writing_of<whole>::written).count>{})));

    constexpr auto& shortened = writing_of<with_layers<whole, 5>>::written;
    constexpr auto& written = writing_of<expected>::written;
    STATIC_REQUIRE(writing_of<with_layers<whole, 5>>::fewer.fits);
    REQUIRE(shortened.size == written.size);
    for (node_id id = 0; id < written.size; ++id) CHECK((are_alike(shortened[id], written[id]) && references_of(shortened[id]) == references_of(written[id])));
    for (int i = 0; i < 4; ++i) CHECK(shortened.roots[i] == written.roots[i]);
}

TEST_CASE("what reads a layer in the middle keeps it", "[passes]") {
    constexpr auto layer = [](auto h, auto) { return tanh(W * h); };
    constexpr auto middle = unroll<15>(x, layer);
    constexpr auto e = sum(unroll<15>(middle, layer)) + sum(middle);
    constexpr auto& g = written_of(e);
    constexpr repeated_layers found = find_layers(g);
    STATIC_REQUIRE(found.count >= 29);
    STATIC_REQUIRE(!fewer_layers(g, found, 5).fits);
    STATIC_REQUIRE(!layers_of<list_of_roots<e.key>>::are_even);
}

TEST_CASE("a derivative by a layer that is left out is left out", "[passes]") {
    constexpr auto layer = [](auto h, auto) { return tanh(W * h); };
    constexpr auto middle = unroll<15>(x, layer);
    constexpr auto e = sum(unroll<15>(middle, layer));
    constexpr auto& g = written_of(e, grad(e, middle), grad(e, W));
    constexpr fewer_layers fewer(g, find_layers(g), 5);
    STATIC_REQUIRE(fewer.fits);
    STATIC_REQUIRE((fewer.keeps_root[0] && !fewer.keeps_root[1] && fewer.keeps_root[2]));
    // the whole has a derivative more than that of short nets: its plan is made by all passes
    STATIC_REQUIRE(!layers_of<list_of_roots<e.key, grad(e, middle).key, grad(e, W).key>>::are_even);
}

} // namespace
