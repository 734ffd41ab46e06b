// SPDX-License-Identifier: BSL-1.0
// Both sides of every form that kernels compute, on operands that the rules before leave.
#include "support/catch.hpp"
#include "support/rule_instances.hpp"

#include <ctgrad/rules/kernel_forms.hpp>

namespace {

using namespace graphs;

TEST_CASE("both sides of every identity towards kernels are equal", "[rules]") {
    check_identities<towards_kernels>(kernelising.rules, int(std::size(letters::identities)));
}

} // namespace
