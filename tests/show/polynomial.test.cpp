// SPDX-License-Identifier: BSL-1.0
// Costs as polynomials in the extents, as text.
#include "support/catch.hpp"

#include <ctgrad/show/polynomial.hpp>

namespace {

using ctgrad::detail::extent_of, ctgrad::detail::polynomial;

TEST_CASE("polynomials add and multiply, the highest degree first", "[show]") {
    polynomial const m(extent_of<"m">), n(extent_of<"n">);
    polynomial sum = 2. * m * n;
    sum += m * m * n;
    sum += n * m;
    sum += 7.;
    CHECK(sum.text() == "m² n + 3 m n + 7");
    CHECK((polynomial(1. / 3) * n * n * n).text() == "1/3 n³");
    CHECK((polynomial(2. / 3) * n).text() == "2/3 n");
    CHECK((polynomial(0.5) * n).text() == "0.5 n");
    CHECK(polynomial(0).text() == "0");
    CHECK((polynomial(0) * n).text() == "0");
    CHECK((polynomial(extent_of<"m+n">) * polynomial(extent_of<"m+n">)).text() == "m² + 2 m n + n²");
    CHECK((polynomial(extent_of<"n+1">) * n).text() == "n² + n");
}

} // namespace
