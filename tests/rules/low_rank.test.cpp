// SPDX-License-Identifier: BSL-1.0
// Both sides of every form of low rank plus diagonal, on operands that the rules before leave.
#include "support/catch.hpp"
#include "support/rule_instances.hpp"

#include <ctgrad/rules/low_rank.hpp>

namespace {

using namespace graphs;

TEST_CASE("both sides of every form of low rank plus diagonal are equal", "[rules]") {
    check_identities<towards_kernels>(letters::low_rank.rules, 0);
}

TEST_CASE("the table of low rank plus diagonal is full", "[rules]") {
    static_assert(letters::low_rank.count == int(std::size(letters::low_rank.rules)));
    for (identity_rule const& rule : letters::low_rank.rules) CHECK_FALSE(rule.after.empty());
}

} // namespace
