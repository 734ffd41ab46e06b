// SPDX-License-Identifier: BSL-1.0
// Steps that the same code can run have one form.
#include "support/catch.hpp"

#include <ctgrad/passes/plan.hpp>

namespace {

using namespace ctgrad::detail;

TEST_CASE("the form of a step is what it does, not what it works on", "[passes]") {
    step s;
    s.code = op::product;
    s.operand_count = 2;
    step other = s;
    other.operands[0] = 7;
    other.outputs[0] = 3;
    other.rows = 5;
    other.factor = -1;
    other.node = 9;
    CHECK(s.has_form_of(other));
    auto const differs = [&](auto change) {
        step changed = s;
        change(changed);
        return !s.has_form_of(changed) && !changed.has_form_of(s);
    };
    CHECK(differs([](step& c) { c.code = op::solve; }));
    CHECK(differs([](step& c) { c.factor_kind = op::lu_factor; }));
    CHECK(differs([](step& c) { c.is_loop = true; }));
    CHECK(differs([](step& c) { c.program = 0; }));
    CHECK(differs([](step& c) { c.transposed[0] = true; }));
    CHECK(differs([](step& c) { c.transposed[1] = true; }));
    CHECK(differs([](step& c) { c.triangles[0] = structure::lower_triangular; }));
    CHECK(differs([](step& c) { c.triangles[1] = structure::upper_triangular; }));
    CHECK(differs([](step& c) { c.part = structure::lower_triangular; }));
    CHECK(differs([](step& c) { c.scale = 2; }));
    CHECK(differs([](step& c) { c.addend = 2; }));
    CHECK(s.triangular_operand() == -1);
    other.triangles[1] = structure::lower_triangular;
    CHECK(other.triangular_operand() == 1);
    other.triangles[1] = structure::none;
    s.scale = other.scale = 4;
    other.scale = 5;
    CHECK(s.has_form_of(other));
}

} // namespace
