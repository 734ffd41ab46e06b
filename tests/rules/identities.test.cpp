// SPDX-License-Identifier: BSL-1.0
// Both sides of every identity on random operands that are what the letters say, of every class of shapes.
#include "support/catch.hpp"
#include "support/rule_instances.hpp"

namespace {

using namespace graphs;

TEST_CASE("both sides of every identity towards the normal form are equal", "[rules]") {
    check_identities<towards_normal_form>(normalising.rules, 0);
}

} // namespace
