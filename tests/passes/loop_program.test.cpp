// SPDX-License-Identifier: BSL-1.0
// Programs of loops: when they run through memory in one go, what each sweep needs, and that their keys tell them apart.
#include "support/catch.hpp"

#include <ctgrad/passes/loop_program.hpp>

#include <random>
#include <set>
#include <vector>

namespace {

using namespace ctgrad::detail;
using ctgrad::detail::access;  // unistd.h has a function of that name

loop_program sample() {
    loop_program p;
    p.input_count = 2;
    p.number_count = 1;
    p.instruction_count = 2;
    p.output_count = 1;
    p.instructions[0] = {op::multiply, {0, 2, 0}};
    p.instructions[1] = {op::add, {3, 1, 0}};
    p.outputs[0] = {access::full, 4};
    return p;
}

TEST_CASE("registers are inputs, numbers and instructions, in this order", "[passes]") {
    loop_program const p = sample();
    CHECK(p.first_number() == 2);
    CHECK(p.first_instruction() == 3);
    CHECK(p.register_count() == 5);
    CHECK(p.of_register(4).code == op::add);
}

TEST_CASE("a loop is flat where nothing tells rows from columns", "[passes]") {
    CHECK(loop_timing::is_flat(sample()));
    for (access how : {access::full, access::scalar, access::row, access::column}) {
        loop_program p = sample();
        p.inputs[1] = how;
        CHECK(loop_timing::is_flat(p) == (how == access::full || how == access::scalar));
        p.inputs[1] = access::full;
        p.inputs[5] = how;  // no input
        CHECK(loop_timing::is_flat(p));
    }
    for (op code : {op::sum, op::row_sums, op::column_sums, op::row_max, op::column_max}) {
        loop_program p = sample();
        p.instructions[p.instruction_count++] = {code, {4, 0, 0}};
        CHECK(loop_timing::is_flat(p) == (code == op::sum));
    }
    loop_program p = sample();
    p.along = loop_lines::columns;
    CHECK(!loop_timing::is_flat(p));
}

// exp(x) / (sum of a line of exp(x)), where x = a + b.
loop_program softmax(loop_lines along) {
    op const sums = along == loop_lines::columns ? op::column_sums : along == loop_lines::rows ? op::row_sums : op::sum;
    loop_program p;
    p.input_count = 2;
    p.along = along;
    p.instruction_count = 4;
    p.instructions[0] = {op::add, {0, 1, 0}};
    p.instructions[1] = {op::exp, {2, 0, 0}};
    p.instructions[2] = {sums, {3, 0, 0}};
    p.instructions[3] = {op::divide, {3, 4, 0}};
    p.output_count = 1;
    p.outputs[0] = {access::full, 5};
    return p;
}

TEST_CASE("what needs the sum of a line waits for the next sweep over it", "[passes]") {
    for (loop_lines along : {loop_lines::rows, loop_lines::columns, loop_lines::one}) {
        loop_program p = softmax(along);
        loop_timing const timing(p);
        CHECK(timing.sweep_count == 2);
        CHECK(timing.moments[4] == moment::line);
        CHECK(timing.sweeps[3] == 0);
        CHECK(timing.sweeps[5] == 1);
        loop_timing::needs const first = timing.needs_of(p, 0), second = timing.needs_of(p, 1);
        CHECK((first.of[0] && first.of[2] && first.of[3] && !first.of[5]));
        CHECK((second.of[0] && second.of[2] && second.of[3] && second.of[4] && second.of[5]));
        // What the first sweep has stored, the second reads back.
        p.outputs[p.output_count++] = {access::full, 3};
        loop_timing::needs const again = loop_timing(p).needs_of(p, 1);
        CHECK((again.of[3] && again.reads_back[3] && !again.of[2] && !again.of[0]));
    }
    // Across the lines sums are complete at the very end only.
    loop_program p = softmax(loop_lines::rows);
    p.instructions[2].code = op::column_sums;
    p.instruction_count = 3;
    p.outputs[0] = {access::row, 4};
    CHECK(loop_timing(p).moments[4] == moment::across);
    CHECK(loop_timing(p).sweep_count == 1);
    p.instructions[2].code = op::sum;
    p.instructions[3] = {op::sqrt, {4, 0, 0}};
    p.instruction_count = 4;
    p.outputs[0] = {access::scalar, 5};
    CHECK(loop_timing(p).moments[5] == moment::end);
    CHECK(loop_timing(p).sweep_count == 1);
}

TEST_CASE("the keys of different programs differ", "[passes]") {
    std::mt19937 engine(1);
    std::set<std::uint64_t> keys;
    std::vector<loop_program> programs;
    for (int i = 0; i < 400; ++i) {
        loop_program p = sample();
        // few values, so that programs differ in little
        p.inputs[0] = access(engine() % 4);
        p.inputs[1] = access(engine() % 2);
        p.numbers[0] = engine() % 2;
        p.instructions[0].code = engine() % 2 == 0 ? op::multiply : op::maximum;
        for (int j = 0; j < 2; ++j) p.instructions[0].operands[j] = static_cast<std::uint8_t>(engine() % 3);
        p.outputs[0].value = static_cast<std::uint8_t>(3 + engine() % 2);
        p.along = engine() % 2 == 0 ? loop_lines::rows : loop_lines::columns;
        keys.insert(p.key());
        bool known = false;
        for (loop_program const& other : programs) {
            known = known || other == p;
            CHECK((other.key() == p.key()) == (other == p));
        }
        if (!known) programs.push_back(p);
    }
    CHECK(programs.size() > 100);
    CHECK(keys.size() == programs.size());
}

} // namespace
