// SPDX-License-Identifier: BSL-1.0
// Programs of loops: when they run through memory in one go, and that their keys tell them apart.
#include "support/catch.hpp"

#include <ctgrad/passes/loop_program.hpp>

#include <random>
#include <set>
#include <vector>

namespace {

using namespace ctgrad::detail;
using reading = ctgrad::detail::access;  // unistd.h has a function of that name

loop_program sample() {
    loop_program p;
    p.input_count = 2;
    p.number_count = 1;
    p.instruction_count = 2;
    p.output_count = 1;
    p.instructions[0] = {op::multiply, {0, 2, 0}};
    p.instructions[1] = {op::add, {3, 1, 0}};
    p.outputs[0] = {emission::store, 4};
    return p;
}

TEST_CASE("registers are inputs, numbers and instructions, in this order", "[passes]") {
    loop_program const p = sample();
    CHECK(p.first_number() == 2);
    CHECK(p.first_instruction() == 3);
}

TEST_CASE("a loop is flat where nothing tells rows from columns", "[passes]") {
    CHECK(sample().is_flat());
    for (reading how : {reading::full, reading::scalar, reading::row, reading::column}) {
        loop_program p = sample();
        p.inputs[1] = how;
        CHECK(p.is_flat() == (how == reading::full || how == reading::scalar));
        p.inputs[1] = reading::full;
        p.inputs[5] = how;  // no input
        CHECK(p.is_flat());
    }
    for (emission kind : {emission::store, emission::sum, emission::row_sums, emission::column_sums}) {
        loop_program p = sample();
        p.outputs[0].kind = kind;
        CHECK(p.is_flat() == (kind == emission::store || kind == emission::sum));
    }
}

TEST_CASE("the keys of different programs differ", "[passes]") {
    std::mt19937 engine(1);
    std::set<std::uint64_t> keys;
    std::vector<loop_program> programs;
    for (int i = 0; i < 400; ++i) {
        loop_program p = sample();
        // few values, so that programs differ in little
        p.inputs[0] = reading(engine() % 4);
        p.inputs[1] = reading(engine() % 2);
        p.numbers[0] = engine() % 2;
        p.instructions[0].code = engine() % 2 == 0 ? op::multiply : op::maximum;
        for (int j = 0; j < 2; ++j) p.instructions[0].operands[j] = static_cast<std::uint8_t>(engine() % 3);
        p.outputs[0].value = static_cast<std::uint8_t>(3 + engine() % 2);
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
