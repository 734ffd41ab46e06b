// SPDX-License-Identifier: BSL-1.0
// Both sides of every form that kernels compute, on operands that the rules before leave.
#include "support/catch.hpp"
#include "support/rule_instances.hpp"

#include <ctgrad/rules/kernel_forms.hpp>

#include <iterator>
#include <span>

namespace {

using namespace graphs;

TEST_CASE("both sides of every identity towards kernels are equal", "[rules]") {
    std::span<identity_rule const> const all = kernelising.rules;  // tests/rules/low_rank has the last ones
    check_identities<towards_kernels>(all.first(all.size() - std::size(letters::low_rank.rules)), int(std::size(letters::identities)));
}

} // namespace
