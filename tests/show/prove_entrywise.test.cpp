// SPDX-License-Identifier: BSL-1.0
// Derivations of entrywise functions, scans and extrema, proved while compiling; and what their plans call.
#include "support/catch.hpp"

#include <ctgrad/ctgrad.hpp>

#include <string>

namespace {

using namespace ctgrad;

constexpr auto v = vector<"v", "n">;
constexpr auto w = vector<"w", "n", positive>;
constexpr auto A = matrix<"A", "m", "n">;

static_assert(equivalent(min(A), -max(-A)));
static_assert(equivalent(row_min(A), -transpose(column_max(-transpose(A)))));
static_assert(equivalent(grad(sum(lgamma(w)), w), digamma(w)));
static_assert(equivalent(lgamma(w + 1_c), lgamma(w) + log(w)));
static_assert(equivalent(grad(sum(huber(v, 0.5_c)), v), maximum(minimum(v, 0.5_c), -0.5_c)));
static_assert(equivalent(log(sigmoid(v)), -softplus(-v)));
static_assert(equivalent(product(w), exp(sum(log(w)))));
static_assert(equivalent(grad(product(w), w), product(w) / w));
static_assert(equivalent(cumulative_logsumexp(v), log(cumulative_sum(exp(v)))));
static_assert(!equivalent(cumulative_sum(v), v));

TEST_CASE("plans of scans and extrema say what they call", "[show]") {
    auto const largest = compile(max(A), grad(max(A), A));
    CHECK(explain(largest).find("row_max(A)") != std::string::npos);
    CHECK(cost(largest).calls("row_max_mask") == 1);
    CHECK(cost(compile(cumulative_sum(v))).flops(100) == 100);
    CHECK(explain(compile(product(A))).find("product(A)") != std::string::npos);
    CHECK(to_string(huber(v, 1_c)) == "huber(v, 1)");
    CHECK(to_string(grad(sum(lgamma(v)), v)) == "digamma(v)");
}

} // namespace
