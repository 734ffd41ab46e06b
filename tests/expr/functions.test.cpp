// SPDX-License-Identifier: BSL-1.0
// One header brings the functions of all topics, which may be mixed.
#include "support/catch.hpp"
#include "support/spelling.hpp"

#include <ctgrad/expr/functions.hpp>

namespace {

using namespace ctgrad;
using namespace spelling;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;

TEST_CASE("functions of all topics are there", "[expr]") {
    CHECK_SPELLING("1 x 1", sum(softmax(rows<0, 2>(tanh(W * x) * transpose(x)))));
}

} // namespace
