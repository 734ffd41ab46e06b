// SPDX-License-Identifier: BSL-1.0
// Both sides of every form that does not overflow are equal where the written one does not.
#include "support/catch.hpp"
#include "support/rule_instances.hpp"

#include <ctgrad/rules/stable_forms.hpp>

namespace {

using namespace graphs;

// Applied to formulas as written, before any other rule.
TEST_CASE("both sides of every stable form are equal", "[rules]") {
    check_identities<rule_builder>(stable_forms, 0);
}

} // namespace
