// SPDX-License-Identifier: BSL-1.0
// All rows of a Jacobian at once against one direction at a time: J dA is what forward mode finds, for every op that the
// rules of reverse mode are made of.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/jacobians.hpp"
#include "support/random_operands.hpp"

#include <cstddef>
#include <tuple>
#include <utility>

namespace {

using namespace ctgrad;
using reference::apart, reference::container, reference::dense, reference::flattened, reference::random_operands,
    reference::tolerance;

constexpr auto A = matrix<"A", "n", "n">;
constexpr auto D = matrix<"D", "n", "n">;

template <class... Functions>
void agree_with_forward_mode(dense const& a, dense const& direction, Functions... functions) {
    auto jacobians = compile(jacobian(functions, A)...);
    auto changes = compile(jvp(functions, A, D)...);
    auto const at = container<double>(a);
    auto const all = jacobians(A = at);
    auto const along = changes(A = at, D = container<double>(direction));
    dense step(9, 1);
    step.entries() = direction.entries();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (
            [&] {
                INFO("function " << I);
                CHECK(apart(flattened(std::get<I>(all), 9) * step, flattened(std::get<I>(along), 1)) <
                      tolerance<double>);
            }(),
            ...);
    }(std::index_sequence_for<Functions...>{});
}

TEST_CASE("Jacobians of functions of a matrix", "[derivatives]") {
    random_operands random(391);
    agree_with_forward_mode(random.well_conditioned(3), random.matrix(3, 3), A * transpose(A) * A + det(A) * A,
                            solve(transpose(A), A) + A / norm(A), inverse(A) * row_sums(A) + row_max(A),
                            trace(A) * diag(diagonal(A)) + lower_part(A) * upper_part(A) * strictly_lower_part(A),
                            softmax(A) - softmax_rows(A) + symmetric_part(A) * A,
                            column_max(A) / (2_c + row_min(A)), block_diagonal(A, square(A)));
}

TEST_CASE("Jacobians of derivatives of functions of a matrix", "[derivatives]") {
    random_operands random(392);
    agree_with_forward_mode(random.well_conditioned(3), random.matrix(3, 3), grad(det(A) + logdet(A), A),
                            grad(norm(A) + product(A), A), vjp(inverse(A), A, A));
    dense const positive = random.symmetric_positive_definite(3), change = random.symmetric(3);
    agree_with_forward_mode(positive, change, cholesky(A), grad(sum(cholesky(A)), A));
}

} // namespace
