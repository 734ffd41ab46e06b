// SPDX-License-Identifier: BSL-1.0
// Functions of each entry alone: each makes its op, in the shape of its argument.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/elementwise.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto A = matrix<"A", "m", "n">;
constexpr auto B = matrix<"B", "m", "n">;
constexpr auto b = vector<"b", "m">;
constexpr auto s = scalar<"s">;

TEST_CASE("functions of one entry are written as they are printed", "[expr]") {
    CHECK_SPELLING("m x n", exp(A));
    CHECK_SPELLING("m x n", log(A));
    CHECK_SPELLING("m x n", log1p(A));
    CHECK_SPELLING("m x n", expm1(A));
    CHECK_SPELLING("m x n", sqrt(A));
    CHECK_SPELLING("m x n", square(A));
    CHECK_SPELLING("m x n", reciprocal(A));
    CHECK_SPELLING("m x n", abs(A));
    CHECK_SPELLING("m x n", sign(A));
    CHECK_SPELLING("m x n", heaviside(A));
    CHECK_SPELLING("m x n", sin(A));
    CHECK_SPELLING("m x n", cos(A));
    CHECK_SPELLING("m x n", tan(A));
    CHECK_SPELLING("m x n", tanh(A));
    CHECK_SPELLING("m x n", erf(A));
    CHECK_SPELLING("m x n", sigmoid(A));
    CHECK_SPELLING("m x n", swish(A));
    CHECK_SPELLING("m x n", relu(A));
    CHECK_SPELLING("m x n", softplus(A));
    CHECK_SPELLING("m x n", gelu(A));
    CHECK_SPELLING("m x n", lgamma(A));
    CHECK_SPELLING("m x n", digamma(A));
    CHECK_SPELLING("m x n", trigamma(A));
    CHECK_SPELLING("m x n", stop_gradient(A));
    CHECK_SPELLING("1 x 1", exp(s));
    CHECK_SPELLING("m x 1", exp(b));
}

TEST_CASE("functions of several entries are written as they are printed", "[expr]") {
    CHECK_SPELLING("m x n", pow(A, s));
    CHECK_SPELLING("m x n", pow(s, B));
    CHECK_SPELLING("m x n", maximum(A, b));
    CHECK_SPELLING("m x n", minimum(A, B));
    CHECK_SPELLING("m x n", huber(A, s));
    CHECK_SPELLING("m x n", where(b, A, s));
    CHECK(written(hadamard(A, B)) == "A * B");
    static_assert(op_of(hadamard(A, B)) == op::multiply);
}

} // namespace
