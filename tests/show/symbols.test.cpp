// SPDX-License-Identifier: BSL-1.0
// Names, numbers and extents as mathematics has them.
#include "support/catch.hpp"

#include <ctgrad/show/symbols.hpp>

#include <string>

namespace {

using namespace ctgrad::detail;

TEST_CASE("names are symbols", "[show]") {
    struct {
        char const *name, *text, *latex;
    } const cases[] = {
        {"W", "W", "W"},          {"W1", "W₁", "W_{1}"},           {"W_12", "W₁₂", "W_{12}"},        {"alpha", "α", "\\alpha"},
        {"beta2", "β₂", "\\beta_{2}"}, {"loss", "loss", "\\mathrm{loss}"}, {"d_near", "d_near", "\\mathrm{d\\_near}"},
        {"layer3", "layer3", "\\mathrm{layer}_{3}"},
    };
    for (auto const& [name, text, latex] : cases) {
        CHECK(symbol_text(name, script::text) == text);
        CHECK(symbol_text(name, script::latex) == latex);
    }
}

TEST_CASE("numbers without their sign", "[show]") {
    CHECK(magnitude_text(-0.5, script::text) == "0.5");
    CHECK(magnitude_text(0.5, script::latex) == "\\tfrac{1}{2}");
    CHECK(magnitude_text(1e-7, script::latex) == "10^{-7}");
    CHECK(magnitude_text(-2.5e-7, script::latex) == "2.5 \\cdot 10^{-7}");
    CHECK(magnitude_text(elementary::infinity, script::text) == "∞");
    CHECK(magnitude_text(-elementary::infinity, script::latex) == "\\infty");
}

TEST_CASE("extents, shapes and ranges", "[show]") {
    CHECK(extent_text(extent_of<"2*p*q+1">, script::text) == "2*p*q+1");
    CHECK(extent_text(extent_of<"2*p*q+1">, script::latex) == "2 p q + 1");
    CHECK(shape_text({&extent_of<"m">, &one_extent}, script::text) == "m x 1");
    CHECK(shape_text({&extent_of<"m">, &one_extent}, script::latex) == "m \\times 1");
    CHECK(range_text(zero_extent, extent_of<"n">, extent_of<"n">, script::text) == ":");
    CHECK(range_text(extent_of<2>, one_extent, extent_of<"n">, script::text) == "2");
    CHECK(range_text(extent_of<2>, extent_of<3>, extent_of<"n">, script::text) == "2:5");
    CHECK(small_digits("120", true) == "¹²⁰");
    CHECK(small_digits("120", false) == "₁₂₀");
    CHECK(replaced("a_b_c", "_", "\\_") == "a\\_b\\_c");
}

} // namespace
