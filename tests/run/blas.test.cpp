// SPDX-License-Identifier: BSL-1.0
// The calls of BLAS that are not what the plan says word by word.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

namespace {

using namespace ctgrad;
using reference::container, reference::dense, reference::distance, reference::random_operands;

TEMPLATE_TEST_CASE("a product with the own transpose is symmetric to the last bit where it is large", "[run]", float, double) {
    constexpr auto A = matrix<"A", "m", "n">;
    auto f = compile(A * transpose(A), 0.5_c * (transpose(A) * A));
    random_operands random(2);
    for (auto [m, n] : {std::pair<std::size_t, std::size_t>{130, 70}, {70, 130}, {101, 64}, {5, 3}}) {
        dense const a = random.matrix(m, n);
        auto const [outer, inner] = f(A = container<TestType>(a));
        double const bound = 100 * std::numeric_limits<TestType>::epsilon();
        CHECK(distance(outer, a * transpose(a)) < bound);
        CHECK(distance(inner, reference::number(0.5) * (transpose(a) * a)) < bound);
        bool const is_gram[] = {detail::pays_gram(long(m), long(n)), detail::pays_gram(long(n), long(m))};
        CHECK(is_gram[0] == (m >= 100 && n >= 64));
        if (is_gram[0]) CHECK(outer == xt::transpose(outer));
        if (is_gram[1]) CHECK(inner == xt::transpose(inner));
    }
}

} // namespace
